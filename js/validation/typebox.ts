// Schemas of TypeBox, of both lines: `typebox` and `@sinclair/typebox`. They are JSON Schemas but for what only JavaScript
// knows, which is refused at the start, and for tuples, which they still write as draft-07 does.
import { SchemaError } from '../errors/schema-error.ts';
import { escapeKey } from './json-pointer.ts';

/** How the older line marks its types. */
const KIND = Symbol.for('TypeBox.Kind');
const TRANSFORM = Symbol.for('TypeBox.Transform');

/** Types that no JSON text has, and what to write instead. */
const NOT_IN_JSON: Readonly<Record<string, string>> = {
  Date: "Type.String({ format: 'date-time' })",
  undefined: 'Type.Optional of the property',
  void: 'Type.Optional of the property',
  bigint: "Type.Integer({ format: 'int64' })",
  symbol: 'Type.String()',
  Uint8Array: "Type.String({ contentEncoding: 'base64' })",
  RegExp: 'Type.String({ pattern })',
  Function: 'data',
  function: 'data',
  Constructor: 'data',
  constructor: 'data',
  Promise: 'what it is a promise of',
  promise: 'what it is a promise of',
  Iterator: 'Type.Array',
  iterator: 'Type.Array',
  AsyncIterator: 'Type.Array',
  asyncIterator: 'Type.Array',
};

/** Whether TypeBox has made a schema. */
export function isTypeBox(value: object): boolean {
  return '~kind' in value || '~unsafe' in value || KIND in value;
}

/** A schema of TypeBox as JSON Schema 2020-12. Throws `ERR_NEXURE_SCHEMA`, which names the place. */
export function plainTypeBox(path: string, schema: object): Readonly<Record<string, unknown>> {
  return plain(path, schema, '') as Readonly<Record<string, unknown>>;
}

function plain(path: string, value: unknown, pointer: string): unknown {
  if (typeof value === 'bigint') throw unfit(path, pointer, 'is a bigint, which JSON does not have', 'a number');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => plain(path, item, `${pointer}/${index}`));
  if (isTypeBox(value)) check(path, value, pointer);
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    made[key] = plain(path, inner, `${pointer}/${escapeKey(key)}`);
  }
  return isTypeBox(value) && Array.isArray(made['items']) ? asTuple(made) : made;
}

function check(path: string, schema: object, pointer: string): void {
  const { type } = schema as { readonly type?: unknown };
  const instead = typeof type === 'string' && Object.hasOwn(NOT_IN_JSON, type) ? NOT_IN_JSON[type] : undefined;
  if (instead !== undefined) throw unfit(path, pointer, `is a ${String(type)}, which JSON does not have`, instead);
  if ('~refine' in schema) throw unfit(path, pointer, 'has a refinement of TypeBox', 'a keyword made by defineKeyword');
  if ('~codec' in schema || TRANSFORM in schema) {
    throw unfit(path, pointer, 'is decoded by a function of TypeBox', 'its encoded type');
  }
}

/** Draft-07 has the items of a tuple in `items`, and what follows them in `additionalItems`. */
function asTuple({ items, additionalItems, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, prefixItems: items, ...(additionalItems === undefined ? undefined : { items: additionalItems }) };
}

function unfit(path: string, pointer: string, what: string, instead: string): SchemaError {
  return new SchemaError(path, pointer, 'unknown', `${what}: use ${instead}`);
}
