// What a validator changes in a text before it is checked.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SchemaValidator } from '../../js/native-api/index.ts';

import type { SchemaValidatorOptions } from '../../js/native-api/index.ts';

const validator = new SchemaValidator();

const order = {
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 1 },
    paid: { type: 'boolean', default: false },
    name: { type: 'string', 'x-sanitize': ['trim', 'nfc'], maxLength: 5 },
    tags: { type: 'array', items: { type: 'string' }, default: [] },
  },
};

describe('SchemaValidator rewrites', () => {
  for (const [what, options, given, data] of [
    ['defaults', { defaults: true }, '{"id":1}', { id: 1, paid: false, tags: [] }],
    ['nothing, by default', {}, '{"id":1}', { id: 1 }],
    ['sanitised strings', {}, '{"name":"  Ada\\u0301 "}', { name: 'Adá' }],
    ['what is coerced', { coerce: 'lossless' }, '{"id":"42","paid":"true"}', { id: 42, paid: true }],
    ['less, stripped of what is unknown', { unknown: 'strip' }, '{"id":1,"b":[{}]}', { id: 1 }],
    ['all but what is unknown is kept', {}, '{"id":1,"b":"é"}', { id: 1, b: 'é' }],
  ] as [string, SchemaValidatorOptions, string, unknown][]) {
    test(what, () => {
      const ref = validator.compileSchema(order, options);
      for (const input of [given, Buffer.from(given), JSON.parse(given)]) {
        assert.deepEqual(validator.validate(ref, input), { valid: true, data, errors: [] });
        assert.equal(validator.isValid(ref, input), true);
      }
    });
  }

  test('and checks what came of it', () => {
    const ref = validator.compileSchema(order, { coerce: 'lossless' });
    for (const [text, pointer, code] of [
      ['{"id":"0"}', '/id', 'minimum'],
      ['{"id":"0x10"}', '/id', 'type'],
      ['{"id":""}', '/id', 'type'],
      ['{"id":" 1"}', '/id', 'type'],
      ['{"id":"1e999"}', '/id', 'type'],
      ['{"name":"  too long  "}', '/name', 'maxLength'],
      ['{"id":1,"id":2}', '', 'ERR_NEXURE_JSON_DUPLICATE_KEY'],
      ['{"id":1', '', 'ERR_NEXURE_BODY_JSON'],
    ] as [string, string, string][]) {
      const { errors } = validator.validate(ref, text);
      assert.deepEqual([errors[0]?.pointer, errors[0]?.code], [pointer, code], text);
    }
  });

  test('refuses what is unknown', () => {
    const ref = validator.compileSchema(order, { unknown: 'refuse' });
    assert.deepEqual(validator.validate(ref, '{"b":1}').errors[0]?.pointer, '/b');
    assert.equal(validator.validate(ref, '{"b":1}').errors[0]?.code, 'unknown');
  });

  test('tells what it changed, where that is asked for', () => {
    const ref = validator.compileSchema(order, { coerce: 'lossless', unknown: 'strip', changes: true });
    const result = validator.validate(ref, '{"id":"7","name":" a","paid":true,"b":1,"tags":[]}');
    assert.ok(result.valid);
    assert.deepEqual(result.data, { id: 7, name: 'a', paid: true, tags: [] });
    assert.deepEqual(result.changes, [
      { pointer: '/id', kind: 'coerced' },
      { pointer: '/name', kind: 'sanitised' },
      { pointer: '/b', kind: 'stripped' },
    ]);
    const same = validator.validate(ref, '{"paid":true,"tags":[]}');
    assert.ok(same.valid);
    assert.deepEqual(same.changes, []);
  });

  test('keeps the digits of integers that JavaScript does not hold', () => {
    const ref = validator.compileSchema({ properties: { id: { type: 'integer', format: 'int64' } } });
    assert.deepEqual(validator.validate(ref, '{"id":9007199254740993}').data, { id: '9007199254740993' });
    assert.deepEqual(validator.validate(ref, '{"id":12}').data, { id: 12 });
    assert.equal(validator.isValid(ref, '{"id":9223372036854775808}'), false);
    const plain = { properties: { id: { type: 'integer' } } };
    assert.equal(validator.isValid(validator.compileSchema(plain), '{"id":9007199254740993}'), true);
    const strict = validator.compileSchema(plain, { limits: { unsafeIntegers: false } });
    for (const text of ['{"id":9007199254740993}', '{"id":9007199254740993.0}', '{"id":1e17}']) {
      assert.equal(validator.validate(strict, text).errors[0]?.code, 'unsafe_integer', text);
    }
    assert.equal(validator.isValid(strict, '{"id":9007199254740991.0}'), true);
  });
});
