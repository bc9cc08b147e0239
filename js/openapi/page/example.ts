// A value that a schema is about, to begin with: what it gives as an example, else something made of its types. It need not be
// valid where patterns and formats are concerned.
import { isObject } from '../subschemas.ts';

import type { JsonSchema, OpenApiDocument } from '../types.ts';

/** Deeper, and where a schema contains itself, values are left out. */
const MAX_DEPTH = 8;

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  duration: 'P1D',
  email: 'ada@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  time: '12:00:00Z',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
};

/** What a reference of a document is to. */
export function resolved(schema: JsonSchema | undefined, { components }: OpenApiDocument): JsonSchema {
  let found: JsonSchema = schema ?? true;
  for (let steps = 0; steps < 100 && isObject(found) && typeof found['$ref'] === 'string'; steps += 1) {
    found = components.schemas?.[found['$ref'].slice(found['$ref'].lastIndexOf('/') + 1)] ?? true;
  }
  return found;
}

/** An example; `undefined` for anything. */
export function exampleOf(schema: JsonSchema | undefined, document: OpenApiDocument, depth = 0): unknown {
  const one = resolved(schema, document);
  if (!isObject(one) || depth > MAX_DEPTH) return undefined;
  const { examples, example, default: byDefault, const: only, enum: values } = one;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  const given = example ?? byDefault ?? only;
  if (given !== undefined) return given;
  if (Array.isArray(values)) return values[0];
  for (const keyword of ['anyOf', 'oneOf']) {
    const choice = one[keyword];
    if (Array.isArray(choice)) return exampleOf(choice[0] as JsonSchema, document, depth + 1);
  }
  return ofType(one, document, depth);
}

function ofType(one: Readonly<Record<string, unknown>>, document: OpenApiDocument, depth: number): unknown {
  const { allOf, type: types, minimum, exclusiveMinimum, items, prefixItems, properties } = one;
  const type: unknown = Array.isArray(types) ? types[0] : types;
  if (type === 'object' || isObject(properties) || Array.isArray(allOf)) {
    const parts = Array.isArray(allOf) ? allOf.map((part) => exampleOf(part as JsonSchema, document, depth + 1)) : [];
    const required: readonly unknown[] = Array.isArray(one['required']) ? one['required'] : [];
    const own = Object.entries(isObject(properties) ? properties : {})
      // What may be left out is, where nobody can tell what it is to look like.
      .filter(([name, property]) => required.includes(name) || !isPatterned(resolved(property as JsonSchema, document)))
      .map(([name, property]): [string, unknown] => [name, exampleOf(property as JsonSchema, document, depth + 1)]);
    return Object.assign(
      {},
      ...parts.filter(isObject),
      Object.fromEntries(own.filter(([, value]) => value !== undefined)),
    );
  }
  if (type === 'array') {
    const list = Array.isArray(prefixItems) ? prefixItems : items === undefined ? [] : [items];
    return list.map((item) => exampleOf(item as JsonSchema, document, depth + 1)).filter((item) => item !== undefined);
  }
  if (type === 'string') return textOf(one);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type !== 'integer' && type !== 'number') return undefined;
  if (typeof minimum === 'number' && minimum > 0) return minimum;
  return typeof exclusiveMinimum === 'number' && exclusiveMinimum >= 0 ? exclusiveMinimum + 1 : 0;
}

function textOf({ format, pattern, minLength, maxLength }: Readonly<Record<string, unknown>>): string {
  if (typeof format === 'string' && FORMATS[format] !== undefined) return FORMATS[format];
  if (typeof pattern === 'string') return '';
  const least = typeof minLength === 'number' ? Math.min(minLength, 100) : 0;
  const most = typeof maxLength === 'number' ? maxLength : Infinity;
  return 'text'.padEnd(least, ' text').slice(0, Math.max(0, most));
}

function isPatterned(schema: JsonSchema): boolean {
  return (
    isObject(schema) &&
    'pattern' in schema &&
    !['default', 'example', 'examples', 'enum', 'const'].some((keyword) => keyword in schema)
  );
}
