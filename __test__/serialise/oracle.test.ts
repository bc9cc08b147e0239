// Whatever a value holds, both ways of writing it give the text of `JSON.stringify`.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Serializer } from '../../js/serialize/serializer.ts';

import type { JsonSchemaObject } from '../../js/validation/parts.ts';

/** A generator of numbers that can be begun anew (Mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a serializer writes natively; `undefined` where it says that it cannot. */
function written(serializer: Serializer, value: unknown, room = 0): string | undefined {
  if (!serializer.gather(value)) return undefined;
  const bytes = Buffer.alloc(room);
  const length = serializer.write(bytes, 0);
  return (length <= room ? bytes.subarray(0, length) : Buffer.from(serializer.take(length))).toString();
}

function check(schema: JsonSchemaObject, value: unknown, what?: string): void {
  const serializer = new Serializer(schema, true);
  const expected = JSON.stringify(value) as string | undefined;
  assert.equal(serializer.text(value), expected, what);
  // Twice: what was learned by the first time must not change the second.
  for (let time = 0; time < 2; time += 1) {
    const native = written(serializer, value);
    if (native !== undefined) assert.equal(native, expected, what);
  }
}

const UNITS = [
  'a',
  'Z',
  ' ',
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u001f',
  '\u007f',
  'é',
  '€',
  '\u2028',
  '\ud83d',
  '\ude00',
  '😀',
];
const NUMBERS = [0, -0, 1, -1, 9, 10, 99, 100, 999, 1000, 12_345_678, 99_999_999, 100_000_000, 2 ** 53, -(2 ** 53) - 2]
  .concat([
    0.1,
    -0.5,
    1.005,
    4.625,
    1e21,
    1e-7,
    1.5e300,
    5e-324,
    Number.MAX_VALUE,
    123456.789,
    0.001,
    0.0005,
    1e12 + 0.5,
  ])
  .concat([NaN, Infinity, -Infinity]);

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
  get length(): number {
    return this.x;
  }
}

const inherited: unknown = Object.assign(Object.create({ id: 7, inherited: true }) as object, { name: 'own' });
const withGetter = {
  get id(): number {
    return 3;
  },
  name: 'got',
};
const hidden: unknown = Object.defineProperty({ id: 1 }, 'name', { value: 'hidden', enumerable: false });
const symbols = { [Symbol('id')]: 1, id: 2, name: Symbol('name') };
const keyed = { toJSON: (key: string) => `under ${key}` };

const holes = [1, 2, 3];
delete holes[1];

/** Values that are not what they look like, in any place. */
const ODD: unknown[] = [
  null,
  undefined,
  true,
  false,
  'text',
  '',
  1,
  NaN,
  () => 1,
  Symbol('s'),
  {},
  [],
  [[]],
  new Date(0),
  new Date(NaN),
  new Map([[1, 2]]),
  new Set([1]),
  /x/,
  new Error('no'),
  new Uint8Array(2),
  Object(1),
  Object('boxed'),
  Object(true),
  new Point(1),
  inherited,
  withGetter,
  hidden,
  symbols,
  keyed,
  { id: undefined, name: 'n' },
  { name: 'n', id: 1 },
  { more: 1, id: 2 },
  { id: 1, name: 'n', more: { deep: [1] } },
  Object.create(null),
  Object.assign(Object.create(null) as object, { id: 5 }),
  { 1: 'one', id: 1, 0: 'zero' },
  { toJSON: 1, id: 1 },
  { toJSON: () => ({ id: 9 }) },
  { toJSON: () => undefined },
  JSON.parse('{"__proto__":1,"id":2}'),
  Object.assign([1, 2], { id: 1 }),
  holes,
  [undefined, () => 1],
  Object.setPrototypeOf([], null),
  new Proxy({ id: 1, name: 'proxied' }, {}),
  new Proxy([1], {}),
  Object.freeze({ id: 1 }),
];

const SCALARS: JsonSchemaObject[] = [
  { type: 'string' },
  { type: 'integer' },
  { type: 'number' },
  { type: 'boolean' },
  { type: ['string', 'null'] },
  { type: ['number', 'null'] },
  { enum: ['a', 'b', null] },
  { const: 'a' },
  {},
  { anyOf: [{ type: 'string' }, { type: 'number' }] },
  { anyOf: [{ type: 'object', properties: { id: { type: 'integer' } } }, { type: 'null' }] },
];
const PERSON = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };

test('every odd value in every place is written as JSON.stringify writes it', () => {
  for (const [at, value] of ODD.entries()) {
    for (const schema of [...SCALARS, PERSON, { type: 'array', items: PERSON }]) {
      const what = `value ${at} by ${JSON.stringify(schema)}`;
      check(schema, value, what);
      check({ type: 'array', items: schema }, [value, value], what);
      check({ type: 'object', properties: { id: schema, name: schema } }, { id: value, name: value }, what);
      check({ type: 'object', properties: { id: schema } }, { id: value, other: value }, what);
    }
  }
});

test('strings of every kind of unit are escaped as JSON.stringify escapes them', () => {
  const random = randomFrom(1);
  for (let count = 0; count < 3000; count += 1) {
    const some = count % 3 === 0 ? UNITS : UNITS.slice(0, count % 2 === 0 ? 3 : 9);
    const text = (): string =>
      Array.from({ length: Math.floor(random() * 40) }, () => some[Math.floor(random() * some.length)]).join('');
    // A pair whose halves belong to two strings must not become one character.
    check({ type: 'array', items: { type: 'string' } }, [text(), text(), '\ud83d', '\ude00', text()]);
  }
});

test('numbers are written with the digits of JSON.stringify', () => {
  const random = randomFrom(2);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  const numbers = [...NUMBERS];
  for (let count = 0; count < 20_000; count += 1) {
    words[0] = random() * 2 ** 32;
    words[1] = random() * 2 ** 32;
    numbers.push(bits[0] as number);
    // Decimals of few digits, which have a way of their own.
    numbers.push(Math.round((random() - 0.5) * 10 ** (count % 16)) / 10 ** (count % 5));
    numbers.push(Math.round((random() - 0.5) * 2 ** (count % 54)));
  }
  check({ type: 'array', items: { type: 'number' } }, numbers);
});

test('random values of random schemas are written as JSON.stringify writes them', () => {
  const random = randomFrom(3);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <Of>(list: readonly Of[]): Of => list[below(list.length)] as Of;
  const KEYS = [
    'id',
    'name',
    'a "quoted" key',
    'é',
    'tags',
    'a key that is longer than one block of bytes can be',
    '7',
  ];

  function schemaOf(depth: number): JsonSchemaObject {
    const kind = below(depth > 3 ? 1 : 4);
    if (kind === 1) return { type: 'array', items: schemaOf(depth + 1) };
    if (kind > 1) {
      const keys = KEYS.filter(() => random() < 0.6);
      return { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, schemaOf(depth + 1)])) };
    }
    return pick(SCALARS);
  }
  function valueOf(schema: JsonSchemaObject): unknown {
    if (random() < 0.03) return pick(ODD);
    const { type, items, properties } = schema as { type?: string; items?: JsonSchemaObject; properties?: object };
    if (items !== undefined) return Array.from({ length: below(5) }, () => valueOf(items));
    if (properties !== undefined) {
      const entries = Object.entries(properties as Record<string, JsonSchemaObject>).filter(() => random() < 0.9);
      if (random() < 0.2) entries.reverse();
      if (random() < 0.1) entries.push(['unknown', pick(SCALARS)]);
      return Object.fromEntries(entries.map(([key, inner]) => [key, valueOf(inner)]));
    }
    if (type === 'string') return pick(UNITS).repeat(below(20));
    if (type === 'boolean') return random() < 0.5;
    return type === undefined ? pick(ODD) : pick(NUMBERS);
  }
  for (let count = 0; count < 4000; count += 1) {
    const schema = schemaOf(0);
    const serializer = new Serializer(schema, true);
    for (let time = 0; time < 5; time += 1) {
      const value = valueOf(schema);
      const expected = JSON.stringify(value) as string | undefined;
      const what = JSON.stringify(schema);
      assert.equal(serializer.text(value), expected, what);
      const native = written(serializer, value, below(2) * 4096);
      if (native !== undefined) assert.equal(native, expected, what);
    }
  }
});

test('objects of many members, deep ones and large ones are written whole', () => {
  const keys = Array.from({ length: 100 }, (_, index) => `key${index}`);
  const wide = { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, { type: 'integer' }])) };
  check(wide, Object.fromEntries(keys.map((key, index) => [key, index])));
  check(wide, Object.fromEntries(keys.filter((_, index) => index % 3 > 0).map((key, index) => [key, index])));
  const tree = { type: 'object', properties: { id: { type: 'integer' }, child: { $ref: '#' } } };
  let deep: unknown = { id: 0 };
  for (let depth = 1; depth < 500; depth += 1) deep = { id: depth, child: deep };
  check(tree, deep);
  const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `row ${id}` }));
  check({ type: 'array', items: PERSON }, rows);
  check(
    { type: 'array', items: { type: 'number' } },
    Array.from({ length: 400_000 }, (_, index) => index / 8),
  );
});

test('members come in the order of the object, whatever that of the schema, and however many orders there are', () => {
  const letters = ['a', 'b', 'c', 'd', 'e'];
  const schema = {
    type: 'object',
    properties: Object.fromEntries(letters.map((letter) => [letter, { type: 'string' }])),
  };
  const random = randomFrom(4);
  const rows = Array.from({ length: 500 }, () => {
    const order = letters.toSorted(() => random() - 0.5).slice(random() * 3);
    return Object.fromEntries(order.map((letter) => [letter, letter]));
  });
  check({ type: 'array', items: schema }, rows);
});

test('a value within itself fails as with JSON.stringify', () => {
  const serializer = new Serializer({ type: 'object', properties: { child: { $ref: '#' } } }, true);
  const value: { child?: unknown } = {};
  value.child = value;
  assert.throws(() => serializer.text(value), TypeError);
  assert.throws(() => serializer.gather(value), TypeError);
  check({ type: 'string' }, 'the next value is not disturbed');
});

test('a bigint fails as with JSON.stringify, but for the formats that are 64 bits long', () => {
  const plain = new Serializer({ type: 'array', items: { type: 'integer' } }, true);
  assert.throws(() => plain.text([1n]), TypeError);
  assert.throws(() => plain.gather([1n]), TypeError);
  const long = new Serializer({ type: 'array', items: { type: 'integer', format: 'int64' } }, true);
  assert.equal(long.text([2n ** 63n - 1n, 1, -5n]), '[9223372036854775807,1,-5]');
  assert.equal(written(long, [2n ** 63n - 1n, 1, -5n]), '[9223372036854775807,1,-5]');
});

test('a getter that throws, and one that serializes something else, disturb nothing', () => {
  const serializer = new Serializer({ type: 'array', items: PERSON }, true);
  const failing = {
    get id(): number {
      throw new RangeError('no id');
    },
  };
  assert.throws(() => serializer.gather([{ id: 1 }, failing]), RangeError);
  let inner: boolean | undefined;
  const nesting = {
    get id(): number {
      inner = serializer.gather([{ id: 2 }]);
      return 4;
    },
    name: 'n',
  };
  assert.equal(written(serializer, [nesting]), '[{"id":4,"name":"n"}]');
  assert.equal(inner, false);
});

test('a member that a closed object does not know is an error that names its place', () => {
  const closed = { ...PERSON, additionalProperties: false };
  const serializer = new Serializer({ type: 'array', items: closed }, true);
  const value = [{ id: 1 }, { id: 2, 'pass/word': 'secret' }];
  const expected = { code: 'ERR_NEXURE_RESPONSE_INVALID', message: /at \/1\/pass~1word is no property/ };
  assert.throws(() => serializer.text(value), expected);
  assert.throws(() => serializer.gather(value), expected);
  assert.equal(new Serializer({ type: 'array', items: closed }, false).text(value), JSON.stringify(value));
});
