// A schema that the native core has compiled, and texts checked by it: bytes or a string in, the value or the errors out. No
// value is made of a text before it is known to be right. What validates outside of the engine goes through here.
import { SchemaError, pointerOfLocation } from '../errors/schema-error.ts';
import { native } from '../native.ts';
import { jsonTextOf } from './json-text.ts';

import type { SchemaErrorReason } from '../errors/schema-error.ts';
import type { SchemaProgram, SchemaRegistry, SchemaSettings, SchemaViolation } from '../native.ts';
import type { FastBuffer } from '../server/record.ts';

/** One thing that is wrong with a text. */
export interface SchemaIssue {
  /** JSON Pointer (RFC 6901) of the value; `''` is the whole of it. */
  readonly pointer: string;
  /** JSON Pointer of the keyword in the schema; behind a URI and `#` where it is in another schema. */
  readonly schemaPointer: string;
  /** The keyword, such as `minimum`; of a text that is refused before the schema has a say, an `ERR_NEXURE_...`. */
  readonly code: string;
  /** One sentence in English, which never has the value. */
  readonly message: string;
  /** What the keyword says: `{ limit: 3 }`, `{ type: ['string'] }`, `{ property: 'name' }`. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What became of a text. */
export type SchemaResult<Data = unknown> =
  | { readonly valid: true; readonly data: Data; readonly errors: readonly [] }
  | { readonly valid: false; readonly data?: undefined; readonly errors: readonly SchemaIssue[] };

const VALID_ASCII = 0;
const VALID = 1;
const INVALID = 2;
const MALFORMED = 3;

const NONE: readonly [] = Object.freeze([]);

/** No view of Node's own, so that any `Uint8Array` can be read. */
const { latin1Slice, utf8Slice } = Buffer.prototype as FastBuffer;

const REGISTRY: SchemaRegistry = new native.SchemaRegistry();

/** A compiled schema. */
export class NativeSchema {
  readonly #program: SchemaProgram;

  /**
   * Compiles the JSON text of a schema. `subject` names it in errors. Throws `ERR_NEXURE_SCHEMA` ({@link SchemaError}).
   */
  constructor(
    text: string,
    settings: SchemaSettings,
    subject: string = 'the schema',
    registry: SchemaRegistry = REGISTRY,
  ) {
    this.#program = new native.SchemaProgram(text, settings, registry);
    const { failure } = this.#program;
    if (failure !== null) {
      const { location, reason, message } = failure;
      throw new SchemaError(subject, pointerOfLocation(location), reason as SchemaErrorReason, message);
    }
  }

  /** Checks a JSON text in bytes. They must not change meanwhile, and are not kept. */
  validateBytes(bytes: Uint8Array): SchemaResult {
    const verdict = this.#program.checkBytes(bytes);
    if (verdict === VALID_ASCII) return right(JSON.parse(latin1Slice.call(bytes, 0, bytes.length)));
    if (verdict === VALID) return right(JSON.parse(textOfBytes(bytes)));
    return this.#wrong(verdict);
  }

  /** Checks a JSON text. */
  validateText(text: string): SchemaResult {
    if (!text.isWellFormed()) return refused('ERR_NEXURE_BODY_JSON', 'The content is not valid Unicode.');
    const verdict = this.#program.checkText(text, text.length);
    return verdict <= VALID ? right(JSON.parse(withoutMark(text))) : this.#wrong(verdict);
  }

  /** Checks the JSON text of a value; gives what that text says, not the value. Throws `ERR_NEXURE_SCHEMA_VALUE`. */
  validateValue(value: unknown): SchemaResult {
    return this.validateText(jsonTextOf(value));
  }

  /** Whether a JSON text in bytes is right. */
  acceptsBytes(bytes: Uint8Array): boolean {
    return this.#program.checkBytes(bytes) <= VALID;
  }

  /** Whether a JSON text is right. */
  acceptsText(text: string): boolean {
    return text.isWellFormed() && this.#program.checkText(text, text.length) <= VALID;
  }

  #wrong(verdict: number): SchemaResult {
    if (verdict === INVALID) return { valid: false, errors: this.#program.violations().map(issueOf) };
    const problem = verdict === MALFORMED ? this.#program.problem() : null;
    if (problem === null) {
      return refused('ERR_NEXURE_SCHEMA_WORK', 'checking it takes more steps than a text of its length may cost');
    }
    return refused(problem.code, problem.message, { offset: problem.offset });
  }
}

function right(data: unknown): SchemaResult {
  return { valid: true, data, errors: NONE };
}

function refused(code: string, message: string, params: Readonly<Record<string, unknown>> = {}): SchemaResult {
  return { valid: false, errors: [{ pointer: '', schemaPointer: '', code, message, params }] };
}

/** A text that is UTF-8, without the byte order mark that `JSON.parse` would refuse. */
function textOfBytes(bytes: Uint8Array): string {
  return withoutMark(utf8Slice.call(bytes, 0, bytes.length));
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text;
}

function issueOf(violation: SchemaViolation): SchemaIssue {
  const { pointer, location, keyword, message, types, limit, property, name, found, items } = violation;
  const params: Record<string, unknown> = {};
  if (types !== undefined) params['type'] = types;
  if (limit !== undefined) params['limit'] = Number(limit);
  if (property !== undefined) params['property'] = property;
  if (name !== undefined) params[keyword] = name;
  if (found !== undefined) params['found'] = found;
  if (items !== undefined) params['items'] = items;
  return { pointer, schemaPointer: pointerOfLocation(location), code: keyword, message, params };
}
