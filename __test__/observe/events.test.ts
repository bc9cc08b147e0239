// Who listens is told of every answer that has left or was given up, whoever gave it, and nobody else pays.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { context as find, createApp, Router } from '../../js/index.ts';
import { eventually, Gate, open, serve, socketTransports, transports } from '../harness/server.ts';

import type { AppOptions, Nexure, ResponseEvent } from '../../js/index.ts';
import type { Asked, Served, Setup } from '../harness/server.ts';

type Line = readonly [
  method: string,
  path: string,
  status: number,
  bytes: number,
  route: string | undefined,
  isNative: boolean,
];

function lineOf({ method, path, status, bytes, route, isNative }: ResponseEvent): Line {
  return [method, path, status, bytes, route, isNative];
}

/** An application's setup with a listener in front that keeps events. */
function listening(setup: Setup): { events: ResponseEvent[]; setup: Setup } {
  const events: ResponseEvent[] = [];
  return {
    events,
    setup: (app) => {
      app.onResponse((event) => {
        events.push(event);
      });
      setup(app);
    },
  };
}

async function received(events: readonly ResponseEvent[], count: number): Promise<void> {
  await eventually(`${count} events`, () => events.length >= count);
  assert.equal(events.length, count);
}

const routes: Setup = (app) => {
  app.get('/users/:id', (context) => `user ${context.params.id}`);
  app.post('/short', { maxBodyBytes: 5 }, (context) => context.text());
  app.get('/late', async () => {
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    return new Uint8Array(40_000);
  });
  app.get('/steps', async function* steps() {
    yield 'one';
    yield 'two';
  });
  app.get('/broken', () => {
    throw new Error('broken');
  });
};

for (const transport of transports) {
  test(`${transport}: answers of handlers and of the core are told alike`, async (t) => {
    const { events, setup } = listening(routes);
    const { ask } = await open(t, transport, setup);
    const requests: readonly (readonly [target: string, parts: Parameters<Asked['ask']>[1], expected: Line])[] = [
      ['/users/7?secret=1', {}, ['GET', '/users/7', 200, 6, '/users/:id', false]],
      ['/users/7', { method: 'HEAD' }, ['HEAD', '/users/7', 200, 0, '/users/:id', false]],
      ['/late', {}, ['GET', '/late', 200, 40_000, '/late', false]],
      ['/steps', {}, ['GET', '/steps', 200, 6, '/steps', false]],
      ['/broken', {}, ['GET', '/broken', 500, 90, '/broken', false]],
      ['/none', {}, ['GET', '/none', 404, 130, undefined, true]],
      ['/users/7', { method: 'PUT' }, ['PUT', '/users/7', 405, 180, undefined, true]],
      ['/users/7', { method: 'OPTIONS' }, ['OPTIONS', '/users/7', 204, 0, undefined, true]],
      ['/users/%zz', {}, ['GET', '/users/%zz', 400, 139, undefined, true]],
      ['/short', { method: 'POST', body: '123456' }, ['POST', '/short', 413, 151, '/short', true]],
    ];
    for (const [index, [target, parts, expected]] of requests.entries()) {
      const began = performance.now();
      const answer = await ask(target, parts);
      await received(events, index + 1);
      const passedMs = performance.now() - began;
      const event = events[index] as ResponseEvent;
      assert.deepEqual([lineOf(event)[0], answer.status], [expected[0], expected[2]]);
      const bytes = parts?.method === 'HEAD' ? 0 : answer.body.byteLength;
      assert.deepEqual(lineOf(event), [...expected.slice(0, 3), bytes, ...expected.slice(4)]);
      assert.equal(event.outcome, 'complete');
      // Not longer than it took here, on a clock of another resolution.
      assert.ok(
        event.durationMs >= 0 && event.durationMs <= passedMs + 2,
        `${target}: ${event.durationMs} of ${passedMs}`,
      );
      assert.ok(Math.abs(event.durationMs * 1000 - Math.round(event.durationMs * 1000)) < 1e-6, 'whole microseconds');
      assert.equal(event.context === undefined, event.isNative);
      assert.equal(event.ip, transport === 'inject' ? undefined : '127.0.0.1');
    }
    assert.ok((events[2]?.durationMs ?? 0) >= 25);
  });

  test(`${transport}: the context is the handler's, with all it was given`, async (t) => {
    const { events, setup } = listening((app) => {
      app.use((context, next) => {
        context.state['path'] = context.request.path;
        (context as unknown as { requestId: string }).requestId ??= 'of the application';
        return next();
      });
      routes(app);
    });
    const { ask } = await open(t, transport, setup);
    await ask('/users/7');
    await received(events, 1);
    const [event] = events;
    assert.equal(event?.context?.state['path'], '/users/7');
    assert.equal(event?.requestId, (event?.context as { requestId?: string } | undefined)?.requestId);
    assert.notEqual(event?.requestId, undefined);
  });

  test(`${transport}: a listener that fails is reported and does not hurt the others`, async (t) => {
    const reports: unknown[] = [];
    const seen: number[] = [];
    const failure = new Error('listener');
    const { ask } = await open(
      t,
      transport,
      (app) => {
        app.onResponse(() => {
          throw failure;
        });
        app.onResponse(async () => {
          await Promise.resolve();
          throw failure;
        });
        app.onResponse(({ status }) => {
          seen.push(status);
        });
        routes(app);
      },
      { logger: { error: (message, error) => reports.push(message, error) } },
    );
    await ask('/none');
    await ask('/users/1');
    await eventually('reports', () => reports.length === 8);
    assert.deepEqual(seen, [404, 200]);
    assert.deepEqual(reports.slice(0, 2), ['a listener of app.onResponse failed:', failure]);
  });

  test(`${transport}: listeners of a router are told of its routes only`, async (t) => {
    const seen: string[] = [];
    const { ask } = await open(t, transport, (app) => {
      const api = new Router();
      api.get('/users', () => 'users');
      api.onResponse(({ path }) => {
        seen.push(`api ${path}`);
      });
      app.onResponse(({ path }) => {
        seen.push(`app ${path}`);
      });
      app.mount('/api', api);
      app.get('/other', () => 'other');
    });
    for (const path of ['/api/users', '/other', '/api/none']) await ask(path);
    await eventually('events', () => seen.length === 4);
    assert.deepEqual(seen, ['app /api/users', 'api /api/users', 'app /other', 'app /api/none']);
  });
}

for (const transport of socketTransports) {
  const start = async (
    t: Parameters<typeof serve>[0],
    setup: Setup,
    options: AppOptions = {},
  ): Promise<Served & { events: ResponseEvent[] }> => {
    const listened = listening(setup);
    return { ...(await serve(t, transport, listened.setup, options)), events: listened.events };
  };

  test(`${transport}: pipelined answers are told in the order in which they leave`, async (t) => {
    const gate = new Gate();
    const { events, connect } = await start(t, (app) => {
      app.get('/first', async () => {
        await gate.promise;
        return 'first';
      });
      routes(app);
    });
    const client = await connect();
    const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    client.write(one('/first') + one('/none') + one('/users/1'));
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    assert.equal(events.length, 0);
    gate.open();
    await client.answers(3);
    await received(events, 3);
    assert.deepEqual(
      events.map(({ path }) => path),
      ['/first', '/none', '/users/1'],
    );
  });

  test(`${transport}: bytes that are no request are told, with what can be read of them`, async (t) => {
    const { events, connect } = await start(t, routes);
    const heads: readonly (readonly [head: string, status: number, method: string, path: string])[] = [
      ['nonsense\r\n\r\n', 400, '', ''],
      ['GET /a?b HTTP/1.1\r\n\r\n', 400, 'GET', '/a'],
      ['BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n', 501, 'BREW', '/pot'],
      ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505, 'GET', '/'],
      [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'GET', `/${'a'.repeat(1023)}`],
    ];
    for (const [index, [head, status, method, path]] of heads.entries()) {
      const client = await connect();
      client.write(head);
      await client.answer();
      await received(events, index + 1);
      const event = events[index] as ResponseEvent;
      assert.deepEqual([event.status, event.method, event.path, event.isNative], [status, method, path, true]);
      client.destroy();
    }
  });

  test(`${transport}: what a client does not wait for is told as aborted, with its address`, async (t) => {
    const gate = new Gate();
    const { events, connect } = await start(t, (app) => {
      app.get('/waits', async () => {
        await gate.promise;
        return 'late';
      });
      app.get('/endless', async function* endless() {
        yield 'begun';
        await gate.promise;
      });
    });
    const waiting = await connect();
    waiting.write('GET /waits HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    waiting.socket.resetAndDestroy();
    await received(events, 1);
    const reading = await connect();
    reading.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await reading.until('the beginning', () => reading.bytes().includes('begun') || undefined);
    reading.socket.resetAndDestroy();
    await received(events, 2);
    assert.deepEqual(
      events.map(({ path, status, outcome, ip, context }) => [path, status, outcome, ip, context !== undefined]),
      [
        ['/waits', 0, 'aborted', '127.0.0.1', true],
        ['/endless', 200, 'aborted', '127.0.0.1', true],
      ],
    );
    gate.open();
  });

  test(`${transport}: a handler that is late and a request that is turned away are told`, async (t) => {
    const gate = new Gate<string>();
    const { events, connect } = await start(
      t,
      (app) => {
        app.get('/waits', { handlerTimeoutMs: 1000 }, () => gate.promise);
      },
      { server: { queue: { maxInFlight: 1, maxQueued: 0 } } },
    );
    const first = await connect();
    first.write('GET /waits HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually('a request', () => true);
    const second = await connect();
    second.write('GET /waits HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal((await second.answer()).status, 503);
    assert.equal((await first.answer()).status, 503);
    await received(events, 2);
    assert.deepEqual(
      events.map((event) => [...lineOf(event).slice(0, 3), event.route, event.isNative, event.context !== undefined]),
      [
        ['GET', '/waits', 503, '/waits', true, false],
        ['GET', '/waits', 503, '/waits', true, true],
      ],
    );
    gate.open('late');
  });

  test(`${transport}: a flood of what the core answers costs bounded memory, and what is lost is counted`, async (t) => {
    const { events, connect, app } = await start(t, routes);
    const client = await connect();
    const count = 5000;
    client.write('GET /none HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count));
    await client.answers(count);
    await eventually('all', () => events.length + app.getMetrics().http.droppedEvents === count);
    assert.ok(events.every(({ status, path }) => status === 404 && path === '/none'));
  });

  test(`${transport}: what is under way when the application stops is told`, async (t) => {
    const { events, connect, app } = await start(t, (application) => {
      application.get('/waits', () => new Promise(() => undefined));
    });
    const client = await connect();
    client.write('GET /waits HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually('the request', () => app.getMetrics().http.requests.pending === 1);
    await app.stop({ timeoutMs: 0 });
    await received(events, 1);
    assert.deepEqual([events[0]?.outcome, events[0]?.status], ['aborted', 0]);
  });

  test(`${transport}: files from memory are told`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'nexure-events-'));
    t.after(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'a.txt'), 'content');
    const { events, ask } = await start(t, (app) => {
      app.static('/files', directory);
    });
    let count = 0;
    const isHot = async (): Promise<boolean> => {
      await ask('/files/a.txt');
      count += 1;
      await received(events, count);
      return events.at(-1)?.isNative === true;
    };
    const deadline = performance.now() + 10_000;
    while (!(await isHot())) assert.ok(performance.now() < deadline, 'the file comes from memory');
    assert.deepEqual(lineOf(events.at(-1) as ResponseEvent), ['GET', '/files/a.txt', 200, 7, '/files/*', true]);
    await ask('/files/a.txt', { headers: { 'If-None-Match': '*' } });
    await received(events, count + 1);
    assert.deepEqual([events.at(-1)?.status, events.at(-1)?.bytes], [304, 0]);
  });
}

test('a listener is declared before the application starts', async (t) => {
  const { app } = await serve(t, 'uv', () => undefined);
  assert.throws(() => app.onResponse(() => undefined), { code: 'ERR_NEXURE_ROUTE_LATE' });
  assert.throws(() => createApp().onResponse(undefined as never), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
});

test('no context is kept beyond its event', async (t) => {
  const { events, setup } = listening(routes);
  const { app, ask } = await serve(t, 'uv', setup);
  const typed: Nexure = app;
  for (let index = 0; index < 50; index += 1) await ask(`/users/${index}`);
  await received(events, 50);
  assert.equal(new Set(events.map(({ context }) => context)).size, 50);
  assert.equal(typed.getMetrics().http.droppedEvents, 0);
});

test('an event has the address that the context has, behind trusted proxies too', async (t) => {
  const { events, setup } = listening((app) => {
    app.get('/', () => 'nobody asked');
    app.get('/asked', (context) => context.request.ip);
  });
  const { ask } = await serve(t, 'uv', setup, { server: { trustProxy: 'loopback' } });
  const headers = { 'X-Forwarded-For': '203.0.113.7' };
  await ask('/', { headers });
  assert.equal((await ask('/asked', { headers })).text(), '203.0.113.7');
  await ask('/');
  // The core has given it: nobody has read who stands behind the proxy.
  await ask('/nowhere', { headers });
  await received(events, 4);
  assert.deepEqual(
    events.map(({ ip }) => ip),
    ['203.0.113.7', '203.0.113.7', '127.0.0.1', '127.0.0.1'],
  );
});

test('a listener is outside of requests: event.context is the context, context() finds none', async (t) => {
  const found: unknown[] = [];
  const { ask } = await serve(
    t,
    'uv',
    (app) => {
      app.onResponse((event) => void found.push(find.find(), event.context?.app === app));
      app.get('/', () => find.find()?.request.path);
      app.get('/late', async () => find.find()?.request.path);
    },
    { asyncContext: true },
  );
  assert.equal((await ask('/')).text(), '/');
  assert.equal((await ask('/late')).text(), '/late');
  await eventually('both are told', () => found.length === 4);
  assert.deepEqual(found, [undefined, true, undefined, true]);
});
