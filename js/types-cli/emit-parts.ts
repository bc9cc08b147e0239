// Schemas of objects and tuples.
import { applyDocs } from './keywords.ts';
import { bare, NEVER, NUMBER, STRING, SYMBOL } from './types.ts';
import { templateSource, withoutUndefined } from './unions.ts';

import type { Emitter, JsonSchema, Place } from './emit.ts';
import type { Members, Property, Tuple } from './types.ts';

/** The schema of an object type. */
export function objectSchema(members: Members, place: Place, emitter: Emitter): JsonSchema {
  for (const { at, message } of members.problems) emitter.problems.push({ at, path: place.path, message });
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const property of members.properties.values()) addProperty(property, { properties, required }, place, emitter);
  const schema: Record<string, unknown> = { type: 'object' };
  if (members.properties.size > 0) schema['properties'] = properties;
  if (required.length > 0) schema['required'] = required;
  const patterns: Record<string, JsonSchema> = {};
  for (const { key, value } of members.index) {
    const { type } = withoutUndefined(value());
    // `Record<string, never>` has no property.
    const of = bare(type) === NEVER ? false : emitter.schema(type, { ...place, path: `${place.path}{}` });
    const by = bare(key);
    if (by === STRING) {
      schema['additionalProperties'] = of;
    } else if (by === NUMBER) {
      patterns[String.raw`^(?:0|[1-9]\d*)$`] = of;
    } else if (by.kind === 'template') {
      const source = templateSource(by);
      if (source === undefined)
        emitter.problems.push({ ...place, message: 'this key has a part that no pattern describes' });
      else patterns[`^${source}$`] = of;
    } else {
      const what = by === SYMBOL ? 'a symbol' : 'this';
      emitter.problems.push({ ...place, message: `${what} is no key of an object of JSON` });
    }
  }
  if (Object.keys(patterns).length > 0) schema['patternProperties'] = patterns;
  return schema;
}

function addProperty(
  { name, optional, type, at, docs }: Property,
  { properties, required }: { readonly properties: Record<string, JsonSchema>; readonly required: string[] },
  place: Place,
  emitter: Emitter,
): void {
  const inner: Place = { path: pathTo(place.path, name), at };
  if (name === '__proto__') {
    emitter.problems.push({ ...inner, message: 'a property __proto__ is refused in every body' });
    return;
  }
  const { type: present, optional: mayBeUndefined } = withoutUndefined(type());
  const isOptional = optional || mayBeUndefined;
  if (bare(present) === NEVER && isOptional) {
    properties[name] = false;
    return;
  }
  const schema = emitter.schema(present, inner);
  properties[name] = docs === undefined ? schema : applyDocs(schema, docs, inner, emitter);
  if (!isOptional) required.push(name);
}

function pathTo(path: string, name: string): string {
  return /^[\w$]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** The schema of a tuple: any number of elements only at its end. */
export function tupleSchema(tuple: Tuple, place: Place, emitter: Emitter): JsonSchema {
  const elements = tuple.elements();
  const rest = elements.findIndex((element) => element.rest);
  if (rest >= 0 && rest < elements.length - 1) {
    emitter.problems.push({ ...place, message: 'elements behind a `...` in a tuple have no place in a JSON Schema' });
    return true;
  }
  const fixed = rest < 0 ? elements : elements.slice(0, rest);
  const least = fixed.filter(({ optional }) => !optional).length;
  const schemas = fixed.map(({ type, optional }, index) => {
    const inner = { ...place, path: `${place.path}[${index}]` };
    return emitter.schema(optional ? withoutUndefined(type()).type : type(), inner);
  });
  const schema: Record<string, unknown> = { type: 'array' };
  if (schemas.length > 0) schema['prefixItems'] = schemas;
  const last = elements[rest];
  if (last === undefined) {
    if (schemas.length > 0) schema['items'] = false;
    else schema['maxItems'] = 0;
  } else {
    schema['items'] = emitter.schema(last.type(), { ...place, path: `${place.path}[]` });
  }
  if (least > 0) schema['minItems'] = least;
  return schema;
}
