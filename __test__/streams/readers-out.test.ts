// Readers of streamed answers: who does not read stops the producer, who leaves ends it.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';

import { digest, noise, pause } from '../harness/content.ts';
import { eventually, Gate, leave, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

const CHUNK = noise(16_384);
const CHUNKS = 2000;

/** Waits until a count stands still. */
async function settled(read: () => number): Promise<number> {
  let before = -1;
  while (before !== read()) {
    before = read();
    await pause(150);
  }
  return before;
}

/** Counts what is asked of a source of each kind. */
interface Counted {
  asked: number;
  ended: Gate;
}

const producers: Record<string, (counted: Counted) => unknown> = {
  'a generator': (counted) =>
    (function* () {
      try {
        for (; counted.asked < CHUNKS; counted.asked += 1) yield CHUNK;
      } finally {
        counted.ended.open();
      }
    })(),
  'an async generator': (counted) =>
    (async function* () {
      try {
        for (; counted.asked < CHUNKS; counted.asked += 1) yield CHUNK;
      } finally {
        counted.ended.open();
      }
    })(),
  'a Node Readable': (counted) =>
    new Readable({
      highWaterMark: 1,
      read() {
        counted.asked += 1;
        this.push(counted.asked > CHUNKS ? null : CHUNK);
      },
      destroy(_, done) {
        counted.ended.open();
        done(null);
      },
    }),
  'a web ReadableStream': (counted) =>
    new ReadableStream(
      {
        pull(controller) {
          counted.asked += 1;
          if (counted.asked > CHUNKS) {
            controller.close();
            counted.ended.open();
          } else controller.enqueue(CHUNK);
        },
        cancel: () => counted.ended.open(),
      },
      { highWaterMark: 0 },
    ),
};

for (const transport of socketTransports) {
  describe(`readers of streams over ${transport}`, () => {
    for (const [name, make] of Object.entries(producers)) {
      const begin = async (t: Parameters<typeof serve>[0]) => {
        const counted: Counted = { asked: 0, ended: new Gate() };
        const aborted = new Gate<DOMException>();
        const served = await serve(t, transport, (app: Nexure) => {
          app.get('/', (ctx) => {
            ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason as DOMException));
            return make(counted);
          });
          app.get('/alive', () => 'alive');
        });
        const client = await served.connect();
        client.socket.pause();
        client.write(requestBytes('/'));
        const asked = await settled(() => counted.asked);
        return { ...served, client, counted, aborted, asked };
      };

      test(`${name} is asked for no more than the socket takes, and for the rest when it drains`, async (t) => {
        const { client, ask, counted, asked } = await begin(t);
        // Socket buffers of both sides hold some megabytes; 64 KiB are ours.
        assert.ok(asked > 0 && asked < CHUNKS / 2, `${asked} of ${CHUNKS} chunks were asked for`);
        assert.equal((await ask('/alive')).text(), 'alive');
        client.socket.resume();
        // Chunks are parsed from the first one each time: not before all are there.
        await client.until('all bytes', () => (client.received > CHUNKS * CHUNK.length ? true : undefined));
        const answer = await client.answer();
        assert.equal(digest(answer.body), digest(Buffer.concat(Array.from({ length: CHUNKS }, () => CHUNK))));
        await counted.ended.promise;
      });

      test(`${name} that is held up ends when its reader leaves, and the signal aborts`, async (t) => {
        const { app, client, counted, aborted } = await begin(t);
        await leave(client);
        await counted.ended.promise;
        assert.equal((await aborted.promise).name, 'AbortError');
        await eventually('the end', () => app.getMetrics().http.connections.open === 0);
        assert.equal(app.getMetrics().queue.inFlight, 0);
      });
    }

    test('a source that waits for its next chunk is told at once when its reader resets the connection', async (t) => {
      const returned = new Gate();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () => ({
          [Symbol.asyncIterator]() {
            return this;
          },
          next: () => new Promise<IteratorResult<string>>(() => undefined),
          return: async () => {
            returned.open();
            return { done: true, value: undefined };
          },
        }));
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('the head', () => (client.received > 0 ? true : undefined));
      client.socket.resetAndDestroy();
      await returned.promise;
    });

    const fails = (): never => {
      throw new Error('on purpose');
    };
    const failing: Record<string, object> = {
      'that has destroy and is no stream': { destroy: () => undefined },
      'whose destroy throws': { on: () => undefined, destroy: fails },
      'whose return throws': { return: fails },
      'whose cancel throws': { getReader: () => ({ read: () => new Promise(() => undefined), cancel: fails }) },
    };
    for (const [name, members] of Object.entries(failing)) {
      test(`a source ${name} takes nobody with it when its reader leaves`, async (t) => {
        const { app, ask, connect } = await serve(t, transport, (it) => {
          it.get('/', () => ({
            [Symbol.asyncIterator]() {
              return this;
            },
            next: () => new Promise<IteratorResult<string>>(() => undefined),
            ...members,
          }));
          it.get('/alive', () => 'alive');
        });
        const client = await connect();
        client.write(requestBytes('/'));
        await client.until('the head', () => (client.received > 0 ? true : undefined));
        client.socket.resetAndDestroy();
        await eventually('the end', () => app.getMetrics().http.requests.abandoned === 1);
        assert.equal((await ask('/alive')).text(), 'alive');
      });
    }

    for (const [name, make] of Object.entries(producers)) {
      test(`${name} that is returned when its reader has gone is ended, and asked for nothing`, async (t) => {
        const counted: Counted = { asked: 0, ended: new Gate() };
        const gone = new Gate();
        const running = new Gate();
        const { app, connect } = await serve(t, transport, (it) => {
          it.get('/', async () => {
            running.open();
            await gone.promise;
            const source = make(counted);
            // A generator that has not begun has nothing to end.
            if (name.includes('generator')) counted.ended.open();
            return source;
          });
        });
        const client = await connect();
        client.write(requestBytes('/'));
        await running.promise;
        client.socket.resetAndDestroy();
        await eventually('the end', () => app.getMetrics().http.connections.open === 0);
        gone.open();
        await counted.ended.promise;
        await pause(20);
        assert.equal(counted.asked, 0);
      });
    }

    test('a source of events that is made when its reader has gone is ended', async (t) => {
      const [gone, running, returned] = [new Gate(), new Gate(), new Gate()];
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', async (ctx) => {
          running.open();
          await gone.promise;
          return ctx.sse({
            [Symbol.asyncIterator]: () => ({
              next: () => new Promise<IteratorResult<string>>(() => undefined),
              return: async () => {
                returned.open();
                return { done: true, value: undefined };
              },
            }),
          });
        });
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await running.promise;
      client.socket.resetAndDestroy();
      await eventually('the end', () => app.getMetrics().http.connections.open === 0);
      gone.open();
      await returned.promise;
    });

    test('a source that fails while it is ended is nobody’s failure', async (t) => {
      const reported: unknown[] = [];
      const ended = new Gate();
      const { connect, ask } = await serve(
        t,
        transport,
        (app) => {
          app.get('/', () =>
            (async function* () {
              try {
                for (;;) {
                  await pause(5);
                  yield 'x';
                }
              } finally {
                ended.open();
                // oxlint-disable-next-line no-unsafe-finally -- a source that behaves badly is what is tested
                throw new Error('ended badly');
              }
            })(),
          );
          app.get('/alive', () => 'alive');
        },
        { logger: { error: (...args) => void reported.push(args) } },
      );
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('a chunk', () => (client.bytes().includes('\r\nx\r\n') ? true : undefined));
      await leave(client);
      await ended.promise;
      assert.equal((await ask('/alive')).text(), 'alive');
      assert.equal(reported.length, 0);
    });

    test('a reader without progress is cut off after sendTimeoutMs, and its source ends', async (t) => {
      const counted: Counted = { asked: 0, ended: new Gate() };
      const { app, connect } = await serve(
        t,
        transport,
        (it) => void it.get('/', () => producers['a generator']?.(counted)),
        { server: { sendTimeoutMs: 1000 } },
      );
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      await counted.ended.promise;
      assert.ok(counted.asked < CHUNKS);
      await eventually('the cut', () => app.getMetrics().http.connections.open === 0);
    });

    test('a stream may take longer than handlerTimeoutMs once it has begun', async (t) => {
      const { connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', () =>
            (async function* () {
              for (let count = 0; count < 6; count += 1) {
                yield 'x';
                await pause(500);
              }
            })(),
          );
        },
        { server: { handlerTimeoutMs: 1000 } },
      );
      const client = await connect();
      client.write(requestBytes('/'));
      assert.equal((await client.answer()).text(), 'xxxxxx');
    });
  });
}
