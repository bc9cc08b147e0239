// Schemas in the settings of a route: what they are given, what takes whose place, and what clients are told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';

import type { Output } from '../../js/schema/index.ts';
import type { StandardResult, StandardSchema } from '../../js/index.ts';

/** A schema that is a function of the value. */
function schema<Out>(
  validate: (value: unknown) => StandardResult<Out> | Promise<StandardResult<Out>>,
): StandardSchema<unknown, Out> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const Named = schema((value) => {
  const name = (value as { name?: unknown } | undefined)?.name;
  return typeof name === 'string'
    ? { value: { name: name.trim() } }
    : { issues: [{ message: 'must be text', path: ['name'] }] };
});

const Paged = schema((value) => {
  const page = Number((value as { page?: string }).page ?? 1);
  return Number.isInteger(page) ? { value: { page } } : { issues: [{ message: 'no page', path: [{ key: 'page' }] }] };
});

const later = <Out>(other: StandardSchema<unknown, Out>): StandardSchema<unknown, Out> =>
  schema(async (value) => {
    await Promise.resolve();
    return other['~standard'].validate(value);
  });

const errorsOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors: unknown }).errors;

describe('a route with schemas', () => {
  for (const [kind, body, query] of [
    ['synchronous', Named, Paged],
    ['asynchronous', later(Named), later(Paged)],
  ] as const) {
    test(`gives its handler what they made, ${kind}`, async () => {
      const app = createApp();
      app.post('/', { schema: { body, query } }, (ctx) => {
        const page: number = ctx.query.page;
        const name: string = ctx.body.name;
        return { name, page, same: ctx.request.body === ctx.body };
      });
      const response = await app.request('/?page=3', { method: 'POST', json: { name: ' Ann ' } });
      assert.deepEqual(await response.json(), { name: 'Ann', page: 3, same: true });
    });

    test(`answers 422 with everything that does not fit, ${kind}`, async () => {
      const app = createApp();
      app.post('/', { schema: { body, query } }, () => assert.fail('the handler has run'));
      const response = await app.request('/?page=x', { method: 'POST', json: {} });
      assert.equal(response.status, 422);
      assert.equal(response.headers.get('content-type'), 'application/problem+json');
      assert.deepEqual(await errorsOf(response), [
        { in: 'query', pointer: '/page', code: 'invalid', message: 'no page' },
        { in: 'body', pointer: '/name', code: 'invalid', message: 'must be text' },
      ]);
    });
  }

  test('validates parameters and header fields, too', async () => {
    const app = createApp();
    const params = schema((value) => ({ value: { id: Number((value as { id: string }).id) } }));
    const headers = schema((value) => ({ value: { ...(value as object), 'x-more': 'more' } }));
    app.get('/:id', { schema: { params, headers } }, (ctx) => {
      const id: number = ctx.params.id;
      return { id, more: ctx.request.headers['x-more'] };
    });
    assert.deepEqual(await (await app.request('/7')).json(), { id: 7, more: 'more' });
  });

  test('validates behind its middleware, and validates a body that is read while it arrives', async () => {
    const app = createApp();
    const order: string[] = [];
    const body = schema((value) => {
      order.push('schema');
      return { value: (value as { list: unknown[] }).list.length };
    });
    app.post(
      '/',
      { schema: { body }, body: 'stream' },
      (_, next) => {
        order.push('middleware');
        return next();
      },
      (ctx) => ({ length: ctx.body }),
    );
    const json = { list: Array.from({ length: 50_000 }, (_, index) => index) };
    assert.deepEqual(await (await app.request('/', { method: 'POST', json })).json(), { length: 50_000 });
    assert.deepEqual(order, ['middleware', 'schema']);
  });

  test('gives a schema undefined where there is no body, and forms as they are parsed', async () => {
    const app = createApp();
    const seen: unknown[] = [];
    const body = schema((value) => {
      seen.push(value);
      return { value };
    });
    app.post('/', { schema: { body } }, () => 'ok');
    await app.request('/', { method: 'POST' });
    await app.request('/', { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    await app.request('/', { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } });
    assert.deepEqual(
      seen.map((value) => (typeof value === 'object' ? { ...value } : value)),
      [undefined, { a: '1' }, 'text'],
    );
  });

  test('answers what cannot be parsed as it does elsewhere', async () => {
    const app = createApp();
    app.post('/', { schema: { body: Named } }, () => 'ok');
    const headers = { 'content-type': 'application/json' };
    assert.equal((await app.request('/', { method: 'POST', body: '{', headers })).status, 400);
  });

  test('writes pointers as RFC 6901 says, and codes as the library has them', async () => {
    const app = createApp();
    const body = schema(() => ({
      issues: [
        { message: 'm', path: ['a/b', 'c~d', 0, { key: 'e' }], code: 'too_small' },
        { message: 'whole' },
        { message: 'symbol', path: [Symbol.for('s')], code: 7 },
      ],
    }));
    app.post('/', { schema: { body } }, () => 'ok');
    assert.deepEqual(await errorsOf(await app.request('/', { method: 'POST', json: {} })), [
      { in: 'body', pointer: '/a~1b/c~0d/0/e', code: 'too_small', message: 'm' },
      { in: 'body', pointer: '', code: 'invalid', message: 'whole' },
      { in: 'body', pointer: '/Symbol(s)', code: 'invalid', message: 'symbol' },
    ]);
  });

  test('tells no more complaints than 100, or than the route says', async () => {
    const app = createApp();
    const body = schema(() => ({ issues: Array.from({ length: 1000 }, () => ({ message: 'm' })) }));
    app.post('/', { schema: { body } }, () => 'ok');
    const errors = (await errorsOf(await app.request('/', { method: 'POST', json: {} }))) as unknown[];
    assert.equal(errors.length, 100);
    app.post('/two', { schema: { body, options: { maxErrors: 2 } } }, () => 'ok');
    assert.equal(((await errorsOf(await app.request('/two', { method: 'POST', json: {} }))) as unknown[]).length, 2);
  });

  test('answers 500 when a schema fails itself', async () => {
    const app = createApp({ logger: false });
    const failing = schema<unknown>(() => {
      throw new Error('broken');
    });
    app.get('/', { schema: { query: failing } }, () => 'ok');
    app.get('/later', { schema: { query: later(failing) } }, () => 'ok');
    assert.equal((await app.request('/')).status, 500);
    assert.equal((await app.request('/later')).status, 500);
  });

  test('takes schemas that are functions, as some libraries make them', async () => {
    const app = createApp();
    const callable: StandardSchema<unknown, { name: string }> = Object.assign(() => undefined, Named);
    app.post('/', { schema: { body: callable } }, (ctx) => ctx.body.name);
    assert.equal(await (await app.request('/', { method: 'POST', json: { name: 'x' } })).text(), 'x');
  });

  test('refuses what is no schema', () => {
    const app = createApp();
    const wrong: unknown = { schema: { body: 7 } };
    assert.throws(() => app.get('/', wrong as { schema: {} }, () => 'ok'), {
      code: 'ERR_NEXURE_OPTION_INVALID',
      message: /option route\.schema\.body must be a schema/,
    });
    const unknown: unknown = { schema: { files: Named } };
    assert.throws(() => app.get('/', unknown as { schema: {} }, () => 'ok'), /option route\.schema\.files is unknown/);
  });
});

// The output of a schema is what its library says.
const inferred: Output<typeof Named> = { name: 'x' };
void inferred;
