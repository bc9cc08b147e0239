// Formats and keywords of the application, and schemas of other libraries, on routes: the core checks first, functions have
// the last word, and what they refuse is answered as all else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

import { defineFormat, defineKeyword } from '../../js/validation/custom.ts';
import { open, transports } from '../harness/server.ts';

const calls: unknown[] = [];

defineFormat('test-even', (values) => {
  calls.push(['even', values]);
  return values.map((value) => value.length % 2 === 0);
});
defineKeyword('x-test-matches', {
  type: 'object',
  validate: (values: readonly { a?: unknown; b?: unknown }[]) => values.map(({ a, b }) => a === b),
  message: 'a and b must be the same',
});
defineKeyword('x-test-free', {
  type: 'string',
  async: true,
  validate: async (values: readonly string[]) => {
    await Promise.resolve();
    calls.push(['free', values]);
    return values.map((value) => value !== 'taken');
  },
});

const json = (value: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const errorsOf = (answer: { json(): unknown }): unknown => (answer.json() as { errors: unknown }).errors;

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    test('functions check values of all parts before any middleware runs, once with all of them', async (t) => {
      const order: string[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.use((_, next) => {
          order.push('middleware');
          return next();
        });
        const even = { type: 'string', format: 'test-even' };
        const schema = {
          query: { type: 'object', properties: { q: even } },
          body: {
            type: 'object',
            'x-test-matches': true,
            properties: { list: { type: 'array', items: even }, name: { type: 'string', 'x-test-free': true } },
            propertyNames: { format: 'test-even' },
          },
          options: { maxErrors: 10 },
        };
        app.post('/', { schema }, (ctx) => ctx.body as object);
      });
      calls.length = 0;
      const right = { list: ['ab', 'cd'], name: 'free' };
      assert.deepEqual((await ask('/?q=xy', json(right))).json(), right);
      assert.deepEqual(calls, [
        ['even', ['xy']],
        ['even', ['list', 'name']],
        ['even', ['ab', 'cd']],
        ['free', ['free']],
      ]);
      assert.deepEqual(order, ['middleware']);
      assert.deepEqual(errorsOf(await ask('/?q=xyz', json({ list: ['ab', 'c'], odd: 1, a: 1 }))), [
        {
          in: 'query',
          pointer: '/q',
          code: 'format',
          message: 'must be of the format "test-even"',
          params: { format: 'test-even' },
        },
        { in: 'body', pointer: '', code: 'x-test-matches', message: 'a and b must be the same' },
        {
          in: 'body',
          pointer: '/odd',
          code: 'format',
          message: 'must be of the format "test-even"',
          params: { format: 'test-even' },
        },
        {
          in: 'body',
          pointer: '/a',
          code: 'format',
          message: 'must be of the format "test-even"',
          params: { format: 'test-even' },
        },
        {
          in: 'body',
          pointer: '/list/1',
          code: 'format',
          message: 'must be of the format "test-even"',
          params: { format: 'test-even' },
        },
      ]);
      const taken = errorsOf(await ask('/', json({ name: 'taken' }))) as { code: string; pointer: string }[];
      assert.deepEqual(
        taken.map(({ code, pointer }) => [code, pointer]),
        [['x-test-free', '/name']],
      );
      assert.deepEqual(order, ['middleware']);
    });

    test('functions check what was decompressed, and forms', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.post('/', { schema: { body: { type: 'object', 'x-test-matches': true } } }, (ctx) => ctx.body as object);
        },
        { decompression: true },
      );
      for (const [text, status] of [
        ['{"a":1,"b":1}', 200],
        ['{"a":1,"b":2}', 422],
      ] as const) {
        const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
        assert.equal((await ask('/', { method: 'POST', headers, body: gzipSync(text) })).status, status);
      }
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      assert.equal((await ask('/', { method: 'POST', headers, body: 'a=1&b=1' })).status, 200);
      assert.equal((await ask('/', { method: 'POST', headers, body: 'a=1&b=2' })).status, 422);
    });

    test('what a library exports is checked natively, and what it alone can say behind it', async (t) => {
      const { ask, app } = await open(t, transport, (served) => {
        const body = z
          .object({ name: z.string().min(2), age: z.number().int() })
          .refine(({ name }) => name !== 'nobody', { message: 'is nobody', path: ['name'] })
          .transform(({ name }) => ({ upper: name.toUpperCase() }));
        const query = z.object({ page: z.coerce.number().default(1) });
        served.post('/', { schema: { body, query } }, (ctx) => [ctx.body, ctx.query]);
      });
      assert.deepEqual((await ask('/?page=3', json({ name: 'ann', age: 7 }))).json(), [{ upper: 'ANN' }, { page: 3 }]);
      const native = (): number => app.getMetrics().http.answers.native;
      assert.equal(native(), 0);
      assert.equal((await ask('/', json({ name: 7, age: 7 }))).status, 422);
      assert.equal((await ask('/', json({ name: 'ann' }))).status, 422);
      assert.equal(native(), 2);
      const refined = errorsOf(await ask('/', json({ name: 'nobody', age: 7 }))) as { pointer: string }[];
      assert.deepEqual(
        refined.map(({ pointer }) => pointer),
        ['/name'],
      );
      assert.equal(native(), 2);
    });

    test('a form that was validated is given as a form, too', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        const body = { type: 'object', properties: { n: { type: 'integer' }, tag: { type: 'array' } } };
        app.post('/', { schema: { body } }, async (ctx) => [...(await ctx.formData()).entries()]);
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await ask('/', { method: 'POST', headers, body: 'n=7&tag=a&tag=b&x=%20' });
      assert.deepEqual(answer.json(), [
        ['n', '7'],
        ['tag', 'a'],
        ['tag', 'b'],
        ['x', ' '],
      ]);
    });
  });
}
