// Whatever is logged, there is one line of JSON, of bounded length, and no exception.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { logged, logging } from './lines.ts';

import type { Logger } from '../../js/index.ts';

const thrower = (): never => {
  throw new Error('gotcha');
};

/** A proxy of which everything throws. */
function allThrows(target: object = {}): object {
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'set', 'defineProperty'];
  return new Proxy(target, Object.fromEntries(traps.map((name) => [name, thrower])));
}

/** A proxy whose every property is such a proxy again. */
function endless(): object {
  return new Proxy(
    {},
    {
      get: (_, key) => (typeof key === 'symbol' || key === 'toJSON' ? undefined : endless()),
      ownKeys: () => Array.from({ length: 50 }, (_, index) => `key${index}`),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    },
  );
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { value } : [value];
  return value;
}

/** Twice as many paths as objects. */
function lattice(depth: number): object {
  let value: object = { x: 1 };
  for (let level = 0; level < depth; level += 1) value = { left: value, right: value };
  return value;
}

class Misleading extends Error {
  override get message(): string {
    return thrower();
  }
  override get stack(): string {
    return thrower();
  }
  override get name(): string {
    return thrower();
  }
  override get cause(): unknown {
    return thrower();
  }
}

const loop = new Error('a');
loop.cause = new Error('b', { cause: loop });

let chain = new Error('0');
for (let index = 1; index < 1000; index += 1) chain = new Error(String(index), { cause: chain });

const hostile: Readonly<Record<string, unknown>> = {
  'a proxy that throws': allThrows(),
  'an array proxy that throws': allThrows([]),
  'a revoked proxy': revoked({}),
  'a revoked array proxy': revoked([]),
  'an endless proxy': endless(),
  'an array that claims to be endless': new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 : 'x') }),
  'an array whose length is nonsense': new Proxy([], { get: (_, key) => (key === 'length' ? 'x' : undefined) }),
  'getters that throw': Object.defineProperty({}, 'x', { get: thrower, enumerable: true }),
  'toJSON that throws': { toJSON: thrower },
  'toJSON that gives itself': {
    toJSON(): unknown {
      return this;
    },
  },
  'toJSON that gives another with toJSON': { toJSON: () => ({ toJSON: thrower, a: 1 }) },
  'an error whose getters throw': new Misleading(),
  'an error that is its own cause': loop,
  'a long chain of causes': chain,
  'an error with a frozen prototype': Object.freeze(new Error('x')),
  'an error with a key __proto__': Object.defineProperty(new Error('x'), '__proto__', {
    value: { a: 1 },
    enumerable: true,
  }),
  'a huge string': 'x'.repeat(50_000_000),
  'a huge string of quotes': '"'.repeat(10_000_000),
  'a huge key': { ['k'.repeat(10_000_000)]: 1 },
  'a huge bigint': 10n ** 100_000n,
  'a huge array': Array.from({ length: 1_000_000 }, () => undefined),
  'a huge object': Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, undefined])),
  'a huge buffer': Buffer.alloc(50_000_000),
  'a huge sparse array': Object.assign([], { length: 4_000_000_000 }),
  'deep nesting': nested(100_000),
  'a lattice': lattice(60),
  'a symbol': Symbol('x'),
  'what has no text': Object.assign(Object.create(null) as object, {
    toString: thrower,
    valueOf: thrower,
    [Symbol.toPrimitive]: thrower,
  }),
  'an invalid date': new Date(Number.NaN),
  'a process': process,
  'all globals': globalThis,
};

const ways: Readonly<Record<string, (log: Logger, value: unknown) => void>> = {
  'as the only argument': (log, value) => log.info(value),
  'with a message': (log, value) => log.info(value, 'the message'),
  'as a field': (log, value) => log.info({ before: 1, value, after: 2 }, 'the message'),
  'as the error': (log, value) => log.info({ err: value }, 'the message'),
  'in the message': (log, value) => log.info('%s %d %i %j %o', value, value, value, value, value),
  'as the message': (log, value) => log.info({}, value as string),
  'as bindings': (log, value) => log.child(value as Record<string, unknown>).info('the message'),
  'as a binding': (log, value) => log.child({ value }).info('the message'),
};

describe('a value that is meant to harm', () => {
  for (const [name, value] of Object.entries(hostile)) {
    test(`${name} gives one line`, () => {
      for (const [way, call] of Object.entries(ways)) {
        if (way === 'as bindings' && typeof value !== 'object') continue;
        for (const options of [{}, { redact: ['value.*.x', '*.left', 'a[*].b'] }, { format: 'pretty' as const }]) {
          const { log, lines } = logging(options);
          const began = performance.now();
          call(log, value);
          const tookMs = performance.now() - began;
          assert.ok(tookMs < 1500, `${way} took ${tookMs} ms`);
          assert.equal(lines.texts.length, 1, way);
          if (options.format === 'pretty') continue;
          assert.ok(lines.only['level'] === 30, way);
          assert.ok((lines.texts[0]?.length ?? 0) < 4 * 262_144, `${way}: ${lines.texts[0]?.length} characters`);
        }
      }
    });
  }

  test('the message stays when the fields fill the line', () => {
    const line = logged((log) => log.info({ many: Array(100).fill('x'.repeat(100_000)) }, 'the message'));
    assert.equal(line['msg'], 'the message');
    assert.equal((line['many'] as unknown[]).at(-1), '[Truncated]');
  });

  test('what one value spoils leaves the others', () => {
    const line = logged((log) =>
      log.info({
        before: 1,
        value: allThrows(),
        after: 2,
        get own() {
          return thrower();
        },
      }),
    );
    assert.deepEqual(line, { level: 30, before: 1, value: '[Throws]', after: 2, own: '[Throws]' });
  });

  test('a serializer, a mixin, a formatter and a censor that throw leave the line', () => {
    const options = {
      serializers: { a: thrower },
      mixin: thrower,
      formatters: { log: thrower },
      redact: { paths: ['b'], censor: thrower },
    };
    const line = logged((log) => log.info({ a: 1, b: 2, c: 3 }, 'x'), options);
    assert.deepEqual(line, { level: 30, a: '[Throws]', b: '[Redacted]', c: 3, msg: 'x' });
  });

  test('a getter that logs has its own line', () => {
    const { log, lines } = logging();
    log.info({
      get a() {
        log.info('inner');
        return 1;
      },
    });
    assert.deepEqual(lines.values, [
      { level: 30, msg: 'inner' },
      { level: 30, a: 1 },
    ]);
  });

  test('an error is not changed', () => {
    const error = Object.assign(new Error('x', { cause: new Error('y') }), { a: 1 });
    const before = Object.getOwnPropertyNames(error);
    logged((log) => log.error(error));
    assert.deepEqual(Reflect.ownKeys(error), before);
  });
});

describe('the bounds of a line', () => {
  test('strings are cut with a note', () => {
    const line = logged((log) => log.info({ a: 'x'.repeat(20) }, 'y'.repeat(17)), { maxStringLength: 16 });
    assert.deepEqual(line, { level: 30, a: `${'x'.repeat(16)}... [4 more]`, msg: `${'y'.repeat(16)}... [1 more]` });
  });

  test('keys and elements are cut with a note', () => {
    const line = logged((log) => log.info({ a: [1, 2, 3, 4], b: { x: 1, y: 2, z: 3 } }), { edgeLimit: 2 });
    assert.deepEqual(line, { level: 30, a: [1, 2, '2 not written'], b: { x: 1, y: 2, '...': '1 not written' } });
  });

  test('deep values are named only', () => {
    const line = logged((log) => log.info({ a: { b: { c: {} }, d: { e: [] } } }), { depthLimit: 2 });
    assert.deepEqual(line, { level: 30, a: { b: { c: '[Object]' }, d: { e: '[Array]' } } });
  });

  test('a line that is full says so', () => {
    const line = logged((log) => log.info({ a: 'x'.repeat(400), b: 1, c: 2 }, 'message'), { maxLineLength: 256 });
    assert.deepEqual(line, { level: 30, a: 'x'.repeat(400), '...': '[Truncated]', msg: 'message' });
  });

  test('bytes are counted instead of listed', () => {
    assert.equal(logged((log) => log.info({ a: Buffer.alloc(2000) }))['a'], '[2000 bytes]');
  });
});
