// Where schemas made by `t` meet the native core outside of a route: `~standard.validate` goes through here.
import { bigintJson } from '../bigint-json.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { SchemaValidator } from '../native-api/schema-validator.ts';
import { jsonTextOf } from '../validation/json-text.ts';
import { MAX_ERRORS } from '../validation/input-options.ts';
import { keyOf } from '../validation/json-pointer.ts';
import { reviverOf } from '../validation/revive.ts';

import type { ErrorCode } from '../errors/codes.ts';
import type { StandardResult } from '../validation/standard-schema.ts';
import type { SchemaResult } from '../validation/native-schema.ts';

/** Validates values by one schema. */
export type ValidateValue = (value: unknown) => StandardResult<unknown> | Promise<StandardResult<unknown>>;

let shared: SchemaValidator | undefined;

/** What validates values by a schema. Throws `ERR_NEXURE_SCHEMA` where it cannot be compiled. */
export function validatorOf(schema: object): ValidateValue {
  const validator = (shared ??= new SchemaValidator({
    maxErrors: MAX_ERRORS,
    defaults: true,
    limits: { unsafeIntegers: false },
  }));
  const json = schema as Readonly<Record<string, unknown>>;
  const ref = validator.compileSchema(json);
  const revive = reviverOf('schema', json);
  const settle = (value: unknown, result: SchemaResult): StandardResult<unknown> => {
    if (result.valid) return { value: revive === undefined ? result.data : revive(result.data) };
    return {
      issues: result.errors.map(({ pointer, code, message }) => ({ path: pathOf(pointer, value), code, message })),
    };
  };
  let isAsync = false;
  return (value) => {
    const text = textOf(value);
    if (typeof text !== 'string') return text;
    if (!isAsync) {
      try {
        return settle(value, validator.validate(ref, text));
      } catch (error) {
        if (!hasCode(error, 'ERR_NEXURE_VALIDATOR_ASYNC')) throw error;
        isAsync = true;
      }
    }
    return validator.validateAsync(ref, text).then((result) => settle(value, result));
  };
}

/** The JSON text of a value, in which bigints are numbers; a complaint about one that has none. */
function textOf(value: unknown): string | StandardResult<never> {
  try {
    return jsonTextOf(value);
  } catch (error) {
    if (!hasCode(error, 'ERR_NEXURE_SCHEMA_VALUE')) throw error;
    return bigintTextOf(value) ?? { issues: [{ message: error.message, path: [] }] };
  }
}

function bigintTextOf(value: unknown): string | undefined {
  try {
    return bigintJson(value);
  } catch {
    // It is within itself.
    return undefined;
  }
}

function hasCode(error: unknown, code: ErrorCode): error is NexureError {
  return error instanceof NexureError && error.code === code;
}

/** The keys of a JSON Pointer into a value; those of items are numbers, as other libraries have them. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => {
      const key = Array.isArray(at) ? Number(segment) : keyOf(segment);
      at = (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key];
      return key;
    });
}
