// Values as JSON text by the shape of their schema, in JavaScript: what is short, and what does not fit columns. The text is
// that of `JSON.stringify`; what a shape does not tell is left to it, value by value.
import { types } from 'node:util';

import { digits, jsonUnder, quote } from './json.ts';
import { ARRAY, BOOLEAN, NUMBER, OBJECT, STRING } from './shape.ts';
import { UnknownMember } from './unknown-member.ts';

import type { Layout, Place } from './shape.ts';

const { hasOwnProperty } = Object.prototype;
const { getPrototypeOf } = Object;

/** Whether somebody has given all objects members that are enumerated: looked at once per value. */
let isPolluted = false;

/** To be called before a value is looked at. */
export function lookAround(): void {
  isPolluted = false;
  for (const _ in Object.prototype) isPolluted = true;
}

/** Whether enumerating an object may give members that are not its own. */
export function mayInherit(record: object): boolean {
  const prototype: unknown = getPrototypeOf(record);
  return prototype === Object.prototype ? isPolluted : prototype !== null;
}

/** Deeper values are left to `JSON.stringify`, which finds those that are within themselves. */
export const MAX_DEPTH = 64;

/**
 * The text of a value that stands under `key`; `undefined` where there is none. Throws what `JSON.stringify` throws, and
 * {@link UnknownMember}.
 */
export function textOf(place: Place, value: unknown, key: string, depth: number): string | undefined {
  switch (place.shape) {
    case STRING:
      if (typeof value === 'string') return quote(value);
      break;
    case NUMBER:
      if (typeof value === 'number') return digits(value);
      break;
    case BOOLEAN:
      if (typeof value === 'boolean') return value ? 'true' : 'false';
      break;
    case ARRAY:
      if (Array.isArray(value) && depth < MAX_DEPTH && isUntouched(value)) return arrayText(place, value, depth + 1);
      break;
    case OBJECT:
      if (typeof value === 'object' && value !== null && depth < MAX_DEPTH && isRecord(value)) {
        return recordText(place, value as Record<string, unknown>, depth + 1);
      }
      break;
    default:
      if (place.holdsBigints && typeof value === 'bigint') return String(value);
  }
  return value === null ? 'null' : jsonUnder(key, value);
}

function arrayText(place: Place, values: readonly unknown[], depth: number): string {
  const items = place.items as Place;
  const { length } = values;
  let text = '[';
  for (let index = 0; index < length; index += 1) {
    if (index > 0) text += ',';
    text += textOf(items, values[index], String(index), depth) ?? 'null';
  }
  return `${text}]`;
}

function recordText(place: Place, record: Record<string, unknown>, depth: number): string {
  const { keys, places, leads } = place.layouts[place.recent] as Layout;
  const inherits = mayInherit(record);
  let text = '';
  let at = 0;
  // Its own members in their order, then those of its prototypes, which are none of it.
  for (const key in record) {
    if (inherits && !hasOwnProperty.call(record, key)) continue;
    let member: Place | undefined;
    let lead: string;
    if (key === keys[at]) {
      member = places[at] as Place;
      lead = leads[at] as string;
      at += 1;
    } else {
      member = place.properties.get(key);
      if (member === undefined && place.isClosed) throw new UnknownMember();
      lead = `,${JSON.stringify(key)}:`;
      // Where others are left out, the rest is in its order.
      const next = keys.indexOf(key, at);
      if (next !== -1) at = next + 1;
    }
    const value = record[key];
    const inner = member === undefined ? jsonUnder(key, value) : textOf(member, value, key, depth);
    if (inner !== undefined) text = text === '' ? `{${lead.slice(1)}${inner}` : text + lead + inner;
  }
  if (text !== '') return `${text}}`;
  return isOther(record) ? JSON.stringify(record) : '{}';
}

/** Whether `JSON.stringify` would write an array by its elements. */
export function isUntouched(value: object): boolean {
  return (value as { readonly toJSON?: unknown }).toJSON === undefined;
}

/** Whether `JSON.stringify` would write an object by its own members. */
export function isRecord(value: object): boolean {
  if ((value as { readonly toJSON?: unknown }).toJSON !== undefined) return false;
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  // What `JSON.rawJSON` gives has no prototype, and is written as it is.
  if (prototype === null) return !('rawJSON' in value);
  return !isOther(value);
}

/** Whether it is an array or holds a primitive value, which would be written; asked where it does not look like a record. */
export function isOther(value: object): boolean {
  return Array.isArray(value) || types.isBoxedPrimitive(value);
}
