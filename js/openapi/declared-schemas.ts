// The schemas that a route was declared with, as JSON Schema: raw ones and those of TypeBox are, libraries that speak
// Standard Schema may export it. One that does not is open, and says who validates it.
import { isObject } from './subschemas.ts';

import type { DeclaredRoute } from '../route.ts';
import type { UnknownMembers } from './components.ts';
import type { JsonSchema } from './types.ts';

/** A part of a request. */
export type Part = 'body' | 'query' | 'params' | 'headers' | 'cookies';

/** The schema of a part, and what becomes of members that it does not name. */
export interface DeclaredPart {
  readonly schema: JsonSchema;
  readonly unknown: UnknownMembers;
}

/** What libraries that export JSON Schema have (https://standardschema.dev/json-schema). */
interface Exporting {
  readonly vendor: string;
  readonly jsonSchema?: Readonly<
    Record<'input' | 'output', (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>>>
  >;
}

/** The schema of a part of the requests of a route; `undefined` where it has none. */
export function schemaOf(route: DeclaredRoute, part: Part): DeclaredPart | undefined {
  const settings = route.declared.settings as Readonly<Record<string, unknown>>;
  const schemas = isObject(settings['schema']) ? settings['schema'] : {};
  const given = schemas[part] ?? settings[part];
  // `body: 'stream'` is no schema.
  if (given === undefined || typeof given === 'string') return undefined;
  const options = isObject(schemas['options']) ? schemas['options'][part] : undefined;
  const unknown = isObject(options) ? options['unknown'] : undefined;
  return {
    schema: jsonSchemaOf(given, 'input'),
    unknown: unknown === 'strip' || unknown === 'refuse' ? unknown : 'keep',
  };
}

/** The schemas of answers by status, as they were declared. */
export function responsesOf(route: DeclaredRoute): Readonly<Record<string, unknown>> {
  const settings = route.declared.settings as Readonly<Record<string, unknown>>;
  const schemas = isObject(settings['schema']) ? settings['schema'] : {};
  const given = schemas['response'] ?? settings['response'];
  return isObject(given) ? given : {};
}

/** A schema as JSON Schema, of what is sent or of what is given. */
export function jsonSchemaOf(given: unknown, direction: 'input' | 'output'): JsonSchema {
  const standard = standardOf(given);
  if (standard === undefined) return given as JsonSchema;
  const open = { description: `Validated by ${standard.vendor}, which gives no JSON Schema for it.` };
  try {
    return standard.jsonSchema?.[direction]({ target: 'draft-2020-12' }) ?? open;
  } catch {
    // Of types that JSON does not have, such as dates.
    return open;
  }
}

/** The schemas of some libraries are functions. */
function standardOf(given: unknown): Exporting | undefined {
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null) return undefined;
  return (given as { readonly '~standard'?: Exporting })['~standard'];
}
