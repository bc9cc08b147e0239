// Values of one schema as JSON text, each in the way that costs least: short ones in JavaScript, long ones natively.
// docs/design/serialising.md has the figures.
import { NexureError } from '../errors/nexure-error.ts';
import { Columns } from './columns.ts';
import { NativeShape } from './layouts.ts';
import { ARRAY, OBJECT, shapeOf } from './shape.ts';
import { lookAround, textOf } from './text.ts';
import { UnknownMember, pointerOfUnknown } from './unknown-member.ts';

import type { JsonSchemaObject } from '../validation/parts.ts';
import type { Place, ShapePlan } from './shape.ts';

/** From V8 13.8 on `JSON.stringify` is quicker than anything else with all that it can do. */
const [MAJOR = 0, MINOR = 0] = process.versions.v8.split('.').map(Number);
const STRINGIFIES_QUICKLY = MAJOR > 13 || (MAJOR === 13 && MINOR >= 8);

/** Values from which on columns cost less than text: measured with objects of eight members. */
const LONG_VALUES = MAJOR >= 13 ? 64 : 24;

const columns = new Columns();

/** Writes values of one schema. */
export class Serializer {
  readonly #plan: ShapePlan;
  readonly #quickly: boolean;
  /** The members of the whole that are arrays. */
  readonly #arrays: readonly (readonly [key: string, weight: number])[];
  readonly #weight: number;
  #shape: NativeShape | undefined;

  /** `closes: false` lets members pass that the schema forbids. */
  constructor(schema: JsonSchemaObject | boolean | undefined, closes: boolean) {
    this.#plan = shapeOf(schema, closes);
    const { root, isParticular } = this.#plan;
    this.#quickly = STRINGIFIES_QUICKLY && !isParticular;
    this.#weight = weightOf(root, new Set());
    this.#arrays = [...root.properties]
      .filter(([, { shape }]) => shape === ARRAY)
      .map(([key, place]) => [key, weightOf(place, new Set())] as const);
  }

  /** Whether a value is so long that {@link gather} and {@link write} cost less than {@link text}. */
  isLong(value: unknown): boolean {
    if (this.#quickly) return false;
    const { shape } = this.#plan.root;
    if (shape === ARRAY) return Array.isArray(value) && value.length * this.#weight >= LONG_VALUES;
    if (shape !== OBJECT || typeof value !== 'object' || value === null) return false;
    let values = this.#weight;
    for (const [key, weight] of this.#arrays) {
      const list = (value as Record<string, unknown>)[key];
      if (Array.isArray(list)) values += list.length * weight;
    }
    return values >= LONG_VALUES;
  }

  /**
   * The JSON text of a value; `undefined` where it has none. Throws what `JSON.stringify` throws, and
   * `ERR_NEXURE_RESPONSE_INVALID` for members that the schema forbids.
   */
  text(value: unknown): string | undefined {
    if (this.#quickly) return JSON.stringify(value) as string | undefined;
    return this.#watch(value, () => textOf(this.#plan.root, value, '', 0));
  }

  /**
   * Takes a value in, so that {@link write} can write it next; `false` where only {@link text} can. Throws what that throws.
   */
  gather(value: unknown): boolean {
    const shape = (this.#shape ??= new NativeShape(this.#plan));
    return this.#watch(value, () => columns.gather(shape, value));
  }

  /**
   * Writes the JSON text of what was taken in to `into` at `at`; returns how many bytes it has, and has written nothing if
   * there was no room for them: {@link take} gives it then.
   */
  write(into: Uint8Array, at: number): number {
    return columns.write(this.#shape as NativeShape, into, at);
  }

  /** Gives the text that was written last, of `length` bytes. */
  take(length: number): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#shape?.program.take(bytes);
    return bytes;
  }

  #watch<Result>(value: unknown, act: () => Result): Result {
    lookAround();
    try {
      return act();
    } catch (error) {
      if (!(error instanceof UnknownMember)) throw error;
      const pointer = pointerOfUnknown(this.#plan.root, value) ?? '';
      throw new NexureError('ERR_NEXURE_RESPONSE_INVALID', `the answer at ${pointer} is no property that is known`);
    }
  }
}

/** Strings, numbers and booleans that a value at a place has, as far as the schema tells; of an array, one of its items. */
function weightOf(place: Place, open: Set<Place>): number {
  if (open.has(place)) return 1;
  open.add(place);
  let weight = 1;
  if (place.shape === ARRAY) weight = weightOf(place.items as Place, open);
  if (place.shape === OBJECT) for (const member of place.properties.values()) weight += weightOf(member, open);
  open.delete(place);
  return weight;
}
