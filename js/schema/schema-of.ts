// Schemas made from types, for wherever a schema is taken: `schemaOf<CreateUser>()`. `nexure types` reads the type.
import { schemaFromTypes } from '../validation/from-types.ts';
import { jsonSchema } from './builder.ts';

import type { Schema } from './schema.ts';

/**
 * The schema of a type. By the place of the call, or by a name that is the same wherever it is given. Throws
 * `ERR_NEXURE_TYPES_REGISTRY`, `ERR_NEXURE_TYPES_CALL` or `ERR_NEXURE_TYPES_STALE`.
 */
export function schemaOf<T>(name?: string): Schema<T>;
// A build step gives the schema itself.
export function schemaOf(given?: string | Readonly<Record<string, unknown>>): Schema {
  return jsonSchema(typeof given === 'object' ? given : schemaFromTypes('schemaOf', given, schemaOf));
}
