// The instances of one request: made when they are first asked for, disposed of when the request is over.
import { within } from './frame.ts';
import { Disposals } from './disposal.ts';
import { untilThere } from './suspension.ts';

import type { Binding } from './binding.ts';
import type { Frame, Place } from './frame.ts';
import type { Attached } from '../context/access.ts';
import type { DisposalReport } from './disposal.ts';
import type { Token } from './token.ts';

/** The instances of one request. Made by `container.createScope()`. */
export class RequestScope {
  /** @internal By slot of the binding. */
  readonly values: unknown[] = [];
  /** What the scope is of: the context of its request. */
  readonly context: unknown;
  readonly #place: Place;
  readonly #report: DisposalReport;
  #disposals: Disposals | undefined;
  #isOver = false;
  /** @internal */
  readonly owner: object;
  /** @internal */
  following: Attached | undefined = undefined;

  constructor(place: Place, context: unknown, report: DisposalReport) {
    this.#place = place;
    this.owner = place.tree;
    this.context = context;
    this.#report = report;
  }

  /** @internal Made when there is something to note. */
  get disposals(): Disposals {
    return (this.#disposals ??= new Disposals(this.#report, this.#isOver));
  }

  /** @internal The request is over: nobody waits for what is disposed of now. */
  atEnd(): void {
    if (this.#disposals === undefined) this.#isOver = true;
    else this.dispose().catch(this.#report);
  }

  /**
   * Gives an instance. Throws `ERR_NEXURE_DI_MISSING`, `_CYCLE`, `_CAPTIVE`, and `_ASYNC` when it or something it needs is
   * made by an async factory and is not there yet.
   */
  resolve<T>(token: Token<T>): T {
    return this.obtain(bindingOf(this.#place, token)) as T;
  }

  /** The same, waiting for what is made by async factories. */
  async resolveAsync<T>(token: Token<T>): Promise<T> {
    const binding = bindingOf(this.#place, token);
    return untilThere(() => this.obtain(binding) as T);
  }

  /** Calls a function within which `inject()` gives what belongs to this request. */
  run<T>(act: () => T): T {
    return within(this.#frame(), act);
  }

  /** @internal */
  obtain(binding: Binding): unknown {
    return binding.obtain(this.#frame());
  }

  #frame(): Frame {
    return { binding: undefined, place: this.#place, scope: this, parent: undefined };
  }

  /** Disposes of what was made, the youngest first; rejects with an `AggregateError` of what was thrown on the way. */
  async dispose(): Promise<void> {
    this.#isOver = true;
    await this.#disposals?.disposeAll();
  }

  /** The same as `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/** What a token stands for in a container; throws when nobody provides it. */
export function bindingOf(place: Place, token: Token): Binding {
  const binding = place.find(token);
  if (binding === undefined) throw place.missing(token, []);
  return binding;
}
