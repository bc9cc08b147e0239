// Schemas made from types, for wherever a schema is taken: `schemaOf<CreateUser>()`. `nexure types` reads the type.
import { NexureError } from '../errors/nexure-error.ts';
import { schemaFromTypes } from '../validation/from-types.ts';
import { jsonSchema } from './builder.ts';
import { builtOf, isSchemaClass } from './class-schema.ts';

import type { SchemaClass } from './class-schema.ts';
import type { ObjectSchema } from './object.ts';
import type { OptionalSchema, Schema } from './schema.ts';

/** The fields of a class as schemas. */
export type FieldsOf<Of extends object> = {
  readonly [Key in keyof Of & string]-?: undefined extends Of[Key]
    ? OptionalSchema<Exclude<Of[Key], undefined>>
    : Schema<Of[Key]>;
};

/**
 * The schema of a type. By the place of the call, or by a name that is the same wherever it is given. Throws
 * `ERR_NEXURE_TYPES_REGISTRY`, `ERR_NEXURE_TYPES_CALL` or `ERR_NEXURE_TYPES_STALE`.
 */
export function schemaOf<T>(name?: string): Schema<T>;
/** The schema of a class with `@Schema()`, to make others of: `t.partial(schemaOf(CreateUser))`. */
export function schemaOf<Of extends object>(theClass: abstract new (...args: never) => Of): ObjectSchema<FieldsOf<Of>>;
// A build step gives the schema itself.
export function schemaOf(given?: string | SchemaClass | Readonly<Record<string, unknown>>): Schema {
  if (typeof given === 'object') return jsonSchema(given);
  if (typeof given !== 'function') return jsonSchema(schemaFromTypes('schemaOf', given, schemaOf));
  const { name } = given;
  if (isSchemaClass(given)) return builtOf(given);
  throw new NexureError('ERR_NEXURE_SCHEMA', `the class ${name} is no schema: it has no @Schema()`);
}
