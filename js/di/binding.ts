// Bindings: a provider in its place. Makes instances, keeps those that are kept, and notices on the way what cannot be:
// cycles, request-scoped things without a request, promises where a value is needed.
//
// What is declared by `deps` is put together once, into one function per binding; what fields ask for by `inject()`
// is looked up when they run.
import { isThenable } from '../answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { within } from './frame.ts';
import { captive, cycle, cycleOf, failed, namesOf, outsideRequest } from './problems.ts';
import { tokenOf } from './provider.ts';
import { Scope } from './scope.ts';
import { Suspension } from './suspension.ts';
import { tokenName } from './token.ts';

import type { Frame, Instances, Place } from './frame.ts';
import type { Definition } from './provider.ts';
import type { Dependency, Token } from './token.ts';

/** No instance yet. */
const EMPTY: unique symbol = Symbol('empty');
/** An instance is being made, further out in the same call. */
const MAKING: unique symbol = Symbol('making');
/** An instance that is `undefined`, where `undefined` stands for none. */
const NOTHING: unique symbol = Symbol('undefined');

/** Gives what fills one dependency of what is being made. */
type Resolver = (frame: Frame) => unknown;

/** A provider in its container. */
export class Binding {
  readonly token: Token;
  readonly name: string;
  readonly place: Place;
  readonly definition: Definition;
  readonly scope: Scope;
  /** Where the instance of a request is kept. */
  readonly #slot: number;
  /** The instance of a singleton. */
  #value: unknown = EMPTY;
  /** The instance of a singleton while it is a promise. */
  #pending: Promise<void> | undefined;
  /** What a pending singleton waits for. */
  #waitsFor: Binding | undefined;
  #build: ((frame: Frame) => unknown) | undefined;
  #builtAt = -1;
  /** What the first instance asked for by `inject()`. */
  readonly #found: Set<Binding> = new Set();
  /** Whether instances have nothing to dispose of. */
  hasNoDisposer = false;

  constructor(token: Token, definition: Definition, place: Place) {
    this.token = token;
    this.name = tokenName(token);
    this.place = place;
    this.definition = definition;
    this.scope = definition.scope;
    this.#slot = this.scope === Scope.REQUEST ? place.tree.slots++ : -1;
  }

  /** Whether the instance of a singleton is there. */
  get isReady(): boolean {
    const value = this.#value;
    return value !== EMPTY && value !== MAKING;
  }

  /** The instance of a singleton; `undefined` before there is one. */
  get instance(): unknown {
    return this.isReady ? this.#value : undefined;
  }

  /** Forgets the instance of a singleton, which was disposed of. */
  forget(): void {
    this.#value = EMPTY;
  }

  /** What `inject()` was asked for while an instance was made, for the graph. */
  get found(): ReadonlySet<Binding> {
    return this.#found;
  }

  /** Notes what `inject()` was asked for. */
  noteFound(binding: Binding): void {
    this.#found.add(binding);
  }

  /** Resolves when the promise of a singleton has become its instance; `undefined` while it is none. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** The instance for a request, or for the application. Throws a {@link Suspension} where it is still a promise. */
  obtain(frame: Frame): unknown {
    if (this.scope === Scope.SINGLETON) {
      const value = this.#value;
      return value === EMPTY || value === MAKING ? this.#makeSingleton(frame) : value;
    }
    if (this.scope === Scope.REQUEST) return this.#ofRequest(frame);
    return this.#makeTransient(frame);
  }

  #makeSingleton(frame: Frame): unknown {
    if (this.#value === MAKING) throw cycleOf(this, frame);
    if (this.#pending !== undefined) throw this.#suspend(this.#pending, frame);
    this.#value = MAKING;
    let value: unknown;
    try {
      // Whoever asks first may have a request; what lives longer must not see it.
      value = this.#make({ binding: this, place: this.place, scope: undefined, parent: frame });
    } catch (error) {
      this.#value = EMPTY;
      throw this.#failure(error);
    }
    if (isThenable(value)) {
      this.#value = EMPTY;
      throw this.#suspend(this.#await(value), frame);
    }
    this.#keep(value);
    return value;
  }

  #keep(value: unknown): void {
    this.#value = value;
    this.place.tree.disposals.add(value, this);
  }

  /** Follows the promise of a singleton until it is its instance. */
  #await(promise: PromiseLike<unknown>): Promise<void> {
    return this.#wait(this.#settle(promise));
  }

  async #settle(promise: PromiseLike<unknown>): Promise<void> {
    let value: unknown;
    try {
      value = await promise;
    } catch (error) {
      this.#pending = undefined;
      // An async factory asked for something that is a promise itself: it runs again once that is there.
      if (error instanceof Suspension) return this.#again(error);
      throw this.#failure(error);
    }
    this.#pending = undefined;
    this.#keep(value);
  }

  /** Runs once more behind what was missing. */
  #again(suspension: Suspension): Promise<void> {
    const chain = [this.name];
    for (let next: Binding | undefined = suspension.binding; next !== undefined; next = next.#waitsFor) {
      chain.push(next.name);
      if (next === this) throw cycle(chain);
    }
    return this.#wait(this.#retry(suspension));
  }

  async #retry(suspension: Suspension): Promise<void> {
    this.#waitsFor = suspension.binding;
    try {
      await suspension.promise;
    } finally {
      this.#waitsFor = undefined;
      this.#pending = undefined;
    }
    try {
      this.obtain({ binding: undefined, place: this.place, scope: undefined, parent: undefined });
    } catch (error) {
      if (!(error instanceof Suspension)) throw error;
      await (error.binding === this ? error.promise : this.#again(error));
    }
  }

  #wait(pending: Promise<void>): Promise<void> {
    // Whoever waits for it is told; nobody else must be.
    pending.catch(() => undefined);
    this.#pending = pending;
    return pending;
  }

  /** What a provider throws is told with its name; what this framework throws says enough. */
  #failure(error: unknown): unknown {
    return error instanceof NexureError ? error : failed(this.name, error);
  }

  #suspend(promise: Promise<void>, frame: Frame): Suspension {
    return new Suspension(this, promise, [...namesOf(frame), this.name]);
  }

  #ofRequest(frame: Frame): unknown {
    const { scope } = frame;
    if (scope === undefined) throw this.#withoutRequest(frame);
    const { values } = scope;
    const value = values[this.#slot];
    if (value === undefined) return this.#makeForRequest(scope, frame);
    if (typeof value !== 'symbol') return value instanceof PendingValue ? this.#stillPending(value, frame) : value;
    if (value === NOTHING) return undefined;
    if (value === MAKING) throw cycleOf(this, frame);
    return value;
  }

  #stillPending(value: PendingValue, frame: Frame): never {
    throw this.#suspend(value.promise, frame);
  }

  #makeForRequest(scope: Instances, frame: Frame): unknown {
    const { values } = scope;
    values[this.#slot] = MAKING;
    let value: unknown;
    try {
      value = this.#make({ binding: this, place: this.place, scope, parent: frame });
    } catch (error) {
      values[this.#slot] = undefined;
      throw error;
    }
    if (isThenable(value)) {
      const promise = this.#awaitForRequest(value, scope);
      // Whoever waits for it is told; nobody else must be.
      promise.catch(() => undefined);
      values[this.#slot] = new PendingValue(promise);
      throw this.#suspend(promise, frame);
    }
    values[this.#slot] = value === undefined ? NOTHING : value;
    scope.disposals.add(value, this);
    return value;
  }

  async #awaitForRequest(promise: PromiseLike<unknown>, scope: Instances): Promise<void> {
    let value: unknown;
    try {
      value = await promise;
    } catch (error) {
      scope.values[this.#slot] = undefined;
      if (!(error instanceof Suspension)) throw error;
      // It asked for another promise: whoever waits asks again, and it runs again.
      return error.promise;
    }
    scope.values[this.#slot] = value === undefined ? NOTHING : value;
    scope.disposals.add(value, this);
  }

  #withoutRequest(frame: Frame): Error {
    for (let holder: Frame | undefined = frame; holder !== undefined; holder = holder.parent) {
      if (holder.binding?.scope !== Scope.SINGLETON) continue;
      const names = namesOf(frame);
      return captive([...names.slice(names.lastIndexOf(holder.binding.name)), this.name], holder.binding.name);
    }
    return outsideRequest(this.token);
  }

  #makeTransient(frame: Frame): unknown {
    for (let outer: Frame | undefined = frame; outer !== undefined; outer = outer.parent) {
      if (outer.binding === this) throw cycleOf(this, frame);
    }
    const value = this.#make({ binding: this, place: this.place, scope: frame.scope, parent: frame });
    if (this.definition.making.kind === 'existing') return value;
    if (frame.binding === undefined) return this.#handOver(value, frame.scope);
    // It goes with what it was made for. A promise cannot wait here: asked for again, it would be another one.
    if (isThenable(value)) {
      value.then(undefined, () => undefined);
      throw new Suspension(this, undefined, [...namesOf(frame), this.name]);
    }
    (frame.scope?.disposals ?? this.place.tree.disposals).add(value, this);
    return value;
  }

  /** To whoever asked the container: without a request it is theirs to dispose of. */
  #handOver(value: unknown, scope: Instances | undefined): unknown {
    if (scope === undefined) return value;
    if (isThenable(value)) return value.then((made) => this.#handOver(made, scope));
    scope.disposals.add(value, this);
    return value;
  }

  #make(frame: Frame): unknown {
    const { tree } = this.place;
    let build = this.#build;
    if (build === undefined || this.#builtAt !== tree.generation) {
      build = this.#compile();
      this.#build = build;
      this.#builtAt = tree.generation;
    }
    return within(frame, build);
  }

  /** One function that makes an instance; for up to three dependencies without an array. */
  #compile(): (frame: Frame) => unknown {
    const { making, deps } = this.definition;
    const { place } = this;
    if (making.kind === 'value') return () => making.value;
    const resolvers = (deps ?? []).map((dependency) => this.#connect(dependency));
    const [a, b, c] = resolvers as [Resolver, Resolver, Resolver];
    if (making.kind === 'existing') return a;
    if (making.kind === 'class') {
      const Target = making.target as new (...args: unknown[]) => unknown;
      if (making.properties !== undefined) return this.#withProperties(Target, resolvers, making.properties);
      if (resolvers.length === 0) return () => new Target();
      if (resolvers.length === 1) return (frame) => new Target(a(frame));
      if (resolvers.length === 2) return (frame) => new Target(a(frame), b(frame));
      if (resolvers.length === 3) return (frame) => new Target(a(frame), b(frame), c(frame));
      return (frame) => new Target(...resolvers.map((resolve) => resolve(frame)));
    }
    const { make } = making;
    if (deps === undefined) return () => make(place.config);
    return (frame) => make(...resolvers.map((resolve) => resolve(frame)));
  }

  /** For properties that decorators of the legacy dialect name: they are filled once the constructor has run. */
  #withProperties(
    Target: new (...args: unknown[]) => unknown,
    resolvers: readonly Resolver[],
    properties: ReadonlyMap<string | symbol, Dependency>,
  ): (frame: Frame) => unknown {
    const fills = Array.from(properties, ([key, dependency]) => [key, this.#connect(dependency)] as const);
    return (frame) => {
      const instance = new Target(...resolvers.map((resolve) => resolve(frame))) as Record<PropertyKey, unknown>;
      for (const [key, resolve] of fills) instance[key] = resolve(frame);
      return instance;
    };
  }

  /** What fills a declared dependency. */
  #connect(dependency: Dependency): Resolver {
    const token = tokenOf(dependency);
    if (typeof dependency === 'object' && 'all' in dependency) {
      const bindings = this.place.findAll(token);
      return (frame) => bindings.map((binding) => binding.obtain(frame));
    }
    const binding = this.place.find(token);
    if (binding !== undefined) return (frame) => binding.obtain(frame);
    if (typeof dependency === 'object' && 'optional' in dependency) return () => undefined;
    throw this.place.missing(token, [this.name]);
  }
}

/** The instance of a request while it is a promise. */
class PendingValue {
  readonly promise: Promise<void>;

  constructor(promise: Promise<void>) {
    this.promise = promise;
  }
}
