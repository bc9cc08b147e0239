// The application: routes and middleware are declared, compiled once, and served by a transport.
import { callbackify } from 'node:util';

import { access } from './context/access.ts';
import { NexureError } from './errors/nexure-error.ts';
import { AppEmitter } from './events.ts';
import { metricsOf } from './metrics.ts';
import { moduleGraph } from './modules/describe.ts';
import { containerFor } from './modules/host.ts';
import { native } from './native.ts';
import { checkDocumentOptions } from './openapi/options.ts';
import { makeDocument } from './openapi/document.ts';
import { serveDocument } from './openapi/serve.ts';
import { checkNames } from './option-checks.ts';
import { resolveOptions, resolveStop } from './options.ts';
import { compileRoutes } from './compile.ts';
import { routeInfo } from './route-info.ts';
import { RouteList } from './route-list.ts';
import { checkFunction } from './check-function.ts';
import { Routes } from './routes.ts';
import { inject } from './server/inject.ts';
import { resolvePlace } from './server/listen.ts';
import { MemoryDriver } from './server/memory-driver.ts';
import { stopOnSignals } from './server/signals.ts';
import { startUv } from './server/uv-transport.ts';

import type { AnyContext } from './context/access.ts';
import type { Container } from './di/container.ts';
import type { Compiled } from './compile.ts';
import type { AnyRoute, Ctx } from './declared.ts';
import type { NativeErrorHandler } from './errors/native-answers.ts';
import type { AppEvents } from './events.ts';
import type { Logger } from './logging/logger.ts';
import type { Handler } from './middleware.ts';
import type { Metrics } from './metrics.ts';
import type { ModuleInfo } from './modules/describe.ts';
import type { DocumentOptions, OpenApiDocument } from './openapi/types.ts';
import type { AppOptions, ResolvedOptions, StopOptions } from './options.ts';
import type { AnyRoutes } from './register.ts';
import type { RouteInfo } from './route-info.ts';
import type { InjectInit } from './server/inject.ts';
import type { ListenAddress, ListenOptions, NetworkAddress } from './server/listen.ts';
import type { RunningServer } from './server/running-server.ts';

/** Is told whether an application listens. */
export type ListenCallback = (error: NodeJS.ErrnoException | null, address?: ListenAddress) => void;

/** What `app.getStatus()` gives. */
export interface AppStatus {
  readonly state: 'stopped' | 'starting' | 'started' | 'stopping';
  /** Where it listens. */
  readonly address: ListenAddress | undefined;
  /** Since it has listened. */
  readonly uptimeMs: number;
  /** How many there are, one per method. */
  readonly routes: number;
  readonly transport: 'uv' | 'portable';
}

/**
 * A NexureJS application: what middleware has added to its contexts and which routes it has are part of its type, which
 * each call of a chain extends.
 */
export class Nexure<out Added = unknown, out Table = AnyRoute> extends Routes<'app', Added, Table, ''> {
  readonly #options: ResolvedOptions;
  #notFound: Handler | undefined;
  #onNativeError: NativeErrorHandler | undefined;
  #compiled: Compiled | undefined;
  #injected: MemoryDriver | undefined;
  #state: 'stopped' | 'starting' | 'started' | 'stopping' = 'stopped';
  /** The start under way; another object once it was stopped. */
  #starting: Promise<RunningServer> | undefined;
  #server: RunningServer | undefined;
  #releaseSignals: () => void = () => undefined;
  readonly #events: AppEmitter = new AppEmitter();
  /** When it began to listen. */
  #since: number | undefined;

  constructor(options?: AppOptions) {
    const resolved = resolveOptions(options);
    const list = new RouteList(resolved, resolved.globalPrefix);
    super(list, list.scope);
    this.#options = resolved;
    const { access: accessLog } = resolved.log;
    if (accessLog !== undefined) this.$scope.onResponse.push((event) => accessLog.log(event));
    list.onChange = () => {
      this.#compiled = undefined;
      this.#injected = undefined;
    };
    if (resolved.openapi !== undefined) serveDocument(list, resolved.openapi);
  }

  /** Providers that all modules and controllers of the application see. */
  get container(): Container {
    return containerFor(this as unknown as AnyRoutes);
  }

  /** The modules of the application, those that are imported before those that import them. */
  modules(): ModuleInfo[] {
    return moduleGraph(this as unknown as AnyRoutes);
  }

  /** The logger of the application, as the options `logger` and `logging` say; errors to standard error without them. */
  get log(): Logger {
    return this.#options.log.logger;
  }

  /** All routes in the order of their declaration. */
  routes(): RouteInfo[] {
    return this.$list.routes.map(routeInfo);
  }

  /**
   * The OpenAPI 3.1 document of the routes that are declared by now. What is given here goes before what the option
   * `openapi` says. Throws `ERR_NEXURE_OPENAPI` where it would contradict itself.
   */
  openapi(options: DocumentOptions = {}): OpenApiDocument {
    checkDocumentOptions('openapi', options);
    return makeDocument(this.$list, { ...this.#options.openapi?.document, ...options });
  }

  /**
   * Answers requests that no route matches, and those for files of `app.static` that are not there: with 404, unless the
   * handler says otherwise. All middleware that concerns them has run by then. A handler that returns nothing leaves the
   * error to `onError`. The last one given is used.
   */
  notFound(handler: (context: Ctx<string, Added>) => unknown): this {
    this.$list.beforeChange('a handler');
    this.#notFound = checkFunction(handler as Handler, 'app.notFound');
    return this;
  }

  /**
   * Replaces what is answered without JavaScript: the handler is called once per such answer when the application starts,
   * and returns the headers and the body that are sent then. Status and framing stay, and so do `Allow` and `Retry-After`.
   * `start()` rejects with `ERR_NEXURE_NATIVE_ANSWER` when they cannot be sent.
   */
  onNativeError(handler: NativeErrorHandler): this {
    this.$list.beforeChange('a handler');
    this.#onNativeError = checkFunction(handler, 'app.onNativeError');
    return this;
  }

  /**
   * Resolves when everything registered is done and the hooks of `onStart` have run; the other methods that serve wait for
   * it. When it rejects, what had started was stopped, in reverse order.
   */
  async ready(): Promise<void> {
    const { lifecycle } = this.$list;
    if (lifecycle.isReady) return;
    await lifecycle.advance();
    this.#events.tell('initialized');
  }

  /**
   * Listens, and resolves with the address. Rejects with the system's error (`EADDRINUSE`, `EACCES`, ...) when it cannot,
   * and with `ERR_NEXURE_APP_STARTED` when it does already.
   */
  async start(port?: number, host?: string): Promise<NetworkAddress>;
  async start(options: ListenOptions): Promise<ListenAddress>;
  async start(portOrOptions?: number | ListenOptions, host?: string): Promise<ListenAddress> {
    if (this.#state !== 'stopped') throw new NexureError('ERR_NEXURE_APP_STARTED', `the application is ${this.#state}`);
    this.#enter('starting');
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
      this.#enter('started');
      const { signals } = this.#options;
      if (signals !== undefined) this.#releaseSignals = stopOnSignals(this, signals);
      this.#events.tell('started', server.address);
      return server.address;
    } catch (error) {
      if (this.#starting === starting) this.#enter('stopped');
      throw error;
    } finally {
      if (this.#starting === starting) this.#starting = undefined;
    }
  }

  async #listen(options: ListenOptions): Promise<RunningServer> {
    const { port, hostname, https, engine, log } = this.#options;
    const place = await resolvePlace(options, { port, hostname });
    const { lifecycle } = this.$list;
    if (!lifecycle.isReady) {
      await lifecycle.settle();
      this.$list.frozen = 'the application is starting';
      await this.ready();
    }
    const { table, routes, audience } = this.#compile();
    if (this.#usesUv()) return startUv(place, engine, table, routes, audience);
    // It loads `node:tls`, which most applications start without.
    const { startPortable } = await import('./server/portable-transport.ts');
    return startPortable(place, engine, table, routes, audience, https, (message, error) => log.report(message, error));
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
    if (server === undefined) {
      await this.#stopHooks();
      return;
    }
    this.#enter('stopping');
    server.stop(Math.min(idleMs, timeoutMs));
    const timer = setTimeout(() => server.destroy(), timeoutMs);
    await server.closed;
    clearTimeout(timer);
    this.#releaseSignals();
    if (this.#server !== server) return;
    this.#server = undefined;
    try {
      await this.#stopHooks();
    } finally {
      this.#enter('stopped');
      this.#events.tell('stopped');
    }
  }

  /** The hooks may log: what they have logged is written behind them. */
  async #stopHooks(): Promise<void> {
    try {
      await this.$list.lifecycle.stop();
    } finally {
      await this.#options.log.flush();
    }
  }

  /** While it serves, nothing can be declared; while it starts, plugins that are awaited may. */
  #enter(state: 'stopped' | 'starting' | 'started' | 'stopping'): void {
    this.#state = state;
    if (state === 'started') this.#since = performance.now();
    else if (state === 'stopped') this.#since = undefined;
    const isOpen = state === 'stopped' || (state === 'starting' && this.$list.lifecycle.isPending);
    this.$list.frozen = isOpen ? undefined : `the application is ${state}`;
  }

  /** Ends a start that is under way; behind it the port is free. */
  async #abandon(starting: Promise<RunningServer>): Promise<void> {
    this.#starting = undefined;
    this.#enter('stopping');
    try {
      const server = await starting;
      server.destroy();
      await server.closed;
    } catch {
      // It could not listen anyway, which `start` has told.
    }
    await this.#stopHooks();
    this.#enter('stopped');
  }

  /** The same as `start`, for those who are used to callbacks: it is given the error, or `null` and the address. */
  listen(port: number, callback?: ListenCallback): this;
  listen(port: number, host: string, callback?: ListenCallback): this;
  listen(port: number, second?: string | ListenCallback, third?: ListenCallback): this {
    const callback = typeof second === 'function' ? second : third;
    const started = typeof second === 'string' ? this.start(port, second) : this.start(port);
    if (callback === undefined) {
      // As with an emitter, an error that nobody asks for ends the process.
      started.catch((error: unknown) => {
        if (!this.#events.tell('error', error)) throw error;
      });
    } else {
      callbackify(() => started)(callback);
    }
    return this;
  }

  /** The same as `stop`, for those who are used to callbacks. */
  close(callback?: (error: NodeJS.ErrnoException | null) => void): this {
    const stopped = this.stop();
    if (callback !== undefined) callbackify(() => stopped)(callback);
    return this;
  }

  /** Calls a listener at every event of a kind; returns the application. */
  on<Name extends keyof AppEvents>(name: Name, listener: (...values: AppEvents[Name]) => void): this {
    this.#events.on(name, checkFunction(listener, 'app.on'));
    return this;
  }

  /** Calls a listener at the next event of a kind. */
  once<Name extends keyof AppEvents>(name: Name, listener: (...values: AppEvents[Name]) => void): this {
    this.#events.once(name, checkFunction(listener, 'app.once'));
    return this;
  }

  /** Calls a listener no more. */
  off<Name extends keyof AppEvents>(name: Name, listener: (...values: AppEvents[Name]) => void): this {
    this.#events.off(name, listener);
    return this;
  }

  /** What the application is doing, and since when. */
  getStatus(): AppStatus {
    const { address } = this.#server ?? {};
    return {
      state: this.#state,
      address,
      uptimeMs: this.#since === undefined ? 0 : Math.round(performance.now() - this.#since),
      routes: this.$list.routes.length,
      transport: this.#usesUv() ? 'uv' : 'portable',
    };
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
    if (!this.$list.lifecycle.isReady) await this.ready();
    const { table, routes, audience } = this.#compile();
    this.#injected ??= new MemoryDriver(this.#options.engine, table, routes, audience);
    return inject(this.#injected, target, init);
  }

  /**
   * The application as a fetch handler: answers a web `Request` with a web `Response`, without a socket. It needs no `this`,
   * so that it can be handed on: `export default { fetch: app.fetch }`.
   */
  readonly fetch: (request: Request) => Promise<Response> = (request: Request): Promise<Response> =>
    this.request(request);

  /** What is measured of the running server, or of `app.request()` while none runs; all zero before the first request. */
  getMetrics(): Metrics {
    return metricsOf(this.#server?.metrics() ?? this.#injected?.metrics());
  }

  #compile(): Compiled {
    const { log, decompression: decompresses, site } = this.#options;
    const report = (error: unknown, context: AnyContext): void => {
      log.report(`${access.routeOf(context).label} failed:`, error, context);
      this.#events.tell('error', error);
    };
    return (this.#compiled ??= compileRoutes(this.$list, {
      notFound: this.#notFound,
      onNativeError: this.#onNativeError,
      reportListener: (error) => log.report('a listener of app.onResponse failed:', error),
      app: this as unknown as Nexure,
      site,
      log,
      report,
      decompresses,
    }));
  }
}

/** Makes an application. Throws `ERR_NEXURE_OPTION_INVALID` for options that are unknown or out of range. */
export function createApp(options?: AppOptions): Nexure<unknown, never> {
  return new Nexure<unknown, never>(options);
}
