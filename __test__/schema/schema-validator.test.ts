// Schemas by themselves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Type } from 'typebox';
import { z } from 'zod';

import { SchemaError, SchemaValidator } from '../../js/native-api/index.ts';
import { t } from '../../js/schema/index.ts';

import type { SchemaValidatorOptions } from '../../js/native-api/index.ts';

const user = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true },
  },
  required: ['name'],
  additionalProperties: false,
};

describe('SchemaValidator', () => {
  const validator = new SchemaValidator();
  const ref = validator.compileSchema<{ name: string; age?: number }>(user);

  test('gives the value of a text that is right, in bytes, in a string and as a value', () => {
    const value = { name: 'Ada é 🍌', age: 36 };
    const text = JSON.stringify(value);
    const bytes = Buffer.from(text);
    const copy = new Uint8Array(bytes);
    for (const input of [text, bytes, copy, copy.buffer, value]) {
      assert.deepEqual(validator.validate(ref, input), { valid: true, data: value, errors: [] });
      assert.equal(validator.isValid(ref, input), true);
    }
  });

  test('reads the window of a view, and nothing beside it', () => {
    const around = Buffer.from('xx{"name":"a"}yy');
    assert.deepEqual(validator.validate(ref, around.subarray(2, -2)).data, { name: 'a' });
    assert.equal(validator.isValid(ref, around), false);
  });

  test('tells what is wrong by pointer, place in the schema, code, message and params', () => {
    const all = validator.compileSchema(user, { maxErrors: 100 });
    const text = '{"age":-1.5,"tags":["a","c","a"],"a/b~":1}';
    for (const input of [text, Buffer.from(text)]) {
      const result = validator.validate(all, input);
      assert.equal(result.valid, false);
      assert.equal(validator.isValid(all, input), false);
      assert.deepEqual(
        result.errors.map(({ pointer, schemaPointer, code, params }) => [pointer, schemaPointer, code, params]),
        [
          ['/age', '/properties/age/type', 'type', { type: ['integer'] }],
          ['/age', '/properties/age/minimum', 'minimum', { limit: 0 }],
          ['/tags', '/properties/tags/uniqueItems', 'uniqueItems', { items: [0, 2] }],
          ['/tags/1', '/properties/tags/items/enum', 'enum', {}],
          ['/a~1b~0', '/additionalProperties', 'additionalProperties', {}],
          ['', '/required', 'required', { property: 'name' }],
        ],
      );
      assert.equal(result.errors[1]?.message, 'must be at least 0');
    }
    assert.equal(validator.validate(ref, text).errors.length, 1, 'the first only, without maxErrors');
  });

  test('tells the same again, of as many kinds as come', () => {
    const list = validator.compileSchema({ items: { type: 'integer', maximum: 9 } });
    for (let turn = 0; turn < 3; turn += 1) {
      for (let at = 0; at < 50; at += 1) {
        for (const [wrong, code] of [
          ['""', 'type'],
          ['10', 'maximum'],
        ]) {
          const text = `[${'1,'.repeat(at)}${wrong}]`;
          const { errors } = validator.validate(list, text);
          assert.deepEqual([errors.length, errors[0]?.pointer, errors[0]?.code], [1, `/${at}`, code]);
          assert.equal(validator.isValid(list, Buffer.from(text)), false);
        }
      }
    }
    const { errors } = validator.validate(list, '[""]');
    assert.throws(() => Object.assign(errors[0] as object, { code: 'other' }), TypeError);
    assert.equal(validator.validate(list, '[[]]').errors[0]?.code, 'type');
  });

  test('never tells a value', () => {
    const all = validator.compileSchema(user, { maxErrors: 100 });
    const result = validator.validate(all, '{"name":1,"age":"secret-1","tags":"secret-2"}');
    assert.doesNotMatch(JSON.stringify(result.errors), /secret/);
  });

  test('takes a string for a JSON text, and with validateValue for a value', () => {
    const text = validator.compileSchema({ type: 'string', maxLength: 3 });
    assert.equal(validator.validate(text, '"abc"').data, 'abc');
    assert.equal(validator.validate(text, 'abc').errors[0]?.code, 'ERR_NEXURE_BODY_JSON');
    assert.equal(validator.validateValue(text, 'abc').data, 'abc');
    assert.equal(validator.validateValue(text, '"abc"').errors[0]?.code, 'maxLength');
  });

  test('gives a copy of a value, as its JSON text says', () => {
    const any = validator.compileSchema(true);
    const given = { when: new Date(0), nothing: undefined, inner: { list: [1, null] } };
    const { data } = validator.validate(any, given);
    assert.deepEqual(data, { when: '1970-01-01T00:00:00.000Z', inner: { list: [1, null] } });
  });

  test('refuses values that JSON would drop or change in silence', () => {
    const any = validator.compileSchema(true);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const [value, place] of [
      [undefined, 'the value'],
      [() => 1, 'the value'],
      [Symbol('s'), 'the value'],
      [1n, 'BigInt'],
      [Number.NaN, 'the value'],
      [cycle, 'circular'],
      [{ a: [0, { 'x/y': Number.POSITIVE_INFINITY }] }, '/a/1/x~1y'],
      [{ list: [1, undefined] }, '/list/1'],
      [{ call() {} }, '/call'],
      [{ deep: { big: 2n } }, 'BigInt'],
    ] as [unknown, string][]) {
      assert.throws(
        () => validator.validate(any, value),
        (error: unknown) =>
          error instanceof Error &&
          (error as { readonly code?: unknown }).code === 'ERR_NEXURE_SCHEMA_VALUE' &&
          error.message.includes(place),
        place,
      );
    }
  });

  test('says why a text is no JSON, and where', () => {
    const any = validator.compileSchema(true);
    for (const [text, code, offset] of [
      ['', 'ERR_NEXURE_BODY_JSON', 0],
      ['{"a":}', 'ERR_NEXURE_BODY_JSON', 5],
      ['{"a":1,"\\u0061":2}', 'ERR_NEXURE_JSON_DUPLICATE_KEY', undefined],
      ['{"__proto__":1}', 'ERR_NEXURE_BODY_POISONED', undefined],
      ['{"constructor":{"prototype":1}}', 'ERR_NEXURE_BODY_POISONED', undefined],
      ['"\\ud800"', 'ERR_NEXURE_BODY_JSON', undefined],
      ['\ufeff1', 'ERR_NEXURE_BODY_JSON', 0],
      ['1e999', 'ERR_NEXURE_BODY_JSON', undefined],
      ['['.repeat(65) + ']'.repeat(65), 'ERR_NEXURE_JSON_DEPTH', 64],
      ['9'.repeat(2000), 'ERR_NEXURE_JSON_LIMIT', undefined],
      ['"\ud800"', 'ERR_NEXURE_BODY_JSON', undefined],
    ] as [string, string, number | undefined][]) {
      const { valid, errors } = validator.validate(any, text);
      assert.equal(valid, false, text);
      assert.equal(errors.length, 1);
      assert.equal(errors[0]?.code, code, text);
      assert.equal(errors[0]?.pointer, '');
      if (offset !== undefined) assert.deepEqual(errors[0]?.params, { offset }, text);
    }
  });

  test('has a switch for each of them', () => {
    for (const [limits, text, data] of [
      [{ duplicateKeys: true }, '{"a":1,"a":2}', { a: 2 }],
      [{ prototypeKeys: true }, '{"constructor":{"prototype":1}}', { constructor: { prototype: 1 } }],
      [{ loneSurrogates: true }, '"\\ud800"', '\ud800'],
      [{ byteOrderMark: true }, '\ufeff1', 1],
      [{ notFinite: true }, '1e999', Number.POSITIVE_INFINITY],
      [{ maxDepth: 1024 }, '['.repeat(1024) + ']'.repeat(1024), undefined],
      [{ maxNumberBytes: 65_536 }, '1'.repeat(2), 11],
    ] as [SchemaValidatorOptions['limits'], string, unknown][]) {
      const any = validator.compileSchema(true, { limits } as SchemaValidatorOptions);
      for (const input of [text, Buffer.from(text)]) {
        const result = validator.validate(any, input);
        assert.equal(result.valid, true, text);
        if (data !== undefined) assert.deepEqual(result.data, data, text);
      }
    }
    const own = validator.validate(
      validator.compileSchema(true, { limits: { prototypeKeys: true } }),
      '{"__proto__":1}',
    );
    assert.deepEqual(Object.keys(own.data as object), ['__proto__']);
  });

  test('keeps to its limits', () => {
    for (const [limits, right, wrong] of [
      [{ maxDepth: 1 }, '[]', '[[]]'],
      [{ maxKeys: 1 }, '{"a":1}', '{"a":1,"b":2}'],
      [{ maxKeyBytes: 1 }, '{"a":1}', '{"aa":1}'],
      [{ maxStringBytes: 1 }, '"a"', '"aa"'],
      [{ maxNumberBytes: 1 }, '1', '11'],
    ] as [SchemaValidatorOptions['limits'], string, string][]) {
      const any = validator.compileSchema(true, { limits } as SchemaValidatorOptions);
      assert.equal(validator.isValid(any, right), true, right);
      assert.equal(validator.isValid(any, wrong), false, wrong);
    }
  });

  test('passes over `required` of a part, at any depth, and keeps the rest', () => {
    const order = validator.compileSchema(
      {
        type: 'object',
        required: ['id', 'lines'],
        properties: {
          id: { type: 'integer' },
          state: { default: 'new' },
          lines: {
            type: 'array',
            items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
          },
        },
      },
      { defaults: true },
    );
    assert.deepEqual(validator.validatePartial(order, '{"lines":[{}]}'), {
      valid: true,
      data: { lines: [{}] },
      errors: [],
    });
    assert.equal(validator.validate(order, '{"lines":[{}]}').valid, false);
    assert.equal(validator.validatePartial(order, { id: 'x' }).errors[0]?.pointer, '/id');
  });

  test('compiles text, booleans and objects; any validator takes what one has compiled', () => {
    assert.equal(validator.isValid(validator.compileSchema('{"type":"null"}'), 'null'), true);
    assert.equal(validator.isValid(validator.compileSchema(false), 'null'), false);
    assert.equal(new SchemaValidator().isValid(ref, '{"name":"a"}'), true);
    for (const wrong of [{}, null, undefined, user]) {
      assert.throws(() => validator.validate(wrong as never, '1'), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
    for (const wrong of [undefined, null, 1, [], () => 1]) {
      assert.throws(() => validator.compileSchema(wrong as never), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });

  test('says where the mistake of a schema is', () => {
    for (const [schema, pointer, reason] of [
      ['{', '', 'syntax'],
      [{ properties: { a: { type: 'text' } } }, '/properties/a/type', 'syntax'],
      [{ properties: { 'a/b': { minLenght: 1 } } }, '/properties/a~1b/minLenght', 'unknown'],
      [{ format: 'emial' }, '/format', 'unknown'],
      [{ $ref: 'https://example.com/nowhere' }, '/$ref', 'reference'],
      [{ pattern: '(a)\\1' }, '/pattern', 'pattern'],
      [{ minimum: 2, maximum: 1 }, '', 'contradiction'],
    ] as [string | object, string, string][]) {
      assert.throws(
        () => validator.compileSchema(schema as never),
        (error: unknown) => {
          assert.ok(error instanceof SchemaError);
          assert.deepEqual([error.code, error.pointer, error.reason], ['ERR_NEXURE_SCHEMA', pointer, reason]);
          assert.ok(error.message.includes(pointer));
          return true;
        },
      );
    }
    assert.equal(validator.isValid(validator.compileSchema({ minLenght: 1 }, { strict: false }), '""'), true);
  });

  test('refers to registered schemas only', () => {
    const known = new SchemaValidator({ maxErrors: 2 })
      .addSchema('https://example.com/id.json', { type: 'integer', minimum: 1 })
      .addSchema('https://example.com/pair', '{"$id":"https://example.com/pair","items":{"$ref":"id.json"}}');
    const pair = known.compileSchema({ $ref: 'https://example.com/pair' });
    assert.equal(known.isValid(pair, '[1,2]'), true);
    const { errors } = known.validate(pair, '[1,0,-1,-2]');
    assert.deepEqual(
      errors.map(({ pointer, schemaPointer }) => [pointer, schemaPointer]),
      [
        ['/1', 'https://example.com/id.json#/minimum'],
        ['/2', 'https://example.com/id.json#/minimum'],
      ],
    );
    const relative = known.compileSchema({ $ref: 'id.json' }, { uri: 'https://example.com/mine' });
    assert.equal(known.isValid(relative, '1'), true);
    assert.throws(() => known.addSchema('', {}), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });

  test('drafts differ, formats and contents can describe only', () => {
    const tuple = { items: [{ type: 'integer' }] };
    assert.equal(validator.isValid(validator.compileSchema(tuple, { draft: 'draft-07' }), '["a"]'), false);
    assert.throws(() => validator.compileSchema(tuple), SchemaError);
    const email = { format: 'email' };
    assert.equal(validator.isValid(validator.compileSchema(email), '"x"'), false);
    assert.equal(validator.isValid(validator.compileSchema(email, { formats: false }), '"x"'), true);
    const content = { contentEncoding: 'base64' };
    const draft7 = new SchemaValidator({ draft: 'draft-07' });
    assert.equal(draft7.isValid(draft7.compileSchema(content), '"?"'), true);
    assert.equal(draft7.isValid(draft7.compileSchema(content, { content: true }), '"?"'), false);
  });

  test('names options that are wrong', () => {
    for (const [options, path] of [
      [{ draft: '4' }, 'draft'],
      [{ draft: 'toString' }, 'draft'],
      [{ strict: 1 }, 'strict'],
      [{ maxErrors: 0 }, 'maxErrors'],
      [{ maxErrors: 101 }, 'maxErrors'],
      [{ coerce: true }, 'coerce'],
      [{ unknown: 'drop' }, 'unknown'],
      [{ uri: 1 }, 'uri'],
      [{ limits: { maxDepth: 0 } }, 'limits.maxDepth'],
      [{ limits: { depth: 1 } }, 'limits.depth'],
      [{ allErrors: true }, 'allErrors'],
    ] as [SchemaValidatorOptions, string][]) {
      const wrong = { code: 'ERR_NEXURE_OPTION_INVALID', message: new RegExp(`option ${path.replace('.', '\\.')} `) };
      assert.throws(() => new SchemaValidator(options), wrong);
      assert.throws(() => validator.compileSchema(true, options), wrong);
    }
  });

  test('has no memory of the text before', () => {
    const strings = validator.compileSchema({ type: 'string' });
    for (const length of [0, 1, 300_000, 2, 100_000, 0]) {
      const text = JSON.stringify('é'.repeat(length));
      assert.equal(validator.validate(strings, text).data, 'é'.repeat(length));
      assert.equal(validator.validate(strings, '1').valid, false);
    }
  });

  test('a schema that costs too much says so', () => {
    const lists = { type: 'array', items: { $ref: '#' } };
    const bomb = validator.compileSchema({ anyOf: [lists, { ...lists, maxItems: 9 }] });
    const { errors } = validator.validate(bomb, `${'['.repeat(60)}0${']'.repeat(60)}`);
    assert.equal(errors[0]?.code, 'ERR_NEXURE_SCHEMA_WORK');
  });
});

describe('SchemaValidator with other schemas', () => {
  const validator = new SchemaValidator({ maxErrors: 10 });

  test('compiles what `t` and TypeBox make, and gives dates and bigints where they say so', () => {
    const event = validator.compileSchema(t.object({ at: t.date(), id: t.int64(), note: t.string().optional() }));
    const result = validator.validate(event, '{"at":"2026-02-28T12:00:00Z","id":9007199254740993}');
    assert.deepEqual(result.data, { at: new Date('2026-02-28T12:00:00Z'), id: 9007199254740993n });
    const box = validator.compileSchema(Type.Object({ id: Type.Integer({ minimum: 1 }) }));
    assert.deepEqual(validator.validate(box, '{"id":0}').errors[0]?.code, 'minimum');
  });

  test('leaves the schemas of other libraries to them', () => {
    const library = z.object({ name: z.string() });
    assert.throws(() => validator.compileSchema(library), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });
});

describe('~standard.validate of a schema made by `t`', () => {
  const account = t.object({
    name: t.string({ min: 1 }),
    tags: t.array(t.string()),
    role: t.string().default('reader'),
  });

  test('gives the value with its defaults', () => {
    const given = { name: 'Ada', tags: [] };
    assert.deepEqual(account['~standard'].validate(given), { value: { ...given, role: 'reader' } });
  });

  test('tells all that is wrong, with its path', async () => {
    const result = await account['~standard'].validate({ name: '', tags: ['a', 1], role: undefined });
    assert.deepEqual(
      (result.issues ?? []).map((issue) => [issue.path, (issue as { readonly code?: unknown }).code]),
      [
        [['name'], 'minLength'],
        [['tags', 1], 'type'],
      ],
    );
    const bigint = account['~standard'].validate({ name: 1n, tags: [] });
    assert.equal('issues' in bigint && bigint.issues?.length, 1);
  });
});
