// What declarations give the compiler: of applications and routers, what they know of contexts and routes.
import type { Nexure } from './app.ts';
import type { CtxBehind, Known } from './declared.ts';
import type { Middleware } from './middleware.ts';
import type { HttpMethod } from './route.ts';
import type { RouteSettings } from './route-options.ts';
import type { Router } from './routes.ts';
import type { ParamsOf } from './types.ts';

/** What declaring something returns, by what it was called on. */
export interface Kinds<Added, Table, Prefix extends string> {
  app: Nexure<Added, Table>;
  router: Router<Added, Table, Prefix>;
}

/** What can declare routes. */
export type Kind = keyof Kinds<unknown, unknown, string>;

/** A route in one object, for `app.route`. */
export interface RouteOptions<
  Path extends string,
  Added = unknown,
  Answer = unknown,
  Given = unknown,
> extends RouteSettings {
  /** One method or several. */
  readonly method: HttpMethod | readonly HttpMethod[];
  readonly path: Path;
  /** Middleware of this route. */
  readonly use?: readonly Middleware<ParamsOf<Path>, Added>[];
  readonly handler: (context: CtxBehind<Path, Added, Given>) => Answer;
}

/** The schemas of a route that is one object, as they were inferred: `undefined` stands for none. */
export interface OwnSchemas<out Schema, out Body, out Query, out Params, out Headers, out Cookies, out Response> {
  readonly schema: Schema;
  readonly body: Body;
  readonly query: Query;
  readonly params: Params;
  readonly headers: Headers;
  readonly cookies: Cookies;
  readonly response: Response;
}

/** A plugin: declares what it likes on the application it is given, and returns it if the compiler is to know. */
export type Plugin<On, Result, Options = undefined> = (routes: On, options: Options) => Result;

/** What registering a plugin returns: it knows what the plugin's result knows. */
export type Registered<Of extends Kind, Added, Table, Prefix extends string, Result> = Kinds<
  Added & AddedOf<Result>,
  Table | TableOf<Result>,
  Prefix
>[Of];

/** What is known to be on the contexts of an application, a router or a group. */
export type AddedOf<Of> = Of extends { readonly $types?: { readonly added: infer Added } } ? Added : unknown;

/** The routes of a router, as a type; of one that may have any routes, those that are known: the others would hide them. */
export type TableOf<Of> = Of extends { readonly $types?: { readonly table: infer Table } } ? Known<Table> : never;
