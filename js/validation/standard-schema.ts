// Validation with any schema library that speaks Standard Schema (https://standardschema.dev): what it parses takes the
// place of what the client sent, and what it complains of is answered with 422 (RFC 9457), naming places by JSON Pointer
// (RFC 6901).
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { HttpError } from '../errors/http-error.ts';
import { nativeDetails } from '../errors/native-details.ts';
import { INPUT_PARTS, MAX_ERRORS } from './input-options.ts';
import { escapeKey } from './json-pointer.ts';
import { readBody } from './read-body.ts';
import { translated } from './refusal.ts';

import type { AnyContext } from '../context/access.ts';
import type { InputError, InputPartName } from './input-options.ts';

/** Schemas of parts of a request. */
export type StandardSchemas = { readonly [Part in InputPartName]?: StandardSchema<unknown, unknown> };

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
 * synchronous where they do. Tells `maxErrors` complaints.
 */
export function validate(
  schemas: StandardSchemas,
  maxErrors: number = MAX_ERRORS,
): (context: AnyContext) => undefined | Promise<undefined> {
  const parts = INPUT_PARTS.filter((part) => schemas[part] !== undefined);
  return function validated(context) {
    const errors: InputError[] = [];
    for (const [index, part] of parts.entries()) {
      const pending = validatePart(context, part, schemas, errors);
      if (pending !== undefined) {
        const rest = parts.slice(index + 1);
        return validateRest(context, rest, schemas, errors, pending).then(() => complain(context, errors, maxErrors));
      }
    }
    return complain(context, errors, maxErrors);
  };
}

async function validateRest(
  context: AnyContext,
  parts: readonly InputPartName[],
  schemas: StandardSchemas,
  errors: InputError[],
  pending: Promise<void>,
): Promise<void> {
  await pending;
  for (const part of parts) await validatePart(context, part, schemas, errors);
}

/** Validates one part; a promise is returned only where there is something to wait for. */
function validatePart(
  context: AnyContext,
  part: InputPartName,
  schemas: StandardSchemas,
  errors: InputError[],
): Promise<void> | undefined {
  const check = (value: unknown): Promise<void> | undefined => {
    const settle = (result: StandardResult<unknown>): void => {
      if (result.issues === undefined) access.replace(context, part, result.value);
      else report(part, result.issues, errors);
    };
    const result = schemas[part]?.['~standard'].validate(value);
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

function report(part: InputPartName, issues: readonly StandardIssue[], errors: InputError[]): void {
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
    .map((key) => `/${escapeKey(String(key))}`)
    .join('');
}

function complain(context: AnyContext, all: readonly InputError[], maxErrors: number): undefined {
  if (all.length === 0) return undefined;
  const errors = all.slice(0, maxErrors);
  const code = 'ERR_NEXURE_SCHEMA_INVALID';
  throw new HttpError(422, nativeDetails.get(code), { code, extensions: { errors: translated(context, errors) } });
}
