// What applications, routers and groups declare: routes, middleware, hooks, groups, files, mounts and plugins. Each call
// returns the same object, of a type that knows more: what middleware adds to the context, and which routes there are.
import { isThenable } from './answer.ts';
import { checkFunction } from './check-function.ts';
import { access } from './context/access.ts';
import { checkAddition } from './context/extend.ts';
import { isClass } from './di/provider.ts';
import { NexureError } from './errors/nexure-error.ts';
import { StaticFiles, answerFile } from './files/static-files.ts';
import { checkMiddleware, checkPattern } from './middleware-checks.ts';
import { fetchHandler } from './mount.ts';
import { invalidOption } from './option-checks.ts';
import { resolveOptions } from './options.ts';
import { behind, joinPaths } from './prefix.ts';
import { prepared } from './prepared-answer.ts';
import { isRegistrable, REGISTER } from './register.ts';
import { METHODS, RouteList } from './route-list.ts';
import { ROUTER_ROUTING, resolveConstraints } from './routing-options.ts';
import { innerScope } from './scope.ts';
import { isSchemaLink, takeLinks } from './validation/declared-schemas.ts';

import type { AnyContext } from './context/access.ts';
import type { FunctionController } from './controller.ts';
import type { ControllerRegistration } from './decorators/register-controller.ts';
import type { Constructor } from './di/token.ts';
import type {
  AddedBy,
  Agrees,
  AnyRoute,
  Ctx,
  Declared,
  Declares,
  Join,
  Mountable,
  Mounted,
  Next,
  OwnMiddleware,
  ScopeCtx,
} from './declared.ts';
import type { StaticOptions } from './files/static-options.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { FetchHandler } from './mount.ts';
import type { AnyRoutes, Registrable } from './register.ts';
import type { ResponseListener } from './observe/response-event.ts';
import type { HttpMethod } from './route.ts';
import type { Kind, Kinds, OwnSchemas, Plugin, Registered, RouteOptions } from './kinds.ts';
import type { RouteSettings } from './route-options.ts';
import type { RouteConstraints } from './routing-options.ts';
import type { ErrorHandler, RequestHook, Scope } from './scope.ts';
import type { Answers, ResponseSchemas, SchemaLike, Schemas, SettingsGiven } from './validation/schema-types.ts';
import type { Verb } from './verbs.ts';

/** What applications, routers and groups have in common. */
export class Routes<Of extends Kind, out Added, out Table, Prefix extends string> {
  /** Only for the compiler: what it knows of the contexts and routes. There is no such property. */
  declare readonly $types?: { readonly added: Added; readonly table: Table };
  /** @internal */ readonly $list: RouteList;
  /** @internal */ readonly $scope: Scope;
  readonly get: Verb<'GET', Of, Added, Table, Prefix>;
  readonly post: Verb<'POST', Of, Added, Table, Prefix>;
  readonly put: Verb<'PUT', Of, Added, Table, Prefix>;
  readonly patch: Verb<'PATCH', Of, Added, Table, Prefix>;
  readonly delete: Verb<'DELETE', Of, Added, Table, Prefix>;
  readonly head: Verb<'HEAD', Of, Added, Table, Prefix>;
  readonly options: Verb<'OPTIONS', Of, Added, Table, Prefix>;
  /** Declares a route for every method. */
  readonly all: Verb<HttpMethod, Of, Added, Table, Prefix>;

  /** @internal */
  constructor(list: RouteList, scope: Scope) {
    this.$list = list;
    this.$scope = scope;
    const verb = <Method extends string>(methods: readonly HttpMethod[]): Verb<Method, Of, Added, Table, Prefix> => {
      const declare = (path: string, ...rest: readonly unknown[]): unknown => this.#declare(methods, path, rest);
      return declare as Verb<Method, Of, Added, Table, Prefix>;
    };
    this.get = verb(['GET']);
    this.post = verb(['POST']);
    this.put = verb(['PUT']);
    this.patch = verb(['PATCH']);
    this.delete = verb(['DELETE']);
    this.head = verb(['HEAD']);
    this.options = verb(['OPTIONS']);
    this.all = verb(METHODS);
  }

  /**
   * Adds middleware in front of every route of this scope that is declared after it. Below a path, such as `/api`, it is
   * for the requests whose path lies there.
   */
  use<A>(
    middleware: ((context: ScopeCtx<Added>, next: Next) => A) & Agrees<Added, AddedBy<A>>,
  ): Kinds<Added & AddedBy<A>, Table, Prefix>[Of];
  use<A, B>(
    first: (context: ScopeCtx<Added>, next: Next) => A,
    second: (context: ScopeCtx<Added & AddedBy<A>>, next: Next) => B,
  ): Kinds<Added & AddedBy<A> & AddedBy<B>, Table, Prefix>[Of];
  use(
    first: Middleware<Record<string, string>, Added>,
    second: Middleware<Record<string, string>, Added>,
    ...more: readonly [Middleware<Record<string, string>, Added>, ...Middleware<Record<string, string>, Added>[]]
  ): Kinds<Added, Table, Prefix>[Of];
  use(
    path: string,
    ...middleware: readonly Middleware<Record<string, string>, Added>[]
  ): Kinds<Added, Table, Prefix>[Of];
  use(...given: readonly unknown[]): unknown {
    const [path] = given;
    const hasPath = typeof path === 'string' && given.length > 1;
    if (hasPath) this.$list.checkPrefix('use', path);
    const middleware = (hasPath ? given.slice(1) : given).map((one) => checkMiddleware(one as Middleware, 'app.use'));
    if (middleware.length === 0) throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', 'app.use was given no middleware');
    for (const one of middleware) this.$list.place(this.$scope, one, hasPath ? path : undefined);
    return this;
  }

  /** The same function, with its types inferred from this scope: for middleware that is declared before it is used. */
  middleware<Returned>(middleware: (context: ScopeCtx<Added>, next: Next) => Returned): OwnMiddleware<Added, Returned> {
    return checkFunction(middleware, 'app.middleware');
  }

  /**
   * Puts a value on the context of every request of what is declared in this scope from now on. Throws
   * `ERR_NEXURE_CONTEXT_RESERVED`.
   */
  decorate<const Name extends string, Value>(
    name: Name,
    value: Value,
  ): Kinds<Added & { readonly [Key in Name]: Value }, Table, Prefix>[Of];
  decorate(name: string, value: unknown): unknown {
    checkAddition(name);
    this.$list.place(
      this.$scope,
      (context) => {
        (context as unknown as Record<string, unknown>)[name] = value;
      },
      undefined,
    );
    return this;
  }

  /** Declares routes below a path, with middleware of their own: the function is given a router for them. */
  group<const Path extends string, Inner>(
    path: Path,
    declare: (group: Router<Added, never, Join<Prefix, Path>>) => Declares<Inner>,
  ): Kinds<Added, Table | Inner, Prefix>[Of];
  group<const Path extends string>(
    path: Path,
    declare: (group: Router<Added, never, Join<Prefix, Path>>) => void,
  ): Kinds<Added, Table, Prefix>[Of];
  group<const Path extends string, A, Inner>(
    path: Path,
    middleware: readonly [(context: ScopeCtx<Added>, next: Next) => A],
    declare: (group: Router<Added & AddedBy<A>, never, Join<Prefix, Path>>) => Declares<Inner>,
  ): Kinds<Added, Table | Inner, Prefix>[Of];
  group<const Path extends string, A>(
    path: Path,
    middleware: readonly [(context: ScopeCtx<Added>, next: Next) => A],
    declare: (group: Router<Added & AddedBy<A>, never, Join<Prefix, Path>>) => void,
  ): Kinds<Added, Table, Prefix>[Of];
  group<const Path extends string, A, B, Inner>(
    path: Path,
    middleware: readonly [
      (context: ScopeCtx<Added>, next: Next) => A,
      (context: ScopeCtx<Added & AddedBy<A>>, next: Next) => B,
    ],
    declare: (group: Router<Added & AddedBy<A> & AddedBy<B>, never, Join<Prefix, Path>>) => Declares<Inner>,
  ): Kinds<Added, Table | Inner, Prefix>[Of];
  group<const Path extends string>(
    path: Path,
    middleware: readonly Middleware<Record<string, string>, Added>[],
    declare: (group: Router<Added, never, Join<Prefix, Path>>) => void,
  ): Kinds<Added, Table, Prefix>[Of];
  group(path: string, ...given: readonly unknown[]): unknown {
    this.$list.checkPrefix('group', path);
    const [first] = given;
    const middleware = Array.isArray(first) ? (first as readonly unknown[]) : [];
    const declare = checkFunction(given[Array.isArray(first) ? 1 : 0] as (group: unknown) => unknown, 'app.group');
    if (given.length > (Array.isArray(first) ? 2 : 1)) {
      throw new NexureError(
        'ERR_NEXURE_ROUTE_HANDLER',
        `app.group takes middleware as an array: app.group('${path}', [middleware], (group) => ...)`,
      );
    }
    this.$list.beforeChange('a group');
    const scope = innerScope(this.$scope, joinPaths(this.$scope.prefix, path === '/' ? '' : path));
    for (const one of middleware) this.$list.place(scope, checkMiddleware(one as Middleware, 'app.group'), undefined);
    const result = declare(new Router(this.$list, scope));
    if (isThenable(result)) {
      // What it fails with is no second failure.
      result.then(undefined, () => undefined);
      throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', `the function of group ${path} must not be async`);
    }
    return this;
  }

  /** Declares a route given as one object. */
  route<
    const Path extends string,
    Answer extends Answers<SettingsGiven<Own>>,
    const Schema extends Schemas = Record<never, never>,
    const Body extends SchemaLike | 'stream' | undefined = undefined,
    const Query extends SchemaLike | undefined = undefined,
    const Params extends SchemaLike | undefined = undefined,
    const Headers extends SchemaLike | undefined = undefined,
    const Cookies extends SchemaLike | undefined = undefined,
    const Response extends ResponseSchemas | undefined = undefined,
    Own = OwnSchemas<Schema, Body, Query, Params, Headers, Cookies, Response>,
  >(
    options: RouteOptions<Path, Added, Answer, SettingsGiven<Own>> &
      Partial<OwnSchemas<Schema, Body, Query, Params, Headers, Cookies, Response>>,
  ): Kinds<Added, Table | Declared<HttpMethod, Join<Prefix, Path>, Awaited<Answer>, SettingsGiven<Own>>, Prefix>[Of];
  route(options: RouteOptions<string>): unknown {
    if (typeof options !== 'object' || options === null) throw invalidOption('route', 'an object', options);
    const { method, path, use = [], handler, ...settings } = options;
    const methods = typeof method === 'string' ? [method] : method;
    if (!Array.isArray(methods) || methods.length === 0)
      throw invalidOption('route.method', 'a method or several', method);
    if (!Array.isArray(use)) throw invalidOption('route.use', 'an array of middleware', use);
    return this.#declare(methods as readonly HttpMethod[], path, [settings, ...(use as readonly unknown[]), handler]);
  }

  /**
   * Serves the files of a directory below a prefix, such as `/assets`. Small files that have not changed are answered from
   * memory, without JavaScript, unless middleware stands before them or their answers are compressed here. The directory
   * need not be there yet. Throws `ERR_NEXURE_OPTION_INVALID`.
   */
  static(prefix: string, directory: string, options?: StaticOptions): Kinds<Added, Table, Prefix>[Of];
  static(prefix: string, directory: string, options?: StaticOptions): unknown {
    const mount = prefix === '/' ? '' : prefix;
    if (typeof prefix !== 'string' || !/^(?:\/[\w.~!$&'()+,;=@-]+)*$/.test(mount)) {
      throw invalidOption('static', "a prefix such as '/assets', of plain segments", prefix);
    }
    const files = new StaticFiles(directory, options);
    const whole = joinPaths(this.$scope.prefix, mount);
    const handler: Handler = async (context) => {
      const { depth } = access.routeOf(context as AnyContext);
      return prepared(await answerFile(files, behind(context.request.path, depth), context.request));
    };
    // Files are no operations of an API.
    const settings = { openapi: false as const };
    const shared = { methods: ['GET' as const], settings, middleware: [], handler, servesFiles: true };
    this.$list.add(this.$scope, { ...shared, path: `${whole}/*`, files });
    if (whole !== '') this.$list.add(this.$scope, { ...shared, path: whole });
    return this;
  }

  /**
   * Adds what answers below a path: a router or another application, whose routes become routes of this one with their
   * middleware, hooks and error handlers; or a function from web `Request` to `Response`, which sees the path without the
   * prefix. A host or version is asked of all routes that ask for none themselves.
   */
  mount<const Path extends string, Inner>(
    path: Path,
    mounted: Mountable<Inner>,
    constraints?: RouteConstraints,
  ): Kinds<Added, Table | Mounted<Inner, Join<Prefix, Path>>, Prefix>[Of];
  mount(path: string, handler: FetchHandler, constraints?: RouteConstraints): Kinds<Added, Table, Prefix>[Of];
  mount(path: string, mounted: unknown, constraints?: RouteConstraints): unknown {
    this.$list.checkPrefix('mount', path);
    if (constraints !== undefined) resolveConstraints('mount', constraints);
    const prefix = path === '/' ? '' : path;
    if (mounted instanceof Routes) {
      if (mounted.$scope !== mounted.$list.scope) throw invalidOption('mount', 'no group: it is mounted already', path);
      this.$list.mount(this.$scope, prefix, mounted.$list, constraints);
      return this;
    }
    if (typeof mounted !== 'function') {
      throw invalidOption('mount', 'a router, an application or a function from Request to Response', mounted);
    }
    const whole = joinPaths(this.$scope.prefix, prefix);
    const handler = fetchHandler(mounted as FetchHandler);
    // Nothing is known of what is behind it.
    const settings = { ...constraints, body: 'stream' as const, openapi: false as const };
    const shared = { methods: METHODS, settings, middleware: [], handler };
    this.$list.add(this.$scope, { ...shared, path: `${whole}/*` });
    if (whole !== '') this.$list.add(this.$scope, { ...shared, path: whole });
    return this;
  }

  /**
   * Registers a plugin, a module or a controller. What a plugin adds is known to the compiler if it returns what it was
   * given. Promises are awaited by `ready()`, `start()`, `request()` and `fetch()`, which reject as they do.
   */
  register<Inner>(
    controller: FunctionController<Inner>,
    options?: ControllerRegistration,
  ): Kinds<Added, Table | Mounted<Inner, Prefix>, Prefix>[Of];
  register<Options>(registrable: Registrable<Options>, options?: Options): Kinds<Added, Table, Prefix>[Of];
  register<Result>(
    plugin: Plugin<Kinds<Added, Table, Prefix>[Of], Result>,
  ): Registered<Of, Added, Table, Prefix, Result>;
  register<Options, Result>(
    plugin: Plugin<Kinds<Added, Table, Prefix>[Of], Result, Options>,
    options: Options,
  ): Registered<Of, Added, Table, Prefix, Result>;
  register(controller: Constructor, options?: ControllerRegistration): Kinds<Added, Table, Prefix>[Of];
  register(registered: unknown, options?: unknown): unknown {
    this.$list.beforeChange('a plugin');
    let result: unknown;
    if (isClass(registered) && !isRegistrable(registered)) {
      throw new NexureError(
        'ERR_NEXURE_CONTROLLER_INVALID',
        `${registered.name} is no controller: it has no @Controller`,
      );
    }
    if (isRegistrable(registered)) {
      result = registered[REGISTER](this as unknown as AnyRoutes, options);
    } else {
      result = checkFunction(registered as Plugin<unknown, unknown, unknown>, 'app.register')(this, options);
    }
    if (isThenable(result)) this.$list.lifecycle.wait(Promise.resolve(result));
    return this;
  }

  /** Runs before the middleware of every request to the routes of this scope, whenever they are declared. */
  onRequest(hook: (context: Ctx<string, Added>) => void | Promise<void>): this {
    this.$list.beforeChange('a hook');
    this.$scope.onRequest.push(checkFunction(hook as unknown as RequestHook, 'app.onRequest'));
    return this;
  }

  /**
   * Is told of every answer to a request of this scope that has left, or was given up; for an application also of those
   * that are given without JavaScript, whether a route was found or not. Costs nothing while nobody listens.
   */
  onResponse(listener: ResponseListener): this {
    this.$list.beforeChange('a hook');
    this.$scope.onResponse.push(checkFunction(listener, 'app.onResponse'));
    return this;
  }

  /**
   * Handles what the middleware and handlers of this scope throw; the last one given is used. It returns the answer, or
   * nothing to leave the error to the scope around it, and at the end to a problem document.
   */
  onError(handler: (error: unknown, context: Ctx<string, Added>) => unknown): this {
    this.$list.beforeMounted('an error handler');
    this.$scope.errorHandler = checkFunction(handler as ErrorHandler, 'app.onError');
    // Requests without a route are its errors, too.
    if (this.$list.frozen === undefined) this.$list.onChange();
    return this;
  }

  /** The same as `onError`. */
  setErrorHandler(handler: (error: unknown, context: Ctx<string, Added>) => unknown): this {
    return this.onError(handler);
  }

  /** Runs when the application starts to serve, before the first request; in the order they were given. */
  onStart(hook: () => void | Promise<void>): this {
    this.$list.beforeChange('a hook');
    this.$list.lifecycle.add('start', checkFunction(hook, 'app.onStart'));
    return this;
  }

  /** Runs when the application has stopped, behind the last answer; in reverse order. */
  onStop(hook: () => void | Promise<void>): this {
    this.$list.beforeChange('a hook');
    this.$list.lifecycle.add('stop', checkFunction(hook, 'app.onStop'));
    return this;
  }

  #declare(methods: readonly HttpMethod[], path: string, given: readonly unknown[]): this {
    checkPattern(path);
    const [first] = given;
    // A promise is no settings: somebody forgot to wait for a handler. Nor is an array: Express takes lists of middleware.
    const hasSettings = typeof first === 'object' && first !== null && !isThenable(first) && !Array.isArray(first);
    const rest = hasSettings ? given.slice(1) : given;
    if (rest.length === 0) throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', `route ${path} has no handler`);
    const functions = rest.map((handler) => checkMiddleware(handler as Handler, `route ${path}`));
    const handler = functions.at(-1) as Handler;
    if (isSchemaLink(handler)) throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', `route ${path} has no handler`);
    this.$list.add(this.$scope, {
      ...takeLinks(hasSettings ? (first as RouteSettings) : {}, functions.slice(0, -1) as Middleware[]),
      methods,
      path: joinPaths(this.$scope.prefix, path),
      handler,
    });
    return this;
  }
}

/** Routes that are declared apart from an application, to be mounted in one or several; also what a group is given. */
export class Router<out Added = unknown, out Table = AnyRoute, Prefix extends string = ''> extends Routes<
  'router',
  Added,
  Table,
  Prefix
> {
  constructor();
  /** @internal */
  constructor(list: RouteList, scope: Scope);
  constructor(list?: RouteList, scope?: Scope) {
    const own = list ?? new RouteList({ ...resolveOptions(), routing: ROUTER_ROUTING });
    super(own, scope ?? own.scope);
  }
}
