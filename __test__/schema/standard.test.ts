// Schemas made by `t` as Standard Schemas: values are rewritten and checked natively, outside of any route.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { defineFormat, defineKeyword, jsonSchema, t } from '../../js/schema/index.ts';

import type { AnySchema } from '../../js/schema/index.ts';

const at = '2026-11-23T10:00:00Z';

const Order = t.object(
  {
    id: t.int64(),
    name: t.string().trim().lowercase().min(2),
    count: t.int().default(1),
    at: t.date(),
    note: t.string().nullable().optional(),
  },
  { unknown: 'strip' },
);

defineFormat('even-length', /^(?:..)*$/u);
defineKeyword('taken', {
  type: 'string',
  validate: async (values: readonly unknown[]) => Promise.resolve(values.map((value) => value !== 'ann')),
});

describe('~standard.validate', () => {
  for (const [what, schema, value, expected] of [
    [
      'rewrites by the schema',
      Order,
      { id: 1, name: ' ANN ', at, x: 1 },
      { id: 1n, name: 'ann', at: new Date(at), count: 1 },
    ],
    [
      'takes dates and bigints',
      Order,
      { id: 9_223_372_036_854_775_807n, name: 'ann', at: new Date(at) },
      { id: 9_223_372_036_854_775_807n, name: 'ann', at: new Date(at), count: 1 },
    ],
    ['takes text', t.string().email(), 'a@example.com', 'a@example.com'],
    ['takes anything', t.unknown(), [1, { a: null }], [1, { a: null }]],
    ['gives integers as text', t.int64({ as: 'string' }), 7, '7'],
    ['knows formats of the application', t.string({ format: 'even-length' }), 'ab', 'ab'],
    ['knows IP addresses', t.string().ip(), '::1', '::1'],
    ['knows URLs', t.string().url(), 'https://example.com/', 'https://example.com/'],
    ['follows tuples', t.tuple([t.string()], { rest: t.date() }), ['a', at], ['a', new Date(at)]],
    [
      'follows definitions',
      t.recursive('Tree', (self) => t.object({ at: t.date(), below: t.array(self) })),
      { at, below: [{ at, below: [] }] },
      { at: new Date(at), below: [{ at: new Date(at), below: [] }] },
    ],
    ['takes JSON Schema by hand', jsonSchema({ type: 'integer', minimum: 1 }), 1, 1],
  ] as const) {
    test(what, () => assert.deepEqual((schema as AnySchema)['~standard'].validate(value), { value: expected }));
  }

  test('tells all that is wrong, and where', () => {
    assert.deepEqual(Order['~standard'].validate({ id: 'x', name: ' a ', at: 'x' }), {
      issues: [
        { path: ['id'], code: 'type', message: 'must be integer' },
        { path: ['name'], code: 'minLength', message: 'must have at least 2 characters' },
        { path: ['at'], code: 'format', message: 'must be of the format "date-time"' },
      ],
    });
    assert.deepEqual(t.object({ 'a/b': t.array(t.int()) })['~standard'].validate({ 'a/b': [1, 'x'] }), {
      issues: [{ path: ['a/b', 1], code: 'type', message: 'must be integer' }],
    });
  });

  test('complains of what has no JSON form', () => {
    const loop: Record<string, unknown> = {};
    loop['a'] = loop;
    for (const value of [undefined, Number.NaN, () => 1, { a: Symbol('a') }, loop]) {
      const result = t.unknown()['~standard'].validate(value);
      assert.ok('issues' in result && result.issues?.length === 1, String(value));
    }
  });

  test('refuses integers that no number holds, unless they have 64 bits', () => {
    assert.ok('issues' in t.int()['~standard'].validate(9_007_199_254_740_993n));
    assert.deepEqual(t.uint64()['~standard'].validate(18_446_744_073_709_551_615n), {
      value: 18_446_744_073_709_551_615n,
    });
  });

  test('waits for keywords that are asynchronous', async () => {
    const Name = t.string().check('taken');
    assert.deepEqual(await Name['~standard'].validate('bob'), { value: 'bob' });
    const result = await Name['~standard'].validate('ann');
    assert.equal(result.issues?.[0]?.message !== undefined, true);
  });

  test('leaves the value as it is', () => {
    const value = Object.freeze({ id: 1, name: ' ANN ', at, x: 1 });
    Order['~standard'].validate(value);
    assert.equal(value.name, ' ANN ');
  });
});
