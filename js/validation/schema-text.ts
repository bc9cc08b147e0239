// Schemas as they are given, and their JSON text, which is what the native core compiles.
import { NexureError } from '../errors/nexure-error.ts';
import { jsonTextOf } from './json-text.ts';

/** A JSON Schema as an object (plain, of TypeBox or made by `t`) or boolean, or as its JSON text. */
export type SchemaSource = object | boolean | string;

/** The JSON text of a schema. Throws `ERR_NEXURE_OPTION_INVALID` and `ERR_NEXURE_SCHEMA_VALUE`. */
export function textOfSchema(schema: unknown): string {
  if (typeof schema === 'string') return schema;
  if (typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema))) {
    return jsonTextOf(schema);
  }
  throw new NexureError('ERR_NEXURE_OPTION_INVALID', 'a schema is an object, a boolean or a JSON text');
}
