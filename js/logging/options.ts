// Options of a logger: checked once, refused with their path. Names and meanings are pino's where pino has them.
import { hostname } from 'node:os';

import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';
import { isTerminal, openDestination } from './destination.ts';
import { levelNumber, LEVELS, WRITTEN } from './levels.ts';
import { fieldsOf } from './line.ts';
import { hasColors, Pretty } from './pretty.ts';
import { Redactor } from './redact.ts';
import { quote, ValueWriter } from './value-writer.ts';

import type { Destination, LineWriter } from './destination.ts';
import type { LevelName } from './levels.ts';
import type { RedactOptions } from './redact.ts';
import type { Limits } from './value-writer.ts';

/** Makes of a value what is logged of it; it may name the type that it expects. */
export type Serializer = {
  // A method, whose parameters are compared both ways.
  run(value: unknown): unknown;
}['run'];

/** How the parts of a line are shown. */
export interface Formatters {
  /** The field for the level; default `{ level: number }`. Called once for each level. */
  readonly level?: (name: string, number: number) => object;
  /** The fields of every line, from `base` and `name`. Called once. */
  readonly bindings?: (bindings: Record<string, unknown>) => object;
  /** The fields of a call. */
  readonly log?: (fields: Record<string, unknown>) => object;
}

/** Options of `createLogger`. */
export interface LoggerOptions extends Partial<Limits> {
  /** The least level that is written. Default `info`. */
  readonly level?: LevelName;
  /** `false` writes nothing. Default `true`. */
  readonly enabled?: boolean;
  /** Lines of JSON, or for people, with colours on a terminal unless `NO_COLOR` is set. Default `json`. */
  readonly format?: 'json' | 'pretty';
  /** A path, a descriptor, `{ dest, maxBuffered }`, or something with `write`. Default 1, standard output. */
  readonly destination?: Destination;
  /** A field `name` of every line. */
  readonly name?: string;
  /** Fields of every line; `null` for none. Default `{ pid, hostname }`. */
  readonly base?: Readonly<Record<string, unknown>> | null;
  /** Default `true`: milliseconds since 1970. `iso` is text; a function gives the JSON, such as `,"time":1`. */
  readonly timestamp?: boolean | 'iso' | (() => string);
  /** The key of the message. Default `msg`. */
  readonly messageKey?: string;
  /** The key of an error that is logged by itself. Default `err`. */
  readonly errorKey?: string;
  /** What stands in front of each message. */
  readonly msgPrefix?: string;
  /** By key of the line. Default: `err` has type, message and stack, also of its causes. */
  readonly serializers?: Readonly<Record<string, Serializer>>;
  /** Paths that are redacted, beside the header fields that hold secrets; `false` to redact nothing at all. */
  readonly redact?: readonly string[] | RedactOptions | false;
  readonly formatters?: Formatters;
  /** Fields that are added to those of each call, which overrule them. */
  readonly mixin?: (fields: object, level: number) => object;
}

/** Options of `logger.child`. */
export interface ChildOptions {
  /** Default: that of the parent, also when that changes. */
  readonly level?: string;
  /** Stands behind the prefix of the parent. */
  readonly msgPrefix?: string;
  /** Added to those of the parent. */
  readonly serializers?: Readonly<Record<string, Serializer>>;
  /** Instead of that of the parent. Arrays, because pino's types ask for such. */
  readonly redact?: string[] | (RedactOptions & { readonly paths: string[] });
}

/** What lines are made with. */
export interface LineSettings {
  readonly limits: Limits;
  readonly redactor: Redactor | undefined;
  readonly serializers: ReadonlyMap<string, (value: unknown) => unknown>;
  readonly messageKey: string;
  readonly errorKey: string;
  /** How a line of a level begins: `{"level":30`. */
  readonly starts: ReadonlyMap<number, string>;
  /** The time as JSON with a comma in front of it, or nothing. */
  readonly time: () => string;
  readonly mixin: LoggerOptions['mixin'];
  readonly formatLog: Formatters['log'];
}

/** What a logger and its children share. */
export interface LoggerSettings extends LineSettings {
  readonly writer: LineWriter;
  /** What a line is turned into. */
  readonly show: ((line: string) => string) | undefined;
}

/** A resolved logger: its settings, and what is its own. */
export interface ResolvedLogger {
  readonly settings: LoggerSettings;
  readonly level: number;
  readonly fields: string;
  readonly prefix: string;
}

const LIMITS = {
  depthLimit: [1, 100, 10],
  edgeLimit: [1, 100_000, 1000],
  maxStringLength: [16, 16_777_216, 32_768],
  maxLineLength: [256, 16_777_216, 262_144],
} as const satisfies Record<keyof Limits, readonly [least: number, most: number, fallback: number]>;

const NAMES = [
  ...Object.keys(LIMITS),
  'level',
  'enabled',
  'format',
  'destination',
  'name',
  'base',
  'timestamp',
  'messageKey',
  'errorKey',
  'msgPrefix',
  'serializers',
  'redact',
  'formatters',
  'mixin',
];

/** Checks the options of a logger, fills in the defaults and opens its destination. `added` are fields beside `base`. */
export function resolveLogger(options: LoggerOptions = {}, path = 'logger', added: object = {}): ResolvedLogger {
  checkNames(path, options, NAMES);
  const { level = 'info', enabled = true, format = 'json', destination, name, base, redact = {} } = options;
  const { messageKey = 'msg', errorKey = 'err', msgPrefix = '', formatters = {}, mixin } = options;
  const number = levelNumber(`${path}.level`, level);
  if (typeof enabled !== 'boolean') throw invalidOption(`${path}.enabled`, 'a boolean', enabled);
  if (format !== 'json' && format !== 'pretty') throw invalidOption(`${path}.format`, "'json' or 'pretty'", format);
  for (const [key, value] of Object.entries({ messageKey, errorKey })) {
    if (typeof value !== 'string' || value === '') throw invalidOption(`${path}.${key}`, 'a string', value);
  }
  if (typeof msgPrefix !== 'string') throw invalidOption(`${path}.msgPrefix`, 'a string', msgPrefix);
  if (name !== undefined && typeof name !== 'string') throw invalidOption(`${path}.name`, 'a string', name);
  if (typeof base !== 'object' && base !== undefined) throw invalidOption(`${path}.base`, 'an object or null', base);
  checkNames(`${path}.formatters`, formatters, ['level', 'bindings', 'log']);
  checkFunctions(`${path}.formatters`, { ...formatters });
  checkFunctions(path, { mixin });
  const limit = (key: keyof Limits): number => {
    const [least, most, fallback] = LIMITS[key];
    const value = options[key];
    return value === undefined ? fallback : checkInteger(`${path}.${key}`, value, least, most);
  };
  const limits: Limits = {
    depthLimit: limit('depthLimit'),
    edgeLimit: limit('edgeLimit'),
    maxStringLength: limit('maxStringLength'),
    maxLineLength: limit('maxLineLength'),
  };
  const line: LineSettings = {
    limits,
    redactor: redact === false ? undefined : new Redactor(`${path}.redact`, redact),
    serializers: addSerializers(`${path}.serializers`, new Map(), options.serializers ?? {}),
    messageKey,
    errorKey,
    starts: startsOf(formatters.level, limits),
    time: timeOf(`${path}.timestamp`, options.timestamp ?? true),
    mixin,
    formatLog: formatters.log,
  };
  const show =
    format === 'pretty'
      ? new Pretty({ messageKey, errorKey, isColored: hasColors(isTerminal(destination)) })
      : undefined;
  const note = (dropped: number): string => {
    const text = `${line.starts.get(LEVELS.warn)}${line.time()},"dropped":${dropped},${quote(messageKey)}:"lines of the log were dropped"}\n`;
    return show === undefined ? text : show.line(text);
  };
  const fields = { ...(base === undefined ? { pid: process.pid, hostname: hostname() } : base), ...added };
  const named = name === undefined ? fields : { ...fields, name };
  const shown = formatters.bindings === undefined ? named : formatters.bindings(named);
  return {
    settings: {
      ...line,
      writer: openDestination(`${path}.destination`, destination, note),
      show: show === undefined ? undefined : (text) => show.line(text),
    },
    level: enabled ? number : LEVELS.silent,
    fields: boundFields(line, shown),
    prefix: msgPrefix,
  };
}

/** The settings of a child. */
export function resolveChild(parent: LoggerSettings, options: ChildOptions): LoggerSettings {
  checkNames('child', options, ['level', 'msgPrefix', 'serializers', 'redact']);
  const { msgPrefix, serializers, redact } = options;
  if (msgPrefix !== undefined && typeof msgPrefix !== 'string') {
    throw invalidOption('child.msgPrefix', 'a string', msgPrefix);
  }
  if (serializers === undefined && redact === undefined) return parent;
  return {
    ...parent,
    serializers:
      serializers === undefined
        ? parent.serializers
        : addSerializers('child.serializers', parent.serializers, serializers),
    redactor: redact === undefined ? parent.redactor : new Redactor('child.redact', redact),
  };
}

/** Bindings as JSON, with a comma in front of each field. */
export function boundFields(settings: LineSettings, bindings: object): string {
  return fieldsOf(settings, new ValueWriter(settings.limits, settings.redactor), bindings, true);
}

function addSerializers(path: string, to: LineSettings['serializers'], given: unknown): LineSettings['serializers'] {
  if (typeof given !== 'object' || given === null) throw invalidOption(path, 'an object of functions', given);
  checkFunctions(path, given as Record<string, unknown>);
  return new Map([...to, ...Object.entries(given as Record<string, (value: unknown) => unknown>)]);
}

function checkFunctions(path: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && typeof value !== 'function') throw invalidOption(`${path}.${name}`, 'a function', value);
  }
}

function startsOf(format: Formatters['level'], limits: Limits): ReadonlyMap<number, string> {
  const starts = WRITTEN.map((name): [number, string] => {
    const shown = format === undefined ? { level: LEVELS[name] } : format(name, LEVELS[name]);
    return [LEVELS[name], (new ValueWriter(limits, undefined).value(shown) ?? '{}').slice(0, -1)];
  });
  return new Map(starts);
}

function timeOf(path: string, timestamp: unknown): () => string {
  if (timestamp === true) return () => `,"time":${Date.now()}`;
  if (timestamp === false) return () => '';
  if (timestamp === 'iso') return () => `,"time":"${new Date().toISOString()}"`;
  if (typeof timestamp === 'function') return timestamp as () => string;
  throw invalidOption(path, "a boolean, 'iso' or a function", timestamp);
}
