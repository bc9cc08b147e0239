// Lazy modules: their routes are known from the start, so that 404, 405 and OPTIONS are right; what answers them is loaded
// and started with the first request. A load that fails is a 503, and is tried again later.
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';
import { REGISTER } from '../register.ts';
import { RouteList } from '../route-list.ts';
import { stepOf } from '../route.ts';
import { Router } from '../routes.ts';
import { joinPaths } from '../prefix.ts';
import { errorHandlersOf } from '../scope.ts';
import { schemasOf } from '../validation/declared-schemas.ts';
import { isBuilt } from '../validation/parts.ts';
import { isStandardSchema } from '../validation/standard-schema.ts';
import { moduleOf } from './definition.ts';
import { hostOf, lend } from './host.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { Report, Step } from '../middleware.ts';
import type { AnyRoutes, Registrable } from '../register.ts';
import type { DeclaredRoute, HttpMethod } from '../route.ts';
import type { RouteSettings } from '../route-options.ts';
import type { ErrorHandler } from '../scope.ts';
import type { Schemas } from '../validation/schema-types.ts';
import type { ModuleDefinition, ModuleLike } from './definition.ts';
import type { ModuleHost } from './host.ts';
import type { ModuleNode } from './graph.ts';

/** A route of a lazy module: `'GET /reports/:id'`, or an object where it has settings. */
export type LazyRoute =
  | `${HttpMethod} /${string}`
  | (RouteSettings & { readonly method: HttpMethod; readonly path: string });

/** What a `load` function gives: a module, or what `import()` of a file with one gives. */
export type LazyModule = ModuleLike | { readonly default: ModuleLike };

/** What `lazy` takes. */
export interface LazyOptions {
  /** The name of the module. */
  readonly name: string;
  /**
   * All routes that the module declares; their settings are those given here, and so are their schemas, by which the core
   * checks requests before the module is loaded. A module that declares others cannot be loaded.
   */
  readonly routes: readonly LazyRoute[];
  /**
   * Gives the module: `() => import('./reports.ts')`. Called when its first request comes, and again behind a failure.
   * Node remembers an ES module that threw while it was evaluated: `(attempt) => import('./reports.ts?' + attempt)` asks
   * for it anew.
   */
  readonly load: (attempt: number) => LazyModule | Promise<LazyModule>;
  /** How long a failure stands before the next request tries again; 0-3,600,000, default 5,000. */
  readonly retryAfterMs?: number;
}

/** A lazy module, before and after it is loaded. */
export interface LazyState {
  readonly name: string;
  readonly routes: readonly string[];
  /** `undefined` before it is loaded. */
  node: ModuleNode | undefined;
}

/** The lazy modules of each host. */
const lazies = new WeakMap<ModuleHost, LazyState[]>();

/** The start that is under way in each host. */
const queues = new WeakMap<ModuleHost, Promise<void>>();

/** The lazy modules of an application. */
export function lazyModulesOf(host: ModuleHost): readonly LazyState[] {
  return lazies.get(host) ?? [];
}

/**
 * A module that is loaded when the first request to one of its routes comes. The whole of its life is that of any other
 * module: providers, `setup`, `onStart`, `onStop`. Throws `ERR_NEXURE_OPTION_INVALID`.
 */
export function lazy(options: LazyOptions): Registrable<undefined> {
  checkNames('lazy', options, ['name', 'routes', 'load', 'retryAfterMs']);
  const { name, routes, load, retryAfterMs = 5000 } = options;
  if (typeof name !== 'string' || name === '') throw invalidOption('lazy.name', 'the name of the module', name);
  if (!Array.isArray(routes) || routes.length === 0) throw invalidOption('lazy.routes', 'an array of routes', routes);
  if (typeof load !== 'function') throw invalidOption('lazy.load', 'a function', load);
  checkInteger('lazy.retryAfterMs', retryAfterMs, 0, 3_600_000);
  const manifest = (routes as readonly LazyRoute[]).map(parseRoute);
  const register = (on: AnyRoutes): void => declare(on, { name, load, retryAfterMs }, manifest);
  return { [REGISTER]: register };
}

/** A route of the manifest. */
interface ManifestRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly settings: RouteSettings;
}

function parseRoute(route: LazyRoute, index: number): ManifestRoute {
  if (typeof route === 'object' && route !== null) {
    const { method, path, ...settings } = route;
    return { method, path, settings };
  }
  const parts = typeof route === 'string' ? /^([A-Z]+) (\/\S*)$/.exec(route) : null;
  if (parts === null) throw invalidOption(`lazy.routes[${index}]`, "a route such as 'GET /reports/:id'", route);
  return { method: parts[1] as HttpMethod, path: parts[2] as string, settings: {} };
}

function declare(
  on: AnyRoutes,
  options: Pick<Required<LazyOptions>, 'name' | 'load' | 'retryAfterMs'>,
  manifest: readonly ManifestRoute[],
): void {
  const host = hostOf(on);
  const keys = manifest.map(({ method, path }) => `${method} ${joinPaths(on.$scope.prefix, path)}`);
  const settingsOf = new Map(keys.map((key, index) => [key, manifest[index]?.settings ?? {}]));
  const loading = new Loading(host, on, options, settingsOf);
  lazies.set(host, [...lazyModulesOf(host), loading]);
  manifest.forEach(({ method, path, settings }, index) => {
    const key = keys[index] as string;
    const handler = (context: Context): unknown => {
      const step = loading.stepOf(key);
      return step === undefined ? loading.load().then((steps) => (steps.get(key) as Step)(context)) : step(context);
    };
    on.route({ ...settings, method, path, handler } as Parameters<AnyRoutes['route']>[0]);
  });
}

/** The loading of one module. */
class Loading implements LazyState {
  readonly name: string;
  readonly routes: readonly string[];
  node: ModuleNode | undefined = undefined;
  readonly #host: ModuleHost;
  readonly #on: AnyRoutes;
  readonly #options: Pick<Required<LazyOptions>, 'load' | 'retryAfterMs'>;
  /** The settings of its routes by method and path. */
  readonly #manifest: ReadonlyMap<string, RouteSettings>;
  #steps: ReadonlyMap<string, Step> | undefined;
  #loading: Promise<ReadonlyMap<string, Step>> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;
  #attempts = 0;

  constructor(
    host: ModuleHost,
    on: AnyRoutes,
    options: Pick<Required<LazyOptions>, 'name' | 'load' | 'retryAfterMs'>,
    manifest: ReadonlyMap<string, RouteSettings>,
  ) {
    this.name = options.name;
    this.routes = [...manifest.keys()];
    this.#manifest = manifest;
    this.#host = host;
    this.#on = on;
    this.#options = options;
  }

  /** What answers a route; `undefined` before the module is loaded. */
  stepOf(key: string): Step | undefined {
    return this.#steps?.get(key);
  }

  /** Loads once, however many requests wait for it. */
  async load(): Promise<ReadonlyMap<string, Step>> {
    if (this.#steps !== undefined) return this.#steps;
    const { retryAfterMs } = this.#options;
    const waitMs = this.#failure === undefined ? 0 : this.#failure.at + retryAfterMs - performance.now();
    if (this.#failure !== undefined && waitMs > 0) throw this.#unavailable(this.#failure.error, waitMs);
    this.#loading ??= this.#load();
    try {
      this.#steps = await this.#loading;
      this.#failure = undefined;
      return this.#steps;
    } catch (error) {
      this.#failure = { error, at: performance.now() };
      throw this.#unavailable(error, retryAfterMs);
    } finally {
      this.#loading = undefined;
    }
  }

  #unavailable(cause: unknown, waitMs: number): HttpError {
    const text = cause instanceof Error ? cause.message : String(cause);
    return new HttpError(503, `module ${this.name} could not be loaded: ${text}`, {
      code: 'ERR_NEXURE_MODULE_UNAVAILABLE',
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) },
      cause,
    });
  }

  async #load(): Promise<ReadonlyMap<string, Step>> {
    this.#attempts += 1;
    const module = moduleIn(await this.#options.load(this.#attempts), this.name);
    // One after the other: two that import the same third, and one of which fails, would pull it from under the other.
    const before = queues.get(this.#host) ?? Promise.resolve();
    const started = before.then(() => this.#start(module));
    queues.set(
      this.#host,
      started.then(
        () => undefined,
        () => undefined,
      ),
    );
    return started;
  }

  async #start(module: ModuleDefinition): Promise<ReadonlyMap<string, Step>> {
    const host = this.#host;
    const { $list, $scope } = this.#on;
    const before = new Set(host.graph.nodes.values());
    const added = (): Set<ModuleNode> => new Set([...host.graph.nodes.values()].filter((node) => !before.has(node)));
    // Its routes are declared apart: those of the application are compiled by now, and only call these.
    const list = new RouteList($list.options, $scope.prefix);
    const routes = new Router(list, list.scope) as unknown as AnyRoutes;
    lend(host, routes);
    try {
      const node = host.graph.add(module);
      if (node.disabled !== undefined) {
        throw new NexureError('ERR_NEXURE_MODULE_DISABLED', `module ${this.name} is disabled (${node.disabled})`);
      }
      host.activate(node, routes);
      await node.active?.setup;
      await list.lifecycle.settle();
      const report: Report = (error, context) =>
        $list.options.log.report(`module ${this.name} failed:`, error, context);
      const steps = compile(list.routes, this.#manifest, this.name, report);
      host.container.check();
      await host.startAll([...added()]);
      await list.lifecycle.advance();
      this.node = node;
      return steps;
    } catch (error) {
      await host.discard(added());
      throw error;
    }
  }
}

function moduleIn(loaded: LazyModule, name: string): ModuleDefinition {
  const module = moduleOf(loaded) ?? moduleOf((loaded as { default?: unknown } | null)?.default);
  if (module === undefined) {
    throw new NexureError(
      'ERR_NEXURE_MODULE_INVALID',
      `what lazy module ${name} loads has no module as default export`,
    );
  }
  if (module.name === name) return module;
  throw new NexureError('ERR_NEXURE_MODULE_INVALID', `lazy module ${name} loads a module with the name ${module.name}`);
}

/** The routes of a module by method and path; they must be those of its manifest. */
function compile(
  routes: readonly DeclaredRoute[],
  manifest: ReadonlyMap<string, RouteSettings>,
  name: string,
  report: Report,
): Map<string, Step> {
  const declared = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const unknown = [...declared.keys()].filter((key) => !manifest.has(key));
  const absent = [...manifest.keys()].filter((key) => !declared.has(key));
  const unchecked = [...declared].filter(([key, route]) => !isCheckedBy(route, manifest.get(key) ?? {}));
  if (unknown.length === 0 && absent.length === 0 && unchecked.length === 0) {
    return new Map([...declared].map(([key, route]) => [key, stepWithin(route, manifest.get(key) ?? {}, report)]));
  }
  const problems = [
    ...unknown.map((key) => `${key} is declared and not in the list`),
    ...absent.map((key) => `${key} is in the list and not declared`),
    ...unchecked.map(([key]) => `${key} is declared with schemas that are not in the list`),
  ];
  throw new NexureError(
    'ERR_NEXURE_MODULE_INVALID',
    `the routes of lazy module ${name} differ: ${problems.join('; ')}`,
  );
}

/** Whether what a route declares of requests and answers is done before it, by the list, or by itself. */
function isCheckedBy({ settings: { input } }: DeclaredRoute, listed: RouteSettings): boolean {
  if (input === undefined) return true;
  const schemas = schemasOf(listed);
  return schemas === undefined ? input.isForeign : haveSameSchemas(input.schemas, schemas);
}

/** Whether each part has the same schema, or one with the same text. */
function haveSameSchemas(own: Schemas, listed: Schemas): boolean {
  const { response = {}, ...parts } = own;
  const { response: listedResponse = {}, ...listedParts } = listed;
  const pairs: readonly (readonly [object, object])[] = [
    [parts, listedParts],
    [response, listedResponse],
  ];
  return pairs.every(([ones, others]) => {
    const found = new Map<string, unknown>(Object.entries(others));
    return Object.entries(ones).every(([name, schema]) => isSameSchema(schema, found.get(name)));
  });
}

function isSameSchema(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  // What a library validates is more than its text.
  const isText = (schema: unknown): boolean =>
    typeof schema === 'object' && schema !== null && (isBuilt(schema) || !isStandardSchema(schema));
  return isText(one) && isText(other) && JSON.stringify(one) === JSON.stringify(other);
}

/** A route with the error handlers of its own scopes; what they leave goes to those of the application. */
function stepWithin(route: DeclaredRoute, listed: RouteSettings, report: Report): Step {
  // What the list validates is not validated once more: it may be another value by now.
  const input = schemasOf(listed) === undefined ? route.settings.input : undefined;
  const step = stepOf({ ...route, settings: { ...route.settings, input } }, report);
  return (context) => {
    const handle = (error: unknown): unknown => askHandlers(errorHandlersOf(route.scope), 0, error, context);
    try {
      const result = step(context);
      return isThenable(result) ? result.then(undefined, handle) : result;
    } catch (error) {
      return handle(error);
    }
  };
}

async function askHandlers(
  handlers: readonly ErrorHandler[],
  at: number,
  error: unknown,
  given: Context,
): Promise<unknown> {
  const context = given as AnyContext;
  const handler = handlers[at];
  if (handler === undefined) throw error;
  access.resetResponse(context);
  let result: unknown;
  try {
    result = await handler(error, context);
  } catch (next) {
    return askHandlers(handlers, at + 1, next, given);
  }
  const response = access.responseOf(context);
  if (result !== undefined || response?.$answers() === true || (response !== undefined && response.$status !== 0)) {
    return result;
  }
  return askHandlers(handlers, at + 1, error, given);
}
