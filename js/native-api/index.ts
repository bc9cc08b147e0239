// What `import ... from 'nexurejs/native'` gives: parts of the native core by themselves.
export { SchemaError } from '../errors/schema-error.ts';
export { RadixRouter } from './radix-router.ts';
export { SchemaValidator } from './schema-validator.ts';

export type { SchemaErrorReason } from '../errors/schema-error.ts';
export type { SchemaIssue, SchemaResult } from '../validation/native-schema.ts';
export type { JsonLimits, SchemaDraft, SchemaValidatorOptions } from '../validation/schema-options.ts';
export type { RadixMatch, RadixRequest, RadixRouterOptions } from './radix-router.ts';
export type { SchemaSource } from '../validation/schema-text.ts';
export type { SchemaRef } from './schema-validator.ts';
