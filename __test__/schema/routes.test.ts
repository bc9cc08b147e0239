// Routes that say their schemas as settings or links, with schemas of `t` and of other libraries.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { Type } from 'typebox';
import * as v from 'valibot';
import * as z from 'zod';

import { createClient } from '../../js/client/index.ts';
import { createApp } from '../../js/index.ts';
import { body, cookies, headers, params, query, response, t } from '../../js/schema/index.ts';

import type { Nexure } from '../../js/index.ts';

const at = '2026-11-23T10:00:00.000Z';
const Order = t.object({ id: t.int64(), sku: t.string().trim().min(1), at: t.date(), count: t.int().default(1) });
const Page = t.object({ page: t.int().min(1).default(1), tags: t.array(t.string()).optional() });
const valid = { id: 5, sku: ' a ', at };
const expected = { id: '5', sku: 'a', at, count: 1, isDate: true, page: 2, tags: ['x'] };

/** What a handler was given, as JSON. */
function told(order: { id: bigint; sku: string; at: Date; count: number }, page: { page: number; tags?: string[] }) {
  return { ...order, id: String(order.id), isDate: order.at instanceof Date, ...page };
}

const apps: Readonly<Record<string, () => Nexure>> = {
  settings: () => createApp().post('/', { body: Order, query: Page }, (ctx) => told(ctx.body, ctx.query)) as never,
  'the setting schema': () =>
    createApp().post('/', { schema: { body: Order, query: Page } }, (ctx) => told(ctx.body, ctx.query)) as never,
  both: () =>
    createApp().post('/', { schema: { body: Order }, query: Page }, (ctx) => told(ctx.body, ctx.query)) as never,
  links: () => createApp().post('/', body(Order), query(Page), (ctx) => told(ctx.body, ctx.query)) as never,
  'settings and links, with middleware': () =>
    createApp().post(
      '/',
      { body: Order },
      (_, next) => next({ one: 1 }),
      query(Page),
      (_, next) => next({ two: 2 }),
      (ctx) => {
        assert.equal(ctx.one + ctx.two, 3);
        return told(ctx.body, ctx.query);
      },
    ) as never,
  'one object': () =>
    createApp().route({
      method: 'POST',
      path: '/',
      body: Order,
      query: Page,
      handler: (ctx) => told(ctx.body, ctx.query),
    }) as never,
  'a group': () =>
    createApp().group('/', (group) =>
      group.post('/', body(Order), query(Page), (ctx) => told(ctx.body, ctx.query)),
    ) as never,
};

describe('a route is given what its schemas make', () => {
  for (const [how, make] of Object.entries(apps)) {
    test(`said by ${how}`, async () => {
      const app = make();
      const answer = await app.request('/?page=2&tags=x', { method: 'POST', json: valid });
      assert.deepEqual(await answer.json(), expected);
      const refused = await app.request('/?page=0', { method: 'POST', json: valid });
      assert.equal(refused.status, 422);
      const wrong = await app.request('/', { method: 'POST', json: { ...valid, sku: ' ' } });
      assert.deepEqual(((await wrong.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer, '/sku');
    });
  }

  test('of its path, fields and cookies', async () => {
    const app = createApp().get(
      '/:id',
      params(t.object({ id: t.int() })),
      headers(t.object({ 'x-count': t.int() })),
      cookies(t.object({ n: t.int() })),
      (ctx) => ({ id: ctx.params.id, count: ctx.request.headers['x-count'], n: ctx.request.cookies.n }),
    );
    const answer = await app.request('/7', { headers: { 'x-count': '3', cookie: 'n=9' } });
    assert.deepEqual(await answer.json(), { id: 7, count: 3, n: 9 });
    assert.equal((await app.request('/x', { headers: { 'x-count': '3', cookie: 'n=9' } })).status, 422);
  });
});

describe('a link of schemas', () => {
  for (const [what, declare, code] of [
    ['for all routes', (app: Nexure) => app.use(body(Order) as never), 'ERR_NEXURE_ROUTE_HANDLER'],
    ['for a group', (app: Nexure) => app.group('/g', [body(Order)], () => undefined), 'ERR_NEXURE_ROUTE_HANDLER'],
    ['in place of the handler', (app: Nexure) => app.post('/', body(Order) as never), 'ERR_NEXURE_ROUTE_HANDLER'],
    ['twice', (app: Nexure) => app.post('/', body(Order), body(Order), () => 1), 'ERR_NEXURE_OPTION_INVALID'],
    [
      'beside the same setting',
      (app: Nexure) => app.post('/', { body: Order }, body(Order), () => 1),
      'ERR_NEXURE_OPTION_INVALID',
    ],
  ] as const) {
    test(`is refused ${what}`, () => {
      assert.throws(() => declare(createApp()), { code });
    });
  }

  test('is refused where the setting says the same twice', () => {
    assert.throws(() => createApp().post('/', { body: Order, schema: { body: Order } }, () => 1), {
      code: 'ERR_NEXURE_OPTION_INVALID',
      message: /route\.body has a schema twice/,
    });
  });

  test('of answers may stand anywhere in front of the handler', async () => {
    const app = createApp().get(
      '/',
      () => undefined,
      response({ 200: t.object({ ok: t.boolean() }) }),
      () => ({ ok: true }),
    );
    assert.deepEqual(await (await app.request('/')).json(), { ok: true });
  });
});

describe('schemas of other libraries', () => {
  const vali = v.pipe(
    v.object({
      name: v.pipe(
        v.string(),
        v.transform((text) => text.length),
      ),
    }),
    v.check(({ name }) => name < 5),
  );
  const libraries = {
    zod: z.object({ name: z.string().transform((text) => text.length) }).refine(({ name }) => name < 5),
    'valibot alone': vali,
    'valibot with its export': { ...vali, ...toStandardJsonSchema(vali) } as unknown as typeof vali,
    arktype: type({ name: type('string').pipe((text) => text.length) }).narrow(({ name }) => name < 5),
  };
  for (const [name, schema] of Object.entries(libraries)) {
    test(`transform and refine behind the filter: ${name}`, async () => {
      const ran: string[] = [];
      const app = createApp()
        .use(() => void ran.push('middleware'))
        .post('/', { body: schema as typeof libraries.zod }, (ctx) => ({ length: ctx.body.name }));
      const post = (json: unknown) => app.request('/', { method: 'POST', json });
      assert.deepEqual(await (await post({ name: 'Ann' })).json(), { length: 3 });
      assert.equal((await post({ name: 'Annabel' })).status, 422);
      assert.deepEqual(ran, ['middleware', 'middleware']);
      assert.equal((await post({ name: 5 })).status, 422);
      // What its JSON Schema turns away costs no JavaScript.
      assert.equal(ran.length, name === 'valibot alone' ? 3 : 2);
    });
  }

  test('run natively alone where they are JSON Schema', async () => {
    const app = createApp().post(
      '/',
      { body: Type.Object({ a: Type.Tuple([Type.String(), Type.Integer()]) }) },
      (ctx) => ctx.body.a[1],
    );
    assert.deepEqual(await (await app.request('/', { method: 'POST', json: { a: ['x', 1] } })).json(), 1);
    assert.equal((await app.request('/', { method: 'POST', json: { a: ['x', 1, 2] } })).status, 422);
  });
});

test('a client sends bigints and dates as schemas take them', async () => {
  const app = createApp().post('/', { body: Order, query: t.object({ since: t.date() }) }, (ctx) => [
    String(ctx.body.id),
    ctx.body.at.getTime() === ctx.query.since.getTime(),
  ]);
  const client = createClient<typeof app>(app);
  const date = new Date(at);
  const id = 9_223_372_036_854_775_807n;
  const answer = await client.post('/', { json: { id, sku: 'a', at: date }, query: { since: date } });
  assert.deepEqual(answer.data, [String(id), true]);
});
