// Options are checked when they are given: an error names the path, and nothing is adjusted in silence.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';

import type { AppOptions, ListenOptions, StopOptions } from '../../js/index.ts';

const RANGES: Record<string, [least: number, most: number]> = {
  port: [0, 65_535],
  maxHeadBytes: [1024, 65_535],
  maxHeaderFields: [1, 256],
  maxTargetBytes: [128, 32_767],
  maxChunkExtensionBytes: [0, 65_536],
  maxChunkExtensionsBytes: [0, 1_048_576],
  maxChunkOverheadBytes: [1024, 1_073_741_824],
  maxTrailerBytes: [0, 65_535],
  maxTrailerFields: [0, 256],
  maxLeadingEmptyLines: [0, 100],
  maxDrainedBytes: [0, 1_073_741_824],
  drainTimeoutMs: [1000, 600_000],
  maxRequestsPerTurn: [1, 1024],
  maxUnsentBytes: [1024, 1_073_741_824],
  bodyRateGraceMs: [0, 86_400_000],
  maxBodyBytes: [0, 1_099_511_627_776],
  maxBufferedBodyBytes: [0, 1_073_741_824],
  maxPooledBytes: [0, 1_073_741_824],
  maxConnections: [1, 1_000_000],
  headTimeoutMs: [1000, 600_000],
  bodyTimeoutMs: [1000, 86_400_000],
  bodyStallTimeoutMs: [1000, 86_400_000],
  minBodyBytesPerSecond: [0, 1_000_000_000],
  handlerTimeoutMs: [1000, 86_400_000],
  keepAliveTimeoutMs: [1000, 86_400_000],
  sendTimeoutMs: [1000, 86_400_000],
  connectionLifetimeMs: [1000, 2_592_000_000],
};

const create = (options: unknown) => (): unknown => createApp(options as AppOptions);

function refuses(path: string, act: () => unknown): void {
  assert.throws(act, (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, 'ERR_NEXURE_OPTION_INVALID');
    assert.ok(error.message.includes(`option ${path} `), `${error.message} names ${path}`);
    return true;
  });
}

describe('options of createApp', () => {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    test(`server.${name} is an integer from ${least} to ${most}`, () => {
      for (const value of [least, most]) createApp({ server: { [name]: value } });
      for (const value of [
        least - 1,
        most + 1,
        least + 0.5,
        Number.NaN,
        Infinity,
        String(most),
        null,
        true,
        [most],
        {},
      ]) {
        refuses(`server.${name}`, create({ server: { [name]: value } }));
      }
    });
  }

  for (const [path, least, most, create1] of [
    ['server.pipelining.maxDepth', 1, 1024, (maxDepth: unknown) => ({ pipelining: { maxDepth } })],
    ['server.queue.maxInFlight', 1, 1_000_000, (maxInFlight: unknown) => ({ queue: { maxInFlight } })],
    ['server.queue.maxQueued', 0, 100_000, (maxQueued: unknown) => ({ queue: { maxQueued } })],
  ] as const) {
    test(`${path} is an integer from ${least} to ${most}`, () => {
      for (const value of [least, most, undefined]) create({ server: create1(value) })();
      for (const value of [least - 1, most + 1, 1.5, Number.NaN, '8', null, true, {}]) {
        refuses(path, create({ server: create1(value) }));
      }
    });
  }

  test('pipelining, queue, compression, decompression and signals are of their types', () => {
    for (const right of [false, {}]) create({ server: { pipelining: right } })();
    for (const wrong of [true, 8, null, []]) refuses('server.pipelining', create({ server: { pipelining: wrong } }));
    for (const wrong of [false, 8, null, []]) refuses('server.queue', create({ server: { queue: wrong } }));
    refuses('server.queue.perRoute', create({ server: { queue: { perRoute: 1 } } }));
    for (const right of [true, false, {}]) create({ compression: right, signals: right })();
    for (const wrong of ['gzip', 1, null]) refuses('compression', create({ compression: wrong }));
    refuses('compression.level', create({ compression: { level: 1 } }));
    for (const wrong of ['gzip', 1, null, {}]) refuses('decompression', create({ decompression: wrong }));
    for (const wrong of ['SIGTERM', 1, null, []]) refuses('signals', create({ signals: wrong }));
    refuses('signals.idleMs', create({ signals: { idleMs: -1 } }));
  });

  test('options that are undefined are as if they were not there', () => {
    createApp({ server: Object.fromEntries(Object.keys(RANGES).map((name) => [name, undefined])) } as AppOptions);
    createApp(undefined);
    createApp({});
  });

  test('unknown options are refused with their path', () => {
    refuses('sever', create({ sever: {} }));
    refuses('server.maxBodySize', create({ server: { maxBodySize: 1 } }));
    refuses('server.Port', create({ server: { Port: 1 } }));
  });

  test('options that are no objects are refused', () => {
    for (const wrong of [null, 'x', 1, [], () => undefined]) {
      refuses('options', create(wrong));
      refuses('server', create({ server: wrong }));
    }
  });

  test('hostname, https, transport and logger are of their types', () => {
    for (const wrong of ['', 1, null]) refuses('server.hostname', create({ server: { hostname: wrong } }));
    for (const wrong of ['x', 1, null]) refuses('server.https', create({ server: { https: wrong } }));
    for (const wrong of ['', 'UV', 1, null]) refuses('transport', create({ transport: wrong }));
    refuses('transport', create({ transport: 'uv', server: { https: {} } }));
    for (const wrong of [true, null, 'x', {}, { error: 'x' }, () => undefined])
      refuses('logger', create({ logger: wrong }));
  });
});

describe('options of start and stop', () => {
  const LISTEN: Record<string, Record<string, unknown[]>> = {
    'start.port': { port: [-1, 65_536, 1.5, Number.NaN, '80', null] },
    'start.host': { host: ['', 1, null] },
    'start.path': { path: ['', 1, null, 'a\0b'] },
    'start.fd': { fd: [-1, 1.5, '3', null, 2 ** 31] },
    'start.reusePort': { reusePort: [1, 'true', null] },
    'start.ipv6Only': { ipv6Only: [1, 'true', null] },
    'start.backlog': { backlog: [0, 65_536, 1.5, '1', null] },
  };
  for (const [path, values] of Object.entries(LISTEN)) {
    for (const [name, wrongs] of Object.entries(values)) {
      test(`${path} rejects what is out of range or of another type, and the application can start afterwards`, async (t) => {
        for (const wrong of wrongs) {
          const app = createApp({ logger: false });
          t.after(() => app.stop());
          const options = { [name]: wrong } as ListenOptions;
          // `null` stands for "not given" nowhere else, so not here.
          await assert.rejects(app.start(options), (error: NodeJS.ErrnoException) => {
            assert.equal(error.code, 'ERR_NEXURE_OPTION_INVALID', `${path}: ${String(wrong)}: ${error.message}`);
            assert.ok(error.message.includes(path), error.message);
            return true;
          });
          await app.start({ port: 0 });
          await app.stop();
        }
      });
    }
  }

  test('start refuses unknown options and two places at once', async () => {
    const app = createApp();
    for (const options of [{ prot: 1 }, { path: '/x', port: 1 }, { fd: 3, path: '/x' }, { fd: 3, host: 'a' }]) {
      await assert.rejects(app.start(options as ListenOptions), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });

  test('stop refuses what is out of range, and unknown options', async () => {
    const app = createApp();
    for (const options of [
      { timeoutMs: -1 },
      { timeoutMs: 3_600_001 },
      { timeoutMs: Number.NaN },
      { timeoutMs: '1' },
      { idleMs: -1 },
      { idleMs: 600_001 },
      { timeout: 1 },
    ]) {
      await assert.rejects(app.stop(options as StopOptions), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });
});
