// Formats and keywords that an application defines.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { SchemaValidator } from '../../js/native-api/index.ts';
import { defineFormat, defineKeyword } from '../../js/validation/custom.ts';

const validator = new SchemaValidator({ maxErrors: 100 });

/** ISO 13616: the letters are numbers from 10 on, and the whole is 1 modulo 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((c) => Number.parseInt(c, 36)).join('');
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

const codes = (ref: object, input: unknown): [string, string][] =>
  validator.validate(ref, input).errors.map(({ pointer, code }) => [pointer, code]);

describe('defineFormat', () => {
  test('calls a function once with all strings of a text', () => {
    const calls: number[] = [];
    defineFormat('iban', (values) => {
      calls.push(values.length);
      return Uint8Array.from(values, (value) => Number(isIban(value)));
    });
    const ref = validator.compileSchema({
      type: 'array',
      items: { type: 'object', properties: { account: { type: 'string', format: 'iban' } }, required: ['account'] },
    });
    const right = Array.from({ length: 1000 }, () => ({ account: 'DE89370400440532013000' }));
    assert.deepEqual(validator.validate(ref, right).data, right);
    assert.deepEqual(calls, [1000]);
    const wrong = right.with(17, { account: 'DE89370400440532013001' });
    assert.deepEqual(validator.validate(ref, Buffer.from(JSON.stringify(wrong))), {
      valid: false,
      errors: [
        {
          pointer: '/17/account',
          schemaPointer: '/items/properties/account/format',
          code: 'format',
          message: 'must be of the format "iban"',
          params: { format: 'iban' },
        },
      ],
    });
    assert.equal(validator.isValid(ref, wrong), false);
    assert.equal(validator.isValid(ref, right), true);
    assert.deepEqual(calls, [1000, 1000, 1000, 1000]);
  });

  test('never calls it for a text that is wrong anyway', () => {
    let calls = 0;
    defineFormat('counted', (values) => {
      calls += 1;
      return values.map(() => true);
    });
    const ref = validator.compileSchema({ properties: { a: { format: 'counted' }, b: { type: 'integer' } } });
    assert.deepEqual(codes(ref, '{"a":"x","b":"y"}'), [['/b', 'type']]);
    assert.deepEqual(codes(ref, '{"a":"x","b":'), [['', 'ERR_NEXURE_BODY_JSON']]);
    assert.equal(calls, 0);
    assert.deepEqual(codes(ref, '{"a":1}'), [], 'formats are for strings');
    assert.equal(calls, 0);
  });

  test('expressions and sets need no call; formats that only describe neither', () => {
    defineFormat('plate', /^[A-Z]{1,3}-\d{1,4}$/);
    defineFormat('currency', new Set(['EUR', 'USD']));
    defineFormat('colour', ['red', 'é"\\']);
    defineFormat('never', () => assert.fail('it was called'));
    const ref = validator.compileSchema({
      properties: { p: { format: 'plate' }, c: { format: 'currency' }, f: { format: 'colour' } },
    });
    assert.deepEqual(codes(ref, { p: 'AB-12', c: 'EUR', f: 'é"\\' }), []);
    assert.deepEqual(codes(ref, { p: 'AB12', c: 'eur', f: '' }), [
      ['/p', 'format'],
      ['/c', 'format'],
      ['/f', 'format'],
    ]);
    const describing = validator.compileSchema({ format: 'never' }, { formats: false });
    assert.equal(validator.isValid(describing, '"x"'), true);
  });

  test('refuses what is no definition', () => {
    defineFormat('once', ['x']);
    for (const [name, definition, what] of [
      ['once', ['x'], /already/],
      ['', ['x'], /name/],
      ['a b', ['x'], /name/],
      [7, ['x'], /name/],
      ['wrong1', [7], /strings/],
      ['wrong2', {}, /expression/],
      ['wrong3', /x/i, /flag/],
      ['wrong4', /(a)\1/, /pattern/],
      ['wrong5', async () => [], /asynchronous/],
    ] as [string, RegExp, RegExp][]) {
      assert.throws(() => defineFormat(name, definition), { code: 'ERR_NEXURE_VALIDATOR_INVALID', message: what });
    }
    assert.throws(() => validator.compileSchema({ format: 'wrong4' }), { code: 'ERR_NEXURE_SCHEMA' });
  });
});

describe('defineKeyword', () => {
  test('gives the value of the keyword, and is for its types only', () => {
    defineKeyword<string, number>('x-max-words', {
      type: 'string',
      schema: { type: 'integer', minimum: 1 },
      message: 'must have fewer words',
      validate: (values, most) => values.map((value) => value.split(' ').length <= most),
    });
    const ref = validator.compileSchema({
      properties: { title: { 'x-max-words': 2 }, text: { 'x-max-words': 4 } },
    });
    assert.deepEqual(codes(ref, { title: 'a b', text: 'a b c d' }), []);
    assert.deepEqual(codes(ref, { title: 7, text: null }), []);
    const { errors } = validator.validate(ref, { title: 'a b c', text: 'a b c d e' });
    assert.deepEqual(
      errors.map(({ pointer, schemaPointer, code, message }) => [pointer, schemaPointer, code, message]),
      [
        ['/title', '/properties/title/x-max-words', 'x-max-words', 'must have fewer words'],
        ['/text', '/properties/text/x-max-words', 'x-max-words', 'must have fewer words'],
      ],
    );
    assert.throws(() => validator.compileSchema({ 'x-max-words': 0 }), {
      code: 'ERR_NEXURE_SCHEMA',
      pointer: '/x-max-words',
    });
  });

  test('gets values of any type, as the rewritten text has them', () => {
    const seen: unknown[] = [];
    defineKeyword('x-seen', {
      validate: (values) => {
        seen.push(...values);
        return values.map(() => true);
      },
    });
    const ref = validator.compileSchema(
      {
        'x-seen': true,
        properties: { n: { type: 'integer', 'x-coerce': 'lossless' }, d: { default: 'é' } },
      },
      { defaults: true },
    );
    assert.deepEqual(validator.validate(ref, '{"n":"42"}').data, { n: 42, d: 'é' });
    assert.deepEqual(seen, [{ n: 42, d: 'é' }]);
  });

  test('can be named by x-validate', () => {
    defineKeyword<number>('even', { type: 'integer', validate: (values) => values.map((value) => value % 2 === 0) });
    const ref = validator.compileSchema({ items: { type: 'integer', 'x-validate': 'even' } });
    assert.deepEqual(codes(ref, [2, 3, 4, 5]), [
      ['/1', 'even'],
      ['/3', 'even'],
    ]);
    assert.throws(() => validator.compileSchema({ 'x-validate': 'odd' }), { code: 'ERR_NEXURE_SCHEMA' });
  });

  test('is refused where a value need not be checked', () => {
    defineKeyword('x-placed', { validate: (values) => values.map(() => true) });
    for (const schema of [
      { anyOf: [{ 'x-placed': 1 }, { type: 'null' }] },
      { oneOf: [{ 'x-placed': 1 }, { type: 'null' }] },
      { not: { 'x-placed': 1 } },
      // oxlint-disable-next-line unicorn/no-thenable
      { if: { 'x-placed': 1 }, then: false },
    ]) {
      assert.throws(() => validator.compileSchema(schema), { code: 'ERR_NEXURE_SCHEMA' }, JSON.stringify(schema));
    }
    assert.equal(validator.isValid(validator.compileSchema({ allOf: [{ 'x-placed': 1 }] }), '1'), true);
  });

  test('asynchronous ones come behind all others, once, and with each value once', async () => {
    const calls: unknown[] = [];
    defineKeyword<string>('unique', {
      type: 'string',
      message: 'is taken',
      validate: async (values) => {
        calls.push(values);
        await sleep(1);
        return values.map((value) => value !== 'ada@example.com');
      },
    });
    defineKeyword<string>('short', { validate: (values) => values.map((value) => value.length < 20) });
    const ref = validator.compileSchema({
      properties: { email: { unique: true, short: true }, others: { items: { unique: true } } },
    });
    const { errors } = await validator.validateAsync(ref, { email: 'ada@example.com' });
    assert.deepEqual(errors, [
      { pointer: '/email', schemaPointer: '/properties/email/unique', code: 'unique', message: 'is taken', params: {} },
    ]);
    assert.deepEqual(calls.splice(0), [['ada@example.com']]);
    const list = ['a', 'b', 'a', 'ada@example.com', 'ada@example.com'];
    const result = await validator.validateAsync(ref, { email: 'x', others: list });
    assert.deepEqual(
      result.errors.map(({ pointer }) => pointer),
      ['/others/3', '/others/4'],
    );
    assert.deepEqual(calls.splice(0), [['x'], ['a', 'b', 'ada@example.com']]);
    const tooLong = await validator.validateAsync(ref, { email: 'x'.repeat(30) });
    assert.equal(tooLong.errors[0]?.code, 'short');
    assert.deepEqual(calls, [], 'it was not asked');
    const right = await validator.validateAsync(ref, Buffer.from('{"email":"é"}'));
    assert.deepEqual(right, { valid: true, data: { email: 'é' }, errors: [] });
    for (const call of [
      () => validator.validate(ref, '{}'),
      () => validator.isValid(ref, '{}'),
      () => validator.validatePartial(ref, '{}'),
    ]) {
      assert.throws(call, { code: 'ERR_NEXURE_VALIDATOR_ASYNC' });
    }
  });

  test('may have other texts checked by the same schema', () => {
    const inner = new SchemaValidator({ defaults: true });
    const list: object[] = [];
    defineKeyword<{ n: number }>('x-nested', {
      validate: (values) =>
        values.map(({ n }) => n === 0 || inner.isValid(list[0] as object, JSON.stringify({ n: n - 1 }))),
    });
    list.push(inner.compileSchema({ 'x-nested': true, properties: { d: { default: 'filled in' } } }));
    assert.deepEqual(inner.validate(list[0] as object, '{"n":3}').data, { n: 3, d: 'filled in' });
  });

  test('the result is that of the text as it was when it was given', async () => {
    defineKeyword('x-slow', { validate: async (values) => values.map(() => true) });
    const ref = validator.compileSchema({ items: { 'x-slow': true } });
    const bytes = Buffer.from('["a"]');
    const pending = validator.validateAsync(ref, bytes);
    bytes.fill(0);
    assert.deepEqual((await pending).data, ['a']);
  });

  test('one that fails, fails by its name, and nothing else is told', async () => {
    const cause = new TypeError('the database is down');
    defineKeyword('x-throws', {
      validate: () => {
        throw cause;
      },
    });
    defineKeyword('x-rejects', {
      validate: async () => {
        throw cause;
      },
    });
    defineKeyword('x-hangs', { async: true, timeoutMs: 5, validate: () => new Promise<never>(() => {}) });
    const failed = (name: string) => ({ code: 'ERR_NEXURE_VALIDATOR_FAILED', message: new RegExp(`"${name}"`) });
    const refOf = (keyword: string): object => validator.compileSchema({ [keyword]: true });
    assert.throws(() => validator.validate(refOf('x-throws'), '1'), { ...failed('x-throws'), cause });
    await assert.rejects(validator.validateAsync(refOf('x-throws'), '1'), { ...failed('x-throws'), cause });
    await assert.rejects(validator.validateAsync(refOf('x-rejects'), '1'), { ...failed('x-rejects'), cause });
    await assert.rejects(validator.validateAsync(refOf('x-hangs'), '1'), failed('x-hangs'));
  });

  test('results must be one boolean for each value', async () => {
    for (const [at, results] of [
      true,
      undefined,
      null,
      'tt',
      [true],
      [true, true, true],
      [true, 'yes'],
      [true, undefined],
      [2, 1],
      Promise.resolve([true, true]),
      Promise.reject(new Error('nobody waits')),
    ].entries()) {
      const name = `x-result-${at}`;
      defineKeyword(name, { validate: () => results as never });
      const ref = validator.compileSchema({ items: { [name]: true } });
      const wrong = { code: 'ERR_NEXURE_VALIDATOR_RESULT', message: new RegExp(`"${name}"`) };
      assert.throws(() => validator.validate(ref, '[1,2]'), wrong, String(results));
      defineKeyword(`${name}-later`, { async: true, validate: (async () => results) as never });
      const later = validator.compileSchema({ items: { [`${name}-later`]: true } });
      if (at < 9) await assert.rejects(validator.validateAsync(later, '[1,2]'), { code: wrong.code });
    }
    defineKeyword('x-not-later', { async: true, validate: (values) => values.map(() => true) });
    const ref = validator.compileSchema({ 'x-not-later': true });
    await assert.rejects(validator.validateAsync(ref, '1'), { code: 'ERR_NEXURE_VALIDATOR_RESULT' });
  });

  test('refuses what is no definition', () => {
    const validate = (values: readonly unknown[]): boolean[] => values.map(() => true);
    defineKeyword('x-once', { validate });
    for (const [name, definition, what] of [
      ['x-once', { validate }, /already/],
      ['minimum', { validate }, /keyword that there is/],
      ['$ref', { validate }, /name/],
      ['title', { validate }, /keyword that there is/],
      ['x-sanitize', { validate }, /keyword that there is/],
      ['x-a', {}, /validate/],
      ['x-a', { validate, type: 'text' }, /type/],
      ['x-a', { validate, timeoutMs: 0 }, /timeoutMs/],
      ['x-a', { validate, async: 1 }, /async/],
      ['x-a', { validate, message: 1 }, /message/],
      ['x-a', { validate, schema: { minimum: 'x' } }, /minimum|number/],
      ['x-a', { validate, other: 1 }, /other/],
      ['x-a', undefined, /object/],
    ] as [string, { validate: typeof validate }, RegExp][]) {
      assert.throws(() => defineKeyword(name, definition), { code: 'ERR_NEXURE_VALIDATOR_INVALID', message: what });
    }
  });

  test('finds as many as were asked for', () => {
    defineKeyword('x-no', { validate: (values) => values.map(() => false) });
    const items = { items: { 'x-no': true } };
    assert.equal(validator.validate(validator.compileSchema(items), Array(500).fill(0)).errors.length, 100);
    assert.equal(validator.validate(validator.compileSchema(items, { maxErrors: 1 }), '[1,2]').errors.length, 1);
  });
});
