// What the compiler remembers of declarations: routes as types, what middleware adds to a context, and the handler types
// made of them. Kept shallow: one interface per route in a union, one intersection per middleware that adds something.
import type { Context } from './context/context.ts';
import type { AnyParams, ParamsOf } from './types.ts';
import type { GivenBy, SettingsGiven, ValidatedContext } from './validation/schema-types.ts';

declare const PASSED: unique symbol;

/** What `next({ ... })` returns: whatever was answered behind it, and for the compiler what it has added to the context. */
export interface Passed<out Added> {
  readonly [PASSED]: Added;
}

/**
 * Runs what follows, and gives what it answers, or the promise of it. Properties given to it are on the context for
 * everything that follows.
 */
export interface Next {
  <Added extends object>(added: Added): Passed<Added> | Promise<Passed<Added>>;
  // Last, because it is the one that is taken where `next` itself is handed on: `storage.run(store, next)`.
  (): Passed<unknown> | Promise<Passed<unknown>>;
}

/** What a middleware adds to the context, read from what it returns. */
export type AddedBy<Returned> = [Extract<Awaited<Returned>, Passed<unknown>>] extends [never]
  ? unknown
  : Extract<Awaited<Returned>, Passed<unknown>> extends Passed<infer Added>
    ? Added
    : unknown;

/** The context of a path, with what middleware has added to it; of any path for `string`, whatever its parameters are. */
export type Ctx<Path extends string = string, Added = unknown> = Context<
  string extends Path ? AnyParams : ParamsOf<Path>
> &
  Added;

/** The context of the handler of a route: text are the parameters of a path that the compiler does not know. */
export type RouteCtx<Path extends string, Added = unknown> = Context<ParamsOf<Path>> & Added;

/** The context of middleware that is declared on an application or a group: of its parameters only the names are open. */
export type ScopeCtx<Added = unknown> = Context<Record<string, string>> & Added;

/**
 * Middleware that was declared on an application. A method's parameters are compared both ways: an application that knows
 * more stays assignable to one that knows less.
 */
export type OwnMiddleware<Added, Returned> = {
  run(context: Ctx<string, Added>, next: Next): Returned;
}['run'];

/** The same behind schemas, where there are any. */
export type CtxBehind<Path extends string, Added, Given> = unknown extends Given
  ? RouteCtx<Path, Added>
  : Added & ValidatedContext<ParamsOf<Path>, Given>;

/** What the first thing behind a path adds to the context: nothing, unless it is middleware. */
export type AddedByFirst<First> = [First] extends [(...args: never) => infer Returned] ? AddedBy<Returned> : unknown;

/** Its schemas: of settings, or of a link. */
export type GivenByFirst<First> = [First] extends [(...args: never) => infer Returned]
  ? GivenBy<Returned>
  : SettingsGiven<First>;

/** A route as a type: what a typed client knows of it. `Given` are its schemas, if it has any. */
export interface Declared<out Method extends string, out Path extends string, out Answer, out Given = unknown> {
  readonly method: Method;
  readonly path: Path;
  readonly answer: Answer;
  readonly given: Given;
}

/** Any route. */
export type AnyRoute = Declared<string, string, unknown>;

/**
 * Something with routes, by its routes alone. Comparing whole routers would compare all their methods, with the outcome
 * depending on what the compiler has seen before.
 */
export interface Declares<out Table> {
  readonly $types?: { readonly table: Table };
}

/** What can be mounted. */
export interface Mountable<out Table> extends Declares<Table> {
  readonly mount: unknown;
}

/** Of routes those whose path is known. */
export type Known<Table> =
  Table extends Declared<string, infer Path, unknown> ? (string extends Path ? never : Table) : never;

/** A path below a prefix; `/` is the prefix itself, and `*` everything below it. */
export type Join<Prefix extends string, Path extends string> = Prefix extends ''
  ? Path
  : Path extends '/'
    ? Prefix
    : Path extends `*${string}`
      ? `${Prefix}/${Path}`
      : `${Prefix}${Path}`;

/** The routes of a router as they are below a prefix. */
export type Mounted<Table, Prefix extends string> =
  Table extends Declared<infer Method, infer Path, infer Answer, infer Given>
    ? string extends Path
      ? never
      : Declared<Method, Join<Prefix, Path>, Answer, Given>
    : never;

/** The properties on which two contexts do not agree. */
type Disagreed<Added, More> = {
  [Key in keyof More & keyof Added]: More[Key] extends Added[Key] ? never : Key;
}[keyof More & keyof Added];

/** `unknown`, or for the compiler's message what is wrong with adding to a context. */
export type Agrees<Added, More> = [Disagreed<Added, More>] extends [never]
  ? unknown
  : { readonly error: `ctx.${Disagreed<Added, More> & string} has another type already` };
