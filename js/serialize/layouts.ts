// The orders in which the members of objects come, learned from the objects themselves: those of a database are not in the
// order of the schema, and have members of which it does not know.
import { native } from '../native.ts';
import { MAX_LAYOUTS, MAX_MEMBERS, PARTICULAR_NAMES, layoutOf } from './shape.ts';
import { UnknownMember } from './unknown-member.ts';

import type { SerializeProgram } from '../native.ts';
import type { Layout, Place, ShapePlan } from './shape.ts';

/** The native program of a shape, which grows with what is learned. */
export class NativeShape {
  readonly root: Place;
  readonly program: SerializeProgram = new native.SerializeProgram();
  readonly #other: Place;

  constructor({ root, places, other }: ShapePlan) {
    this.root = root;
    this.#other = other;
    for (const { shape, items } of places) this.program.addPlace(shape, items?.number ?? 0);
    for (const place of places) for (const layout of place.layouts) this.#add(place, layout);
  }

  /**
   * The layout that an object has, made if it has not been seen; `undefined` where there are too many already. Throws
   * {@link UnknownMember}.
   */
  layoutFor(place: Place, record: object): Layout | undefined {
    const keys = Object.keys(record);
    if (place.isClosed && keys.some((key) => !place.properties.has(key))) throw new UnknownMember();
    const known = place.layouts.find((layout) => isWithin(keys, layout.keys));
    if (known !== undefined || place.layouts.length >= MAX_LAYOUTS) return known;
    // What this object lacks, the next one may have.
    const all = [...new Set([...keys, ...place.properties.keys()])];
    if (all.length > MAX_MEMBERS || all.some((key) => PARTICULAR_NAMES.has(key))) return undefined;
    const places = all.map((key) => place.properties.get(key) ?? this.#other);
    const layout = layoutOf(place, all, places);
    this.#add(place, layout);
    place.layouts.push(layout);
    return layout;
  }

  #add(place: Place, { keys, places }: Layout): void {
    const names = keys.map((key) => JSON.stringify(key));
    const numbers = places.map(({ number }) => number);
    this.program.addLayout(place.number, names, numbers);
  }
}

/** Whether keys come in the order of others, some of which may be left out. */
function isWithin(keys: readonly string[], order: readonly string[]): boolean {
  let at = 0;
  for (const key of keys) {
    at = order.indexOf(key, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
