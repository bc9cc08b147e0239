// Redaction: paths and wildcards, and the header fields that hold secrets.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createLogger } from '../../js/index.ts';
import { logged } from './lines.ts';

import type { LoggerOptions } from '../../js/index.ts';

function redacted(redact: LoggerOptions['redact'], fields: object): Record<string, unknown> {
  const { level: _, ...line } = logged((log) => log.info(fields), redact === undefined ? {} : { redact });
  return line;
}

const HIDDEN = '[Redacted]';

describe('redaction', () => {
  const cases: Readonly<Record<string, readonly [paths: string[], fields: object, expected: object]>> = {
    'a key': [['a'], { a: 1, b: { a: 2 } }, { a: HIDDEN, b: { a: 2 } }],
    'a key of an object': [['a.b'], { a: { b: 1, c: 2 }, b: 3 }, { a: { b: HIDDEN, c: 2 }, b: 3 }],
    'brackets with any quotes': [
      [`a["x.y"]`, `a['z']`, 'a[`q`]', 'a[0]'],
      { a: { 'x.y': 1, z: 2, q: 3, 0: 4, k: 5 } },
      { a: { 'x.y': HIDDEN, z: HIDDEN, q: HIDDEN, 0: HIDDEN, k: 5 } },
    ],
    'a key at the beginning in brackets': [['["a-b"].c'], { 'a-b': { c: 1 } }, { 'a-b': { c: HIDDEN } }],
    elements: [
      ['a[*].b', 'c[1]'],
      { a: [{ b: 1 }, { b: 2 }], c: [1, 2] },
      { a: [{ b: HIDDEN }, { b: HIDDEN }], c: [1, HIDDEN] },
    ],
    'a wildcard at the end': [['a.*'], { a: { b: 1, c: { d: 2 } } }, { a: { b: HIDDEN, c: HIDDEN } }],
    'a wildcard at the beginning': [
      ['*.b'],
      { a: { b: 1 }, b: 2, c: { d: { b: 3 } } },
      { a: { b: HIDDEN }, b: 2, c: { d: { b: 3 } } },
    ],
    'a wildcard alone': [['*'], { a: 1, b: { c: 2 } }, { a: HIDDEN, b: HIDDEN }],
    'several wildcards': [['*.*.c'], { a: { b: { c: 1, d: 2 } } }, { a: { b: { c: HIDDEN, d: 2 } } }],
    'a name and a wildcard together': [
      ['a.x', '*.y'],
      { a: { x: 1, y: 2, z: 3 }, b: { x: 4, y: 5 } },
      { a: { x: HIDDEN, y: HIDDEN, z: 3 }, b: { x: 4, y: HIDDEN } },
    ],
    'a path within another': [['a', 'a.b'], { a: { b: 1 } }, { a: HIDDEN }],
    'names of the prototype': [
      ['constructor.x', '__proto__.y'],
      { constructor: { x: 1 } },
      { constructor: { x: HIDDEN } },
    ],
    'what toJSON gives': [['a.b'], { a: { toJSON: () => ({ b: 1 }) } }, { a: { b: HIDDEN } }],
    'null and texts': [['a.b', 'c'], { a: null, c: null }, { a: null, c: HIDDEN }],
    'another letter case': [['a.B'], { a: { b: 1 } }, { a: { b: 1 } }],
  };
  for (const [name, [paths, fields, expected]] of Object.entries(cases)) {
    test(`finds ${name}`, () => {
      const before = structuredCloneable(fields) ? structuredClone(fields) : undefined;
      assert.deepEqual(redacted(paths, fields), expected);
      if (before !== undefined) assert.deepEqual(fields, before, 'the value is as before');
    });
  }

  test('reaches what errors carry', () => {
    const error = Object.assign(new Error('x'), { config: { password: 1, url: 'u' } });
    const { err } = redacted(['err.config.password'], error) as { err: { config: object } };
    assert.deepEqual(err.config, { password: HIDDEN, url: 'u' });
  });

  test('reaches the message', () => {
    const line = logged((log) => log.info({ msg2: 1 }, 'a secret'), { redact: ['msg'] });
    assert.equal(line['msg'], HIDDEN);
  });

  test('a censor is given the value and its path', () => {
    const censor = (value: unknown, path: readonly string[]): unknown => ({ value, path });
    assert.deepEqual(redacted({ paths: ['a.b[*].c'], censor }, { a: { b: [{ c: 1 }] } }), {
      a: { b: [{ c: { value: 1, path: ['a', 'b', '0', 'c'] } }] },
    });
  });

  for (const path of ['', '.', 'a.', '.a', 'a..b', 'a[', 'a]', 'a[]', 'a["b]', 'a.**', 'a b[', 5, null]) {
    test(`refuses the path ${JSON.stringify(path)}`, () => {
      assert.throws(() => createLogger({ redact: [path as string] }), {
        code: 'ERR_NEXURE_OPTION_INVALID',
        message: /redact/,
      });
    });
  }
});

describe('header fields that hold secrets', () => {
  const headers = {
    authorization: 'Bearer x',
    Cookie: 'a=b',
    'Set-Cookie': ['a=b'],
    'X-API-Key': 'x',
    'proxy-authorization': 'x',
    'content-type': 'text/plain',
  };
  const hidden = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name === 'content-type' ? value : HIDDEN]),
  );

  test('are redacted wherever an object is called headers, in any case', () => {
    const fields = {
      headers,
      req: { headers },
      err: { config: { request: { Headers: headers } } },
      list: [{ headers }],
    };
    assert.deepEqual(redacted(undefined, fields), {
      headers: hidden,
      req: { headers: hidden },
      err: { config: { request: { Headers: hidden } } },
      list: [{ headers: hidden }],
    });
  });

  test('are redacted beside paths of one’s own', () => {
    assert.deepEqual(redacted(['a'], { a: 1, headers }), { a: HIDDEN, headers: hidden });
  });

  test('stay where nothing, or only paths, are asked for', () => {
    assert.deepEqual(redacted(false, { headers }), { headers });
    assert.deepEqual(redacted({ paths: ['a'], headers: false }, { a: 1, headers }), { a: HIDDEN, headers });
  });

  test('stay in objects of another name', () => {
    assert.deepEqual(redacted(undefined, { cookie: 'a', form: { authorization: 'x' } }), {
      cookie: 'a',
      form: { authorization: 'x' },
    });
  });
});

function structuredCloneable(value: object): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
