// How the input of routes is validated: options of the application and of its routes, their ranges and defaults.
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';
import { resolveJsonLimits } from './schema-options.ts';

import type { AnyContext } from '../context/access.ts';
import type { InputRewrite, SchemaLimits } from '../native.ts';
import type { ResponseOptions } from '../serialize/response.ts';
import type { JsonLimits } from './schema-options.ts';

/** A part of a request that may have a schema. */
export type InputPartName = 'params' | 'query' | 'headers' | 'cookies' | 'body';

/** In the order they are looked at: what is cheap first. */
export const INPUT_PARTS: readonly InputPartName[] = ['params', 'query', 'headers', 'cookies', 'body'];

/** How one part is changed before it is validated. */
export interface InputPartOptions {
  /**
   * `lossless` makes of text what the schema asks for where nothing is lost by it: `"42"` a number, `"true"` a boolean; `""`,
   * `"0x10"` and `" 1"` stay text, which is refused. Default `off` for JSON bodies, `lossless` for forms and all other parts.
   */
  readonly coerce?: 'off' | 'lossless';
  /** What becomes of properties that the schema does not know; default `keep`. */
  readonly unknown?: 'keep' | 'strip' | 'refuse';
  /** Whether what is missing is filled in as `default` says; default `true`. */
  readonly defaults?: boolean;
}

/** How bodies are changed before they are validated. */
export interface InputBodyOptions extends InputPartOptions {
  /** Whether there may be no body, as `optional()` of its schema says, too; default `false`: 400. */
  readonly optional?: boolean;
}

/** How the input of a route is validated. */
export interface InputOptions {
  readonly params?: InputPartOptions;
  readonly query?: InputPartOptions;
  readonly headers?: InputPartOptions;
  readonly cookies?: InputPartOptions;
  readonly body?: InputBodyOptions;
  /**
   * Errors to tell; 1-100, default 1, and 100 of those that other libraries find. With 1, a body is not read behind its first
   * error.
   */
  readonly maxErrors?: number;
  /** Whether `ctx.input.changes` tells what was changed; default `false`. */
  readonly changes?: boolean;
}

/** One thing that is wrong with a request, as the client is told. */
export interface InputError {
  /** The part it is in. */
  readonly in: InputPartName;
  /** JSON Pointer (RFC 6901) into that part; `''` is the whole of it. */
  readonly pointer: string;
  /** The keyword that is broken, such as `minimum`; of another library its own code, or `invalid` where it has none. */
  readonly code: string;
  readonly message: string;
  /** What the keyword says. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Gives another message for an error, or nothing for the one it has. */
export type TranslateError = (error: InputError, context: AnyContext) => string | undefined;

/** How the input of all routes is validated, where they do not say otherwise. */
export interface ValidationOptions extends InputOptions, ResponseOptions {
  /** What each route says for itself is whether there may be no body: its handler is typed by it. */
  readonly body?: InputPartOptions;
  /** What JSON texts may be at all. */
  readonly limits?: JsonLimits;
  /** Words errors in the language of the client; called for each error of an answer. */
  readonly translate?: TranslateError;
}

/** How each part is changed. */
export type Rewrites = Readonly<Record<InputPartName | 'form', InputRewrite>>;

/** These options, checked, with every default in its place. */
export interface ResolvedValidation {
  readonly given: InputOptions;
  readonly limits: SchemaLimits;
  readonly translate: TranslateError | undefined;
}

/** The same for one route. */
export interface ResolvedInput {
  readonly rewrites: Rewrites;
  readonly optionalBody: boolean;
  readonly maxErrors: number;
  readonly changes: boolean;
}

/** Errors of one answer; more help nobody. */
export const MAX_ERRORS = 100;

const UNKNOWN = ['keep', 'strip', 'refuse'] as const;
const ROUTE_OPTIONS = [...INPUT_PARTS, 'maxErrors', 'changes'];

/** Checks the option `validation`. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function resolveValidation(options: ValidationOptions = {}): ResolvedValidation {
  checkNames('validation', options, [...ROUTE_OPTIONS, 'limits', 'translate', 'checkResponses']);
  const { limits, translate, checkResponses: _, ...given } = options;
  checkInputOptions('validation', given, []);
  if (translate !== undefined && typeof translate !== 'function') {
    throw invalidOption('validation.translate', 'a function', translate);
  }
  return { given, limits: resolveJsonLimits('validation.limits', limits), translate };
}

/** Checks the options of a route and adds those of its application. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function resolveInput(path: string, options: InputOptions | undefined, app: InputOptions): ResolvedInput {
  if (options !== undefined) checkInputOptions(path, options);
  const of = (part: InputPartName): InputBodyOptions => ({ ...app[part], ...options?.[part] });
  const rewrite = (part: InputPartName, coerces: boolean): InputRewrite => {
    const { coerce = coerces ? 'lossless' : 'off', unknown = 'keep', defaults = true } = of(part);
    return { coerce: coerce === 'lossless', unknown: UNKNOWN.indexOf(unknown), defaults };
  };
  return {
    rewrites: {
      params: rewrite('params', true),
      query: rewrite('query', true),
      headers: rewrite('headers', true),
      cookies: rewrite('cookies', true),
      body: rewrite('body', false),
      form: rewrite('body', true),
    },
    optionalBody: of('body').optional ?? false,
    maxErrors: options?.maxErrors ?? app.maxErrors ?? 1,
    changes: options?.changes ?? app.changes ?? false,
  };
}

function checkInputOptions(path: string, options: InputOptions, ofBody: readonly string[] = ['optional']): void {
  checkNames(path, options, ROUTE_OPTIONS);
  const { maxErrors, changes } = options;
  for (const part of INPUT_PARTS) {
    const given: InputBodyOptions | undefined = options[part];
    if (given === undefined) continue;
    const names = ['coerce', 'unknown', 'defaults'];
    checkNames(`${path}.${part}`, given, part === 'body' ? [...names, ...ofBody] : names);
    const { coerce, unknown, defaults, optional } = given;
    if (coerce !== undefined && coerce !== 'off' && coerce !== 'lossless') {
      throw invalidOption(`${path}.${part}.coerce`, "'off' or 'lossless'", coerce);
    }
    if (unknown !== undefined && !UNKNOWN.includes(unknown)) {
      throw invalidOption(`${path}.${part}.unknown`, "'keep', 'strip' or 'refuse'", unknown);
    }
    checkBoolean(`${path}.${part}.defaults`, defaults);
    checkBoolean(`${path}.${part}.optional`, optional);
  }
  if (maxErrors !== undefined) checkInteger(`${path}.maxErrors`, maxErrors, 1, MAX_ERRORS);
  checkBoolean(`${path}.changes`, changes);
}

function checkBoolean(path: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalidOption(path, 'a boolean', value);
}
