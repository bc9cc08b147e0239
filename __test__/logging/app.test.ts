// The log of an application, over every way a request can come: who is told of what, and by which lines.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import { createApp } from '../../js/index.ts';
import { connectTo, socketTransports, transports } from '../harness/server.ts';
import { Lines } from './lines.ts';

import type { TestContext } from 'node:test';
import type { AppOptions, LoggingOptions, Nexure } from '../../js/index.ts';
import type { AnyTransport } from '../harness/server.ts';

interface Logged {
  readonly app: Nexure;
  readonly lines: Lines;
  /** Sends bytes, or a request for a target. */
  ask(target: string, init?: RequestInit): Promise<Response>;
}

async function logged(
  t: TestContext,
  transport: AnyTransport,
  logging: LoggingOptions,
  setup: (app: Nexure) => void,
  options: AppOptions = {},
): Promise<Logged> {
  const lines = new Lines();
  const isInjected = transport === 'inject';
  const app = createApp({
    logging: { destination: lines, ...logging },
    ...(isInjected ? {} : { transport }),
    ...options,
  });
  setup(app);
  t.after(() => app.stop({ timeoutMs: 0 }));
  if (isInjected) return { app, lines, ask: (target, init = {}) => app.request(target, init as object) };
  const { url = '' } = await app.start({ port: 0 });
  return { app, lines, ask: (target, init) => fetch(url + target, init) };
}

/** Waits until there are so many lines. */
async function untilLines({ lines }: Logged, count: number): Promise<Record<string, unknown>[]> {
  for (let tries = 0; lines.texts.length < count && tries < 500; tries += 1) await sleep(10);
  return lines.values;
}

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    test('ctx.log writes the id of its request, and is one object', async (t) => {
      const here = await logged(t, transport, { fields: { service: 's' } }, (app) => {
        app.get('/', (ctx) => {
          assert.equal(ctx.log, ctx.log);
          ctx.log.info({ a: 1 }, 'asked %s', 'politely');
          return ctx.requestId;
        });
      });
      const id = await (await here.ask('/')).text();
      const { pid, hostname, time, ...line } = here.lines.only;
      assert.deepEqual(line, { level: 30, service: 's', reqId: id, a: 1, msg: 'asked politely' });
      assert.deepEqual([typeof pid, typeof hostname, typeof time], ['number', 'string', 'number']);
    });

    test('an error that is answered with a 5xx has a line with the id and the route, one with a 4xx has none', async (t) => {
      const here = await logged(t, transport, {}, (app) => {
        app.get('/fails/:id', () => {
          throw new TypeError('broken');
        });
        app.get('/later', async () => Promise.reject(Object.assign(new Error('no'), { status: 404 })));
      });
      await (await here.ask('/fails/1')).text();
      const [line] = await untilLines(here, 1);
      assert.equal(line?.['level'], 50);
      assert.equal(line?.['msg'], 'GET /fails/:id failed');
      assert.equal(typeof line?.['reqId'], 'string');
      const { type, message, stack } = (line?.['err'] ?? {}) as Record<string, unknown>;
      assert.deepEqual([type, message], ['TypeError', 'broken']);
      assert.match(String(stack), /TypeError: broken\n/);
    });

    test('the access log has a line for every answer, also for native ones', async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'nexurejs-log-'));
      writeFileSync(join(directory, 'a.txt'), 'content');
      t.after(() => rmSync(directory, { recursive: true }));
      const here = await logged(t, transport, { access: { ignore: ['/health'] } }, (app) => {
        app.get('/users/:id', (ctx) => ({ id: ctx.params['id'] }));
        app.get('/health', () => 'ok');
        app.post('/small', { maxBodyBytes: 2 }, () => 'x');
        app.static('/files', directory);
      });
      const asked: [string, RequestInit?][] = [
        ['/health'],
        ['/users/5?token=secret'],
        ['/nowhere?token=secret'],
        ['/users/5', { method: 'DELETE' }],
        ['/small', { method: 'POST', body: 'too long' }],
        ['/files/a.txt'],
        ['/files/a.txt'],
      ];
      for (const [target, init] of asked) await (await here.ask(target, init)).arrayBuffer();
      const values = await untilLines(here, asked.length - 1);
      assert.deepEqual(
        values.map(({ method, path, route, status, level, outcome }) => [method, path, route, status, level, outcome]),
        [
          ['GET', '/users/5', '/users/:id', 200, 30, 'complete'],
          ['GET', '/nowhere', undefined, 404, 40, 'complete'],
          ['DELETE', '/users/5', undefined, 405, 40, 'complete'],
          ['POST', '/small', '/small', 413, 40, 'complete'],
          ['GET', '/files/a.txt', '/files/*', 200, 30, 'complete'],
          ['GET', '/files/a.txt', '/files/*', 200, 30, 'complete'],
        ],
      );
      assert.ok(!here.lines.texts.join('').includes('secret'));
      assert.equal(values[0]?.['bytes'], 10);
      assert.ok(Number(values[0]?.['durationMs']) >= 0);
    });

    test('a line of an answer has the id of its request, whether or not anybody has asked for it', async (t) => {
      const ids: string[] = [];
      const here = await logged(t, transport, { access: true }, (app) => {
        app.get('/named', (ctx) => {
          ids.push(ctx.requestId);
          return 'x';
        });
        app.get('/', () => 'x');
      });
      for (const target of ['/named', '/']) await (await here.ask(target)).text();
      const [named, other] = await untilLines(here, 2);
      assert.deepEqual([named?.['reqId']], ids);
      assert.equal(typeof other?.['reqId'], 'string');
      assert.notEqual(other?.['reqId'], ids[0]);
    });
  });
}

for (const transport of socketTransports) {
  test(`bytes that are no request, and clients that go, have a line over ${transport}`, async (t) => {
    const here = await logged(t, transport, { access: { format: 'combined', query: 'keep' } }, (app) => {
      app.get('/waits', () => new Promise(() => undefined));
      app.get('/quick', () => 'quick');
    });
    const address = here.app.address();
    assert.ok(address !== undefined);
    for (const [bytes, expected] of [
      ['garbage\r\n\r\n', /^127\.0\.0\.1 - - \[.{26}\] ".*" 400 \d+ "-" "-"\n$/],
      [
        `GET /quick?a="b HTTP/1.1\r\nHost: a\r\nReferer: r\r\nUser-Agent: u"\r\nAuthorization: Basic ${btoa('ada:x')}\r\n\r\n`,
        undefined,
      ],
      [
        `GET /quick?a=b HTTP/1.0\r\nHost: a\r\nReferer: r\r\nUser-Agent: u"\r\nAuthorization: Basic ${btoa('ada:x')}\r\n\r\n`,
        /^127\.0\.0\.1 - ada \[.{26}\] "GET \/quick\?a=b HTTP\/1\.0" 200 5 "r" "u\\""\n$/,
      ],
      ['GET /waits HTTP/1.1\r\nHost: a\r\n\r\n', /"GET \/waits HTTP\/1\.1" - - "-" "-"\n$/],
    ] as const) {
      here.lines.texts.length = 0;
      const client = await connectTo(address);
      client.write(bytes);
      await sleep(50);
      client.socket.resetAndDestroy();
      for (let tries = 0; here.lines.texts.length === 0 && tries < 300; tries += 1) await sleep(10);
      assert.equal(here.lines.texts.length, 1, bytes);
      if (expected !== undefined) assert.match(here.lines.texts[0] ?? '', expected);
    }
  });
}

describe('a logger of one’s own', () => {
  const setup = (app: Nexure): void => {
    app.get('/', (ctx) => {
      ctx.log.warn({ a: 1 }, 'asked');
      ctx.log.error(new Error('told'));
      throw new Error('thrown');
    });
  };

  test('of pino is used as it is, for everything', async (t) => {
    const lines = new Lines();
    const logger = pino({ base: null, timestamp: false, level: 'info' }, lines);
    const app = createApp({ logger, logging: { access: true } });
    setup(app);
    t.after(() => app.stop({ timeoutMs: 0 }));
    const { url = '' } = await app.start({ port: 0 });
    await (await fetch(url)).text();
    for (let tries = 0; lines.texts.length < 4 && tries < 300; tries += 1) await sleep(10);
    const { values } = lines;
    assert.deepEqual(
      values.map(({ level, msg }) => [level, msg]),
      [
        [40, 'asked'],
        [50, 'told'],
        [50, 'GET / failed'],
        [50, 'request completed'],
      ],
    );
    assert.equal(new Set(values.map(({ reqId }) => reqId)).size, 1);
    const { message } = (values[2]?.['err'] ?? {}) as Record<string, unknown>;
    assert.equal(message, 'thrown');
    assert.equal(app.log, logger as unknown);
  });

  test('with nothing but `error` is told of errors, with the errors themselves', async () => {
    const told: unknown[][] = [];
    const app = createApp({ logger: { error: (message, error) => void told.push([message, error]) } });
    setup(app);
    await app.request('/');
    app.log.error({ a: 1 }, 'fields');
    app.log.info('not this');
    assert.deepEqual(
      told.map(([message]) => message),
      ['told', 'GET / failed:', 'fields'],
    );
    assert.deepEqual(
      told.map(([, error]) => (error instanceof Error ? error.message : error)),
      ['told', 'thrown', { a: 1 }],
    );
  });

  test('that is false is told nothing', async () => {
    const app = createApp({ logger: false });
    setup(app);
    assert.equal((await app.request('/')).status, 500);
    assert.equal(app.log.isLevelEnabled('fatal'), false);
  });

  test('that fails takes no answer with it', async (t) => {
    t.mock.method(console, 'error', () => undefined);
    const fail = (): never => {
      throw new Error('the logger failed');
    };
    const failing = {
      trace: fail,
      debug: fail,
      info: fail,
      warn: fail,
      error: fail,
      fatal: fail,
      child: () => failing,
    };
    const app = createApp({ logger: failing, logging: { access: true } });
    app.get('/fails', () => {
      throw new Error('x');
    });
    app.get('/', () => 'x');
    assert.equal((await app.request('/fails')).status, 500);
    assert.equal((await app.request('/')).status, 200);
  });
});

describe('by default', () => {
  test('errors go to the console, and ctx.log writes those alone', async (t) => {
    const errors = t.mock.method(console, 'error', () => undefined);
    const app = createApp();
    app.get('/', (ctx) => {
      assert.deepEqual(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].filter((level) => ctx.log.isLevelEnabled(level)),
        ['error', 'fatal'],
      );
      throw new Error('x');
    });
    await app.request('/');
    assert.deepEqual(
      errors.mock.calls.map(({ arguments: [message] }) => message as unknown),
      ['GET / failed:'],
    );
  });

  test('logging: true writes lines of level info to standard output', () => {
    const { log } = createApp({ logging: true });
    assert.equal(log.level, 'info');
  });
});

test('app.stop has written what the hooks have logged', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'nexurejs-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'log');
  const own = join(directory, 'access');
  const app = createApp({ logging: { destination: path, access: { destination: own } } });
  app.get('/', () => 'x').onStop(() => app.log.info('stopping'));
  const { url = '' } = await app.start({ port: 0 });
  await (await fetch(url)).text();
  await app.stop({ idleMs: 0 });
  assert.match(readFileSync(path, 'utf8'), /"msg":"stopping"\}\n$/);
  assert.match(readFileSync(own, 'utf8'), /"status":200.*"msg":"request completed"\}\n$/);
});
