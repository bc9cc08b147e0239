// Where schemas stand within a schema (JSON Schema 2020-12, 2019-09 and draft-07): everything else in it is data.
import { escapeKey, keyOf } from '../validation/json-pointer.ts';

const SINGLE: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const MAPS: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** Makes another value of each schema that stands directly within one; `pointer` is where it stands. */
export function mapSubschemas(
  keyword: string,
  value: unknown,
  pointer: string,
  map: (schema: unknown, pointer: string) => unknown,
): unknown {
  if (Array.isArray(value)) {
    return LISTS.has(keyword) ? value.map((schema, index) => map(schema, `${pointer}/${index}`)) : value;
  }
  if (SINGLE.has(keyword)) return map(value, pointer);
  if (!MAPS.has(keyword) || !isObject(value)) return value;
  // A name such as `__proto__` is one like any other.
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [
      name,
      // The old `dependencies` has lists of names, too.
      Array.isArray(schema) ? schema : map(schema, `${pointer}/${escapeKey(name)}`),
    ]),
  );
}

/** Visits a schema and all within it, from the outside in. */
export function visitSchemas(
  schema: unknown,
  visit: (schema: Readonly<Record<string, unknown>>, pointer: string) => void,
  pointer = '',
): void {
  if (!isObject(schema)) return;
  visit(schema, pointer);
  for (const [keyword, value] of Object.entries(schema)) {
    mapSubschemas(keyword, value, `${pointer}/${escapeKey(keyword)}`, (inner, place) =>
      visitSchemas(inner, visit, place),
    );
  }
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a pointer points at; `undefined` for nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const token of pointer.split('/').slice(1)) {
    const name = keyOf(token);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}
