// What the compiler knows of routes with schemas: what their handlers get, what they may answer, what a client may send.
// Checked by `npm run typecheck`; nothing here is ever run.
import { Type } from 'typebox';
import * as z from 'zod';

import { createClient } from '../../js/client/index.ts';
import { createApp } from '../../js/index.ts';
import { body, cookies, headers, params, query, response, t } from '../../js/schema/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

const Order = t.object({ id: t.int64(), sku: t.string(), quantity: t.int().default(1), at: t.date() });
const Page = t.object({ page: t.int().default(1), tags: t.array(t.string()).optional() });
interface OrderOut {
  id: bigint;
  sku: string;
  quantity: number;
  at: Date;
}
type PageOut = { page: number; tags?: string[] };

// A body that may be missing is typed so.
createApp()
  .post('/a', { body: Order.optional() }, (ctx) => {
    holds<Equal<typeof ctx.body, OrderOut | undefined>>();
  })
  .post('/b', body(Order.optional()), (ctx) => {
    holds<Equal<typeof ctx.body, OrderOut | undefined>>();
  })
  .post('/c', { schema: { body: Order, options: { body: { optional: true } } } }, (ctx) => {
    holds<Equal<typeof ctx.body, OrderOut | undefined>>();
  })
  .post('/d', { schema: { body: Order, options: { body: { optional: false } } } }, (ctx) => {
    holds<Equal<typeof ctx.body, OrderOut>>();
  });

// In the settings, in `schema`, as links, and mixed: the same types.
createApp()
  .use((_ctx, next) => next({ user: { name: 'Ann' } }))
  .post('/a/:shop', { body: Order, query: Page }, (ctx) => {
    holds<Equal<typeof ctx.query, PageOut>>();
    holds<Equal<typeof ctx.body.id, bigint>>();
    holds<Equal<typeof ctx.body.at, Date>>();
    holds<Equal<typeof ctx.params.shop, string>>();
    holds<Equal<typeof ctx.user.name, string>>();
    // @ts-expect-error -- no such property
    void ctx.body.nothing;
  })
  .post('/b', { schema: { body: Order }, query: Page, priority: 'high' }, (ctx) => {
    holds<Equal<typeof ctx.query, PageOut>>();
    holds<Equal<typeof ctx.body.quantity, number>>();
  })
  .post('/c/:shop', body(Order), query(Page), (ctx) => {
    holds<Equal<typeof ctx.query, PageOut>>();
    holds<Equal<typeof ctx.body.at, Date>>();
    holds<Equal<typeof ctx.params.shop, string>>();
  })
  .post(
    '/d',
    { body: Order },
    (_ctx, next) => next({ first: 1 }),
    query(Page),
    (ctx, next) => next({ second: ctx.first + 1 }),
    (ctx) => {
      holds<Equal<typeof ctx.query, PageOut>>();
      holds<Equal<typeof ctx.body.at, Date>>();
      holds<Equal<typeof ctx.second, number>>();
      holds<Equal<typeof ctx.user.name, string>>();
    },
  )
  .post(
    '/e',
    { body: Order },
    () => undefined,
    () => undefined,
    () => undefined,
    () => undefined,
    () => undefined,
    (ctx) => {
      holds<Equal<typeof ctx.body.at, Date>>();
    },
  )
  .get('/f/:id', params(t.object({ id: t.int() })), (ctx) => {
    holds<Equal<typeof ctx.params, { id: number }>>();
  })
  .get('/g', headers(t.object({ 'x-count': t.int() })), cookies(t.object({ session: t.string() })), (ctx) => {
    holds<Equal<typeof ctx.request.headers, { 'x-count': number }>>();
    holds<Equal<typeof ctx.request.cookies, { session: string }>>();
    holds<Equal<ReturnType<typeof ctx.get>, string | undefined>>();
  })
  .put('/h', { body: 'stream', query: Page }, (ctx) => {
    holds<Equal<typeof ctx.body, unknown>>();
    holds<Equal<typeof ctx.query, PageOut>>();
  });

// `app.route` and groups, too.
createApp()
  .route({
    method: 'POST',
    path: '/r/:id',
    schema: { body: Order },
    handler: (ctx) => {
      holds<Equal<typeof ctx.body.at, Date>>();
      holds<Equal<typeof ctx.params.id, string>>();
    },
  })
  .route({
    method: 'POST',
    path: '/s',
    body: Order,
    response: { 200: t.object({ ok: t.boolean() }) },
    // @ts-expect-error -- another answer than the schema says
    handler: (ctx) => ({ ok: ctx.body.sku }),
  })
  .group('/shops', (shops) =>
    shops.post('/:shop', { body: Order }, (ctx) => {
      holds<Equal<typeof ctx.body.at, Date>>();
      holds<Equal<typeof ctx.params.shop, string>>();
    }),
  );

// Other libraries.
const Zod = z.object({ name: z.string().default('x'), age: z.coerce.number() });
createApp()
  .post('/zod', { body: Zod }, (ctx) => {
    holds<Equal<typeof ctx.body, { name: string; age: number }>>();
  })
  .post('/typebox', { body: Type.Object({ a: Type.Optional(Type.Integer()) }) }, (ctx) => {
    holds<Equal<typeof ctx.body, { a?: number }>>();
  })
  .post('/json', { body: { type: 'object', properties: { a: { type: 'string' } } } }, (ctx) => {
    holds<Equal<typeof ctx.body, unknown>>();
  });

// Answers are held to the schemas of success, as they are sent or as they would come out.
const Problem = t.object({ title: t.string() });
const responses = { 200: Order, '4xx': Problem } as const;
const order: OrderOut = { id: 1n, sku: 'a', quantity: 1, at: new Date() };
createApp()
  .get('/a', { response: responses }, () => order)
  .get('/b', { response: responses }, async () => ({ id: 1, sku: 'a', at: '2026-11-23T00:00:00Z' }))
  .get('/c', { response: responses }, (ctx) => ctx.response.status(404).json({ anything: 1 }))
  .get('/d', response(responses), () => order)
  // @ts-expect-error -- a member is missing
  .get('/e', { response: responses }, () => ({ id: 1n, sku: 'a' }))
  // @ts-expect-error -- of another type
  .get('/f', { schema: { response: responses } }, async () => ({ ...order, sku: 5 }))
  // @ts-expect-error -- of another type
  .get('/g', response(responses), () => 'text')
  // @ts-expect-error -- nothing is no order
  .get('/h', { response: { '2xx': Order } }, () => undefined)
  .get('/j', { response: { 404: Problem } }, () => 'anything');

createApp().get(
  '/behind-middleware',
  response(responses),
  () => undefined,
  // @ts-expect-error -- of another type
  () => 5,
);

// A client sends what may be sent, and gets what comes out, as JSON has it.
const app = createApp()
  .post('/orders/:shop', { body: Order, query: Page, response: { 201: Order } }, (ctx) => ctx.body)
  .get('/orders', query(t.object({ q: t.string() })), (ctx) => [ctx.query.q])
  .post('/links', body(t.object({ a: t.string() })), response({ 200: t.array(t.int()) }), () => [1])
  .mount(
    '/v2',
    createApp().post('/x', { body: Zod }, () => 1),
  );
const client = createClient<typeof app>('http://localhost');
const made = await client.post('/orders/:shop', {
  params: { shop: 'a' },
  json: { id: 1n, sku: 'a', at: new Date() },
  query: { page: 2, tags: ['a'] },
});
if (made.ok) {
  holds<Equal<typeof made.data.at, string>>();
  holds<Equal<typeof made.data.id, number>>();
  holds<Equal<typeof made.data.quantity, number>>();
}
await client.post('/orders/:shop', { params: { shop: 'a' }, body: new Uint8Array() });
// @ts-expect-error -- the content is missing
await client.post('/orders/:shop', { params: { shop: 'a' } });
// @ts-expect-error -- a member is missing
await client.post('/orders/:shop', { params: { shop: 'a' }, json: { id: 1 } });
// @ts-expect-error -- the query is of another type
await client.post('/orders/:shop', { params: { shop: 'a' }, json: order, query: { page: 'x' } });
// @ts-expect-error -- the query is missing
await client.get('/orders');
const found = await client.get('/orders', { query: { q: 'a' } });
if (found.ok) holds<Equal<typeof found.data, readonly string[]>>();
const linked = await client.post('/links', { json: { a: 'a' } });
if (linked.ok) holds<Equal<typeof linked.data, readonly number[]>>();
await client.post('/v2/x', { json: { age: '5' } });
