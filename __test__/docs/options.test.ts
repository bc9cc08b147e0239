// The tables of options in docs/guide have the numbers that the code has: each range is tried, each default compared.
//
// Checked is every table whose header is `| option of NAME | range | default | ...`, with NAME a key of `subjects`.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { resolveCompression } from '../../js/body/compression.ts';
import { resolveLimits } from '../../js/body/parts-options.ts';
import { resolveStaticOptions } from '../../js/files/static-options.ts';
import { BufferPool, createApp } from '../../js/index.ts';
import { resolveLogger } from '../../js/logging/options.ts';
import { SchemaValidator } from '../../js/native-api/index.ts';
import { resolveOptions, resolveStop } from '../../js/options.ts';
import { resolveInput } from '../../js/validation/input-options.ts';
import { resolveJsonLimits, resolveSchemaOptions } from '../../js/validation/schema-options.ts';
import { start } from '../harness/child.ts';

import type { SchemaValidatorOptions } from '../../js/native-api/index.ts';
import type { AppOptions, BufferPoolOptions, RouteSettings, StaticOptions, StopOptions } from '../../js/index.ts';

interface Subject {
  /** Uses options of this kind; throws when they are out of range. */
  readonly use: (options: object) => unknown;
  /** The defaults that are numbers. */
  readonly defaults: Readonly<Record<string, number>>;
  /** Names that stand in the table although they have no number for a default. */
  readonly others?: readonly string[];
}

const { port, engine } = resolveOptions();
const { maxConnections: _, maxPipelined, maxInFlight, maxQueued, ...numbers } = engine;
const { maxHeadBytes: maxPartHeadBytes, maxHeadLines: maxPartHeaders, ...limits } = resolveLimits();
const { limits: limitsOfLines } = resolveLogger().settings;
const { hot, maxRanges, cacheControl } = resolveStaticOptions();
const compression = resolveCompression(true);
const noHandler = (): undefined => undefined;

const subjects: Readonly<Record<string, Subject>> = {
  server: {
    use: (server) => createApp({ server } as AppOptions),
    defaults: {
      ...numbers,
      port,
      'pipelining.maxDepth': maxPipelined,
      'queue.maxInFlight': maxInFlight,
      'queue.maxQueued': maxQueued,
    },
    others: ['maxConnections'],
  },
  'a route': {
    use: (settings) => createApp().get('/', settings as RouteSettings, noHandler),
    defaults: {},
    others: ['maxBodyBytes', 'handlerTimeoutMs', 'concurrency'],
  },
  stop: {
    use: (options) => resolveStop('stop', options as StopOptions),
    defaults: { ...resolveStop('stop', {}) },
  },
  'a schema': {
    use: (options) => new SchemaValidator(options as SchemaValidatorOptions),
    defaults: { maxErrors: resolveSchemaOptions('options').maxErrors },
  },
  limits: {
    use: (options) => resolveJsonLimits('limits', options),
    defaults: Object.fromEntries(
      Object.entries(resolveJsonLimits('limits')).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    ),
  },
  validation: {
    use: (validation) => createApp({ validation } as AppOptions),
    defaults: { maxErrors: resolveInput('options', undefined, {}).maxErrors },
  },
  parts: {
    use: (options) => resolveLimits(options),
    defaults: { ...limits, maxPartHeadBytes, maxPartHeaders },
  },
  compression: {
    use: (options) => resolveCompression(options),
    defaults: {
      minBytes: compression?.minBytes ?? NaN,
      'levels.br': compression?.levels.br ?? NaN,
      'levels.gzip': compression?.levels.gzip ?? NaN,
    },
  },
  static: {
    use: (options) => createApp().static('/files', '/tmp', options as StaticOptions),
    defaults: {
      maxAgeMs: Number(/max-age=(\d+)/.exec(cacheControl ?? '')?.[1]) * 1000,
      maxRanges,
      'hot.maxFileBytes': hot?.maxFileBytes ?? NaN,
      'hot.maxBytes': hot?.maxBytes ?? NaN,
    },
  },
  createLogger: {
    use: (options) => resolveLogger(options),
    defaults: { ...limitsOfLines, 'destination.maxBuffered': 4_194_304 },
  },
  bufferPool: {
    use: (options) => new BufferPool(options as BufferPoolOptions),
    defaults: { maxBytes: mostBytes(new BufferPool()), maxKeptBytes: new BufferPool().stats().maxKeptBytes },
  },
};

/** What the error for too large a buffer says. */
function mostBytes(pool: BufferPool): number {
  try {
    pool.acquire(Infinity);
  } catch (error) {
    return Number(/from 1 to (\d+)/.exec(String(error))?.[1]);
  }
  return NaN;
}

interface Row {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** NaN for one that is no number. */
  readonly byDefault: number;
}

/** The rows of all tables about a subject that have a range of numbers. */
function rowsOf(text: string, subject: string): Row[] {
  const rows: Row[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    const header = /^\| option of (.+?) \| range \| default \|/.exec(line);
    if (header !== null) isInside = header[1]?.replaceAll('`', '') === subject;
    else if (!line.startsWith('|')) isInside = false;
    const [, name = '', least, most, byDefault] =
      /^\| `([\w.]+)` \| (\d[\d,]*)-([\d,]+) \| ([^|]+) \|/.exec(isInside ? line : '') ?? [];
    if (least === undefined) continue;
    const [low = NaN, high = NaN, middle = NaN] = [least, most, byDefault].map((number) =>
      Number(number?.replaceAll(',', '')),
    );
    rows.push({ name, least: low, most: high, byDefault: middle });
  }
  return rows;
}

/** The options with one of them set, by its dotted name. */
function optionsWith(name: string, value: number): object {
  return name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

const folder = new URL('../../docs/guide/', import.meta.url);
const pages = (await readdir(folder)).filter((name) => name.endsWith('.md'));
const text = (await Promise.all(pages.map((name) => readFile(new URL(name, folder), 'utf8')))).join('\n\n');

describe('the tables of options', () => {
  test('are each about something that is checked here', () => {
    const named = [...text.matchAll(/^\| option of (.+?) \|/gm)].map(([, name = '']) => name.replaceAll('`', ''));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(subjects).sort());
  });

  for (const [subject, { use, defaults, others = [] }] of Object.entries(subjects)) {
    const rows = rowsOf(text, subject);

    test(`have every number of ${subject}, each once`, () => {
      assert.deepEqual(rows.map(({ name }) => name).sort(), [...Object.keys(defaults), ...others].sort());
    });

    for (const { name, least, most, byDefault } of rows) {
      test(`give the range and the default of ${name} of ${subject}`, () => {
        for (const value of [least, most]) use(optionsWith(name, value));
        for (const value of [least - 1, most + 1]) {
          assert.throws(() => use(optionsWith(name, value)), { code: 'ERR_NEXURE_OPTION_INVALID' });
        }
        assert.equal(byDefault, defaults[name] ?? NaN);
      });
    }
  }
});

const noLimit = process.platform === 'win32' && 'Windows has no limit of descriptors';

test('a server that is not told takes nine tenths of its free descriptors', { skip: noLimit }, async (t) => {
  const descriptors = 500;
  const child = start(t, 'listener.ts', {
    node: 'sh',
    flags: ['-c', `ulimit -n ${descriptors} && exec "$0" "$@"`, process.execPath],
    args: ['uv', '{"port":0}'],
  });
  const address = (await child.line()) as { port: number };
  const seen = { answered: 0, cut: 0, at: performance.now() };
  const sockets = Array.from({ length: descriptors }, () => {
    const socket = connect(address.port, '127.0.0.1').on('error', () => {
      seen.cut += 1;
    });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    return socket.once('data', () => {
      seen.answered += 1;
      seen.at = performance.now();
    });
  });
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  while (seen.answered === 0 || performance.now() - seen.at < 500) await sleep(50);
  // Node itself has a few dozen open.
  const most = seen.answered;
  assert.ok(most > 0.9 * (descriptors - 80) && most < 0.9 * descriptors, `${most} connections`);
  sockets[0]?.destroy();
  while (seen.answered === most) await sleep(50);
  assert.equal(seen.cut, 0, 'who has no place waits');
});
