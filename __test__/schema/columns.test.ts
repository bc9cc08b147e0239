// Values that are built from words instead of being parsed: the same as `JSON.parse` gives, in the same order of keys.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SchemaValidator } from '../../js/native-api/index.ts';

import type { SchemaSource } from '../../js/native-api/index.ts';

const User = {
  $id: 'https://example.org/user',
  type: 'object',
  required: ['id', 'name'],
  properties: {
    id: { type: 'integer', minimum: 0 },
    name: { type: 'string', maxLength: 100 },
    role: { enum: ['admin', 'reader'] },
    active: { type: 'boolean' },
    score: { type: 'number' },
    note: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    place: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } },
    friend: { $ref: '#' },
  },
} as const;

const users: readonly unknown[] = [
  { id: 0, name: '' },
  { id: 1, name: 'Ada Lovelace, Countess', role: 'admin', active: true, score: 0.1, note: null, tags: [], place: {} },
  { id: 2 ** 31, name: 'tab\tand "quotes" and \u2028', score: -1e-7, note: 'n' },
  { id: 2, name: 'Zoé 🐲 Ünal', note: '🐲', tags: ['é', 'a', '日本'], place: { y: 1 } },
  {
    id: 3,
    name: 'x',
    score: 3.3600000000000003,
    friend: { id: 4, name: 'y', friend: { id: 5, name: 'z', score: 1e300 } },
  },
  // Not in the order of the schema, and unknown: these are parsed.
  { name: 'x', id: 6 },
  { id: 7, name: 'x', more: [{}] },
];

function same(schema: SchemaSource, text: string): void {
  const validator = new SchemaValidator();
  const ref = validator.compileSchema(schema, { limits: { unsafeIntegers: true } });
  const expected: unknown = JSON.parse(text);
  for (const given of [text, Buffer.from(text)]) {
    const result = validator.validate(ref, given);
    assert.ok(result.valid, text);
    assert.deepStrictEqual(result.data, expected);
    assert.equal(JSON.stringify(result.data), JSON.stringify(expected));
  }
}

describe('a value of a schema', () => {
  test('is what JSON.parse gives, alone and in a list, however it is spaced', () => {
    for (const user of users) {
      same(User, JSON.stringify(user));
      same(User, JSON.stringify(user, undefined, 2));
      same({ type: 'array', items: User }, JSON.stringify([user, users[1], user]));
    }
    same({ type: 'array', items: User }, JSON.stringify(users));
  });

  test('keeps the sign of zero, and the members of every set of them', () => {
    same({ type: 'array', items: { type: 'number' } }, '[-0,0,-0.0,1.0,1e2,12345678901234567890,5e-324]');
    const names = Array.from({ length: 8 }, (_, at) => `m${at}`);
    const schema = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])) };
    // More sets than templates are kept.
    for (let set = 0; set < 256; set++) {
      const present = names.filter((_, at) => ((set >>> at) & 1) === 1);
      same(schema, JSON.stringify(Object.fromEntries(present.map((name, at) => [name, at % 2 === 0 ? at : 'x']))));
    }
  });

  test('has no prototype but the usual, and its own copy of everything', () => {
    const validator = new SchemaValidator();
    const ref = validator.compileSchema(User);
    const [one, two] = [1, 2].map(() => validator.validate(ref, '{"id":1,"name":"x","place":{}}').data as typeof User);
    assert.notEqual(one, two);
    assert.equal(Object.getPrototypeOf(one), Object.prototype);
    assert.deepEqual(Object.getOwnPropertyDescriptor(one, 'id' as never), {
      value: 1,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    assert.notEqual((one as unknown as { place: object }).place, (two as unknown as { place: object }).place);
  });
});
