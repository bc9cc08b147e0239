// A schema that cannot be compiled: a mistake of the developer, found at the start.
import { NexureError } from './nexure-error.ts';

/** The kinds of mistakes a schema can have. */
export type SchemaErrorReason = 'syntax' | 'unknown' | 'reference' | 'pattern' | 'contradiction' | 'limit';

/** A schema cannot be compiled: `ERR_NEXURE_SCHEMA`. */
export class SchemaError extends NexureError {
  /** JSON Pointer (RFC 6901) of the mistake; behind a URI and `#` where it is in another schema. */
  readonly pointer: string;
  /** The kind of mistake. */
  readonly reason: SchemaErrorReason;

  /** `subject` says which schema it is, such as `schema` or `schema.body of POST /orders`. */
  constructor(subject: string, pointer: string, reason: SchemaErrorReason, message: string) {
    super('ERR_NEXURE_SCHEMA', `${subject}${pointer === '' ? '' : ` at ${pointer}`} ${message}`);
    this.pointer = pointer;
    this.reason = reason;
  }
}

/** The JSON Pointer of a place as the native core writes it: in a fragment, behind a URI if it is in another schema. */
export function pointerOfLocation(location: string): string {
  return location.startsWith('#') ? location.slice(1) : location;
}
