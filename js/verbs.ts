// The call signatures of `app.get`, `app.post` and the others, which are all the same one.
import type { AddedBy, CtxBehind, Declared, Join, Next, RouteCtx } from './declared.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { RouteSettings } from './route-options.ts';
import type { Kind, Kinds } from './routes.ts';
import type { ParamsOf } from './types.ts';

/** Middleware for contexts that are `Given`; what it returns tells what it adds. */
type Link<Given, Returned> = (context: Given, next: Next) => Returned;

/** What declaring a route returns: the same application, router or group, which knows one more route. */
type With<Of extends Kind, Added, Table, Prefix extends string, Route> = Kinds<Added, Table | Route, Prefix>[Of];

/**
 * Declares a route of one method: the path, settings where there are any, middleware, and the handler at the end. Throws
 * `ERR_NEXURE_ROUTE_SYNTAX`, `ERR_NEXURE_ROUTE_CONFLICT`, `ERR_NEXURE_ROUTE_HANDLER` or `ERR_NEXURE_OPTION_INVALID`.
 */
export interface Verb<Method extends string, Of extends Kind, Added, Table, Prefix extends string> {
  <const Path extends string, Answer>(
    path: Path,
    handler: (context: RouteCtx<Join<Prefix, Path>, Added>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>>>;
  <const Path extends string, const Settings extends RouteSettings, Answer>(
    path: Path,
    settings: Settings,
    handler: (context: CtxBehind<Join<Prefix, Path>, Added, Settings>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>, Settings>>;
  <const Path extends string, A, Answer>(
    path: Path,
    first: Link<RouteCtx<Join<Prefix, Path>, Added>, A>,
    handler: (context: RouteCtx<Join<Prefix, Path>, Added & AddedBy<A>>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>>>;
  <const Path extends string, const Settings extends RouteSettings, A, Answer>(
    path: Path,
    settings: Settings,
    first: Link<RouteCtx<Join<Prefix, Path>, Added>, A>,
    handler: (context: CtxBehind<Join<Prefix, Path>, Added & AddedBy<A>, Settings>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>, Settings>>;
  <const Path extends string, A, B, Answer>(
    path: Path,
    first: Link<RouteCtx<Join<Prefix, Path>, Added>, A>,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedBy<A>>, B>,
    handler: (context: RouteCtx<Join<Prefix, Path>, Added & AddedBy<A> & AddedBy<B>>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>>>;
  <const Path extends string, const Settings extends RouteSettings, A, B, Answer>(
    path: Path,
    settings: Settings,
    first: Link<RouteCtx<Join<Prefix, Path>, Added>, A>,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedBy<A>>, B>,
    handler: (context: CtxBehind<Join<Prefix, Path>, Added & AddedBy<A> & AddedBy<B>, Settings>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>, Settings>>;
  <const Path extends string, A, B, C, Answer>(
    path: Path,
    first: Link<RouteCtx<Join<Prefix, Path>, Added>, A>,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedBy<A>>, B>,
    third: Link<RouteCtx<Join<Prefix, Path>, Added & AddedBy<A> & AddedBy<B>>, C>,
    handler: (context: RouteCtx<Join<Prefix, Path>, Added & AddedBy<A> & AddedBy<B> & AddedBy<C>>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>>>;
  <const Path extends string, const Settings extends RouteSettings>(
    path: Path,
    settings: Settings,
    ...handlers: Handlers<ParamsOf<Join<Prefix, Path>>, Added>
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, unknown, Settings>>;
  /** Any number of middleware; beyond three, what they add is not known to the compiler. Stands last: its are the messages. */
  <const Path extends string>(
    path: Path,
    ...handlers: Handlers<ParamsOf<Join<Prefix, Path>>, Added>
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, unknown>>;
}

/** Middleware of a route, and behind it the handler. */
export type Handlers<Params, Added = unknown> = readonly [
  ...middleware: Middleware<Params, Added>[],
  handler: Handler<Params, Added>,
];
