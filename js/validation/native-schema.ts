// A schema that the native core has compiled, and texts checked by it: bytes or a string in, the value or the errors out. No
// value is made of a text before it is known to be right. What validates outside of the engine goes through here.
import { isThenable } from '../answer.ts';
import { SchemaError, pointerOfLocation } from '../errors/schema-error.ts';
import { native } from '../native.ts';
import { MAX_COLUMNS_BYTES, columnsPlanOf, columnWords, readColumns } from './columns.ts';
import { customs, runCustoms } from './custom.ts';

import type { SchemaErrorReason } from '../errors/schema-error.ts';
import type { SchemaDeferral, SchemaProgram, SchemaRegistry, SchemaSettings } from '../native.ts';
import type { FastBuffer } from '../server/record.ts';
import type { ColumnsPlan } from './columns.ts';
import type { DeferredValues } from './custom.ts';
import type { Revive } from './revive.ts';

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
/** Its values are in `columnWords`, and it is ASCII; above that it need not be. */
const COLUMNS_ASCII = 6;
/** Added to what is right but for what functions of the application say. */
const DEFERRED = 8;

/** Verdicts behind it are of texts with one thing wrong that may have been wrong before: that has a number. */
const KNOWN = 15;

const NONE: readonly [] = Object.freeze([]);

/** Any `Uint8Array` can be read by these. */
const { latin1Slice, utf8Slice } = Buffer.prototype as FastBuffer;

const REGISTRY: SchemaRegistry = new native.SchemaRegistry();

/** What a schema has around it. */
export interface SchemaSurroundings {
  /** What it is called in errors; default `the schema`. */
  readonly subject?: string;
  /** The schemas that it may refer to; default: those of the drafts. */
  readonly registry?: SchemaRegistry;
  /** Makes dates and bigints of what was validated. */
  readonly revive?: Revive | undefined;
}

/** A compiled schema. */
export class NativeSchema {
  /** Whether a function that it needs is asynchronous. */
  readonly isAsync: boolean;
  readonly #program: SchemaProgram;
  readonly #check: (text: Uint8Array | string, words?: Int32Array, length?: number) => number;
  readonly #plan: ColumnsPlan | undefined;
  readonly #revive: Revive | undefined;
  readonly #maxErrors: number;
  readonly #tellsChanges: boolean;
  /** Nothing is to be done with what is right but to parse it. */
  readonly #isPlain: boolean;
  readonly #deferrals: readonly SchemaDeferral[];
  readonly #known = new Map<number, readonly SchemaIssue[]>();

  /** Compiles the JSON text of a schema. Throws `ERR_NEXURE_SCHEMA` ({@link SchemaError}). */
  constructor(text: string, settings: SchemaSettings, surroundings: SchemaSurroundings = {}) {
    const { subject = 'the schema', registry = REGISTRY, revive } = surroundings;
    this.#program = new native.SchemaProgram(text, settings, registry);
    const { failure } = this.#program;
    if (failure !== null) {
      const { location, reason, message } = failure;
      throw new SchemaError(subject, pointerOfLocation(location), reason as SchemaErrorReason, message);
    }
    this.#check = this.#program.checker();
    this.#plan = columnsPlanOf(this.#program.columnsPlan());
    this.#revive = revive;
    this.#maxErrors = settings.maxErrors;
    this.#tellsChanges = settings.changes;
    this.#isPlain = revive === undefined && !settings.changes;
    this.#deferrals = this.#program.deferrals();
    this.isAsync = this.#deferrals.some(({ validator }) => customs[validator]?.async === true);
  }

  /**
   * Checks a JSON text, in bytes (which are not kept) or in a string. A promise only where an asynchronous function has to
   * be waited for. Throws (or rejects with) `ERR_NEXURE_VALIDATOR_FAILED` and `ERR_NEXURE_VALIDATOR_RESULT`.
   */
  check(text: Uint8Array | string): SchemaResult | Promise<SchemaResult> {
    // What a kept string keeps alive is bounded by the length of the texts whose values go through words.
    const words = this.#plan !== undefined && text.length <= MAX_COLUMNS_BYTES ? columnWords : undefined;
    const verdict = this.#verdict(text, words);
    // The cases that everything is tuned for.
    if (verdict === COLUMNS_ASCII && this.#isPlain) {
      const ascii = typeof text === 'string' ? text : latin1Slice.call(text, 0, text.length);
      return { valid: true, data: readColumns(this.#plan as ColumnsPlan, ascii), errors: NONE };
    }
    if (verdict === VALID_ASCII && this.#isPlain) return { valid: true, data: parsed(text), errors: NONE };
    if (verdict > KNOWN) return { valid: false, errors: this.#knownIssues(verdict) };
    if (verdict < DEFERRED) return this.#result(verdict, text);
    const deferred = this.#deferred();
    // Before anybody can change the bytes, or have other texts checked.
    const result = this.#result(verdict, text);
    const settle = (wrong: readonly SchemaIssue[]): SchemaResult =>
      wrong.length > 0 ? { valid: false, errors: wrong } : result;
    const issues = runCustoms(deferred, this.#maxErrors);
    return isThenable(issues) ? issues.then(settle) : settle(issues);
  }

  /** As `check`, and makes nothing of what is right, and says nothing of what is wrong. */
  accepts(text: Uint8Array | string): boolean | Promise<boolean> {
    const verdict = this.#verdict(text);
    if (verdict > KNOWN) return false;
    if (verdict < DEFERRED) return isRight(verdict);
    const issues = runCustoms(this.#deferred(), 1);
    return isThenable(issues) ? issues.then((wrong) => wrong.length === 0) : issues.length === 0;
  }

  #verdict(text: Uint8Array | string, words?: Int32Array): number {
    if (typeof text !== 'string') return words === undefined ? this.#check(text) : this.#check(text, words);
    // What is no Unicode has no UTF-8 either.
    return text.isWellFormed() ? this.#check(text, words, text.length) : MALFORMED;
  }

  #result(deferring: number, text: Uint8Array | string): SchemaResult {
    const verdict = deferring % DEFERRED;
    if (isRight(verdict)) {
      let json: unknown;
      if (verdict === REWRITTEN) json = JSON.parse(this.#program.rewritten());
      else if (verdict >= COLUMNS_ASCII) json = readColumns(this.#plan as ColumnsPlan, textOf(text));
      else json = parsed(text, verdict === VALID_ASCII);
      const data = this.#revive === undefined ? json : this.#revive(json);
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

  /** The issues of a violation with a number: made once, frozen, as many share them. */
  #knownIssues(number: number): readonly SchemaIssue[] {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const issues = JSON.parse(this.#program.violations()) as SchemaIssue[];
    this.#known.set(number, frozen(issues));
    return issues;
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

/** A value of JSON that nobody changes. */
function frozen<Json>(value: Json): Json {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function isRight(verdict: number): boolean {
  return verdict <= VALID || verdict >= REWRITTEN;
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

function textOf(text: Uint8Array | string): string {
  return typeof text === 'string' ? text : utf8Slice.call(text, 0, text.length);
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text;
}
