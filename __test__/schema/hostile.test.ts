// Texts that are meant to harm: they are refused or read as they are, in little time, and change nothing else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { SchemaValidator } from '../../js/native-api/index.ts';

const validator = new SchemaValidator();
const named = validator.compileSchema({
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, maxLength: 1000, 'x-sanitize': ['stripControl'] } },
  required: ['name'],
});
const plain = validator.compileSchema({ type: 'object', properties: { name: { type: 'string', maxLength: 1000 } } });

/** Strings of every kind that has broken something. */
const NAUGHTY = [
  '',
  'undefined',
  'null',
  'NaN',
  '-Infinity',
  '0x10',
  '1e999',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',
  '%s%x%n',
  '../../../etc/passwd%00',
  '$(touch /tmp/x)',
  '\u0000\u0001\u001f\u007f\u0080\u009f',
  '\u00ad\u0600\u180e\u200b\u200f\u2028\u2029\u202e\u2060\ufeff\ufff9\u{e0001}',
  'Ω≈ç√∫˜µ≤≥÷',
  '찦차를 타고 온 펲시맨',
  '(╯°□°）╯︵ ┻━┻)',
  '👩‍👩‍👧‍👦 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
  'ﷺ'.repeat(50),
  '\ud83d\ude00'.repeat(300),
  '"\\\b\f\n\r\t/',
  'a'.repeat(1000),
];

describe('SchemaValidator', () => {
  test('gives naughty strings as they are', () => {
    for (const name of NAUGHTY) {
      const text = JSON.stringify({ name });
      const escaped = text.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      for (const input of [text, Buffer.from(text), escaped, Buffer.from(escaped)]) {
        assert.deepEqual(validator.validate(plain, input), { valid: true, data: { name }, errors: [] });
      }
      assert.equal(typeof validator.validate(named, text).valid, 'boolean');
    }
  });

  test('changes no prototype, whatever keys a text has', () => {
    const any = validator.compileSchema(true, { unknown: 'strip', defaults: true });
    for (const key of ['__proto__', '\\u005f_proto__', '__pr\\u006fto__', 'constructor":{"prototype']) {
      const text = `{"${key}":{"polluted":1}}${key.includes('{') ? '}' : ''}`;
      for (const ref of [any, plain, named]) {
        assert.equal(validator.validate(ref, text).errors[0]?.code, 'ERR_NEXURE_BODY_POISONED', text);
      }
      const deep = `{"a":[${text}]}`;
      assert.equal(validator.validate(any, deep).errors[0]?.code, 'ERR_NEXURE_BODY_POISONED', deep);
    }
    assert.equal(({} as { readonly polluted?: unknown }).polluted, undefined);
    const own = JSON.parse('{"__proto__":1}') as object;
    assert.equal(validator.validate(any, own).errors[0]?.code, 'ERR_NEXURE_BODY_POISONED');
  });

  test('a schema changes no prototype either', () => {
    const schema = JSON.parse('{"properties":{"__proto__":{"default":{"polluted":1}}}}') as Record<string, unknown>;
    const ref = validator.compileSchema(schema, { defaults: true });
    const { valid, data } = validator.validate(ref, '{}');
    if (valid) assert.equal((data as { readonly polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { readonly polluted?: unknown }).polluted, undefined);
  });

  for (const [what, text, code] of [
    ['100,000 arrays within each other', `{"a":${'['.repeat(100_000)}`, 'ERR_NEXURE_JSON_DEPTH'],
    ['100,000 objects within each other', '{"a":'.repeat(100_000), 'ERR_NEXURE_JSON_DEPTH'],
    ['100,000 keys', `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":0`).join()}}`, 'ERR_NEXURE_JSON_LIMIT'],
    ['a key of 1 MB', `{"${'k'.repeat(1e6)}":0}`, 'ERR_NEXURE_JSON_LIMIT'],
    ['a number of 1 MB', `{"n":${'1'.repeat(1e6)}}`, 'ERR_NEXURE_JSON_LIMIT'],
    ['an exponent of many digits', `{"n":1e${'9'.repeat(500)}}`, 'ERR_NEXURE_JSON_LIMIT'],
  ] as [string, string, string][]) {
    test(`refuses ${what}, and soon`, () => {
      const bytes = Buffer.from(text);
      const start = process.cpuUsage();
      const { errors } = validator.validate(plain, bytes);
      const { user, system } = process.cpuUsage(start);
      assert.equal(errors[0]?.code, code);
      assert.ok(user + system < 500_000, `${user + system} µs`);
    });
  }

  test('what is wrong in the first bytes of 5 MB is refused without reading on, or any heap', () => {
    const bytes = Buffer.alloc(5_000_000, 'x');
    bytes.write('{"name":1,"rest":"');
    const before = process.memoryUsage();
    const start = process.hrtime.bigint();
    for (let turn = 0; turn < 1000; turn += 1) assert.equal(validator.isValid(plain, bytes), false);
    const each = Number(process.hrtime.bigint() - start) / 1000;
    assert.ok(each < 1_000_000, `${each} ns`);
    assert.ok(process.memoryUsage().external - before.external < 1_000_000);
    assert.equal(validator.validate(plain, bytes).errors[0]?.pointer, '/name');
  });

  test('expressions run in linear time', () => {
    for (const [pattern, text] of [
      ['^(a+)+$', `${'a'.repeat(30_000)}!`],
      ['^(a|a)*$', `${'a'.repeat(30_000)}!`],
      ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(30_000)],
      ['^(?=.*\\d)(?=.*[a-z]).{8,}$', 'a'.repeat(30_000)],
    ] as [string, string][]) {
      const ref = validator.compileSchema({ pattern });
      const start = process.cpuUsage();
      assert.equal(validator.validateValue(ref, text).valid, false);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 100_000, `${pattern}: ${user + system} µs`);
    }
  });

  test('needs no code generation, and no frozen intrinsics stop it', async () => {
    const program = `
      import { SchemaValidator } from ${JSON.stringify(new URL('../../js/native-api/index.ts', import.meta.url).href)};
      try { new Function('return 1')(); process.exit(3); } catch {}
      const v = new SchemaValidator({ maxErrors: 10, defaults: true });
      const ref = v.compileSchema({ properties: { a: { type: 'integer', default: 1 }, p: { pattern: '^a' } }, anyOf: [{ required: ['p'] }, {}] });
      console.log(JSON.stringify([v.validate(ref, Buffer.from('{"p":"a"}')).data, v.validate(ref, { p: 'b', a: '' }).errors.length]));
    `;
    const flags = ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '-e', program];
    const { stdout } = await promisify(execFile)(process.execPath, flags);
    assert.equal(stdout.trim(), '[{"p":"a","a":1},2]');
  });
});
