// A schema that the native core has compiled, and texts checked by it: bytes or a string in, the value or the errors out. No
// value is made of a text before it is known to be right. What validates outside of the engine goes through here.
import { isThenable } from '../answer.ts';
import { SchemaError, pointerOfLocation } from '../errors/schema-error.ts';
import { native } from '../native.ts';
import { customs, runCustoms } from './custom.ts';

import type { SchemaErrorReason } from '../errors/schema-error.ts';
import type { SchemaDeferral, SchemaProgram, SchemaRegistry, SchemaSettings } from '../native.ts';
import type { FastBuffer } from '../server/record.ts';
import type { DeferredValues } from './custom.ts';

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

/** One change of a text. */
export interface SchemaChange {
  /** JSON Pointer of the value in the text that was given; of what was filled in, where it stands now. */
  readonly pointer: string;
  readonly kind: 'sanitised' | 'coerced' | 'stripped' | 'default';
}

/** What became of a text. `changes` is there if the option of that name is on. */
export type SchemaResult<Data = unknown> =
  | {
      readonly valid: true;
      readonly data: Data;
      readonly errors: readonly [];
      readonly changes?: readonly SchemaChange[];
    }
  | { readonly valid: false; readonly data?: undefined; readonly errors: readonly SchemaIssue[] };

const VALID_ASCII = 0;
const VALID = 1;
const INVALID = 2;
const MALFORMED = 3;
const REWRITTEN = 5;
/** Added to what is right but for what functions of the application say. */
const DEFERRED = 8;

const NONE: readonly [] = Object.freeze([]);

/** Any `Uint8Array` can be read by these. */
const { latin1Slice, utf8Slice } = Buffer.prototype as FastBuffer;

const REGISTRY: SchemaRegistry = new native.SchemaRegistry();

/** A compiled schema. */
export class NativeSchema {
  /** Whether a function that it needs is asynchronous. */
  readonly isAsync: boolean;
  readonly #program: SchemaProgram;
  readonly #check: (text: Uint8Array | string, length?: number) => number;
  readonly #maxErrors: number;
  readonly #tellsChanges: boolean;
  readonly #deferrals: readonly SchemaDeferral[];

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
    this.#check = this.#program.checker();
    this.#maxErrors = settings.maxErrors;
    this.#tellsChanges = settings.changes;
    this.#deferrals = this.#program.deferrals();
    this.isAsync = this.#deferrals.some(({ validator }) => customs[validator]?.async === true);
  }

  /**
   * Checks a JSON text, in bytes (which are not kept) or in a string. A promise only where an asynchronous function has to
   * be waited for. Throws (or rejects with) `ERR_NEXURE_VALIDATOR_FAILED` and `ERR_NEXURE_VALIDATOR_RESULT`.
   */
  check(text: Uint8Array | string): SchemaResult | Promise<SchemaResult> {
    const verdict = this.#verdict(text);
    // The case that everything is tuned for.
    if (verdict === VALID_ASCII && !this.#tellsChanges) return { valid: true, data: parsed(text), errors: NONE };
    if (verdict < DEFERRED) return this.#result(verdict, text);
    const issues = runCustoms(this.#deferred(), this.#maxErrors);
    if (!isThenable(issues)) return issues.length > 0 ? { valid: false, errors: issues } : this.#result(verdict, text);
    // Before anybody can change the bytes.
    const result = this.#result(verdict, text);
    return issues.then((wrong) => (wrong.length > 0 ? { valid: false, errors: wrong } : result));
  }

  /** As `check`, and makes nothing of what is right, and says nothing of what is wrong. */
  accepts(text: Uint8Array | string): boolean | Promise<boolean> {
    const verdict = this.#verdict(text);
    if (verdict < DEFERRED) return isRight(verdict);
    const issues = runCustoms(this.#deferred(), 1);
    return isThenable(issues) ? issues.then((wrong) => wrong.length === 0) : issues.length === 0;
  }

  #verdict(text: Uint8Array | string): number {
    if (typeof text !== 'string') return this.#check(text);
    // What is no Unicode has no UTF-8 either.
    return text.isWellFormed() ? this.#check(text, text.length) : MALFORMED;
  }

  #result(deferring: number, text: Uint8Array | string): SchemaResult {
    const verdict = deferring % DEFERRED;
    if (isRight(verdict)) {
      const data: unknown =
        verdict === REWRITTEN ? JSON.parse(this.#program.rewritten()) : parsed(text, verdict === VALID_ASCII);
      if (!this.#tellsChanges) return { valid: true, data, errors: NONE };
      return { valid: true, data, errors: NONE, changes: this.#program.changes() as SchemaChange[] };
    }
    if (verdict === INVALID) return { valid: false, errors: JSON.parse(this.#program.violations()) as SchemaIssue[] };
    if (verdict !== MALFORMED) {
      return refused('ERR_NEXURE_SCHEMA_WORK', 'Checking it takes more steps than a text of its length may cost.');
    }
    const problem = this.#program.problem();
    if (problem === null) return refused('ERR_NEXURE_BODY_JSON', 'The content is not valid Unicode.');
    return refused(problem.code, problem.message, { offset: problem.offset });
  }

  /** The values that functions of the application have to check, in groups. */
  #deferred(): DeferredValues[] {
    const groups = JSON.parse(this.#program.deferred()) as {
      deferral: number;
      pointers: string[];
      values: unknown[];
    }[];
    return groups.map(({ deferral, pointers, values }) => {
      const { validator, params, location } = this.#deferrals[deferral] as SchemaDeferral;
      return { validator, params: JSON.parse(params), schemaPointer: pointerOfLocation(location), pointers, values };
    });
  }
}

function isRight(verdict: number): boolean {
  return verdict <= VALID || verdict === REWRITTEN;
}

function refused(code: string, message: string, params: Readonly<Record<string, unknown>> = {}): SchemaResult {
  return { valid: false, errors: [{ pointer: '', schemaPointer: '', code, message, params }] };
}

/** The value of a text that is right. A byte order mark, if it was let through, is none for `JSON.parse`. */
function parsed(text: Uint8Array | string, isAscii: boolean = true): unknown {
  if (typeof text === 'string') return JSON.parse(withoutMark(text));
  if (isAscii) return JSON.parse(latin1Slice.call(text, 0, text.length));
  return JSON.parse(withoutMark(utf8Slice.call(text, 0, text.length)));
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text;
}
