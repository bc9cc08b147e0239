// What a schema for a part of a head says that no request can fulfil: mistakes that are found at the start.
import { SchemaError } from '../errors/schema-error.ts';
import { escapeKey, keyOf } from './json-pointer.ts';

import type { InputPartName } from './input-options.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Checks the schema of a part other than the body, which is an object of values by name. Throws `ERR_NEXURE_SCHEMA` where it
 * is for something else, or asks for what is never there: a header field whose name is not in lower case, or a parameter that
 * the path does not have. `paramNames` are those of the path.
 */
export function checkHeadSchema(subject: string, part: InputPartName, json: Json, paramNames: readonly string[]): void {
  if (part === 'body') return;
  const contradiction = (pointer: string, message: string): SchemaError =>
    new SchemaError(subject, pointer, 'contradiction', message);
  for (const [schema, pointer] of appliedTo(json)) {
    const { type, properties, required } = schema;
    if (type !== undefined && type !== 'object' && !(Array.isArray(type) && type.includes('object'))) {
      throw contradiction(`${pointer}/type`, `is not 'object', which ${part} always are`);
    }
    const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
    if (part === 'params') {
      const missing = names.find((name) => !paramNames.includes(name));
      if (missing !== undefined)
        throw contradiction(`${pointer}/required`, `asks for ":${missing}", which the path has not`);
    }
    if (part !== 'headers') continue;
    const known = Object.keys(typeof properties === 'object' && properties !== null ? properties : {});
    const upper = [...known, ...names].find((name) => name !== name.toLowerCase());
    if (upper === undefined) continue;
    const place = known.includes(upper) ? `${pointer}/properties/${escapeKey(upper)}` : `${pointer}/required`;
    throw contradiction(place, `is never there: names of header fields are in lower case, "${upper.toLowerCase()}"`);
  }
}

/** A schema with those that certainly apply with it, as far as they stand within it, and their pointers. */
function appliedTo(root: Json): readonly (readonly [Json, string])[] {
  const found: (readonly [Json, string])[] = [[root, '']];
  // It grows while it is walked.
  for (const [schema, pointer] of found) {
    const { $ref: reference, allOf } = schema;
    const name = typeof reference === 'string' ? /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] : undefined;
    const inner: [unknown, string][] = Array.isArray(allOf)
      ? allOf.map((one: unknown, index) => [one, `${pointer}/allOf/${index}`])
      : [];
    if (name !== undefined) {
      const key = keyOf(decodeURIComponent(name));
      inner.push([(root['$defs'] as Json | undefined)?.[key], `/$defs/${escapeKey(key)}`]);
    }
    for (const [one, place] of inner) {
      const isNew = typeof one === 'object' && one !== null && found.every(([known]) => known !== one);
      if (isNew) found.push([one as Json, place]);
    }
  }
  return found;
}
