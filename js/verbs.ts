// The call signatures of `app.get`, `app.post` and the others, which are all the same one.
import type { AddedBy, AddedByFirst, CtxBehind, Declared, GivenByFirst, Join, Next, RouteCtx } from './declared.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { RouteSettings } from './route-options.ts';
import type { Kind, Kinds } from './kinds.ts';
import type { ParamsOf } from './types.ts';
import type { Answers, GivenBy } from './validation/schema-types.ts';

/** Middleware for contexts that are `Given`; what it returns tells what it adds. */
type Link<Given, Returned> = (context: Given, next: Next) => Returned;

/** What may stand first behind a path. */
type First<Given> = RouteSettings | Link<Given, unknown>;

/** What declaring a route returns: the same application, router or group, which knows one more route. */
type With<Of extends Kind, Added, Table, Prefix extends string, Route> = Kinds<Added, Table | Route, Prefix>[Of];

/**
 * Declares a route of one method: the path, settings where there are any, middleware and links of schemas, and the handler
 * at the end, which answers what the schemas of answers say. Throws
 * `ERR_NEXURE_ROUTE_SYNTAX`, `ERR_NEXURE_ROUTE_CONFLICT`, `ERR_NEXURE_ROUTE_HANDLER` or `ERR_NEXURE_OPTION_INVALID`.
 */
export interface Verb<Method extends string, Of extends Kind, Added, Table, Prefix extends string> {
  <const Path extends string, Answer>(
    path: Path,
    handler: (context: RouteCtx<Join<Prefix, Path>, Added>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>>>;
  /** One of several handlers, whose answers the compiler does not put together. */
  <const Path extends string>(
    path: Path,
    handler: Handler<ParamsOf<Join<Prefix, Path>>, Added>,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, unknown>>;
  <
    const Path extends string,
    const F extends First<RouteCtx<Join<Prefix, Path>, Added>>,
    Answer extends Answers<GivenByFirst<F>>,
  >(
    path: Path,
    first: F,
    handler: (context: CtxBehind<Join<Prefix, Path>, Added & AddedByFirst<F>, GivenByFirst<F>>) => Answer,
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>, GivenByFirst<F>>>;
  <
    const Path extends string,
    const F extends First<RouteCtx<Join<Prefix, Path>, Added>>,
    A,
    Answer extends Answers<GivenByFirst<F> & GivenBy<A>>,
  >(
    path: Path,
    first: F,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F>>, A>,
    handler: (
      context: CtxBehind<Join<Prefix, Path>, Added & AddedByFirst<F> & AddedBy<A>, GivenByFirst<F> & GivenBy<A>>,
    ) => Answer,
  ): With<
    Of,
    Added,
    Table,
    Prefix,
    Declared<Method, Join<Prefix, Path>, Awaited<Answer>, GivenByFirst<F> & GivenBy<A>>
  >;
  <
    const Path extends string,
    const F extends First<RouteCtx<Join<Prefix, Path>, Added>>,
    A,
    B,
    Answer extends Answers<GivenByFirst<F> & GivenBy<A> & GivenBy<B>>,
  >(
    path: Path,
    first: F,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F>>, A>,
    third: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F> & AddedBy<A>>, B>,
    handler: (
      context: CtxBehind<
        Join<Prefix, Path>,
        Added & AddedByFirst<F> & AddedBy<A> & AddedBy<B>,
        GivenByFirst<F> & GivenBy<A> & GivenBy<B>
      >,
    ) => Answer,
  ): With<
    Of,
    Added,
    Table,
    Prefix,
    Declared<Method, Join<Prefix, Path>, Awaited<Answer>, GivenByFirst<F> & GivenBy<A> & GivenBy<B>>
  >;
  <
    const Path extends string,
    const F extends First<RouteCtx<Join<Prefix, Path>, Added>>,
    A,
    B,
    C,
    Answer extends Answers<GivenByFirst<F> & GivenBy<A> & GivenBy<B> & GivenBy<C>>,
  >(
    path: Path,
    first: F,
    second: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F>>, A>,
    third: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F> & AddedBy<A>>, B>,
    fourth: Link<RouteCtx<Join<Prefix, Path>, Added & AddedByFirst<F> & AddedBy<A> & AddedBy<B>>, C>,
    handler: (
      context: CtxBehind<
        Join<Prefix, Path>,
        Added & AddedByFirst<F> & AddedBy<A> & AddedBy<B> & AddedBy<C>,
        GivenByFirst<F> & GivenBy<A> & GivenBy<B> & GivenBy<C>
      >,
    ) => Answer,
  ): With<
    Of,
    Added,
    Table,
    Prefix,
    Declared<Method, Join<Prefix, Path>, Awaited<Answer>, GivenByFirst<F> & GivenBy<A> & GivenBy<B> & GivenBy<C>>
  >;
  /** Any number of middleware; beyond four, what they add is not known to the compiler, but what settings say is. */
  <
    const Path extends string,
    const F extends First<RouteCtx<Join<Prefix, Path>, Added>>,
    Answer extends Answers<GivenByFirst<F>>,
  >(
    path: Path,
    first: F,
    second: Middleware<ParamsOf<Join<Prefix, Path>>, Added>,
    third: Middleware<ParamsOf<Join<Prefix, Path>>, Added>,
    fourth: Middleware<ParamsOf<Join<Prefix, Path>>, Added>,
    ...more: readonly [
      ...middleware: [
        Middleware<ParamsOf<Join<Prefix, Path>>, Added>,
        ...Middleware<ParamsOf<Join<Prefix, Path>>, Added>[],
      ],
      handler: (context: CtxBehind<Join<Prefix, Path>, Added, GivenByFirst<F>>) => Answer,
    ]
  ): With<Of, Added, Table, Prefix, Declared<Method, Join<Prefix, Path>, Awaited<Answer>, GivenByFirst<F>>>;
}

/** Middleware of a route, and behind it the handler. */
export type Handlers<Params, Added = unknown> = readonly [
  ...middleware: Middleware<Params, Added>[],
  handler: Handler<Params, Added>,
];
