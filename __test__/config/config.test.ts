// Configuration: what is read from where, what is refused with its place, and what is shown nowhere.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inspect, parseEnv } from 'node:util';

import { ConfigError, defineConfig, env, Secret } from '../../js/index.ts';
import { parseEnvFile } from '../../js/config/env-file.ts';

import type { Variable } from '../../js/index.ts';

const read = <T>(variable: Variable<T>, text?: string): unknown =>
  defineConfig({ value: variable }, { files: [], environment: text === undefined ? {} : { X: text } }).value;

describe('a variable', () => {
  const ACCEPTED: Record<string, [variable: Variable<unknown>, text: string | undefined, value: unknown]> = {
    'an integer': [env.integer('X'), '-12', -12],
    'a number': [env.number('X'), '1.5e3', 1500],
    'a port': [env.port('X'), '65535', 65_535],
    'a boolean': [env.boolean('X'), 'YES', true],
    'a false one': [env.boolean('X', { default: true }), '0', false],
    'one of some': [env.oneOf('X', ['a', 'b']), 'b', 'b'],
    'a list': [env.list('X'), 'a, b,,c', ['a', 'b', 'c']],
    'a url': [env.url('X', { protocols: ['redis'] }), 'redis://h/0', 'redis://h/0'],
    'a custom one': [env.custom('X', 'JSON', (text) => JSON.parse(text) as unknown), '{"a":1}', { a: 1 }],
    'a default': [env.integer('X', { default: 7 }), undefined, 7],
    'a default that is false': [env.boolean('X', { default: false }), undefined, false],
    'an empty one is unset': [env.string('X', { default: 'd' }), '', 'd'],
    'an optional one': [env.string('X').optional(), undefined, undefined],
  };
  for (const [name, [variable, text, value]] of Object.entries(ACCEPTED)) {
    test(`is ${name}`, () => assert.deepEqual(read(variable, text), value));
  }

  const REFUSED: Record<string, [variable: Variable<unknown>, text: string | undefined, message: RegExp]> = {
    'no integer': [env.integer('X'), 'abc', /X: "abc" is not an integer \(environment\)/],
    'a fraction': [env.integer('X', { min: 1, max: 9 }), '1.5', /"1\.5" is not an integer from 1 to 9/],
    hexadecimal: [env.integer('X'), '0x10', /not an integer/],
    'out of range': [env.integer('X', { min: 1 }), '0', /an integer of at least 1/],
    infinite: [env.number('X'), '1e999', /not a number/],
    'no boolean': [env.boolean('X'), 'perhaps', /not true or false/],
    'no property of an object': [env.boolean('X'), 'constructor', /not true or false/],
    'no url': [env.url('X'), 'localhost', /"localhost" is not an absolute URL/],
    'of another protocol': [env.url('X', { protocols: ['https'] }), 'http://x', /URL of https/],
    'another text': [env.oneOf('X', ['a', 'b']), 'c', /"c" is not one of a, b/],
    'too long': [env.string('X', { maxLength: 2 }), 'abc', /a text of 1 to 2 characters/],
    unset: [env.string('X'), undefined, /X: is not set; expected a text/],
    malformed: [env.custom('X', 'JSON', (text) => JSON.parse(text) as unknown), '{', /"\{" is not JSON: /],
  };
  for (const [name, [variable, text, message]] of Object.entries(REFUSED)) {
    test(`is refused when it is ${name}`, () => {
      assert.throws(() => read(variable, text), { code: 'ERR_NEXURE_CONFIG_INVALID', message });
    });
  }
});

describe('a configuration', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexure-config-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('is read from the environment before files, and from later files before earlier ones', async () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    await writeFile(first, 'A=1\nB=1\nC=1\nD=1\n');
    await writeFile(second, '# comment\nB=2\nexport C="2"\n');
    const shape = {
      a: env.integer('A'),
      inner: { b: env.integer('B'), c: env.integer('C') },
      d: env.string('D').optional(),
    };
    const config = defineConfig(shape, {
      files: [first, second, join(folder, 'none')],
      environment: { C: '3', D: '' },
    });
    assert.deepEqual({ ...config, inner: { ...config.inner } }, { a: 1, inner: { b: 2, c: 3 }, d: undefined });
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.inner));
  });

  test('tells every problem at once, with source and line, and no secret', async () => {
    const file = join(folder, 'bad');
    await writeFile(file, '# first\n\nPORT=abc\nwhat is this\nSECRET="hun\nter2"\n');
    const shape = {
      port: env.port('PORT'),
      secret: env.secret('SECRET', { minLength: 32 }),
      redis: { url: env.url('REDIS_URL') },
      host: env.string('HOST'),
    };
    const environment = { REDIS_URL: 'redis://me:hunter2@h:port' };
    assert.throws(
      () => defineConfig(shape, { files: [file], environment }),
      (error: ConfigError) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.problems.length, 5);
        const lines = error.message
          .split('\n')
          .slice(1)
          .map((line) => line.trim().replace(folder, ''));
        assert.deepEqual(lines, [
          'a line is not NAME=value (/bad:4)',
          'PORT: "abc" is not a port from 0 to 65535 (/bad:3)',
          'SECRET: [redacted] is not a text of at least 32 characters (/bad:5)',
          'REDIS_URL: "redis://me:[redacted]@h:port" is not an absolute URL (environment)',
          'HOST: is not set; expected a text',
        ]);
        assert.doesNotMatch(inspect(error) + String(error.stack), /hun/);
        return true;
      },
    );
  });

  test('shows no secrets', () => {
    const environment = { SECRET: 'hunter2', URL: 'https://me:hunter2@h/x', TOKEN: 'https://hunter2@h' };
    const shape = { secret: env.secret('SECRET'), in: { url: env.url('URL'), token: env.url('TOKEN') } };
    const config = defineConfig(shape, { files: [], environment });
    assert.equal(config.secret.reveal(), 'hunter2');
    assert.equal(config.in.url, environment.URL);
    assert.ok(config.secret instanceof Secret);
    const shown = [
      JSON.stringify({ config }),
      inspect({ config }, { depth: 9, showHidden: true }),
      inspect(config.in),
      inspect(config.secret),
      String(config.secret),
      JSON.stringify(config.redact()),
      JSON.stringify({ ...config.redact() }),
    ];
    for (const text of shown) assert.doesNotMatch(text, /hunter2/);
    assert.deepEqual(config.redact(), {
      secret: '[redacted]',
      in: { url: 'https://me:[redacted]@h/x', token: 'https://[redacted]@h' },
    });
  });

  test('refuses what is no description', () => {
    for (const shape of [{ redact: 1 }, { toJSON: 1 }, { a: null }, { a: () => 1 }]) {
      assert.throws(() => defineConfig(shape as never, { files: [] }), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
    assert.throws(() => env.string('a b'), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });
});

describe('a file of variables', () => {
  const FILES = [
    'A=1\nB=2',
    'A = spaced \nexport B=x',
    `A="two\nlines"\nB='sin\\ngle'\nC=\`b"t\``,
    'A="a\\nb" # comment\nB=x # comment\nC="x#y"',
    '# only\nA=',
    'A=1\r\nB="x\r\ny"\r\n',
    'A="open\nB=2',
    'A=x=y\nB=a b c',
  ];
  for (const text of FILES) {
    test(`is read as Node does: ${JSON.stringify(text)}`, () => {
      const { variables } = parseEnvFile(text);
      const ours = Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
      const nodes = parseEnv(text.replaceAll('\r\n', '\n'));
      assert.deepEqual(ours, { ...nodes });
    });
  }

  test('knows the line of each variable', () => {
    const { variables, malformed } = parseEnvFile('\n# x\nA="1\n2\n3"\nnonsense\nB=2\n');
    assert.deepEqual([variables.get('A')?.line, malformed, variables.get('B')?.line], [3, [6], 7]);
  });
});
