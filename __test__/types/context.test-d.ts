// What the compiler knows of what middleware adds to a context. Checked by `npm run typecheck`; never run.
import { createApp, createMiddleware, Router } from '../../js/index.ts';

import type { AddedOf, Ctx, Nexure, TableOf } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

interface User {
  readonly id: number;
  readonly name: string;
}
declare const user: User;

// Middleware of the application.
const app = createApp()
  .use(async (_ctx, next) => next({ user }))
  .use((ctx, next) => {
    holds<Equal<typeof ctx.user, User>>();
    return ctx.user.id === 0 ? 'nobody' : next({ isAdmin: ctx.user.id === 1 });
  })
  .decorate('clock', { now: () => 1 })
  .get('/users/:id', (ctx) => {
    holds<Equal<typeof ctx.user, User>>();
    holds<Equal<typeof ctx.isAdmin, boolean>>();
    holds<Equal<typeof ctx.params.id, string>>();
    // @ts-expect-error -- nothing has added this
    void ctx.session;
    return { at: ctx.clock.now(), name: ctx.user.name };
  });

// Order matters: what is declared before knows nothing of it.
const before = createApp();
before.get('/', (ctx) => {
  // @ts-expect-error -- the middleware comes later
  void ctx.user;
});
before.use((_ctx, next) => next({ user }));

// Middleware of a route adds to the middleware and the handler behind it.
app.get(
  '/own/:id',
  (ctx, next) => next({ books: [ctx.params.id] }),
  (ctx, next) => next({ count: ctx.books.length }),
  (ctx) => {
    holds<Equal<typeof ctx.books, string[]>>();
    return ctx.count + ctx.user.id;
  },
);
app.get(
  '/settings',
  { maxBodyBytes: 1 },
  (ctx, next) => next({ one: ctx.user.id }),
  (ctx) => ctx.one,
);

// Groups know what is outside, and keep their own to themselves.
app.group('/shops/:shop', (shops) =>
  shops
    .use((_ctx, next) => next({ shop: 'x' }))
    .get('/items/:item', (ctx) => {
      holds<Equal<typeof ctx.params, { readonly shop: string; readonly item: string }>>();
      return `${ctx.shop} ${ctx.user.name}`;
    }),
);
const auth = app.middleware(async (_ctx, next) => next({ token: 'x' }));
app.group('/me', [auth], (me) => {
  me.get('/', (ctx) => ctx.token + ctx.user.name);
});
app.get('/outside', (ctx) => {
  // @ts-expect-error -- the group's alone
  void ctx.token;
});

// @ts-expect-error -- ctx.user has another type already
app.use((_ctx, next) => next({ user: 'Ann' }));
// The same again is fine.
app.use((_ctx, next) => next({ user }));

// A middleware that lets some requests pass without the addition promises nothing.
createApp()
  .use((ctx, next) => (ctx.request.has('x') ? next({ user }) : next()))
  .get('/', (ctx) => {
    // @ts-expect-error -- not for every request
    void ctx.user;
  });

// Plugins carry what they add, also across files: they are functions of an application, which they return extended.
const withUser = (on: Nexure) => on.use((_ctx, next) => next({ plugged: user })).get('/plugged', () => 1);
createApp()
  .use((_ctx, next) => next({ first: 1 }))
  .register(withUser)
  .get('/', (ctx) => ctx.plugged.name + ctx.first);
const withOptions = (on: Nexure, options: { readonly size: number }) =>
  on.use((_ctx, next) => next({ size: options.size }));
createApp()
  .register(withOptions, { size: 1 })
  .get('/', (ctx) => ctx.size + 1);
// @ts-expect-error -- the plugin needs its options
createApp().register(withOptions);
// @ts-expect-error -- of their types
createApp().register(withOptions, { size: '1' });
createApp()
  .register((on) => on.use((_ctx, next) => next({ plugged: user })))
  .get('/', (ctx) => ctx.plugged.name);

// An application that knows more is one that knows less, and not the other way round.
const needs = (given: Nexure<{ readonly user: User }>): void => void given.get('/', (ctx) => ctx.user.id);
needs(app);
const knowsNothing = createApp();
// @ts-expect-error -- it has no user
needs(knowsNothing);
const any: Nexure = app;
void any;

// Handlers and middleware may be declared on their own.
const show = (ctx: Ctx<'/shown/:id', { readonly user: User }>): string => ctx.params.id + ctx.user.name;
app.get('/shown/:id', show);
// @ts-expect-error -- the path has no such parameter
app.get('/shown/:other', show);
// @ts-expect-error -- the application has no user
knowsNothing.get('/shown/:id', show);

// Routes are part of the type.
const table = createApp()
  .get('/books/:id', (ctx) => ({ id: ctx.params.id }))
  .post('/books', async () => [1, 2])
  .group('/shops', (shops) => shops.delete('/:shop', () => undefined))
  .mount(
    '/v2',
    new Router().get('/', () => 'root').get('/x/:y', () => true),
  );
type Routes = TableOf<typeof table>;
holds<Equal<AddedOf<typeof table>, unknown>>();
type Keys<Route> = Route extends { readonly method: infer Method; readonly path: infer Path }
  ? `${Method & string} ${Path & string}`
  : never;
holds<Equal<Keys<Routes>, 'GET /books/:id' | 'POST /books' | 'DELETE /shops/:shop' | 'GET /v2' | 'GET /v2/x/:y'>>();
type AnswerOf<Path extends string> = Extract<Routes, { readonly path: Path }>['answer'];
holds<Equal<AnswerOf<'/books/:id'>, { id: string }>>();
holds<Equal<AnswerOf<'/books'>, number[]>>();

// Nothing is `any`.
createApp().use((ctx, next) => {
  holds<Equal<unknown extends typeof ctx ? true : false, false>>();
  const passed = next();
  holds<Equal<unknown extends typeof passed ? true : false, false>>();
  return passed;
});

// Middleware of its own says what it needs and what it adds.
const withRole = createMiddleware((ctx: Ctx<string, { readonly user: User }>, next) =>
  next({ role: ctx.user.id === 1 ? 'admin' : 'reader' }),
);
app.use(withRole).get('/role', (ctx) => ctx.role);
// @ts-expect-error -- the application has no user
createApp().use(withRole);
createApp()
  .use(createMiddleware((_ctx, next) => next({ free: 1 })))
  .get('/', (ctx) => ctx.free);
