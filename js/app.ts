// The application: routes and middleware are declared, compiled once, and served by a transport.
import { isThenable } from './answer.ts';
import { access } from './context/access.ts';
import { NexureError } from './errors/nexure-error.ts';
import { answerFile, StaticFiles } from './files/static-files.ts';
import { prepared } from './prepared-answer.ts';
import { native } from './native.ts';
import { metricsOf } from './metrics.ts';
import { checkNames, invalidOption } from './option-checks.ts';
import { resolveOptions, resolveStop } from './options.ts';
import { compileRoute } from './route.ts';
import { resolveSettings } from './route-options.ts';
import { inject } from './server/inject.ts';
import { resolvePlace } from './server/listen.ts';
import { MemoryDriver } from './server/memory-driver.ts';
import { startPortable } from './server/portable-transport.ts';
import { stopOnSignals } from './server/signals.ts';
import { startUv } from './server/uv-transport.ts';

import type { Context } from './context/context.ts';
import type { StaticOptions } from './files/static-options.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { Metrics } from './metrics.ts';
import type { RouteTable } from './native.ts';
import type { AppOptions, ErrorLogger, ResolvedOptions, StopOptions } from './options.ts';
import type { CompiledRoute, DeclaredRoute, ErrorHandling, HttpMethod } from './route.ts';
import type { RouteSettings } from './route-options.ts';
import type { InjectInit } from './server/inject.ts';
import type { ListenAddress, ListenOptions } from './server/listen.ts';
import type { RunningServer } from './server/running-server.ts';
import type { ParamsOf } from './types.ts';

/** Middleware of a route, and behind it the handler. */
export type Handlers<Path extends string> = readonly [
  ...middleware: Middleware<ParamsOf<Path>>[],
  handler: Handler<ParamsOf<Path>>,
];

/** A route in one object, for `app.route`. */
export interface RouteOptions<Path extends string> extends RouteSettings {
  /** One method or several. */
  readonly method: HttpMethod | readonly HttpMethod[];
  readonly path: Path;
  /** Middleware of this route. */
  readonly use?: readonly Middleware<ParamsOf<Path>>[];
  readonly handler: Handler<ParamsOf<Path>>;
}

/** Handles what was thrown: returns the answer, or nothing to have it answered as a problem document. */
export type ErrorHandler = (error: unknown, context: Context) => unknown;

const METHODS = native.methods() as HttpMethod[];

/** What routes compile to, for as long as nothing is declared. */
interface Compiled {
  readonly table: RouteTable;
  readonly routes: readonly CompiledRoute[];
}

/** A NexureJS application. */
export class Nexure {
  readonly #options: ResolvedOptions;
  readonly #table: RouteTable = new native.RouteTable();
  readonly #routes: DeclaredRoute[] = [];
  readonly #middleware: Middleware[] = [];
  #errorHandler: ErrorHandler | undefined;
  #compiled: Compiled | undefined;
  #injected: MemoryDriver | undefined;
  #state: 'stopped' | 'starting' | 'started' | 'stopping' = 'stopped';
  /** The start under way; another object once it was stopped. */
  #starting: Promise<RunningServer> | undefined;
  #server: RunningServer | undefined;
  #releaseSignals: () => void = () => undefined;

  constructor(options?: AppOptions) {
    this.#options = resolveOptions(options);
  }

  /** Adds middleware in front of every route that is declared after it. */
  use(...middleware: readonly Middleware[]): this {
    this.#beforeChange('middleware');
    for (const one of middleware) this.#middleware.push(checkFunction(one, 'app.use'));
    return this;
  }

  get<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  get<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  get(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['GET'], path, handlers);
  }

  post<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  post<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  post(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['POST'], path, handlers);
  }

  put<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  put<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  put(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['PUT'], path, handlers);
  }

  patch<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  patch<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  patch(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['PATCH'], path, handlers);
  }

  delete<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  delete<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  delete(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['DELETE'], path, handlers);
  }

  head<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  head<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  head(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['HEAD'], path, handlers);
  }

  options<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  options<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  options(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(['OPTIONS'], path, handlers);
  }

  /** Adds a route for every method. */
  all<const Path extends string>(path: Path, ...handlers: Handlers<Path>): this;
  all<const Path extends string>(path: Path, settings: RouteSettings, ...handlers: Handlers<Path>): this;
  all(path: string, ...handlers: readonly unknown[]): this {
    return this.#add(METHODS, path, handlers);
  }

  /** Adds a route given as one object. */
  route<const Path extends string>(options: RouteOptions<Path>): this {
    const { method, path, use = [], handler, ...settings } = options;
    const methods = typeof method === 'string' ? [method] : method;
    if (!Array.isArray(methods) || methods.length === 0)
      throw invalidOption('route.method', 'a method or several', method);
    if (!Array.isArray(use)) throw invalidOption('route.use', 'an array of middleware', use);
    return this.#add(methods, path, [settings, ...use, handler]);
  }

  /**
   * Serves the files of a directory below a prefix, such as `/assets`. Small files that have not changed are answered from
   * memory, without JavaScript, unless middleware stands before them or their answers are compressed here. The directory
   * need not be there yet. Throws `ERR_NEXURE_OPTION_INVALID`.
   */
  static(prefix: string, directory: string, options?: StaticOptions): this {
    const mount = prefix === '/' ? '' : prefix;
    if (typeof prefix !== 'string' || !/^(?:\/[\w.~!$&'()+,;=@-]+)*$/.test(mount)) {
      throw invalidOption('static', "a prefix such as '/assets', of plain segments", prefix);
    }
    const files = new StaticFiles(directory, options);
    const serve: Handler = async (context) => {
      const raw = context.request.path.slice(mount.length + 1);
      return prepared(await answerFile(files, raw, context.request));
    };
    const first = this.#routes.length;
    this.#add(['GET'], `${mount}/*`, [serve]);
    if (mount !== '') this.#add(['GET'], mount, [serve]);
    const isNative = this.#middleware.length === 0 && this.#options.compression === undefined;
    if (isNative && files.hot !== undefined) this.#table.setFiles(first, files.native, files.hot);
    return this;
  }

  /** Handles what middleware and handlers throw; the last one given is used. */
  onError(handler: ErrorHandler): this {
    this.#errorHandler = checkFunction(handler, 'app.onError');
    return this;
  }

  /** The same as `onError`. */
  setErrorHandler(handler: ErrorHandler): this {
    return this.onError(handler);
  }

  /**
   * Listens, and resolves with the address. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...) when it cannot,
   * and with `ERR_NEXURE_APP_STARTED` when it does already.
   */
  async start(port?: number, host?: string): Promise<ListenAddress>;
  async start(options: ListenOptions): Promise<ListenAddress>;
  async start(portOrOptions?: number | ListenOptions, host?: string): Promise<ListenAddress> {
    if (this.#state !== 'stopped') throw new NexureError('ERR_NEXURE_APP_STARTED', `the application is ${this.#state}`);
    this.#state = 'starting';
    const starting = this.#listen(
      typeof portOrOptions === 'object'
        ? portOrOptions
        : { ...(portOrOptions === undefined ? {} : { port: portOrOptions }), ...(host === undefined ? {} : { host }) },
    );
    this.#starting = starting;
    try {
      const server = await starting;
      if (this.#starting !== starting) {
        throw new NexureError('ERR_NEXURE_APP_STOPPED', 'the application was stopped while it was starting');
      }
      this.#server = server;
      this.#state = 'started';
      const { signals } = this.#options;
      if (signals !== undefined) this.#releaseSignals = stopOnSignals(this, signals);
      return server.address;
    } catch (error) {
      if (this.#starting === starting) this.#state = 'stopped';
      throw error;
    } finally {
      if (this.#starting === starting) this.#starting = undefined;
    }
  }

  async #listen(options: ListenOptions): Promise<RunningServer> {
    const { port, hostname, https, engine, logger } = this.#options;
    const place = await resolvePlace(options, { port, hostname });
    const { table, routes } = this.#compile();
    return this.#usesUv()
      ? startUv(place, engine, table, routes)
      : startPortable(place, engine, table, routes, https, (message, error) => reportTo(logger, message, error));
  }

  /** Symbols alone prove nothing (some runtimes export libuv's and die when they are called), so identity comes first. */
  #usesUv(): boolean {
    const { transport, https } = this.#options;
    if (transport !== 'auto') return transport === 'uv';
    const isNode = !('bun' in process.versions) && !('deno' in process.versions);
    return isNode && https === undefined && typeof native.uvUnavailable() !== 'string';
  }

  /**
   * Takes no more connections, lets answers under way finish, and resolves when every connection is closed. A handler
   * that calls it must not wait for it: it would wait for its own answer.
   */
  async stop(options: StopOptions = {}): Promise<void> {
    const { timeoutMs, idleMs } = resolveStop('stop', options);
    const starting = this.#starting;
    if (starting !== undefined) {
      await this.#abandon(starting);
      return;
    }
    const server = this.#server;
    if (server === undefined) return;
    this.#state = 'stopping';
    server.stop(Math.min(idleMs, timeoutMs));
    const timer = setTimeout(() => server.destroy(), timeoutMs);
    await server.closed;
    clearTimeout(timer);
    this.#releaseSignals();
    if (this.#server === server) {
      this.#server = undefined;
      this.#state = 'stopped';
    }
  }

  /** Ends a start that is under way; behind it the port is free. */
  async #abandon(starting: Promise<RunningServer>): Promise<void> {
    this.#starting = undefined;
    this.#state = 'stopping';
    try {
      const server = await starting;
      server.destroy();
      await server.closed;
    } catch {
      // It could not listen anyway, which `start` has told.
    }
    this.#state = 'stopped';
  }

  /** Stops the application and closes idle connections at once; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ idleMs: 0 });
  }

  /** Where the application listens; `undefined` while it does not. */
  address(): ListenAddress | undefined {
    return this.#server?.address;
  }

  /**
   * Sends a request to the application without a socket, through the same parser as any other, and resolves with its
   * answer once the head is there; the body follows as it is read. `target` is a path, a URL or a web `Request`, of which
   * `init` overrules what it names.
   */
  async request(target: string | URL | Request, init: InjectInit = {}): Promise<Response> {
    if (typeof target !== 'string' && !(target instanceof URL) && !(target instanceof Request)) {
      throw new NexureError('ERR_NEXURE_REQUEST_INVALID', 'app.request() takes a path, a URL or a Request');
    }
    checkNames('request', init, ['method', 'headers', 'body', 'json', 'signal']);
    const { table, routes } = this.#compile();
    this.#injected ??= new MemoryDriver(this.#options.engine, table, routes);
    return inject(this.#injected, target, init);
  }

  /** What is measured of the running server, or of `app.request()` while none runs; all zero before the first request. */
  getMetrics(): Metrics {
    return metricsOf(this.#server?.metrics() ?? this.#injected?.metrics());
  }

  #add(methods: readonly HttpMethod[], path: string, handlers: readonly unknown[]): this {
    this.#beforeChange('a route');
    if (typeof path !== 'string') throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', 'a route pattern is a string');
    const [first] = handlers;
    // A promise is no settings: somebody forgot to wait for a handler.
    const hasSettings = typeof first === 'object' && first !== null && !isThenable(first);
    const rest = hasSettings ? handlers.slice(1) : handlers;
    const settings = resolveSettings(hasSettings ? (first as RouteSettings) : {}, this.#options);
    if (rest.length === 0) throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', `route ${path} has no handler`);
    const functions = rest.map((handler) => checkFunction(handler as Handler, `route ${path}`));
    const params = native.paramNames(path);
    // A property of that name would set the prototype.
    if (params.includes('__proto__'))
      throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', `route ${path} has a parameter named __proto__`);
    const numbers = methods.map((method) => {
      const number = METHODS.indexOf(method);
      if (number !== -1) return number;
      throw new NexureError('ERR_NEXURE_ROUTE_METHOD', `${String(method)} is not a method; use ${METHODS.join(', ')}`);
    });
    const number = this.#routes.length;
    const [only] = numbers;
    const failure =
      numbers.length === 1 ? this.#table.add(only as number, path, number) : this.#table.addAll(numbers, path, number);
    if (failure !== null) throw new NexureError(failure.code as NexureError['code'], failure.message);
    for (const method of methods) {
      this.#table.setRules(this.#routes.length, settings.rules);
      this.#routes.push({
        method,
        path,
        params,
        middleware: functions.slice(0, -1) as Middleware[],
        handler: functions.at(-1) as Handler,
        settings,
        after: this.#middleware.length,
      });
    }
    return this;
  }

  #beforeChange(what: string): void {
    if (this.#state !== 'stopped') {
      throw new NexureError('ERR_NEXURE_ROUTE_LATE', `${what} cannot be added while the application is ${this.#state}`);
    }
    this.#compiled = undefined;
    this.#injected = undefined;
  }

  #compile(): Compiled {
    const { logger, decompression } = this.#options;
    const currentHandler = (): ErrorHandler | undefined => this.#errorHandler;
    const errors: ErrorHandling = {
      // Read when an error comes, so that `onError` may be called at any time.
      get handler() {
        return currentHandler() as ErrorHandling['handler'];
      },
      report: (error, context) => reportTo(logger, `${access.routeOf(context).label} failed:`, error),
    };
    return (this.#compiled ??= {
      table: this.#table,
      routes: this.#routes.map((route) =>
        compileRoute(route, this.#middleware.slice(0, route.after), errors, decompression),
      ),
    });
  }
}

/** A logger that fails must not take the process with it: standard error is told so. */
function reportTo(logger: ErrorLogger | undefined, message: string, error: unknown): void {
  try {
    const result: unknown = logger?.error(message, error);
    // An async method is assignable to the type; its rejection is nobody's either.
    if (isThenable(result)) result.then(undefined, () => tellStandardError());
  } catch {
    tellStandardError();
  }
}

function tellStandardError(): void {
  try {
    process.stderr.write('nexurejs: the logger failed to report an error\n');
  } catch {
    // Standard error is closed: nobody can be told.
  }
}

function checkFunction<T>(value: T, where: string): T {
  if (typeof value === 'function') return value;
  throw new NexureError(
    'ERR_NEXURE_ROUTE_HANDLER',
    `${where} takes functions, not ${value === null ? 'null' : typeof value}`,
  );
}

/** Makes an application. Throws `ERR_NEXURE_OPTION_INVALID` for options that are unknown or out of range. */
export function createApp(options?: AppOptions): Nexure {
  return new Nexure(options);
}
