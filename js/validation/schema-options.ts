// How schemas are compiled and texts are checked by them: the options, their ranges and defaults.
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';

import type { SchemaLimits, SchemaSettings } from '../native.ts';

/** A draft of JSON Schema. */
export type SchemaDraft = '2020-12' | '2019-09' | 'draft-07';

/** What JSON texts may be at all. */
export interface JsonLimits {
  /** Arrays and objects within each other; 1-1,024, default 64. */
  readonly maxDepth?: number;
  /** Keys of one object; 1-1,000,000, default 10,000. */
  readonly maxKeys?: number;
  /** Bytes of a key as it is written; 1-1,048,576, default 1,024. */
  readonly maxKeyBytes?: number;
  /** Bytes of a string as it is written; 1-4,294,967,295, default any. */
  readonly maxStringBytes?: number;
  /** Bytes of a number; 1-65,536, default 1,024. */
  readonly maxNumberBytes?: number;
  /** Whether an object may have a key twice, the last value being meant; default `false`. */
  readonly duplicateKeys?: boolean;
  /** Whether there may be keys that change prototypes: `__proto__`, `constructor` with a `prototype`; default `false`. */
  readonly prototypeKeys?: boolean;
  /** Whether strings may have half of a surrogate pair, escaped (`"\ud800"`); default `false`. */
  readonly loneSurrogates?: boolean;
  /** Whether a text may begin with a byte order mark, which is passed over; default `false`. */
  readonly byteOrderMark?: boolean;
  /** Whether numbers may be larger than any double, which JavaScript reads as infinity; default `false`. */
  readonly notFinite?: boolean;
  /**
   * Whether integers beyond 2^53 - 1 may stand where a schema asks for numbers, which JavaScript reads as others; default
   * `true` for a validator by itself, `false` for what a route takes. `format: int64` or `uint64` takes them in any case.
   */
  readonly unsafeIntegers?: boolean;
}

/**
 * How a schema is compiled, and how texts are changed and checked by it. A schema may say otherwise of its values: `x-coerce`,
 * `x-unknown`.
 */
export interface SchemaValidatorOptions {
  /**
   * Whether strings become what the schema asks for, where nothing is lost by it (`"42"`, `"true"`); default `off`. What
   * cannot be coerced stays as it is, and is refused.
   */
  readonly coerce?: 'off' | 'lossless';
  /** What becomes of properties that the schema does not know; default `keep`. */
  readonly unknown?: 'keep' | 'strip' | 'refuse';
  /** Whether `default` is filled in; default `false` for a validator by itself, `true` for what a route takes. */
  readonly defaults?: boolean;
  /** Whether a result lists what was changed, in `changes`; default `false`. */
  readonly changes?: boolean;
  /** The draft of schemas that name none with `$schema`; default `2020-12`. */
  readonly draft?: SchemaDraft;
  /**
   * Whether unknown keywords and formats, contradictions and keywords without effect are errors; default `true`. Names that
   * begin with `x-` are free.
   */
  readonly strict?: boolean;
  /** Whether `format` is checked; default `true`. Without it, it only describes. */
  readonly formats?: boolean;
  /** Whether `contentEncoding` and `contentMediaType` of draft-07 are checked; default `false`. */
  readonly content?: boolean;
  /** The URI of the schema, which its references are relative to; default none. */
  readonly uri?: string;
  /** Errors to find before the check ends; 1-100, default 1. With 1, a text is not read behind its first error. */
  readonly maxErrors?: number;
  /** What texts may be at all. */
  readonly limits?: JsonLimits;
}

/** The names of the options. */
export const SCHEMA_OPTIONS: readonly string[] = [
  'draft',
  'strict',
  'formats',
  'content',
  'uri',
  'maxErrors',
  'limits',
  'coerce',
  'unknown',
  'defaults',
  'changes',
];

/** Each limit that is a number: what it may be, and what it is by default. */
const NUMBERS = {
  maxDepth: [1, 1024, 64],
  maxKeys: [1, 1_000_000, 10_000],
  maxKeyBytes: [1, 1_048_576, 1024],
  maxStringBytes: [1, 4_294_967_295, 4_294_967_295],
  maxNumberBytes: [1, 65_536, 1024],
} as const;

const SWITCHES = [
  'duplicateKeys',
  'prototypeKeys',
  'loneSurrogates',
  'byteOrderMark',
  'notFinite',
  'unsafeIntegers',
] as const;

const DRAFTS: Readonly<Record<string, number>> = { '2020-12': 2020, '2019-09': 2019, 'draft-07': 7 };

/** Checks the options of a schema; errors name them behind `path`, such as `options`. */
export function resolveSchemaOptions(path: string, options: SchemaValidatorOptions = {}): SchemaSettings {
  checkNames(path, options, SCHEMA_OPTIONS);
  const { draft = '2020-12', uri = '', maxErrors = 1, coerce = 'off', unknown = 'keep' } = options;
  const number = Object.hasOwn(DRAFTS, draft) ? DRAFTS[draft] : undefined;
  if (number === undefined)
    throw invalidOption(inside(path, 'draft'), `one of ${Object.keys(DRAFTS).join(', ')}`, draft);
  if (!['off', 'lossless'].includes(coerce)) throw invalidOption(inside(path, 'coerce'), "'off' or 'lossless'", coerce);
  if (!['keep', 'strip', 'refuse'].includes(unknown)) {
    throw invalidOption(inside(path, 'unknown'), "'keep', 'strip' or 'refuse'", unknown);
  }
  if (typeof uri !== 'string') throw invalidOption(inside(path, 'uri'), 'a URI', uri);
  return {
    draft: number,
    strict: checkBoolean(inside(path, 'strict'), options.strict, true),
    formats: checkBoolean(inside(path, 'formats'), options.formats, true),
    content: checkBoolean(inside(path, 'content'), options.content, false),
    partial: false,
    uri,
    maxErrors: checkInteger(inside(path, 'maxErrors'), maxErrors, 1, 100),
    limits: resolveJsonLimits(inside(path, 'limits'), { unsafeIntegers: true, ...options.limits }),
    coerce: coerce === 'lossless',
    unknown,
    defaults: checkBoolean(inside(path, 'defaults'), options.defaults, false),
    changes: checkBoolean(inside(path, 'changes'), options.changes, false),
  };
}

/** Checks the limits of texts. */
export function resolveJsonLimits(path: string, limits: JsonLimits = {}): SchemaLimits {
  checkNames(path, limits, [...Object.keys(NUMBERS), ...SWITCHES]);
  const number = (name: keyof typeof NUMBERS): number => {
    const [least, most, otherwise] = NUMBERS[name];
    return checkInteger(`${path}.${name}`, limits[name] ?? otherwise, least, most);
  };
  const flag = (name: (typeof SWITCHES)[number]): boolean => checkBoolean(`${path}.${name}`, limits[name], false);
  return {
    maxDepth: number('maxDepth'),
    maxKeys: number('maxKeys'),
    maxKeyBytes: number('maxKeyBytes'),
    maxStringBytes: number('maxStringBytes'),
    maxNumberBytes: number('maxNumberBytes'),
    duplicateKeys: flag('duplicateKeys'),
    prototypeKeys: flag('prototypeKeys'),
    loneSurrogates: flag('loneSurrogates'),
    byteOrderMark: flag('byteOrderMark'),
    notFinite: flag('notFinite'),
    unsafeIntegers: flag('unsafeIntegers'),
  };
}

function inside(path: string, name: string): string {
  return path === 'options' ? name : `${path}.${name}`;
}

function checkBoolean(path: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw invalidOption(path, 'a boolean', value);
  return value;
}
