// Where schemas made by `t` meet what validates values outside of a route: `~standard.validate` goes through here.
import { NexureError } from '../errors/nexure-error.ts';

import type { StandardResult } from '../validation/standard-schema.ts';

/** Validates values by one schema. */
export type ValidateValue = (value: unknown) => StandardResult<unknown>;

let makeValidator: ((schema: object) => ValidateValue) | undefined;

/** Has schemas validated by what `make` gives, which is called once for each. */
export function useValidator(make: (schema: object) => ValidateValue): void {
  makeValidator = make;
}

/** What validates values by a schema. */
export function validatorOf(schema: object): ValidateValue {
  if (makeValidator === undefined) {
    throw new NexureError('ERR_NEXURE_SCHEMA', 'no validator is there for schemas outside of a route');
  }
  return makeValidator(schema);
}
