// What the compiler knows of route parameters. Checked by `npm run typecheck`; nothing here is ever run.
import { createApp } from '../../js/index.ts';

import type { Context, Handler, Middleware, ParamNames, ParamsOf, RouteOptions } from '../../js/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`. */
function holds<_Claim extends true>(): void {
  // Types only.
}

holds<Equal<ParamNames<'/'>, never>>();
holds<Equal<ParamNames<'/static/path'>, never>>();
holds<Equal<ParamNames<'/users/:id'>, 'id'>>();
holds<Equal<ParamNames<'/users/:id/books/:book'>, 'id' | 'book'>>();
holds<Equal<ParamNames<'/files/*'>, '*'>>();
holds<Equal<ParamNames<'/files/*rest'>, 'rest'>>();
holds<Equal<ParamNames<'/:a/*rest'>, 'a' | 'rest'>>();
holds<Equal<ParamsOf<string>, Record<string, string>>>();
holds<Equal<ParamsOf<'/:a'>, { readonly a: string }>>();

const app = createApp();

app.get('/users/:id', (ctx) => {
  holds<Equal<typeof ctx.params.id, string>>();
  // @ts-expect-error -- the pattern has no such parameter
  void ctx.params.name;
  // @ts-expect-error -- parameters are read-only
  ctx.params.id = 'other';
});

app.post('/users/:id/books/:book', (ctx) => `${ctx.params.id} ${ctx.params.book}`);

app.get('/files/*', (ctx) => {
  holds<Equal<(typeof ctx.params)['*'], string>>();
  // @ts-expect-error -- a wildcard without a name is `*`
  void ctx.params.rest;
});

app.get('/named/*rest', ({ params }) => params.rest);

app.get('/static', (ctx) => {
  // @ts-expect-error -- there are no parameters
  void ctx.params.id;
});

app.get(
  '/chain/:id',
  (ctx, next) => {
    holds<Equal<typeof ctx.params.id, string>>();
    return next();
  },
  (ctx) => ctx.params.id,
);

app.route({ method: ['GET', 'PUT'], path: '/object/:id', handler: (ctx) => ctx.params.id });
// @ts-expect-error -- methods are in capitals
app.route({ method: 'get', path: '/', handler: () => undefined });
// @ts-expect-error -- a route needs a handler
app.get('/');
// @ts-expect-error -- a handler is a function
app.get('/', 'answer');

const path: string = '/computed/:id';
app.get(path, (ctx) => ctx.params['anything']);

// Middleware that needs no parameters fits every route.
const plain: Middleware = (ctx, next) => (ctx.request.has('x') ? next() : 'no');
app.use(plain);
app.get('/with/:id', plain, (ctx) => ctx.params.id);

const handler: Handler<{ readonly id: string }> = (ctx) => ctx.params.id;
app.get('/handler/:id', handler);
// @ts-expect-error -- the handler needs a parameter that the pattern does not have
app.get('/handler/:other', handler);

app.get('/body', (ctx) => {
  // @ts-expect-error -- a body is unknown until it has been checked
  void ctx.body.name;
  holds<Equal<typeof ctx.body, unknown>>();
  holds<Equal<(typeof ctx.state)[string], unknown>>();
  holds<Equal<(typeof ctx.query)[string], string | string[]>>();
});

app.onError((error: unknown, ctx: Context) => [error, ctx.request.path]);

const options: RouteOptions<'/typed/:id'> = { method: 'GET', path: '/typed/:id', handler };
app.route(options);

// @ts-expect-error -- an unknown option
createApp({ prot: 1 });
// @ts-expect-error -- an option of another type
createApp({ server: { port: '80' } });
// @ts-expect-error -- a transport nobody has
createApp({ transport: 'quic' });

void app.start().then((address) => holds<Equal<typeof address.port, number>>());
// @ts-expect-error -- a port is a number
void app.start('80');
void app.request('/', { json: { a: 1 } }).then((response) => holds<Equal<typeof response, Response>>());
