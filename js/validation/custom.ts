// Formats and keywords of the application. Expressions and sets are compiled natively; functions are called behind the native
// pass, once per text with all the values they are for. Knows nothing of texts: what calls it brings the values.
import { isThenable } from '../answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';

import { textOfSchema } from './schema-text.ts';

import type { SchemaSource } from './schema-text.ts';

/** One result for each value, in their order: booleans, or 0 and 1 (such as a `Uint8Array`). */
export type CustomResults = ArrayLike<boolean | number>;

/** The names of the types of JSON Schema. */
export type JsonTypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** What a keyword of the application does. */
export interface KeywordDefinition<Value = never, Params = never> {
  /** The types of values that it is for; others are right. Default: all. */
  readonly type?: JsonTypeName | readonly JsonTypeName[];
  /** What its value in a schema must be; default anything. */
  readonly schema?: SchemaSource;
  /**
   * Says of each value whether it is right, given what the keyword is in the schema. Called once per text and place in the
   * schema with all values there, when all else is known to be right. An asynchronous one is called behind the
   * others, and never with two values that are equal.
   */
  readonly validate: (values: readonly Value[], params: Params) => CustomResults | PromiseLike<CustomResults>;
  /** Whether `validate` gives a promise; default: whether it is an `async` function. */
  readonly async?: boolean;
  /** Milliseconds that an asynchronous one may take; 1-600,000, default 5,000. */
  readonly timeoutMs?: number;
  /** What is said of a wrong value; default `must be accepted by "NAME"`. */
  readonly message?: string;
}

/** Values that a function has to check, of one place in a schema. */
export interface DeferredValues {
  /** The number of what checks them, which is its place in {@link customs}. */
  readonly validator: number;
  /** What the keyword is in the schema; `null` for formats and `x-validate`. */
  readonly params: unknown;
  readonly schemaPointer: string;
  readonly values: readonly unknown[];
  /** Where each value stands. */
  readonly pointers: readonly string[];
}

/** What a function found wrong. */
export interface CustomIssue {
  readonly pointer: string;
  readonly schemaPointer: string;
  readonly code: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A format or keyword as it was defined. */
export interface Custom {
  readonly name: string;
  readonly kind: 'format' | 'keyword';
  /** The source of an expression, for formats that are one. */
  readonly pattern: string | undefined;
  /** The values there are, for formats that are a set. */
  readonly values: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly schema: SchemaSource | undefined;
  readonly validate: ((values: readonly unknown[], params: unknown) => unknown) | undefined;
  readonly async: boolean;
  readonly timeoutMs: number;
  readonly message: string;
}

const NAME = /^[A-Za-z][\w.-]*$/;
const TYPES = new Set(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);
const AsyncFunction: unknown = (async () => {}).constructor;
const TIMEOUT_MS = 5000;

/** All that is defined. The native core knows each by its place, so none is ever taken out. */
const defined: Custom[] = [];

/** All that is defined, by number. */
export const customs: readonly Custom[] = defined;

/**
 * Defines a format for all schemas that are compiled later: an expression that is searched in the string, as `pattern` is; the
 * strings there are; or a function that is called once per text with all strings of this format and says of each
 * whether it is right. Throws `ERR_NEXURE_VALIDATOR_INVALID`.
 */
export function defineFormat(
  name: string,
  definition: RegExp | ReadonlySet<string> | readonly string[] | ((values: readonly string[]) => CustomResults),
): void {
  checkName('format', name);
  const base = {
    name,
    kind: 'format',
    types: ['string'],
    schema: undefined,
    async: false,
    timeoutMs: TIMEOUT_MS,
  } as const;
  const message = `must be of the format "${name}"`;
  if (typeof definition === 'function') {
    if (isAsyncFunction(definition)) throw invalid(`the format "${name}" is asynchronous: define a keyword for that`);
    const validate = definition as Custom['validate'];
    define({ ...base, pattern: undefined, values: undefined, validate, message });
    return;
  }
  if (definition instanceof RegExp) {
    if (/[^uvdg]/.test(definition.flags))
      throw invalid(`the format "${name}" has an expression with a flag other than u`);
    define({ ...base, pattern: definition.source, values: undefined, validate: undefined, message });
    return;
  }
  const isList = Array.isArray(definition) || definition instanceof Set;
  const values: unknown[] = isList ? [...(definition as Iterable<unknown>)] : [];
  if (!isList || !values.every((value) => typeof value === 'string')) {
    throw invalid(`the format "${name}" must be an expression, a set or array of strings, or a function`);
  }
  define({ ...base, pattern: undefined, values: values as string[], validate: undefined, message });
}

/**
 * Defines a keyword for all schemas that are compiled later. Throws `ERR_NEXURE_VALIDATOR_INVALID`. A value that is wrong has
 * the name of the keyword as its `code`.
 */
export function defineKeyword<Value = unknown, Params = unknown>(
  name: string,
  definition: KeywordDefinition<Value, Params>,
): void {
  checkName('keyword', name);
  const path = `keyword ${name}`;
  try {
    checkNames(path, definition, ['type', 'schema', 'validate', 'async', 'timeoutMs', 'message']);
    const { type, schema, validate, timeoutMs = TIMEOUT_MS, message = `must be accepted by "${name}"` } = definition;
    const { async = isAsyncFunction(validate) } = definition;
    if (typeof validate !== 'function') throw invalidOption(`${path}.validate`, 'a function', validate);
    if (typeof async !== 'boolean') throw invalidOption(`${path}.async`, 'a boolean', async);
    if (typeof message !== 'string') throw invalidOption(`${path}.message`, 'a string', message);
    const types = type === undefined ? undefined : typeof type === 'string' ? [type] : [...type];
    if (types?.every((one) => TYPES.has(one)) === false)
      throw invalidOption(`${path}.type`, 'types of JSON Schema', type);
    define({
      name,
      kind: 'keyword',
      pattern: undefined,
      values: undefined,
      types,
      schema,
      validate: validate as Custom['validate'],
      async,
      timeoutMs: checkInteger(`${path}.timeoutMs`, timeoutMs, 1, 600_000),
      message,
    });
  } catch (cause) {
    throw cause instanceof NexureError ? invalid(cause.message) : cause;
  }
}

/** Whether a keyword is defined. */
export function isKeywordDefined(name: string): boolean {
  return customs.some((custom) => custom.kind === 'keyword' && custom.name === name);
}

/**
 * Has the values checked: each function once for each place in the schema, the asynchronous ones behind the others, and only
 * if these found nothing wrong. Gives what is wrong, `most` at most; a promise only where an asynchronous one was called.
 * Throws (or rejects with) `ERR_NEXURE_VALIDATOR_FAILED` and `ERR_NEXURE_VALIDATOR_RESULT`.
 */
export function runCustoms(deferred: readonly DeferredValues[], most: number): CustomIssue[] | Promise<CustomIssue[]> {
  const issues: CustomIssue[] = [];
  const later: DeferredValues[] = [];
  for (const group of deferred) {
    const custom = customOf(group);
    if (custom.async) later.push(group);
    else note(issues, most, group, custom, checkedResults(custom, call(custom, group), group.values.length));
  }
  return later.length === 0 || issues.length > 0 ? issues : runAsync(later, most);
}

async function runAsync(groups: readonly DeferredValues[], most: number): Promise<CustomIssue[]> {
  const issues: CustomIssue[] = [];
  const all = await Promise.all(groups.map(runDistinct));
  for (const [at, group] of groups.entries()) note(issues, most, group, customOf(group), all[at] ?? []);
  return issues;
}

/** Calls an asynchronous function with the values that differ, and gives the results of all. */
async function runDistinct(group: DeferredValues): Promise<boolean[]> {
  const custom = customOf(group);
  const places = new Map<string, number>();
  const values: unknown[] = [];
  const placeOf = group.values.map((value) => {
    const key = JSON.stringify(value);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, values.length);
    return values.push(value) - 1;
  });
  const given = call(custom, { ...group, values });
  if (!isThenable(given)) throw wrongResult(custom, 'gave no promise, and is asynchronous');
  const results = checkedResults(custom, await within(custom, given), values.length);
  return placeOf.map((place) => results[place] === true);
}

/** What a promise gives, if it does so in time. */
async function within(custom: Custom, promise: PromiseLike<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const expire = (): void => reject(failed(custom, `took longer than ${custom.timeoutMs} ms`));
    timer = setTimeout(expire, custom.timeoutMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } catch (cause) {
    throw cause instanceof NexureError && cause.code === 'ERR_NEXURE_VALIDATOR_FAILED' ? cause : threw(custom, cause);
  } finally {
    clearTimeout(timer);
  }
}

function call(custom: Custom, { values, params }: DeferredValues): unknown {
  try {
    return custom.validate?.(values, params);
  } catch (cause) {
    throw threw(custom, cause);
  }
}

function checkedResults(custom: Custom, results: unknown, length: number): boolean[] {
  if (isThenable(results)) {
    // Nobody waits for it.
    results.then(undefined, () => undefined);
    throw wrongResult(custom, 'gave a promise: define it with `async: true`');
  }
  const given = results as ArrayLike<unknown> | null | undefined;
  if (typeof given !== 'object' || given === null || given.length !== length) {
    throw wrongResult(custom, `gave no array of ${length} results`);
  }
  return Array.from(given, (result, at) => {
    if (result === true || result === 1) return true;
    if (result === false || result === 0) return false;
    throw wrongResult(custom, `gave something other than a boolean for value ${at}`);
  });
}

function note(
  issues: CustomIssue[],
  most: number,
  { pointers, schemaPointer }: DeferredValues,
  { name, kind, message }: Custom,
  results: readonly boolean[],
): void {
  for (const [at, isRight] of results.entries()) {
    if (isRight) continue;
    if (issues.length >= most) return;
    const code = kind === 'format' ? 'format' : name;
    const params = kind === 'format' ? { format: name } : {};
    issues.push({ pointer: pointers[at] ?? '', schemaPointer, code, message, params });
  }
}

/** Makes it known to the native core. */
function define(custom: Custom): void {
  const { name, kind, pattern, values, types, schema } = custom;
  const failure = native.defineCustom({
    validator: defined.length,
    name,
    isFormat: kind === 'format',
    types: [...(types ?? [])],
    ...(pattern !== undefined && { pattern }),
    ...(values !== undefined && { values: [...values] }),
    ...(schema !== undefined && { schema: textOfSchema(schema) }),
  });
  if (failure !== null) throw invalid(`the ${kind} "${name}" ${failure.message}`);
  defined.push(custom);
}

function customOf({ validator }: DeferredValues): Custom {
  const custom = customs[validator];
  if (custom?.validate === undefined) throw invalid(`there is no validator ${validator} with a function`);
  return custom;
}

function checkName(kind: Custom['kind'], name: unknown): void {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid(`the name of a ${kind} is a letter, then letters, digits or "_.-", not ${JSON.stringify(name)}`);
  }
  if (customs.some((custom) => custom.kind === kind && custom.name === name)) {
    throw invalid(`the ${kind} "${name}" is defined already`);
  }
}

function isAsyncFunction(value: unknown): boolean {
  return typeof value === 'function' && value.constructor === AsyncFunction;
}

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_VALIDATOR_INVALID', message);
}

function failed({ kind, name }: Custom, what: string, options?: ErrorOptions): NexureError {
  return new NexureError('ERR_NEXURE_VALIDATOR_FAILED', `the ${kind} "${name}" ${what}`, options);
}

function threw(custom: Custom, cause: unknown): NexureError {
  return failed(custom, cause instanceof Error ? `threw ${cause.name}: ${cause.message}` : 'threw', { cause });
}

function wrongResult({ kind, name }: Custom, what: string): NexureError {
  return new NexureError('ERR_NEXURE_VALIDATOR_RESULT', `the ${kind} "${name}" ${what}`);
}
