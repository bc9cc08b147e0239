// The container: providers, found by token, in a tree. What a container does not have its parent may have; what it
// imports it sees as far as it is exported.
import { NexureError } from '../errors/nexure-error.ts';
import { Binding } from './binding.ts';
import { checkGraph } from './check.ts';
import { infoOf } from './container-options.ts';
import { currentFrame, within } from './frame.ts';
import { missing, notExported, severalProviders } from './problems.ts';
import { definitionOf, isClass, Provider } from './provider.ts';
import { bindingOf, RequestScope } from './request-scope.ts';
import { Scope } from './scope.ts';
import { startAll } from './start.ts';
import { untilThere } from './suspension.ts';
import { createToken, tokenName } from './token.ts';
import { newTree } from './tree.ts';

import type { Frame, Place } from './frame.ts';
import type { CompileOptions, ContainerOptions, ProviderInfo } from './container-options.ts';
import type { DependentFactoryProvider, ProviderLike, Recipe } from './provider.ts';
import type { Dependency, InjectionToken, Token } from './token.ts';
import type { SharedTree } from './tree.ts';

/** What a request scope is of: `inject(RequestContext)` in a request-scoped provider gives the context of its request. */
export const RequestContext: InjectionToken<unknown> = createToken<unknown>('RequestContext');

/** What a container imports. */
interface Import {
  readonly from: Container;
  /** Whether its exports are exported again. */
  readonly isExported: boolean;
}

/** Providers by token, and what they made. */
export class Container {
  readonly name: string;
  readonly config: unknown;
  /** @internal */
  readonly tree: SharedTree;
  readonly #parent: Container | undefined;
  readonly #bindings: Map<Token, Binding[]> = new Map();
  /** Classes that stand for themselves. */
  readonly #implicit: Map<Token, Binding> = new Map();
  readonly #imports: Import[] = [];
  readonly #exports: Set<Token> = new Set();
  /** What tokens stand for here, for as long as nothing is registered. */
  readonly #found: Map<Token, Binding | undefined> = new Map();
  #foundAt = -1;
  /** Whether nothing may be added any more. */
  #isSealed = false;

  constructor(options: ContainerOptions = {}, parent?: Container) {
    const { name = 'container', config, implicit = false, onError } = options;
    this.name = name;
    this.config = config ?? parent?.config;
    this.#parent = parent;
    this.tree = parent?.tree ?? newTree(this, implicit, onError);
    this.tree.containers.push(this);
    if (parent === undefined) {
      const context = (): unknown => (currentFrame()?.scope as RequestScope | undefined)?.context;
      this.register(RequestContext, { useFactory: context, scope: Scope.REQUEST, dispose: false });
    }
  }

  /**
   * Adds a provider: a class alone, a token with a class, a factory or a provider object, or what `provide()` made. Throws
   * `ERR_NEXURE_DI_PROVIDER` when it is malformed, `ERR_NEXURE_DI_DUPLICATE` when the token has one already and not both are
   * `multi`, `ERR_NEXURE_DI_LATE` when the container is compiled.
   */
  register(provider: ProviderLike<never>): this;
  register<T, const List extends readonly Dependency[]>(
    token: Token<T>,
    recipe: DependentFactoryProvider<NoInfer<T>, List>,
  ): this;
  register<T>(token: Token<T>, recipe?: Recipe<NoInfer<T>>): this;
  register(what: unknown, recipe?: unknown): this {
    const token = what instanceof Provider ? what.token : (what as Token);
    const definition = what instanceof Provider ? what.definition : definitionOf(what, recipe);
    this.#beforeChange(`a provider of ${tokenName(token)}`);
    const list = this.#bindings.get(token) ?? [];
    if (list.length > 0 && !(definition.multi && list[0]?.definition.multi)) {
      throw new NexureError(
        'ERR_NEXURE_DI_DUPLICATE',
        `${this.name} has a provider of ${tokenName(token)} already: say multi: true with both, or use override()`,
      );
    }
    this.#bindings.set(token, [...list, new Binding(token, definition, this)]);
    return this;
  }

  /** Whether something is provided for a token that can be seen from here. */
  has(token: Token): boolean {
    return this.find(token) !== undefined || this.findAll(token).length > 0;
  }

  /**
   * Has a token stand for a value in the whole tree, whoever provides it: for tests. What has been made keeps what it was
   * given, so override before anything is resolved, or in a {@link fork}.
   */
  override<T>(token: Token<T>, value: NoInfer<T>): this {
    return this.overrideProvider(token, { useValue: value });
  }

  /** The same with a provider in place of a value. */
  overrideProvider<T>(token: Token<T>, recipe: Recipe<NoInfer<T>>): this {
    this.#beforeChange(`an override of ${tokenName(token)}`);
    this.tree.overrides.set(token, new Binding(token, definitionOf(token, recipe), this.tree.root));
    return this;
  }

  /** A container that sees what this one sees, and has providers of its own. They share what is made. */
  createChild(options: ContainerOptions = {}): Container {
    return new Container({ name: `child of ${this.name}`, ...options }, this);
  }

  /** The same providers in a tree of its own, nothing of which has been made: for tests that override. */
  fork(): Container {
    const copies = new Map<Container, Container>();
    for (const original of this.tree.containers) {
      const { name, config } = original;
      const parent = original.#parent === undefined ? undefined : copies.get(original.#parent);
      const copy = new Container({ name, config, implicit: this.tree.isImplicit, onError: this.tree.report }, parent);
      copies.set(original, copy);
      for (const binding of [...original.#bindings.values()].flat()) {
        if (binding.token !== RequestContext) copy.register(new Provider(binding.token, binding.definition));
      }
    }
    for (const [original, copy] of copies) {
      for (const { from, isExported } of original.#imports) copy.import(copies.get(from) as Container, isExported);
      for (const token of original.#exports) copy.export(token);
    }
    const forked = copies.get(this) as Container;
    for (const { token, definition } of this.tree.overrides.values()) {
      forked.tree.overrides.set(token, new Binding(token, definition, forked.tree.root));
    }
    return forked;
  }

  /** @internal Lets this container see what another exports, and on request those who import this one. */
  import(from: Container, isExported: boolean): void {
    this.#beforeChange('an import');
    this.#imports.push({ from, isExported });
  }

  /** @internal Lets those who import this container see a token. */
  export(token: Token): void {
    this.#beforeChange('an export');
    this.#exports.add(token);
  }

  /**
   * Gives an instance; singletons are made when they are first asked for. Throws `ERR_NEXURE_DI_MISSING`, `_CYCLE`,
   * `_CAPTIVE`; `_ASYNC` when it or something it needs comes from an async factory and is not there yet; `_SCOPE` when it is
   * request-scoped.
   */
  resolve<T>(token: Token<T>): T {
    return bindingOf(this, token).obtain(this.#frame()) as T;
  }

  /** The same, waiting for what comes from async factories. */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    const binding = bindingOf(this, token);
    return untilThere(() => binding.obtain(this.#frame()) as T);
  }

  /** Everything that was provided for a token with `multi`, in the order of registration. */
  resolveAll<T>(token: Token<T>): T[] {
    return this.findAll(token).map((binding) => binding.obtain(this.#frame()) as T);
  }

  /** Makes something that is not registered, with `inject()` at its service: `container.run(() => new Importer())`. */
  run<T>(act: () => T): T {
    return within(this.#frame(), act);
  }

  #frame(): Frame {
    return { binding: undefined, place: this, scope: undefined, parent: undefined };
  }

  /** A scope for what lives as long as one request; `context` is what `inject(RequestContext)` gives in it. */
  createScope(context?: unknown): RequestScope {
    return new RequestScope(this, context, this.tree.report);
  }

  /** The singletons that have been made, by token; of `multi` ones an array. */
  getAllInstances(): Map<Token, unknown> {
    const instances = new Map<Token, unknown>();
    for (const binding of this.tree.containers.flatMap((container) => container.bindings())) {
      if (binding.scope !== Scope.SINGLETON || !binding.isReady) continue;
      const { token, instance } = binding;
      if (!binding.definition.multi) instances.set(token, instance);
      else instances.set(token, [...((instances.get(token) as unknown[] | undefined) ?? []), instance]);
    }
    return instances;
  }

  /** What is provided in this container and those below it. */
  getAllProviders(): ProviderInfo[] {
    return this.tree.containers
      .filter((container) => container.#isBelow(this))
      .flatMap((container) => container.bindings())
      .filter(({ token }) => token !== RequestContext)
      .map(infoOf);
  }

  #isBelow(other: Container): boolean {
    return this === other || (this.#parent !== undefined && this.#parent.#isBelow(other));
  }

  /** Checks what is declared in the whole tree, without making anything. Throws what `compile` rejects with. */
  check(): void {
    checkGraph(this.#present());
  }

  /**
   * Checks the graph and makes all singletons of the tree: those that wait for promises in parallel, each behind what it
   * needs. From then on nothing can be registered. Rejects with the first thing that is wrong; what was made until then is
   * disposed of.
   */
  async compile(options: CompileOptions = {}): Promise<void> {
    this.check();
    for (const container of this.tree.containers) container.#isSealed = true;
    try {
      await startAll(this.#present(), this.#frame());
      if ('trial' in options) await this.#try(options.trial);
    } catch (error) {
      await this.dispose().catch((failure: unknown) => this.tree.report(failure));
      throw error;
    }
  }

  /** @internal Makes the singletons of this container alone. */
  async start(): Promise<void> {
    this.#isSealed = true;
    await startAll(
      this.#present().filter(({ place }) => place === this),
      this.#frame(),
    );
  }

  /** The bindings of the tree, without those that something stands for. */
  #present(): Binding[] {
    const { containers, overrides } = this.tree;
    const own = containers.flatMap((container) => container.bindings()).filter(({ token }) => !overrides.has(token));
    return [...own, ...overrides.values()];
  }

  async #try(context: unknown): Promise<void> {
    const scope = this.createScope(context);
    try {
      for (const binding of this.#present()) {
        if (binding.scope !== Scope.SINGLETON) await untilThere(() => scope.obtain(binding));
      }
    } finally {
      await scope.dispose();
    }
  }

  /**
   * Disposes of everything that was made for the application, the youngest first, each once. Rejects with an
   * `AggregateError` of what was thrown on the way. Whoever asks again gets new instances.
   */
  dispose(): Promise<void> {
    return this.disposeOf(() => true);
  }

  /** @internal Disposes of what some containers of the tree have made. */
  async disposeOf(isMeant: (container: Place) => boolean): Promise<void> {
    try {
      await this.tree.disposals.disposeOf(({ place }) => isMeant(place));
    } finally {
      const { containers, overrides } = this.tree;
      for (const container of containers.filter(isMeant)) for (const binding of container.bindings()) binding.forget();
      for (const binding of overrides.values()) if (isMeant(binding.place)) binding.forget();
    }
  }

  /** @internal Takes containers out of the tree again. */
  remove(unwanted: ReadonlySet<Container>): void {
    const { containers } = this.tree;
    containers.splice(0, containers.length, ...containers.filter((container) => !unwanted.has(container)));
    this.tree.generation += 1;
  }

  /** The same as `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** @internal The providers of this container. */
  bindings(): Binding[] {
    return [...[...this.#bindings.values()].flat(), ...this.#implicit.values()];
  }

  /** @internal */
  find(token: Token): Binding | undefined {
    if (this.#foundAt !== this.tree.generation) {
      this.#found.clear();
      this.#foundAt = this.tree.generation;
    }
    const known = this.#found.get(token);
    if (known !== undefined || this.#found.has(token)) return known;
    const found = this.tree.overrides.get(token) ?? this.#search(token) ?? this.#itself(token);
    this.#found.set(token, found);
    return found;
  }

  #search(token: Token): Binding | undefined {
    const own = this.#bindings.get(token);
    if (own !== undefined) {
      if (own.length > 1) throw severalProviders(token, own.length);
      return own[0];
    }
    let found: Binding | undefined;
    let giver: Container | undefined;
    for (const { from } of this.#imports) {
      const exported = from.#exported(token);
      if (found !== undefined && exported !== undefined && exported !== found) {
        throw new NexureError(
          'ERR_NEXURE_DI_DUPLICATE',
          `${this.name} imports ${tokenName(token)} from ${giver?.name ?? ''} and from ${from.name}: which one is meant?`,
        );
      }
      if (exported !== undefined) {
        found = exported;
        giver = from;
      }
    }
    if (found !== undefined || this.#parent === undefined) return found;
    return this.#parent.#search(token);
  }

  /** A class that nobody provides, in a root that says so. What a module keeps to itself is not made a second time. */
  #itself(token: Token): Binding | undefined {
    const { root, isImplicit, containers, explain } = this.tree;
    if (root !== this || !isImplicit || !isClass(token)) return undefined;
    if (explain(token) !== undefined || containers.some((other) => other.#bindings.has(token))) return undefined;
    let binding = this.#implicit.get(token);
    if (binding === undefined) {
      this.#implicit.set(token, (binding = new Binding(token, definitionOf(token, undefined), this)));
    }
    return binding;
  }

  #exported(token: Token): Binding | undefined {
    if (this.#exports.has(token)) return this.find(token);
    for (const { from, isExported } of this.#imports) {
      const exported = isExported ? from.#exported(token) : undefined;
      if (exported !== undefined) return exported;
    }
    return undefined;
  }

  /** @internal */
  findAll(token: Token): readonly Binding[] {
    const override = this.tree.overrides.get(token);
    if (override !== undefined) return [override];
    return [...new Set([...(this.#parent?.findAll(token) ?? []), ...this.#exportedAll(token, true)])];
  }

  /** Everything for a token in this container, if it is exported or the container itself asks. */
  #exportedAll(token: Token, isOwn: boolean): Binding[] {
    const isVisible = isOwn || this.#exports.has(token);
    return [
      ...this.#imports.flatMap(({ from, isExported }) =>
        isVisible || isExported ? from.#exportedAll(token, false) : [],
      ),
      ...(isVisible ? (this.#bindings.get(token) ?? []) : []),
    ];
  }

  /** @internal */
  missing(token: Token, path: readonly string[]): Error {
    const holder = this.tree.containers.find((container) => container.#bindings.has(token));
    if (holder !== undefined && holder !== this) return notExported(token, path, this.name, holder.name);
    const known = this.tree.containers.filter((container) => this.#isBelow(container) || container === this);
    const names = [...known, ...this.#imports.map(({ from }) => from)].flatMap((container) =>
      [...container.#bindings.keys()].map(tokenName),
    );
    return missing(token, path, this.name, this.tree.explain(token), names);
  }

  #beforeChange(what: string): void {
    if (this.#isSealed) {
      throw new NexureError(
        'ERR_NEXURE_DI_LATE',
        `${what} cannot be added: the container is compiled; fork() it for a test`,
      );
    }
    this.tree.generation += 1;
  }
}
