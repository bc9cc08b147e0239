// `ctx.signal`: aborts when nobody waits for the answer any more, and only then.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, test } from 'node:test';

import { bufferPool } from '../../js/index.ts';
import { noise, pause } from '../harness/content.ts';
import { eventually, Gate, open, requestBytes, serve, socketTransports, transports, turn } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

for (const transport of socketTransports) {
  describe(`signals over ${transport}`, () => {
    for (const [what, sent] of [
      ['a request without a body', requestBytes('/')],
      ['a request whose body was read', requestBytes('/', { method: 'POST', body: noise(20_000) })],
    ] as const) {
      test(`${what}: aborts with AbortError when the client resets the connection`, async (t) => {
        const aborted = new Gate<unknown>();
        const running = new Gate();
        const reported: unknown[] = [];
        const { app, connect } = await serve(
          t,
          transport,
          (it) => {
            it.route({
              method: ['GET', 'POST'],
              path: '/',
              handler: async (ctx) => {
                await ctx.bytes();
                running.open();
                await new Promise<void>((_, reject) => {
                  ctx.signal.addEventListener('abort', () => {
                    aborted.open(ctx.signal.reason);
                    reject(ctx.signal.reason as Error);
                  });
                });
              },
            });
          },
          { logger: { error: (...args) => void reported.push(args) } },
        );
        const client = await connect();
        client.write(sent);
        await running.promise;
        client.socket.resetAndDestroy();
        assert.equal(((await aborted.promise) as DOMException).name, 'AbortError');
        await eventually('the end', () => app.getMetrics().http.connections.open === 0);
        assert.deepEqual([app.getMetrics().queue.inFlight, reported.length], [0, 0]);
      });
    }

    test('has aborted already when it is first asked for after the client went', async (t) => {
      const gone = new Gate();
      const seen = new Gate<unknown>();
      const running = new Gate();
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', async (ctx) => {
          running.open();
          await gone.promise;
          seen.open([ctx.signal.aborted, (ctx.signal.reason as DOMException | undefined)?.name]);
        });
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await running.promise;
      client.socket.resetAndDestroy();
      await eventually('the end', () => app.getMetrics().http.connections.open === 0);
      gone.open();
      assert.deepEqual(await seen.promise, [true, 'AbortError']);
    });

    test('a client that ends its half still gets its answer, though the signal aborts', async (t) => {
      const aborted = new Gate();
      const { connect } = await serve(t, transport, (it) => {
        it.get('/', async (ctx) => {
          ctx.signal.addEventListener('abort', () => aborted.open());
          await aborted.promise;
          return 'answered';
        });
        it.get('/stream', (ctx) =>
          (async function* () {
            ctx.signal.addEventListener('abort', () => aborted.open());
            yield 'begun ';
            await aborted.promise;
            yield 'ended';
          })(),
        );
      });
      for (const [path, expected] of [
        ['/', 'answered'],
        ['/stream', 'begun ended'],
      ] as const) {
        const client = await connect();
        client.write(requestBytes(path)).end();
        const [answer] = await client.closed();
        assert.equal(answer?.text(), expected);
      }
    });

    test('aborts with TimeoutError when the handler is late, whose client gets 503', async (t) => {
      const aborted = new Gate<unknown>();
      const { connect, app } = await serve(t, transport, (it) => {
        it.get('/', { handlerTimeoutMs: 1000 }, (ctx) => {
          ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason));
          return new Promise(() => undefined);
        });
      });
      const client = await connect();
      client.write(requestBytes('/'));
      const [answer] = await client.closed();
      assert.equal(answer?.status, 503);
      assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_HANDLER_TIMEOUT');
      assert.equal(((await aborted.promise) as DOMException).name, 'TimeoutError');
      assert.equal(app.getMetrics().queue.inFlight, 0);
    });

    test('does not abort behind an answer, whatever the client does then', async (t) => {
      let aborts = 0;
      const signals: AbortSignal[] = [];
      const setup = (it: Nexure): void => {
        it.get('/', (ctx) => {
          signals.push(ctx.signal);
          ctx.signal.addEventListener('abort', () => (aborts += 1));
          return 'x';
        });
        it.get('/stream', (ctx) => {
          signals.push(ctx.signal);
          ctx.signal.addEventListener('abort', () => (aborts += 1));
          return ['x'][Symbol.iterator]();
        });
      };
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/'), requestBytes('/stream')]));
      await client.answers(2);
      client.socket.resetAndDestroy();
      await pause(50);
      assert.deepEqual([aborts, signals.map(({ aborted }) => aborted)], [0, [false, false]]);
    });

    test('every pending request of a connection that goes is told', async (t) => {
      let aborts = 0;
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', ({ signal }) => {
          // A handler may run when its client has gone already.
          if (signal.aborted) aborts += 1;
          signal.addEventListener('abort', () => (aborts += 1));
          return new Promise(() => undefined);
        });
      });
      const client = await connect();
      client.write(Buffer.concat(Array.from({ length: 10 }, () => requestBytes('/'))));
      await eventually('the requests', () => app.getMetrics().queue.inFlight === 10);
      client.socket.resetAndDestroy();
      await eventually('the aborts', () => aborts === 10);
      assert.equal(app.getMetrics().queue.inFlight, 0);
    });
  });
}

for (const transport of transports) {
  describe(`async context over ${transport}`, () => {
    test('a store that is entered holds through bodies that are read and answers that are written', async (t) => {
      const storage = new AsyncLocalStorage<string>();
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.use((ctx) => storage.enterWith(ctx.request.get('x-id') ?? ''));
          app.post('/', { body: 'stream' }, async (ctx) => {
            const seen = new Set([storage.getStore()]);
            for await (const chunk of ctx.stream()) {
              if (chunk.byteLength > 0) seen.add(storage.getStore());
            }
            return (async function* () {
              for (let count = 0; count < 20; count += 1) {
                seen.add(storage.getStore());
                yield noise(20_000);
                await turn();
                seen.add(storage.getStore());
              }
              yield JSON.stringify([...seen]);
            })();
          });
          app.get('/events', (ctx) =>
            ctx.sse(async function* () {
              for (let count = 0; count < 5; count += 1) {
                yield String(storage.getStore());
                await turn();
              }
            }),
          );
        },
        { server: { maxBodyBytes: 1e7 } },
      );
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const headers = { 'X-Id': `id ${index}` };
          const answer = await ask('/', { method: 'POST', headers, body: noise(500_000), chunkBytes: 10_000 });
          assert.equal(answer.body.subarray(400_000).toString(), JSON.stringify([`id ${index}`]));
          const events = (await ask('/events', { headers })).text();
          assert.equal(events.split(`data: id ${index}\n`).length - 1, 5);
        }),
      );
    });
  });
}

for (const transport of transports) {
  test(`a store that runs around next() holds while a body is read, over ${transport}`, async (t) => {
    const storage = new AsyncLocalStorage<string>();
    const { ask } = await open(t, transport, (app) => {
      app.use((ctx, next) => storage.run(ctx.request.get('x-id') ?? '', () => next()));
      app.post('/', { body: 'stream' }, async (ctx) => {
        const seen = new Set([storage.getStore()]);
        for await (const chunk of ctx.stream()) if (chunk.byteLength > 0) seen.add(storage.getStore());
        return [...seen];
      });
    });
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const parts = { method: 'POST', headers: { 'X-Id': `id ${index}` }, body: noise(500_000), chunkBytes: 10_000 };
        assert.deepEqual((await ask('/', parts)).json(), [`id ${index}`]);
      }),
    );
  });
}

test('the public pool lends and takes back', () => {
  const before = bufferPool.stats();
  const buffer = bufferPool.acquire(1000);
  assert.ok(buffer.byteLength >= 1000);
  bufferPool.release(buffer);
  assert.equal(typeof before, 'object');
});
