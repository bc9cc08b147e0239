// Clients that read slowly, or not at all: their answers stay exact, and the memory they hold stays bounded.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import { runToEnd } from '../harness/child.ts';
import { eventually, requestBytes, serve, socketTransports } from '../harness/server.ts';

const SIZE = 32 * 1024 * 1024;

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function noise(length: number): Uint8Array {
  const words = new Uint32Array(length / 4);
  for (let index = 0, state = 7; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer);
}

for (const transport of socketTransports) {
  describe(`slow readers over ${transport}`, () => {
    test('32 MB by reference arrive exactly at a client that pauses again and again, and so does what follows', async (t) => {
      const body = noise(SIZE);
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () => body);
        app.get('/next', () => 'next');
      });
      const client = await connect();
      let chunks = 0;
      client.socket.on('data', () => {
        chunks += 1;
        if (chunks % 8 !== 0) return;
        client.socket.pause();
        setImmediate(() => client.socket.resume());
      });
      client.write(Buffer.concat([requestBytes('/'), requestBytes('/next'), requestBytes('/'), requestBytes('/next')]));
      await client.until('all bytes', () => (client.received > 2 * SIZE + 300 ? true : undefined), 60_000);
      const answers = await client.answers(4);
      const expected = hashOf(body);
      assert.deepEqual(
        answers.map((answer) => (answer.body.length === SIZE ? hashOf(answer.body) : answer.text())),
        [expected, 'next', expected, 'next'],
      );
    });

    test('a stalled client does not delay others, and gets its answer when it reads at last', async (t) => {
      const body = noise(SIZE);
      const { app, connect, ask } = await serve(t, transport, (it) => {
        it.get('/', () => body);
        it.get('/alive', () => 'alive');
      });
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      await eventually('the answer', () => app.getMetrics().http.answers.total === 1);
      for (let count = 0; count < 20; count += 1) assert.equal((await ask('/alive')).text(), 'alive');
      client.socket.resume();
      await client.until('all bytes', () => (client.received > SIZE ? true : undefined), 60_000);
      assert.equal(hashOf((await client.answer()).body), hashOf(body));
    });

    test('a body that is long or shared out many times takes no memory for clients that do not read', async () => {
      const exit = await runToEnd('slow-reader.ts', { args: [transport, 'bytes', '20'] });
      assert.equal(exit.code, 0, exit.stderr);
      const { rss } = JSON.parse(exit.stdout) as { rss: number };
      // 20 copies would be 640 MB.
      assert.ok(rss < 200, `${rss} MB for 20 clients`);
    });

    test('a client that pipelines and never reads is not read any more either', async () => {
      const exit = await runToEnd('slow-reader.ts', { args: [transport, 'small', '10'] });
      assert.equal(exit.code, 0, exit.stderr);
      const { rss, answers } = JSON.parse(exit.stdout) as { rss: number; answers: number };
      // 10 clients, 5000 answers of 10 KB each would be 500 MB; what fits into the sockets' buffers is sent.
      assert.ok(rss < 200, `${rss} MB for 10 clients`);
      assert.ok(answers < 40_000, `${answers} of 50000 answers were made for clients that do not read`);
    });

    test('a client without progress is cut off after sendTimeoutMs', async (t) => {
      const { app, connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', () => new Uint8Array(SIZE));
        },
        { server: { sendTimeoutMs: 1000 } },
      );
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      await eventually('the request', () => app.getMetrics().http.answers.total === 1);
      await eventually('the cut', () => app.getMetrics().http.connections.open === 0, 8000);
      assert.equal(app.getMetrics().http.timeouts, 1);
    });
  });
}
