// Validation with any schema library that speaks Standard Schema (https://standardschema.dev): what it parses takes the
// place of what the client sent, and what it complains of is answered with 422 (RFC 9457), naming places by JSON Pointer
// (RFC 6901).
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { HttpError } from '../errors/http-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { readBody } from './read-body.ts';
import { translated } from './refusal.ts';

import type { AnyContext } from '../context/access.ts';
import type { Schemas } from './schema-types.ts';

export type { Schemas } from './schema-types.ts';

/** A schema of Standard Schema, version 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Never there; holds the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema makes of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** What a schema complains of. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema gives: `never` for what is no Standard Schema. */
export type SchemaOutput<Schema> =
  Schema extends StandardSchema<unknown, unknown> ? NonNullable<Schema['~standard']['types']>['output'] : never;

/** One complaint, as the client is told. */
export interface ValidationError {
  /** What it is about. */
  readonly in: InputPart;
  /** JSON Pointer (RFC 6901) into that; `''` is the whole of it. */
  readonly pointer: string;
  /** The library's code, such as `too_small`; `invalid` when it has none. */
  readonly code: string;
  readonly message: string;
}

/** In the order they are looked at: what is cheap first. */
const PARTS = ['params', 'query', 'headers', 'cookies', 'body'] as const;

/** A part of a request. */
type InputPart = (typeof PARTS)[number];

/** An answer that tells more complaints helps nobody. */
const MAX_ERRORS = 100;

/** Checks that schemas are schemas. Throws `ERR_NEXURE_OPTION_INVALID`, which names `path`. */
export function checkSchemas(path: string, schemas: Schemas): void {
  checkNames(path, schemas, [...PARTS, 'response']);
  for (const part of PARTS) {
    const schema: unknown = schemas[part];
    if (schema !== undefined && !isStandardSchema(schema)) {
      throw invalidOption(`${path}.${part}`, 'a Standard Schema (https://standardschema.dev)', schema);
    }
  }
}

/** Whether a value is a Standard Schema; that of some libraries is a function. */
export function isStandardSchema(value: unknown): value is StandardSchema<unknown, unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard: unknown = (value as { readonly '~standard'?: unknown })['~standard'];
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof (standard as { readonly validate?: unknown }).validate === 'function'
  );
}

/**
 * Middleware that validates what the client sent, all of it before it complains: 422 with `errors`. What schemas give
 * takes the place of `ctx.params`, `ctx.query`, `ctx.request.headers`, `ctx.request.cookies` and `ctx.body`. Stays
 * synchronous where they do.
 */
export function validate(schemas: Schemas): (context: AnyContext) => undefined | Promise<undefined> {
  checkSchemas('schema', schemas);
  const parts = PARTS.filter((part) => schemas[part] !== undefined);
  return function validated(context) {
    const errors: ValidationError[] = [];
    for (const [index, part] of parts.entries()) {
      const pending = validatePart(context, part, schemas, errors);
      if (pending !== undefined) return validateRest(context, parts.slice(index + 1), schemas, errors, pending);
    }
    complain(context, errors);
    return undefined;
  };
}

async function validateRest(
  context: AnyContext,
  parts: readonly InputPart[],
  schemas: Schemas,
  errors: ValidationError[],
  pending: Promise<void>,
): Promise<undefined> {
  await pending;
  for (const part of parts) await validatePart(context, part, schemas, errors);
  complain(context, errors);
}

/** Validates one part; a promise is returned only where there is something to wait for. */
function validatePart(
  context: AnyContext,
  part: InputPart,
  schemas: Schemas,
  errors: ValidationError[],
): Promise<void> | undefined {
  const check = (value: unknown): Promise<void> | undefined => {
    const settle = (result: StandardResult<unknown>): void => {
      if (result.issues === undefined) access.replace(context, part, result.value);
      else report(part, result.issues, errors);
    };
    const result = (schemas[part] as StandardSchema<unknown, unknown>)['~standard'].validate(value);
    if (isThenable(result)) return Promise.resolve(result).then(settle);
    settle(result as StandardResult<unknown>);
    return undefined;
  };
  if (part === 'params') return check(context.params);
  if (part === 'query') return check(context.query);
  if (part === 'headers') return check(context.request.headers);
  if (part === 'cookies') return check(context.request.cookies);
  const body = readBody(context);
  return isThenable(body) ? Promise.resolve(body).then(check) : check(body);
}

function report(part: InputPart, issues: readonly StandardIssue[], errors: ValidationError[]): void {
  for (const issue of issues) {
    if (errors.length >= MAX_ERRORS) return;
    const { code } = issue as { readonly code?: unknown };
    errors.push({
      in: part,
      pointer: pointerOf(issue.path),
      code: typeof code === 'string' ? code : 'invalid',
      message: issue.message,
    });
  }
}

/** RFC 6901 §3: `~` and `/` are escaped. */
function pointerOf(path: StandardIssue['path']): string {
  return (path ?? [])
    .map((segment) => (typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function complain(context: AnyContext, errors: readonly ValidationError[]): void {
  if (errors.length === 0) return;
  throw new HttpError(422, 'What was sent does not fit its schema.', {
    code: 'ERR_NEXURE_SCHEMA_INVALID',
    extensions: { errors: translated(context, errors) },
  });
}
