// What routes declare, and what becomes of requests while the server is full.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { pause } from '../harness/content.ts';
import { eventually, Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure, RouteSettings } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

function codeOf(answer: Answer | undefined): unknown {
  return (answer?.json() as { code?: unknown } | undefined)?.code;
}

for (const transport of socketTransports) {
  describe(`route settings over ${transport}`, () => {
    test("body: 'stream' runs the handler before the body is there", async (t) => {
      const ran: string[] = [];
      const { connect } = await serve(t, transport, (app) => {
        app.post('/collected', () => ran.push('collected'));
        app.post('/streamed', { body: 'stream' }, async (ctx) => {
          ran.push('streamed');
          return ctx.text();
        });
      });
      const clients = await Promise.all([connect(), connect()]);
      for (const [index, path] of ['/collected', '/streamed'].entries()) {
        clients[index]?.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo`);
      }
      await eventually('the handler', () => ran.length > 0);
      await pause(30);
      assert.deepEqual(ran, ['streamed']);
      for (const client of clients) client.write('dy');
      assert.equal((await clients[1]?.answer())?.text(), 'body');
      assert.equal((await clients[0]?.answer())?.text(), '2');
    });

    test('concurrency holds requests of a route back, in their order, and no others', async (t) => {
      const gates = Array.from({ length: 6 }, () => new Gate());
      const running: number[] = [];
      let most = 0;
      const { connect, ask, app } = await serve(t, transport, (it) => {
        it.get('/:n', { concurrency: 2 }, async (ctx) => {
          const n = Number(ctx.params.n);
          running.push(n);
          most = Math.max(most, it.getMetrics().queue.inFlight);
          await gates[n]?.promise;
          return ctx.params.n;
        });
        it.get('/a/free', () => 'free');
      });
      const clients = await Promise.all(gates.map(() => connect()));
      for (const [n, client] of clients.entries()) {
        client.write(requestBytes(`/${n}`));
        await eventually('the request', () => app.getMetrics().http.requests.total === n + 1);
      }
      assert.deepEqual(running, [0, 1]);
      assert.equal(app.getMetrics().queue.queued, 4);
      assert.equal((await ask('/a/free')).text(), 'free');
      for (const [n, client] of clients.entries()) {
        gates[n]?.open();
        assert.equal((await client.answer()).text(), String(n));
      }
      assert.deepEqual(running, [0, 1, 2, 3, 4, 5]);
      assert.equal(most, 2);
      assert.deepEqual([app.getMetrics().queue.inFlight, app.getMetrics().queue.queued], [0, 0]);
    });

    test('a full server queues, turns away with 503 and Retry-After, answers health checks, and drains', async (t) => {
      const gate = new Gate();
      const { connect, ask, app } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', async () => (await gate.promise, 'done'));
          it.get('/health', { health: true }, () => 'well');
        },
        { server: { queue: { maxInFlight: 2, maxQueued: 3 } } },
      );
      const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
      for (const [n, client] of clients.entries()) {
        client.write(requestBytes('/'));
        await eventually('the request', () => app.getMetrics().http.requests.total === n + 1);
      }
      const turnedAway = clients.slice(5);
      for (const client of turnedAway) {
        const answer = await client.answer();
        assert.deepEqual([answer.status, codeOf(answer)], [503, 'ERR_NEXURE_OVERLOADED']);
        assert.match(answer.field('retry-after') ?? '', /^[1-9]\d*$/);
      }
      assert.equal((await ask('/health')).text(), 'well');
      const { inFlight, queued, shed } = app.getMetrics().queue;
      assert.deepEqual([inFlight, queued, shed], [2, 3, 3]);
      gate.open();
      for (const client of clients.slice(0, 5)) assert.equal((await client.answer()).text(), 'done');
      assert.equal((await ask('/')).text(), 'done');
      assert.deepEqual([app.getMetrics().queue.inFlight, app.getMetrics().queue.queued], [0, 0]);
    });

    test('a connection goes on behind a request that was turned away', async (t) => {
      const gate = new Gate();
      const { connect, app } = await serve(
        t,
        transport,
        (it) =>
          void it.get('/', async () => (await gate.promise, 'done')).get('/health', { health: true }, () => 'well'),
        { server: { queue: { maxInFlight: 1, maxQueued: 0 } } },
      );
      const first = await connect();
      first.write(requestBytes('/'));
      await eventually('the request', () => app.getMetrics().queue.inFlight === 1);
      const second = await connect();
      second.write(requestBytes('/')).write(requestBytes('/health'));
      const [turnedAway, health] = await second.answers(2);
      assert.deepEqual([turnedAway?.status, health?.text()], [503, 'well']);
      gate.open();
      await first.answer();
      second.write(requestBytes('/'));
      assert.equal((await second.answers(3))[2]?.text(), 'done');
    });

    test('the urgent come first when places are free again', async (t) => {
      const gate = new Gate();
      const order: string[] = [];
      const { connect, app } = await serve(
        t,
        transport,
        (it) => {
          it.get('/block', () => gate.promise);
          for (const priority of ['low', 'normal', 'high'] as const) {
            it.get(`/${priority}`, { priority }, () => order.push(priority));
          }
        },
        { server: { queue: { maxInFlight: 1, maxQueued: 10 } } },
      );
      const ask = async (path: string, queued: number): Promise<void> => {
        (await connect()).write(requestBytes(path));
        await eventually('the request', () => app.getMetrics().queue.queued === queued);
      };
      (await connect()).write(requestBytes('/block'));
      await eventually('the block', () => app.getMetrics().queue.inFlight === 1);
      for (const [index, priority] of ['low', 'normal', 'high'].entries()) await ask(`/${priority}`, index + 1);
      gate.open();
      await eventually('the end', () => order.length === 3);
      assert.deepEqual(order, ['high', 'normal', 'low']);
    });

    test('who leaves while waiting gives the place up', async (t) => {
      const gate = new Gate();
      let ran = 0;
      const { connect, app } = await serve(
        t,
        transport,
        (it) => void it.get('/', async () => ((ran += 1), await gate.promise, 'done')),
        { server: { queue: { maxInFlight: 1, maxQueued: 10 } } },
      );
      const clients = await Promise.all(Array.from({ length: 4 }, () => connect()));
      for (const client of clients) client.write(requestBytes('/'));
      await eventually('the queue', () => app.getMetrics().queue.queued === 3);
      for (const client of clients.slice(1, 3)) client.socket.resetAndDestroy();
      await eventually('the leave', () => app.getMetrics().queue.queued === 1);
      gate.open();
      const left = clients.filter(({ socket }) => !socket.destroyed);
      for (const client of left) assert.equal((await client.answer()).text(), 'done');
      assert.equal(ran, 2);
    });

    test('a stream holds its place until it ends', async (t) => {
      const gate = new Gate();
      const { connect, app } = await serve(t, transport, (it) => {
        it.get('/', () =>
          (async function* () {
            yield 'begun ';
            await gate.promise;
            yield 'ended';
          })(),
        );
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('the head', () => (client.received > 0 ? true : undefined));
      assert.equal(app.getMetrics().queue.inFlight, 1);
      gate.open();
      await client.answer();
      assert.equal(app.getMetrics().queue.inFlight, 0);
    });

    test('handlerTimeoutMs of a route goes before that of the server, in both directions', async (t) => {
      const setup = (it: Nexure): void => {
        const late = (): Promise<string> => pause(2500).then(() => 'late');
        it.get('/short', { handlerTimeoutMs: 1000 }, () => new Promise(() => undefined));
        it.get('/long', { handlerTimeoutMs: 10_000 }, late);
        it.get('/', late);
      };
      const { ask } = await serve(t, transport, setup, { server: { handlerTimeoutMs: 1000 } });
      const [short, long, plain] = await Promise.all([ask('/short'), ask('/long'), ask('/')]);
      assert.deepEqual([short?.status, long?.text(), plain?.status], [503, 'late', 503]);
      assert.equal(codeOf(short), 'ERR_NEXURE_HANDLER_TIMEOUT');
    });
  });

  describe(`pipelining over ${transport}`, () => {
    const answer = 'x'.repeat(8000);
    const requests = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => requestBytes('/')));

    test('a client that takes its answers is served ever deeper', async (t) => {
      const { connect, app } = await serve(t, transport, (it) => void it.get('/', async () => 'x'));
      const client = await connect();
      let count = 0;
      for (let round = 0; round < 300; round += 1) {
        client.write(requests(20));
        count += 20;
        await client.answers(count);
      }
      assert.deepEqual(app.getMetrics().http.pipelineDepth.connections, { '128-255': 1 });
    });

    test('a client that does not read has few answers made for it, and loses none of them', async (t) => {
      const { connect, app } = await serve(t, transport, (it) => void it.get('/', async () => answer));
      const client = await connect();
      client.socket.pause();
      client.write(requests(4000));
      await pause(300);
      const { total } = app.getMetrics().http.answers;
      assert.ok(total < 1500, `${total} answers were made`);
      client.socket.resume();
      await client.until('all answers', () => (client.received > 4000 * answer.length ? true : undefined));
      assert.equal((await client.answers(4000)).length, 4000);
    });

    // The kernel tells that the client is behind; of `node:net` nobody learns that.
    if (transport === 'uv') {
      test('a client that reads about 1 KB per second is served one request at a time', async (t) => {
        const { connect, app } = await serve(t, transport, (it) => void it.get('/', async () => answer));
        const client = await connect();
        client.socket.pause();
        client.write(requests(1000));
        const depths = (): Readonly<Record<string, number>> => app.getMetrics().http.pipelineDepth.connections;
        for (let round = 0; round < 20; round += 1) {
          client.socket.read(100);
          await pause(100);
        }
        assert.deepEqual(depths(), { '1': 1 });
      });
    }

    test('pipelining: false serves one request at a time', async (t) => {
      let running = 0;
      let most = 0;
      const { connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', async () => {
            most = Math.max(most, (running += 1));
            await pause(2);
            running -= 1;
            return 'x';
          });
        },
        { server: { pipelining: false } },
      );
      const client = await connect();
      client.write(requests(20));
      await client.answers(20);
      assert.equal(most, 1);
    });
  });
}

test('settings that are wrong are refused with their path when the route is declared', () => {
  for (const [settings, path] of [
    [{ body: 'buffer' as never }, 'route.body'],
    [{ maxBodyBytes: -1 }, 'route.maxBodyBytes'],
    [{ handlerTimeoutMs: 999 }, 'route.handlerTimeoutMs'],
    [{ concurrency: 0 }, 'route.concurrency'],
    [{ priority: 'urgent' as never }, 'route.priority'],
    [{ health: 1 as never }, 'route.health'],
    [{ compression: { level: 1 } as never }, 'compression.level'],
    [{ timeout: 1 } as never, 'route.timeout'],
  ] satisfies [RouteSettings, string][]) {
    assert.throws(
      () => createApp().get('/', settings, () => 'x'),
      (error: NodeJS.ErrnoException) => error.code === 'ERR_NEXURE_OPTION_INVALID' && error.message.includes(path),
      path,
    );
  }
});
