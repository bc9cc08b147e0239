// What a handler returns, and what is answered.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open, transports } from '../harness/server.ts';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';

/** What is returned: status, type and body of the answer. */
const VALUES: Record<string, [value: unknown, status: number, type: string | undefined, body: string]> = {
  'a string': ['text', 200, TEXT, 'text'],
  'an empty string': ['', 200, TEXT, ''],
  'an object': [{ a: 1, b: 'é' }, 200, JSON_TYPE, '{"a":1,"b":"é"}'],
  'an object with toJSON': [new Date(0), 200, JSON_TYPE, '"1970-01-01T00:00:00.000Z"'],
  'an object without a prototype': [Object.assign(Object.create(null), { a: 1 }), 200, JSON_TYPE, '{"a":1}'],
  'an array': [[1, 'two', null], 200, JSON_TYPE, '[1,"two",null]'],
  'an empty array': [[], 200, JSON_TYPE, '[]'],
  'a number': [42.5, 200, JSON_TYPE, '42.5'],
  zero: [0, 200, JSON_TYPE, '0'],
  NaN: [Number.NaN, 200, JSON_TYPE, 'null'],
  true: [true, 200, JSON_TYPE, 'true'],
  false: [false, 200, JSON_TYPE, 'false'],
  null: [null, 200, JSON_TYPE, 'null'],
  undefined: [undefined, 204, undefined, ''],
  'a Uint8Array': [Uint8Array.from([104, 105]), 200, BYTES, 'hi'],
  'a Buffer': [Buffer.from('hi'), 200, BYTES, 'hi'],
  'an empty Uint8Array': [new Uint8Array(0), 200, BYTES, ''],
};

/** Values that are no answers. */
const NO_ANSWERS: Record<string, () => unknown> = {
  'a function': () => () => 'x',
  'a symbol': () => Symbol('x'),
  'a bigint': () => 1n,
  'an object with a bigint': () => ({ big: 1n }),
  'a circular object': () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    return circle;
  },
  'an object whose toJSON throws': () => ({
    toJSON() {
      throw new Error('no');
    },
  }),
  'an object whose toJSON gives nothing': () => ({ toJSON: () => undefined }),
  'a Map': () => new Map([['a', 1]]),
  'a Set': () => new Set(['a']),
  'an Error': () => new Error('x'),
};

for (const transport of transports) {
  describe(`answers over ${transport}`, () => {
    for (const [name, [value, status, type, body]] of Object.entries(VALUES)) {
      for (const [how, give] of Object.entries({
        returned: () => value,
        'given by a promise': async () => {
          await undefined;
          return value;
        },
        'given by a promise that waits': () => new Promise((resolve) => setImmediate(resolve, value)),
      })) {
        test(`${name} ${how} is answered with ${status} and ${type ?? 'no type'}`, async (t) => {
          const { ask } = await open(t, transport, (app) => {
            app.get('/', give);
          });
          const answer = await ask('/');
          assert.equal(answer.status, status);
          assert.equal(answer.field('content-type'), type);
          assert.equal(answer.text(), body);
        });
      }
    }

    for (const [name, make] of Object.entries(NO_ANSWERS)) {
      test(`${name} is answered with ERR_NEXURE_ANSWER_TYPE, returned, promised or sent`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.get('/sync', () => make());
          app.get('/async', async () => make());
          app.get('/send', (ctx) => ctx.response.send(make()));
        });
        for (const path of ['/sync', '/async', '/send']) {
          const answer = await ask(path);
          assert.equal(answer.status, 500, path);
          assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_ANSWER_TYPE', path);
          assert.equal(answer.field('content-type'), 'application/problem+json');
        }
      });
    }

    test('a thenable is waited for, and its first word counts', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/now', () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- what the test is about
          then(resolve: (value: string) => void, reject: (reason: unknown) => void) {
            resolve('first');
            resolve('second');
            reject(new Error('third'));
          },
        }));
        app.get('/throws', () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- what the test is about
          then() {
            throw new RangeError('no');
          },
        }));
        app.get('/getter', () => ({
          // oxlint-disable-next-line unicorn/no-thenable -- what the test is about
          get then(): unknown {
            throw new RangeError('no');
          },
        }));
      });
      assert.equal((await ask('/now')).text(), 'first');
      assert.equal((await ask('/throws')).status, 500);
      assert.equal((await ask('/getter')).status, 500);
    });
  });
}
