// What the compiler knows where declarations are spread over files: plugins, routers that say what they need, middleware
// declared apart. Checked by `npm run typecheck`; nothing here is ever run.
import { createClient } from '../../js/client/index.ts';
import { createApp, createMiddleware, Router } from '../../js/index.ts';

import type { Ctx, Next, Nexure } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

const database = (app: Nexure, options: { readonly size: number }) => app.decorate('db', { size: options.size });
const authentication = createMiddleware((ctx, next) => next({ user: ctx.get('x-user') ?? 'nobody' }));
const only = (role: string) => (ctx: Ctx<string, { readonly user: string }>, next: Next) => {
  // Of any path: whatever its parameters are.
  holds<Equal<typeof ctx.params.id, string | number | boolean | undefined>>();
  return next({ role });
};
const routes = new Router<{ readonly db: { readonly size: number }; readonly user: string }>()
  .get('/:id(int)', only('reader'), (ctx) => {
    holds<Equal<typeof ctx.params.id, number>>();
    holds<Equal<typeof ctx.role, string>>();
    return { id: ctx.params.id, user: ctx.user, size: ctx.db.size };
  })
  .delete('/', () => undefined);

const app = createApp()
  .register(database, { size: 1 })
  .get('/size', (ctx) => ctx.db.size)
  .group('/api', (api) =>
    api
      .use(authentication)
      .get('/me', (ctx) => ctx.user)
      .mount('/things', routes),
  );

const client = createClient<typeof app>(app);

// A plugin that is given just any application hides no routes of the others.
const thing = await client.get('/api/things/:id(int)', { params: { id: 1 } });
if (thing.ok) holds<Equal<typeof thing.data, { readonly id: number; readonly user: string; readonly size: number }>>();
const me = await client.get('/api/me');
if (me.ok) holds<Equal<typeof me.data, string>>();
const size = await client.get('/size');
if (size.ok) holds<Equal<typeof size.data, number>>();
// @ts-expect-error -- there is no such route
void client.get('/api/things');

// A path that is only known as a string has parameters of any name, as text.
app.get(String('/x'), (ctx) => {
  holds<Equal<typeof ctx.params, Record<string, string>>>();
});

// A port gives a URL; a path may have none.
const { url } = await app.start(0);
holds<Equal<typeof url, string>>();
const local = await app.start({ path: '/tmp/x.sock' });
holds<Equal<typeof local.url, string | undefined>>();
