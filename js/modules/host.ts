// What becomes of modules in an application: each gets a container within the application's, declares its routes where it
// is registered, and starts behind what it imports, beside everything else.
import { isThenable } from '../answer.ts';
import { Container, RequestContext } from '../di/container.ts';
import { Context } from '../context/context.ts';
import { isClass } from '../di/provider.ts';
import { tokenName } from '../di/token.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { isRegistrable } from '../register.ts';
import { invalid, moduleOf } from './definition.ts';
import { ModuleGraph } from './graph.ts';

import type { Token } from '../di/token.ts';
import type { AnyRoutes } from '../register.ts';
import type { RouteList } from '../route-list.ts';
import type { Scope } from '../scope.ts';
import type { ModuleContext, ModuleDefinition } from './definition.ts';
import type { ActiveModule, ModuleNode } from './graph.ts';

/** The host of each application or router that has one. */
const hosts = new WeakMap<RouteList, ModuleHost>();
/** The containers of what is declared in the scope of a module. */
const containers = new WeakMap<Scope, Container>();

/** The container of what is declared here: of the module whose scope this is, else of the application. */
export function containerFor(routes: AnyRoutes): Container {
  for (let scope: Scope | undefined = routes.$scope; scope !== undefined; scope = scope.parent) {
    const container = containers.get(scope);
    if (container !== undefined) return container;
  }
  return hostOf(routes).container;
}

/** The modules of an application; made when they are first asked for. */
export function hostOf(routes: AnyRoutes): ModuleHost {
  const { $list } = routes;
  const known = hosts.get($list);
  if (known !== undefined) return known;
  const host = new ModuleHost((error) => $list.options.log.report('an instance could not be disposed of:', error));
  hosts.set($list, host);
  // In front of the hooks of whoever needs what is provided; an application that runs already has nothing to start.
  if ($list.frozen === undefined) routes.onStart(() => host.start()).onStop(() => host.stop());
  return host;
}

/** Has what is registered on other routes belong to a host. */
export function lend(host: ModuleHost, routes: AnyRoutes): void {
  hosts.set(routes.$list, host);
}

/** Adds a module to an application. A promise is that of `setup`. */
export function registerModule(routes: AnyRoutes, module: ModuleDefinition): void | Promise<void> {
  const host = hostOf(routes);
  return host.register(routes, module);
}

/** The modules of one application. */
export class ModuleHost {
  readonly container: Container;
  readonly graph: ModuleGraph = new ModuleGraph();
  /** In the order they have started. */
  readonly #started: ModuleNode[] = [];
  #begunAt = 0;

  /** `report` is told of what nobody waits for. */
  constructor(report: (error: unknown) => void) {
    this.container = new Container({ name: 'the application', implicit: true, onError: report });
    this.container.register(Context, { useExisting: RequestContext as Token<Context> });
    this.container.tree.explain = (token) => this.#explain(token);
  }

  /** Whoever provides something may be disabled. */
  #explain(token: Token): string | undefined {
    for (const { module, name, disabled, active } of this.graph.nodes.values()) {
      if (active !== undefined || !provides(module, token)) continue;
      return `module ${name} provides it and is disabled (${disabled ?? 'nothing that takes part imports it'})`;
    }
    return undefined;
  }

  /** Adds a module, and activates it with everything it imports unless it is disabled. */
  register(routes: AnyRoutes, module: ModuleDefinition): void | Promise<void> {
    const node = this.graph.add(module);
    if (node.disabled !== undefined) return undefined;
    this.activate(node, routes);
    return node.active?.setup?.catch(async (error: unknown) => {
      // Nothing starts any more: what was made for `setup` has no other end.
      await this.stop();
      throw error;
    });
  }

  /** Gives a module its container and declares its routes, its imports first. */
  activate(node: ModuleNode, routes: AnyRoutes): void {
    if (node.active !== undefined) return;
    const imports = node.imports.filter(({ node: { disabled } }) => disabled === undefined);
    for (const { node: imported } of imports) this.activate(imported, routes);
    const { name, config, module } = node;
    const container = this.container.createChild({ name: `module ${name}`, config });
    const active: ActiveModule = {
      container,
      context: contextOf(name, config, container),
      setup: undefined,
      starting: undefined,
    };
    node.active = active;
    connect(node, container);
    // A scope of its own: what it declares concerns nobody else, and stands behind what was declared before it.
    routes.group('/', (scoped) => {
      const own = scoped as unknown as AnyRoutes;
      containers.set(own.$scope, container);
      declareControllers(module, own);
      active.setup = setUp(node, active, own);
    });
  }

  /** Starts what takes part: providers and `onStart`, each module behind its imports. What fails has stopped the others. */
  async start(): Promise<void> {
    this.#begunAt = performance.now();
    try {
      this.container.check();
      await this.container.start();
      await this.startAll([...this.graph.nodes.values()]);
    } catch (error) {
      await this.#stopBehind(error);
    }
  }

  async #stopBehind(first: unknown): Promise<never> {
    const failure = await this.stop().then(
      () => undefined,
      (reason: unknown) => ({ reason }),
    );
    if (failure === undefined) throw first;
    const both = [first, failure.reason];
    throw new AggregateError(both, 'modules could not start, nor stop all that had started', { cause: first });
  }

  /** Starts modules at the same time, and rejects with what failed first when all are done. */
  async startAll(nodes: readonly ModuleNode[]): Promise<void> {
    const results = await Promise.allSettled(nodes.map((node) => this.#startOnce(node)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #startOnce(node: ModuleNode): Promise<void> {
    const { active } = node;
    if (active === undefined) return Promise.resolve();
    return (active.starting ??= this.#start(node, active));
  }

  async #start(node: ModuleNode, active: ActiveModule): Promise<void> {
    await Promise.all(node.imports.map(({ node: imported }) => this.#startOnce(imported)));
    const begun = performance.now();
    try {
      await active.container.start();
      await node.module.options.onStart?.(active.context);
    } catch (cause) {
      if (cause instanceof NexureError) throw cause;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new NexureError('ERR_NEXURE_MODULE_START', `module ${node.name} failed to start: ${text}`, { cause });
    }
    node.timing = { startMs: begun - this.#begunAt, durationMs: performance.now() - begun };
    this.#started.push(node);
  }

  /** Stops what has started, in reverse order, then disposes of what was made; all of it, whatever fails. */
  async stop(): Promise<void> {
    const nodes = new Set(this.graph.nodes.values());
    const failures = await this.#stopHooks(nodes);
    await this.container.dispose().catch((error: unknown) => failures.push(error));
    rethrow(failures);
  }

  /** The same for some modules, which are no part of the application any more. */
  async discard(nodes: ReadonlySet<ModuleNode>): Promise<void> {
    const failures = await this.#stopHooks(nodes);
    const unwanted = new Set([...nodes].flatMap(({ active }) => (active === undefined ? [] : [active.container])));
    const isUnwanted = (place: unknown): boolean => unwanted.has(place as Container);
    await this.container.disposeOf(isUnwanted).catch((error: unknown) => failures.push(error));
    this.container.remove(unwanted);
    for (const node of nodes) {
      node.active = undefined;
      this.graph.nodes.delete(node.name);
    }
    rethrow(failures);
  }

  async #stopHooks(nodes: ReadonlySet<ModuleNode>): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const node of this.#started.filter((one) => nodes.has(one)).toReversed()) {
      const { active, module } = node;
      try {
        if (active !== undefined) await module.options.onStop?.(active.context);
      } catch (error) {
        failures.push(error);
      }
    }
    const rest = this.#started.filter((one) => !nodes.has(one));
    this.#started.splice(0, this.#started.length, ...rest);
    for (const { active } of nodes) if (active !== undefined) active.starting = undefined;
    return failures;
  }
}

function rethrow(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} errors while modules were stopped`);
}

function provides({ options: { providers = [] } }: ModuleDefinition, token: Token): boolean {
  return providers.some((provider) => provider === token || (provider as { token?: unknown }).token === token);
}

function contextOf(name: string, config: unknown, container: Container): ModuleContext {
  return {
    name,
    config,
    container,
    get: (token) => container.resolve(token),
    getAsync: (token) => container.resolveAsync(token),
  };
}

/** Providers, and what goes in and out. */
function connect({ name, module, imports }: ModuleNode, container: Container): void {
  const { providers = [], exports: exported = [] } = module.options;
  const passedOn = new Set(exported.map(moduleOf).filter((one) => one !== undefined));
  for (const provider of providers) container.register(provider as never);
  for (const { node } of imports) {
    if (node.active !== undefined) container.import(node.active.container, passedOn.has(node.module));
    passedOn.delete(node.module);
  }
  const [stranger] = passedOn;
  if (stranger !== undefined) {
    throw new NexureError(
      'ERR_NEXURE_MODULE_IMPORT',
      `module ${name} exports module ${stranger.name} and does not import it`,
    );
  }
  for (const token of exported) {
    if (moduleOf(token) !== undefined) continue;
    if (!container.has(token as Token)) {
      throw new NexureError(
        'ERR_NEXURE_MODULE_IMPORT',
        `module ${name} exports ${tokenName(token)}, and neither provides nor imports it`,
      );
    }
    container.export(token as Token);
  }
}

function declareControllers({ name, options: { controllers = [] } }: ModuleDefinition, routes: AnyRoutes): void {
  controllers.forEach((controller: unknown, index) => {
    if (!isRegistrable(controller) && (typeof controller !== 'function' || isClass(controller))) {
      throw invalid(name, `has controllers[${index}], ${tokenName(controller)}, which declares no routes`);
    }
    routes.register(controller as Parameters<AnyRoutes['register']>[0]);
  });
}

/** Runs `setup` behind those of the imports; at once where none of them is async. */
function setUp(node: ModuleNode, active: ActiveModule, routes: AnyRoutes): Promise<void> | undefined {
  const { setup } = node.module.options;
  const pending = node.imports.flatMap(({ node: { active: imported } }) => imported?.setup ?? []);
  if (pending.length > 0) return Promise.all(pending).then(() => setup?.(routes, active.context));
  const result = setup?.(routes, active.context);
  return isThenable(result) ? Promise.resolve(result) : undefined;
}
