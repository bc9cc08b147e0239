// Marks a view as one that a pool has lent. The mark is a private field of the view itself: nobody can forge, copy or
// remove it, and setting and reading it takes a tenth of what a WeakMap takes (docs/design/memory-pools.md).

import type { Shelf } from './shelf.ts';

/** Constructs what it is given, so that the fields of a class derived from it are set on that. */
const Marks: new (target: object) => object = function marks(target: object): object {
  return target;
} as unknown as new (target: object) => object;

/** The mark on a view. */
export class Loan extends Marks {
  readonly #owner: object;
  /** Whether the view is still lent. */
  #open = true;
  readonly #shelf: Shelf;
  /** Kept here because a view's own `buffer` can be shadowed. */
  readonly #buffer: ArrayBuffer;

  private constructor(view: Uint8Array, owner: object, shelf: Shelf, buffer: ArrayBuffer) {
    super(view);
    this.#owner = owner;
    this.#shelf = shelf;
    this.#buffer = buffer;
  }

  /** Marks a view of `buffer`, which is of `shelf`, as lent by `owner`. */
  static mark(view: Uint8Array, owner: object, shelf: Shelf, buffer: ArrayBuffer): void {
    void new Loan(view, owner, shelf, buffer);
  }

  /** Whether `view` was lent by `owner`, be it long ago. */
  static isFrom(view: unknown, owner: object): view is Loan {
    return typeof view === 'object' && view !== null && #owner in view && view.#owner === owner;
  }

  /** Gives a view's buffer back to its shelf: whether the shelf got it, `undefined` if it was given back before. */
  static end(view: Loan): boolean | undefined {
    if (!view.#open) return undefined;
    view.#open = false;
    return view.#shelf.give(view.#buffer);
  }
}
