// What `import ... from 'nexurejs/schema'` gives.
import * as t from './builder.ts';

export { t };
export { jsonSchema } from './builder.ts';
export { defineFormat, defineKeyword } from '../validation/custom.ts';
export { body, cookies, headers, params, query, response } from './links.ts';
export { schemaOf } from './schema-of.ts';

export type { ArrayOptions, ArraySchema } from './array.ts';
export type { DateOptions, Int64Options, TupleOptions } from './builder.ts';
export type { Infer, Input, Output } from './infer.ts';
export type { FieldsOf } from './schema-of.ts';
export type { NumberOptions, NumberSchema } from './number.ts';
export type { ObjectOptions, ObjectSchema } from './object.ts';
export type { Annotations, AnySchema, DefaultSchema, OptionalSchema, Schema, SchemaOptions } from './schema.ts';
export type { SchemaStandard } from './standard.ts';
export type { CustomResults, JsonTypeName, KeywordDefinition } from '../validation/custom.ts';
export type { SchemaLink } from '../validation/declared-schemas.ts';
export type { FormatName, Sanitizer, StringOptions, StringSchema } from './text.ts';
export type {
  Above,
  Below,
  Default,
  Format,
  Int,
  Max,
  MaxItems,
  MaxLength,
  Min,
  MinItems,
  MinLength,
  MultipleOf,
  Pattern,
  Sanitize,
  Tag,
  UniqueItems,
} from './tags.ts';
