// The framing of answers (RFC 9110 §6.4, §8.6, RFC 9112 §6.3).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const TYPES = {
  '/text': 'text/plain; charset=utf-8',
  '/json': 'application/json',
  '/bytes': 'application/octet-stream',
  '/long-bytes': 'application/octet-stream',
} as const;

function setup(app: Nexure): void {
  app.get('/text', () => 'text');
  app.get('/json', () => ({ a: 1 }));
  app.get('/bytes', () => new Uint8Array(10));
  app.get('/long-bytes', () => new Uint8Array(200_000));
  for (const status of [204, 205, 304]) {
    app.get(`/${status}/text`, (ctx) => ctx.response.status(status).set('ETag', '"x"').send('a body'));
    app.get(`/${status}/bytes`, (ctx) => ctx.response.status(status).send(new Uint8Array(100_000)));
    app.get(`/${status}/empty`, (ctx) => ctx.response.status(status));
  }
  app.head('/length', (ctx) => ctx.response.status(200).set('Content-Length', '12345'));
  app.get('/wrong-length', (ctx) => ctx.response.set('Content-Length', '3').send('four'));
  app.get('/right-length', (ctx) => ctx.response.set('Content-Length', '4').send('four'));
  app.get('/two-lengths', (ctx) =>
    ctx.response.append('Content-Length', '4').append('Content-Length', '4').send('four'),
  );
  app.get('/dated', (ctx) => ctx.response.set('Date', 'Thu, 01 Jan 1970 00:00:00 GMT').send('old'));
  app.get('/after', () => 'after');
}

for (const transport of socketTransports) {
  describe(`framing over ${transport}`, () => {
    test('HEAD is answered with the fields of GET and without its body', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      const paths = Object.entries(TYPES);
      client.write(
        Buffer.concat(paths.flatMap(([path]) => [requestBytes(path), requestBytes(path, { method: 'HEAD' })])),
      );
      const answers = await client.answers(paths.length * 2, (index) => index % 2 === 1);
      for (const [index, [path, type]] of paths.entries()) {
        const [get, head] = [answers[index * 2], answers[index * 2 + 1]];
        assert.equal(get?.field('content-type'), type, path);
        const fields = (answer: Answer | undefined): unknown[] =>
          [...(answer?.fields ?? [])].filter(([name]) => name !== 'date');
        assert.deepEqual(fields(head), fields(get), path);
        assert.equal(head?.body.length, 0);
      }
    });

    for (const status of [204, 205, 304]) {
      test(`${status} has no content, whatever the handler gave`, async (t) => {
        const { connect } = await serve(t, transport, setup);
        const client = await connect();
        const kinds = ['text', 'bytes', 'empty'];
        client.write(
          Buffer.concat([...kinds.map((kind) => requestBytes(`/${status}/${kind}`)), requestBytes('/after')]),
        );
        const answers = await client.answers(kinds.length + 1);
        for (const answer of answers.slice(0, -1)) {
          assert.equal(answer.status, status);
          assert.equal(answer.body.length, 0);
        }
        assert.equal(answers[0]?.field('etag'), '"x"');
        assert.equal(answers.at(-1)?.text(), 'after');
      });
    }

    test('every answer has one Date of the present, in the IMF format', async (t) => {
      const { ask } = await serve(t, transport, setup);
      for (const path of ['/text', '/json', '/nowhere', '/204/empty']) {
        const before = Math.floor(Date.now() / 1000) * 1000;
        const { fields } = await ask(path);
        const dates = fields.get('date') ?? [];
        assert.equal(dates.length, 1);
        assert.match(dates[0] ?? '', /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
        const time = Date.parse(dates[0] ?? '');
        assert.ok(time >= before - 1000 && time <= Date.now(), `${dates[0]} is now`);
      }
    });

    test('a Date of the application stands in place of the server’s', async (t) => {
      const { ask } = await serve(t, transport, setup);
      assert.equal((await ask('/dated')).field('date'), 'Thu, 01 Jan 1970 00:00:00 GMT');
    });

    test('HEAD may tell a length of its own', async (t) => {
      const { ask } = await serve(t, transport, setup);
      const answer = await ask('/length', { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.field('content-length'), '12345');
    });

    test('a Content-Length that is not the body’s is answered 500 and never sent, and one given twice is sent once', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      const paths = ['/wrong-length', '/two-lengths', '/right-length', '/after'];
      client.write(Buffer.concat(paths.map((path) => requestBytes(path))));
      const answers = await client.answers(4);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [500, 200, 200, 200],
      );
      assert.equal(answers[1]?.field('content-length'), '4');
      assert.match(answers[0]?.text() ?? '', /"ERR_NEXURE_HEADER_(INVALID|RESERVED)"/);
      assert.equal(answers[2]?.text(), 'four');
    });
  });
}
