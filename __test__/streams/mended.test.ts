// Claims that an earlier core broke: each stands for a bug that was mended.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { chunked, pause } from '../harness/content.ts';
import { Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

for (const transport of socketTransports) {
  describe(`the core over ${transport}`, () => {
    test('a chunked body above maxBufferedBodyBytes is read while it arrives, however its bytes are split', async (t) => {
      const { connect } = await serve(t, transport, (app) => void app.post('/', (ctx) => [typeof ctx.body]), {
        server: { maxBufferedBodyBytes: 1000 },
      });
      const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';
      const body = chunked(Buffer.alloc(1001, 'x'), 100);
      const statuses: number[] = [];
      for (const split of [body.length, body.length - 1]) {
        const client = await connect();
        client.write(head + body.toString('latin1', 0, split));
        if (split < body.length) await pause(20);
        client.write(body.subarray(split));
        statuses.push((await client.answer()).status);
      }
      assert.deepEqual(statuses, [500, 500]);
    });

    test('a client that has caught up is served deeper again', async (t) => {
      const answer = 'x'.repeat(8000);
      const { app, connect } = await serve(t, transport, (it) => void it.get('/', async () => answer));
      const depths = (): readonly string[] => Object.keys(app.getMetrics().http.pipelineDepth.connections);
      const client = await connect();
      client.socket.pause();
      client.write(Buffer.concat(Array.from({ length: 2000 }, () => requestBytes('/'))));
      await pause(300);
      client.socket.resume();
      await client.until('all answers', () => (client.received > 2000 * answer.length ? true : undefined));
      let received = client.received;
      const length = received / 2000;
      for (let round = 0; round < 300; round += 1) {
        client.write(Buffer.concat(Array.from({ length: 3 }, () => requestBytes('/'))));
        received += 3 * length;
        await client.until('answers', () => (client.received >= received ? true : undefined));
      }
      assert.deepEqual(
        depths().map((depth) => Number.parseInt(depth, 10) >= 16),
        [true],
      );
    });

    test('an answer to HTTP/1.0 that fails in the middle ends with a reset: a plain end would make it whole', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () =>
          (async function* () {
            yield 'begun';
            await pause(20);
            throw new Error('failed');
          })(),
        );
      });
      const client = await connect();
      const reset = new Gate<unknown>();
      client.socket.on('error', (error: NodeJS.ErrnoException) => reset.open(error.code));
      client.socket.on('end', () => reset.open('end'));
      client.write('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
      assert.equal(await reset.promise, 'ECONNRESET');
    });

    test('requests that nobody answers make a connection no deeper', async (t) => {
      let started = 0;
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.get('/', () => {
            started += 1;
            return new Promise(() => undefined);
          });
        },
        { server: { pipelining: { maxDepth: 16 } } },
      );
      const client = await connect();
      for (let round = 0; round < 5; round += 1) {
        client.write(Buffer.concat(Array.from({ length: 20 }, () => requestBytes('/'))));
        await pause(30);
      }
      assert.equal(started, 16);
    });

    for (const [name, method, status] of [
      ['HEAD', 'HEAD', 200],
      ['304', 'GET', 304],
      ['204', 'GET', 204],
    ] as const) {
      test(`a stream in answer to ${name} gives the place of its request back`, async (t) => {
        const { app, connect } = await serve(t, transport, (it) => {
          it.route({
            method: ['GET', 'HEAD'],
            path: '/',
            concurrency: 1,
            handler: (ctx) => {
              ctx.response.status(status);
              return (async function* () {
                yield 'x';
              })();
            },
          });
        });
        const client = await connect();
        client.write(requestBytes('/', { method }));
        await client.answers(1, () => true);
        assert.equal(app.getMetrics().queue.inFlight, 0);
        client.write(requestBytes('/', { method }));
        assert.equal((await client.answers(2, () => true))[1]?.status, status);
      });
    }
  });
}

test('a store that runs around next() holds in the source of ctx.sse', async () => {
  const storage = new AsyncLocalStorage<string>();
  const app = createApp({ logger: false }).use((_, next) => storage.run('store', () => next()));
  app.get('/events', (ctx) =>
    ctx.sse(async function* () {
      yield String(storage.getStore());
      await pause(1);
      yield String(storage.getStore());
    }),
  );
  assert.equal(await (await app.request('/events')).text(), ':\n\ndata: store\n\ndata: store\n\n');
});
