// Request bodies: both ways to delimit them, their limit, and Expect (RFC 9112 §6-7, RFC 9110 §10.1.1).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import { Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { RawClient } from '../harness/client.ts';

const LIMIT = 100_000;
const SERVER = { maxBodyBytes: LIMIT };

function setup(app: Nexure): void {
  app.post('/digest', async (ctx) => digest(await ctx.request.bytes()));
  app.post('/length', (ctx) => String(ctx.request.contentLength));
  app.get('/after', () => 'after');
}

function digest(bytes: Uint8Array): string {
  return `${bytes.byteLength} ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Bytes without a period, so that a piece in the wrong place shows. */
function content(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** A body in the chunked coding. */
function chunked(body: Buffer, chunkBytes: number, end = '0\r\n\r\n'): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(end)]);
}

function chunkedRequest(path: string, body: Buffer): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Asserts that the connection goes on. */
async function goesOn(client: RawClient, answered: number): Promise<void> {
  client.write(requestBytes('/after'));
  const answers = await client.answers(answered + 1);
  assert.equal(answers[answered]?.text(), 'after');
}

for (const transport of socketTransports) {
  describe(`bodies over ${transport}`, () => {
    // 16 KiB is where a body stops lying beside its head.
    for (const length of [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, LIMIT - 1, LIMIT]) {
      test(`${length} bytes by Content-Length arrive exactly`, async (t) => {
        const { connect } = await serve(t, transport, setup, { server: SERVER });
        const client = await connect();
        const body = content(length);
        client.write(requestBytes('/digest', { method: 'POST', body }));
        assert.equal((await client.answer()).text(), digest(body));
        await goesOn(client, 1);
      });

      test(`${length} bytes in chunks arrive exactly`, async (t) => {
        const { connect } = await serve(t, transport, setup, { server: SERVER });
        const client = await connect();
        const body = content(length);
        for (const [index, size] of [7919, LIMIT, 1000].entries()) {
          client.write(chunkedRequest('/digest', chunked(body, size)));
          assert.equal((await client.answers(index + 1))[index]?.text(), digest(body), `chunks of ${size}`);
        }
        await goesOn(client, 3);
      });
    }

    test('a body in chunks of one byte arrives', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      const body = content(2000);
      client.write(chunkedRequest('/digest', chunked(body, 1)));
      assert.equal((await client.answer()).text(), digest(body));
    });

    test('chunk extensions and trailers are read over', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(
        chunkedRequest('/digest', Buffer.from('3;a=1;b="x\\"y"\r\nabc\r\n00000\r\nX-One: 1\r\nX-Two: 2\r\n\r\n')),
      );
      assert.equal((await client.answer()).text(), digest(Buffer.from('abc')));
      await goesOn(client, 1);
    });

    test('one byte above maxBodyBytes is answered 413 before the body has come, and closes', async (t) => {
      const { connect } = await serve(t, transport, setup, { server: SERVER });
      const client = await connect();
      client.write(`POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`);
      const answer = await client.answer();
      assert.equal(answer.status, 413);
      assert.equal(answer.field('connection'), 'close');
      assert.deepEqual((answer.json() as { code: string }).code, 'ERR_NEXURE_BODY_TOO_LARGE');
      assert.equal((await client.closed()).length, 1);
    });

    test('chunks that grow above maxBodyBytes are answered 413, and the handler never runs', async (t) => {
      let ran = false;
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.post('/digest', () => {
            ran = true;
          });
        },
        { server: { maxBodyBytes: 10 } },
      );
      const client = await connect();
      client.write(chunkedRequest('/digest', Buffer.from('6\r\nabcdef\r\n5\r\n')));
      const [answer] = await client.closed();
      assert.equal(answer?.status, 413);
      assert.equal(ran, false);
    });

    test('maxBodyBytes 0 takes empty bodies only', async (t) => {
      const { ask } = await serve(t, transport, setup, { server: { maxBodyBytes: 0 } });
      assert.equal((await ask('/length', { method: 'POST' })).text(), '0');
      assert.equal((await ask('/length', { method: 'POST', body: '' })).text(), '0');
      assert.equal((await ask('/length', { method: 'POST', body: 'x' })).status, 413);
    });

    test('a request that was refused for its size is answered though the client sends on', async (t) => {
      const { connect } = await serve(t, transport, setup, { server: SERVER });
      const client = await connect();
      client.write(requestBytes('/digest', { method: 'POST', body: content(LIMIT + 50_000) }));
      const [answer] = await client.closed();
      assert.equal(answer?.status, 413);
    });

    test('a GET may have a body', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', async (ctx) => ctx.request.text());
        app.get('/after', () => 'after');
      });
      const client = await connect();
      client.write(requestBytes('/', { body: 'of a GET' }));
      assert.equal((await client.answer()).text(), 'of a GET');
      await goesOn(client, 1);
    });

    test('Expect: 100-continue is answered before the body, once', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write('POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n');
      assert.equal((await client.answer()).status, 100);
      client.write('he');
      client.write('llo');
      const answers = await client.answers(2);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [100, 200],
      );
      assert.equal(answers[1]?.text(), digest(Buffer.from('hello')));
      await goesOn(client, 2);
    });

    test('100 Continue waits for the answers before it', async (t) => {
      const gate = new Gate<string>();
      const { connect } = await serve(t, transport, (app) => {
        setup(app);
        app.get('/slow', () => gate.promise);
      });
      const client = await connect();
      client.write(requestBytes('/slow'));
      client.write('POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n');
      const other = await connect();
      other.write(requestBytes('/after'));
      await other.answer();
      assert.equal(client.received, 0);
      gate.open('slow');
      await client.answers(2);
      client.write('ok');
      const answers = await client.answers(3);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, 100, 200],
      );
    });

    test('there is no 100 Continue when the body has come along, for HTTP/1.0, or when it would be refused', async (t) => {
      const { connect } = await serve(t, transport, setup, { server: SERVER });
      const expects = 'Host: a\r\nExpect: 100-continue\r\n';
      const statuses = async (request: string): Promise<number[]> => {
        const client = await connect();
        client.write(request);
        return (await client.closed()).map((answer) => answer.status);
      };
      assert.deepEqual(
        await statuses(`POST /digest HTTP/1.1\r\n${expects}Connection: close\r\nContent-Length: 2\r\n\r\nok`),
        [200],
      );
      assert.deepEqual(await statuses(`POST /digest HTTP/1.0\r\n${expects}Content-Length: 2\r\n\r\nok`), [200]);
      assert.deepEqual(
        await statuses(`POST /digest HTTP/1.1\r\n${expects}Content-Length: ${LIMIT + 1}\r\n\r\n`),
        [413],
      );
      assert.deepEqual(await statuses(`POST /nowhere HTTP/1.1\r\n${expects}Content-Length: 2\r\n\r\n`), [404]);
    });
  });
}
