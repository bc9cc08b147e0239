// The lines of a call are those of pino, byte for byte, where pino's are JSON.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { pino } from 'pino';

import { createLogger } from '../../js/index.ts';
import { logged, Lines, logging } from './lines.ts';

import type { LoggerOptions as PinoOptions } from 'pino';
import type { Logger, LoggerOptions } from '../../js/index.ts';

interface Case {
  readonly call: (log: Logger) => void;
  /** For both. */
  readonly options?: LoggerOptions & PinoOptions;
}

class NotFound extends Error {
  readonly code = 'ENOENT';
  readonly details = { path: '/x' };
}

const cause = new Error('the inner one');
const error = new NotFound('the outer one', { cause });
const another = new Error('x');
const aggregate = new AggregateError([new TypeError('a'), new Error('b')], 'both');
const withInner = Object.assign(new Error('x'), { inner: new RangeError('y') });
const nameless = new (class extends Error {})('x');
const circular: Record<string, unknown> = { a: 1 };
circular['self'] = circular;
const nothing = Object.create(null) as Record<string, unknown>;
nothing['a'] = 1;

const cases: Readonly<Record<string, Case>> = {
  'a message': { call: (log) => log.info('hello') },
  'an empty message': { call: (log) => log.info('') },
  'a message with quotes, controls and other scripts': { call: (log) => log.info('"\\ \n\u0000\u007f\u2028 ü 漢 😀') },
  'a long message': { call: (log) => log.info('x"'.repeat(1000)) },
  'fields and a message': { call: (log) => log.info({ a: 1, b: 'x', c: true, d: null }, 'hello') },
  'fields only': { call: (log) => log.info({ a: 1 }) },
  'no arguments': { call: (log) => (log.info as () => void)() },
  'undefined and a message': { call: (log) => log.info(undefined, 'hello') },
  null: { call: (log) => log.info(null) },
  'null and a message': { call: (log) => log.info(null, 'hello') },
  'a number': { call: (log) => log.info(5) },
  NaN: { call: (log) => log.info(Number.NaN) },
  'a boolean': { call: (log) => log.info(false) },
  'a bigint': { call: (log) => log.info(12n) },
  'a function': { call: (log) => log.info(() => 1) },
  'an array': { call: (log) => log.info(['a', 'b'], 'hello') },
  'an object for a message': { call: (log) => log.info({ a: 1 }, { b: 2 } as unknown as string) },
  'fields without a JSON form': { call: (log) => log.info({ a: undefined, b: () => 1, c: Symbol('x'), d: 1 }) },
  'numbers without a JSON form': { call: (log) => log.info({ a: Number.NaN, b: -Infinity, c: -0, d: 1e21 }) },
  'nested fields': { call: (log) => log.info({ a: { b: { c: [1, 'x', null, undefined, { d: 1 }] } } }) },
  'dates, maps, sets and buffers': {
    call: (log) => log.info({ a: new Date(0), b: new Map([[1, 2]]), c: new Set([1]), d: Buffer.from('ab'), e: /x/ }),
  },
  'typed arrays': { call: (log) => log.info({ a: new Uint8Array([1, 2]), b: new DataView(new ArrayBuffer(2)) }) },
  'values with toJSON': {
    call: (log) => log.info({ a: { toJSON: () => ({ x: 1 }) }, b: { toJSON: () => undefined } }),
  },
  'an object without a prototype': { call: (log) => log.info({ nothing }) },
  'a circular object': { call: (log) => log.info({ circular }) },
  'an object twice': { call: (log) => log.info({ a: nothing, b: [nothing, nothing] }) },
  'bigints inside': { call: (log) => log.info({ a: { b: 12n } }) },
  'a field like the message': { call: (log) => log.info({ msg: 'own' }, 'given') },
  'a field like the message, without one': { call: (log) => log.info({ msg: 'own', err: another }) },
  'fields like level and time': { call: (log) => log.info({ level: 1, time: 2, pid: 3 }) },
  'a key with quotes': { call: (log) => log.info({ 'a"b\n': 1, __proto__x: 2, '': 3 }) },
  'an error': { call: (log) => log.error(error) },
  'an error and a message': { call: (log) => log.error(error, 'it failed') },
  'an error in a field': { call: (log) => log.error({ err: error, a: 1 }) },
  'an error in a field and a message': { call: (log) => log.error({ err: error }, 'it failed') },
  'what is like an error': { call: (log) => log.error({ err: { message: 'x', stack: 'y', a: 1 } }) },
  'no error where one is expected': { call: (log) => log.error({ err: 'text' }) },
  'an aggregate error': { call: (log) => log.error(aggregate) },
  'an error with an error in it': { call: (log) => log.error(withInner) },
  'a class without a name': { call: (log) => log.error(nameless) },
  'every placeholder': {
    call: (log) => log.info('%s %d %f %i %j %o %O %%', 'a', 1.5, 2.5, 3.7, { a: 1 }, [1], { b: { c: 1 } }),
  },
  'a placeholder without a value': { call: (log) => log.info('%s %d', 'a') },
  'a value without a placeholder': { call: (log) => log.info('a', 'b', { c: 1 }) },
  'no values': { call: (log) => log.info('100%% of %s') },
  'placeholders for nothing': { call: (log) => log.info('%s %d %i %j %s', null, null, undefined, undefined, 'x') },
  'objects for texts and numbers': { call: (log) => log.info('%s %d %i', { a: 1 }, [7], '8.9') },
  'texts and functions for JSON': {
    call: (log) =>
      log.info(
        '%j %o %O',
        'text',
        function named() {},
        () => 1,
      ),
  },
  'an unknown placeholder': { call: (log) => log.info('%x %s %', 'a', 'b') },
  'placeholders next to each other': { call: (log) => log.info('%s%s%%%d%', 'a', 'b', 1) },
  'fields and placeholders': { call: (log) => log.info({ a: 1 }, 'x %s', 'y') },
  'a child': { call: (log) => log.child({ a: 1, b: { c: 2 } }).info({ d: 3 }, 'x') },
  'a child of a child': { call: (log) => log.child({ a: 1 }).child({ a: 2, b: 3 }).info('x') },
  'a child with an error': { call: (log) => log.child({ err: error }).info('x') },
  'a child with names of options': {
    call: (log) => log.child({ level: 'x', serializers: 1, formatters: 2, customLevels: 3, ok: 1 }).info('x'),
  },
  'a child with a level': { call: (log) => log.child({}, { level: 'error' }).info('x') },
  'a child with a prefix': {
    call: (log) => log.child({}, { msgPrefix: 'a ' }).child({}, { msgPrefix: 'b ' }).info('x %s', 1),
  },
  'a child with serializers': {
    call: (log) => log.child({ a: 1 }, { serializers: { a: (a: unknown) => [a] } }).info({ a: 2 }),
  },
  'a child that is redacted': { call: (log) => log.child({ a: 1 }, { redact: ['a'] }).info({ a: 2, b: 3 }) },
  serializers: {
    options: {
      serializers: {
        user: (user: { id: number }) => user.id,
        gone: () => undefined,
        msg: (text: string) => text.toUpperCase(),
      },
    },
    call: (log) => log.info({ user: { id: 7, password: 'x' }, gone: 1 }, 'hello'),
  },
  'a serializer of errors': {
    options: { serializers: { err: (e: Error) => e.message } },
    call: (log) => log.error(error),
  },
  'other keys': {
    options: { messageKey: 'message', errorKey: 'error' },
    call: (log) => {
      log.error(error);
      log.error({ error }, 'x');
      log.error({ err: 1 }, 'x');
    },
  },
  'a name and a base': { options: { name: 'app', base: { a: 1, b: { c: 2 } } }, call: (log) => log.info('x') },
  formatters: {
    options: {
      base: { a: 1 },
      formatters: {
        level: (label, number) => ({ severity: label.toUpperCase(), number }),
        bindings: (bindings) => ({ ...bindings, added: true }),
        log: (fields) => ({ ...fields, logged: true }),
      },
    },
    call: (log) => {
      log.info({ x: 1 }, 'x');
      log.error('y');
      log.child({ b: 2 }).info('z');
    },
  },
  'a mixin': { options: { mixin: () => ({ a: 1, b: 2 }) }, call: (log) => log.info({ b: 3 }, 'x') },
  'a time of its own': { options: { timestamp: () => ',"at":"now"' }, call: (log) => log.info('x') },
  'redacted paths': {
    options: { redact: ['a', 'b.c', 'list[*].x', 'deep["k-1"].y', '*.password', 'msg2'] },
    call: (log) => {
      log.info({ a: { b: 1 }, b: { c: 1, d: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }], deep: { 'k-1': { y: 1, z: 2 } } });
      log.info({ user: { password: 'x', name: 'y' }, password: 'kept', b: null, list: 'text' });
      log.child({ b: { c: 1 } }).info('x');
      log.info('%j', { b: { c: 1, d: 2 } });
    },
  },
  'removed paths': {
    options: { redact: { paths: ['a', 'b.c'], remove: true } },
    call: (log) => log.info({ a: 1, b: { c: 1, d: 2 } }),
  },
  'a censor': {
    options: {
      redact: {
        paths: ['a', 'b.c'],
        censor: (value: unknown, path: readonly string[]) => `${String(value)} at ${path.join('/')}`,
      },
    },
    call: (log) => log.info({ a: 1, b: { c: 2, d: 3 } }),
  },
  levels: {
    options: { level: 'trace' },
    call: (log) => {
      for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const) log[level](level);
    },
  },
  'levels that change': {
    call: (log) => {
      const child = log.child({ child: 1 });
      const own = log.child({ own: 1 }, { level: 'trace' });
      log.level = 'error';
      for (const one of [log, child, own]) one.warn(one.level);
      child.level = 'warn';
      for (const one of [log, child, own]) one.warn(one.level);
      log.level = 'silent';
      for (const one of [log, child, own]) one.fatal(one.level);
    },
  },
  'nothing enabled': { options: { enabled: false }, call: (log) => log.fatal('x') },
};

describe('as pino', () => {
  for (const [name, { call, options = {} }] of Object.entries(cases)) {
    test(name, () => {
      const { log, lines } = logging({ ...options });
      const theirs = new Lines();
      call(log);
      call(pino({ base: null, timestamp: false, ...options }, theirs) as unknown as Logger);
      assert.deepEqual(lines.texts, theirs.texts);
    });
  }

  test('time, process and host are in every line', () => {
    const theirs = new Lines();
    const lines = new Lines();
    createLogger({ destination: lines }).info({ a: 1 }, 'x');
    pino({}, theirs).info({ a: 1 }, 'x');
    const [line] = lines.values;
    const [their] = theirs.values;
    assert.deepEqual(Object.keys(line ?? {}), Object.keys(their ?? {}));
    assert.deepEqual({ ...line, time: 0 }, { ...their, time: 0 });
    assert.ok(Math.abs(Number(line?.['time']) - Date.now()) < 10_000);
  });

  test('bindings are those of base and children', () => {
    const options = { base: { pid: 1, hostname: 'x', service: 's' } };
    const ours = logging(options)
      .log.child({ a: 1 })
      .child({ a: 2, b: undefined, c: { d: 1 } });
    const theirs = pino(options, new Lines())
      .child({ a: 1 })
      .child({ a: 2, b: undefined, c: { d: 1 } });
    assert.deepEqual(ours.bindings(), theirs.bindings());
  });

  test('isLevelEnabled tells which levels are written', () => {
    for (const level of ['trace', 'info', 'fatal', 'silent'] as const) {
      const ours = logging({ level }).log;
      const theirs = pino({ level }, new Lines());
      for (const asked of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent', 'verbose', 'toString']) {
        assert.equal(ours.isLevelEnabled(asked), theirs.isLevelEnabled(asked), `${asked} at ${level}`);
      }
      assert.equal(ours.level, theirs.level);
    }
  });
});

describe('otherwise than pino', () => {
  test('a lone surrogate is escaped instead of replaced', () => {
    const { log, lines } = logging();
    log.info({ '\ud800': 'a\udc00b' }, 'x\ud800');
    assert.deepEqual(lines.texts, ['{"level":30,"\\ud800":"a\\udc00b","msg":"x\\ud800"}\n']);
  });

  test('all of several objects for a message are in it', () => {
    const line = logged((log) => log.info({ a: 1 }, { b: 2 } as unknown as string, { c: 3 }, 'x'));
    assert.equal(line['msg'], '{"b":2} {"c":3} "x"');
  });

  test('a symbol for a message leaves the line JSON', () => {
    assert.deepEqual(
      logged((log) => log.info(Symbol('x'))),
      { level: 30 },
    );
  });

  test('errors are shown under any key, at any depth', () => {
    const line = logged((log) => log.info({ reason: another, list: [{ deep: another }] }));
    const shown = { type: 'Error', message: 'x', stack: another.stack };
    assert.deepEqual(line, { level: 30, reason: shown, list: [{ deep: shown }] });
  });

  test('toJSON is given its key, as by JSON.stringify', () => {
    assert.equal(logged((log) => log.info({ a: { toJSON: (key: string) => `${key}!` } }))['a'], 'a!');
  });
});
