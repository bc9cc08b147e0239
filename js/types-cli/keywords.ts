// Puts what JSDoc and tags say onto a schema: only what its type has a use for, with values that fit it.
import { RawValue } from './jsdoc.ts';

import type { Emitter, JsonSchema, Place } from './emit.ts';
import type { Docs } from './types.ts';

type Kind = 'string' | 'number' | 'array' | 'object';

/** The types that a keyword says something of. */
const KINDS: Readonly<Record<string, Kind>> = {
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  format: 'string',
  'x-sanitize': 'string',
  minItems: 'array',
  maxItems: 'array',
  uniqueItems: 'array',
  minProperties: 'object',
  maxProperties: 'object',
};

/** Pairs of which the first is at most the second. */
const BOUNDS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
] as const;

const ARTICLE: Readonly<Record<Kind, string>> = {
  string: 'a text',
  number: 'a number',
  array: 'an array',
  object: 'an object',
};

/** A schema with what is said of its values. */
export function applyDocs(
  schema: JsonSchema,
  { keywords, problems }: Docs,
  place: Place,
  emitter: Emitter,
): JsonSchema {
  const complain = (message: string): void => void emitter.problems.push({ ...place, message });
  for (const { at, message } of problems) emitter.problems.push({ at, path: place.path, message });
  if (Object.keys(keywords).length === 0) return schema;
  const into: Record<string, unknown> = typeof schema === 'boolean' ? {} : { ...schema };
  const types = typesOf(schema, emitter.defs);
  for (const [name, value] of Object.entries(keywords)) {
    if (name === 'type') {
      if (types?.has('number') === true || types?.has('integer') === true) into['type'] = withInteger(into['type']);
      else complain('an integer is a number, and this is none');
    } else if (name === 'default') {
      const read = fitting(value, types);
      if (read === undefined) complain(`the default ${shown(value)} is not of this type`);
      else into[name] = read.value;
    } else if (name === 'examples') {
      const examples = (value as readonly unknown[]).map((one) => fitting(one, types));
      if (examples.includes(undefined)) complain(`an example is not of this type`);
      else into[name] = examples.map((one) => one?.value);
    } else {
      const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
      if (kind !== undefined && types !== undefined && !isOf(types, kind))
        complain(`${name} says nothing of this type: it is for ${ARTICLE[kind]}`);
      else if (kind !== undefined && types === undefined) complain(`${name} needs a type it says something of`);
      else put(into, name, value);
    }
  }
  for (const [least, most] of BOUNDS) {
    if (Number(into[least]) > Number(into[most])) complain(`${least} is above ${most}: no value fits`);
  }
  return into;
}

/** A pattern beside another is asked for too. */
function put(into: Record<string, unknown>, name: string, value: unknown): void {
  if (name === 'pattern' && into['pattern'] !== undefined && into['pattern'] !== value) {
    into['allOf'] = [...((into['allOf'] as unknown[] | undefined) ?? []), { pattern: value }];
  } else {
    into[name] = value;
  }
}

function withInteger(type: unknown): unknown {
  const one = (name: unknown): unknown => (name === 'number' ? 'integer' : name);
  return Array.isArray(type) ? type.map(one) : one(type);
}

/** The types of JSON that a schema lets pass; `undefined`: any. */
function typesOf(
  schema: JsonSchema | undefined,
  defs: Readonly<Record<string, JsonSchema>> | undefined,
): Set<string> | undefined {
  if (schema === undefined || typeof schema === 'boolean') return undefined;
  const { type, $ref, anyOf } = schema as { type?: string | string[]; $ref?: string; anyOf?: JsonSchema[] };
  if (type !== undefined) return new Set([type].flat());
  if ($ref !== undefined) return typesOf(defs?.[$ref.slice('#/$defs/'.length)], undefined);
  if (anyOf === undefined) return undefined;
  const all = anyOf.map((one) => typesOf(one, defs));
  return all.includes(undefined) ? undefined : new Set(all.flatMap((one) => [...(one ?? [])]));
}

function isOf(types: ReadonlySet<string>, kind: Kind): boolean {
  return types.has(kind) || (kind === 'number' && types.has('integer'));
}

/** A value as it is meant: text of a comment is JSON, or for texts itself. */
function fitting(value: unknown, types: ReadonlySet<string> | undefined): { readonly value: unknown } | undefined {
  if (!(value instanceof RawValue))
    return types === undefined || types.has(typeName(value)) || isInteger(value, types) ? { value } : undefined;
  const { text } = value;
  try {
    const parsed: unknown = JSON.parse(text);
    const name = typeName(parsed);
    if (types === undefined || types.has(name) || isInteger(parsed, types)) return { value: parsed };
  } catch {
    // A text without quotes.
  }
  return types === undefined || types.has('string') ? { value: text } : undefined;
}

function isInteger(value: unknown, types: ReadonlySet<string>): boolean {
  return types.has('integer') && Number.isInteger(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  return value instanceof RawValue ? value.text : JSON.stringify(value);
}
