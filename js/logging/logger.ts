// A logger with the interface and the lines of pino: one JSON object per line. A call at a level that is off costs a
// comparison; nothing that is logged can make a call throw, or a line longer than its bound.
import { levelName, levelNumber, LEVELS } from './levels.ts';
import { makeLine } from './line.ts';
import { boundFields, resolveChild, resolveLogger } from './options.ts';
import { quote } from './value-writer.ts';

import type { LineWriter } from './destination.ts';
import type { LevelName } from './levels.ts';
import type { LineParts } from './line.ts';
import type { ChildOptions, LoggerOptions, LoggerSettings, ResolvedLogger } from './options.ts';

/** Logs fields and a message, a message, or an error; `%s %d %f %i %j %o %O` in the message take the values behind it. */
export interface LogFn {
  (message: string, ...values: unknown[]): void;
  (fields: unknown, message?: string, ...values: unknown[]): void;
}

/** Fields of every line of a logger. */
export type Bindings = Record<string, unknown>;

/** A logger. One of pino is one, too. */
export interface Logger {
  /** The least level that is written: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  level: string;
  readonly trace: LogFn;
  readonly debug: LogFn;
  readonly info: LogFn;
  readonly warn: LogFn;
  readonly error: LogFn;
  /** Logs, and writes what is kept before it returns: the process is about to end. */
  readonly fatal: LogFn;
  /** Does nothing. */
  readonly silent: LogFn;
  /** A logger whose lines have these fields as well. */
  child(bindings: Bindings, options?: ChildOptions): Logger;
  /** The fields that were given to `base` and `child`, without `pid` and `hostname`. */
  bindings(): Bindings;
  /** Whether lines of a level are written. */
  isLevelEnabled(level: string): boolean;
  /** Calls back when what was logged is written, or cannot be. */
  flush(callback?: (error?: Error) => void): void;
}

/** The level of a logger, and of those of its children that have none of their own. */
interface LevelCell {
  number: number;
}

/** The settings of a logger of ours; given by the class. */
let settingsOf: (logger: object) => LoggerSettings | undefined;

class JsonLogger implements Logger {
  readonly #settings: LoggerSettings;
  readonly #parts: LineParts;
  #level: LevelCell;
  #ownsLevel: boolean;

  constructor(settings: LoggerSettings, parts: LineParts, level: LevelCell, ownsLevel: boolean) {
    this.#settings = settings;
    this.#parts = parts;
    this.#level = level;
    this.#ownsLevel = ownsLevel;
  }

  get level(): string {
    return levelName(this.#level.number);
  }

  set level(level: string) {
    const number = levelNumber('level', level);
    if (this.#ownsLevel) {
      this.#level.number = number;
    } else {
      this.#level = { number };
      this.#ownsLevel = true;
    }
  }

  trace(first: unknown, ...values: unknown[]): void {
    if (this.#level.number <= LEVELS.trace) this.#log(LEVELS.trace, first, values);
  }

  debug(first: unknown, ...values: unknown[]): void {
    if (this.#level.number <= LEVELS.debug) this.#log(LEVELS.debug, first, values);
  }

  info(first: unknown, ...values: unknown[]): void {
    if (this.#level.number <= LEVELS.info) this.#log(LEVELS.info, first, values);
  }

  warn(first: unknown, ...values: unknown[]): void {
    if (this.#level.number <= LEVELS.warn) this.#log(LEVELS.warn, first, values);
  }

  error(first: unknown, ...values: unknown[]): void {
    if (this.#level.number <= LEVELS.error) this.#log(LEVELS.error, first, values);
  }

  fatal(first: unknown, ...values: unknown[]): void {
    if (this.#level.number > LEVELS.fatal) return;
    this.#log(LEVELS.fatal, first, values);
    this.#settings.writer.flushSync();
  }

  silent(): void {
    // As its name says.
  }

  child(bindings: Bindings, options?: ChildOptions): Logger {
    const settings = options === undefined ? this.#settings : resolveChild(this.#settings, options);
    const level = options?.level === undefined ? undefined : { number: levelNumber('child.level', options.level) };
    const { fields, prefix } = this.#parts;
    const parts = {
      fields: fields + boundFields(settings, bindings),
      prefix: options?.msgPrefix === undefined ? prefix : prefix + options.msgPrefix,
    };
    return new JsonLogger(settings, parts, level ?? this.#level, level !== undefined);
  }

  bindings(): Bindings {
    const { pid: _pid, hostname: _hostname, ...bindings } = JSON.parse(`{${this.#parts.fields.slice(1)}}`) as Bindings;
    return bindings;
  }

  isLevelEnabled(level: string): boolean {
    return Object.hasOwn(LEVELS, level) && LEVELS[level as LevelName] >= this.#level.number;
  }

  flush(callback?: (error?: Error) => void): void {
    const flushed = flushLogger(this);
    // Out of the promise: what the callback throws is not swallowed.
    if (callback !== undefined) void flushed.finally(() => setImmediate(callback));
  }

  #log(level: number, first: unknown, values: readonly unknown[]): void {
    const { writer, show, starts } = this.#settings;
    let line: string;
    try {
      line = makeLine(this.#settings, this.#parts, level, first, values);
    } catch (error) {
      // A time that throws, or a stack that is used up.
      line = `${starts.get(level) ?? '{'}${this.#parts.fields},"msg":${quote(`a line could not be made: ${String(error)}`)}}\n`;
    }
    writer.write(show === undefined ? line : show(line), level);
  }

  static {
    settingsOf = (logger) => (#settings in logger ? logger.#settings : undefined);
  }
}

/** Resolves when what was logged is written, or cannot be: after about a second without progress. Never rejects. */
export async function flushLogger(logger: Logger): Promise<void> {
  const settings = settingsOf(logger);
  if (settings !== undefined) {
    await settings.writer.flush();
    return;
  }
  try {
    if (typeof logger.flush === 'function') logger.flush();
  } catch {
    // Another's logger, whose errors are its own.
  }
}

/** Where a logger of ours writes, for lines that are no JSON; `undefined` for another's. */
export function writerOf(logger: Logger): LineWriter | undefined {
  return settingsOf(logger)?.writer;
}

/**
 * Makes a logger. Throws `ERR_NEXURE_OPTION_INVALID` for options that are unknown or wrong, and what the system says about a
 * file that cannot be opened.
 */
export function createLogger(options?: LoggerOptions): Logger {
  return loggerFrom(resolveLogger(options));
}

/** Makes a logger of options that were checked. */
export function loggerFrom({ settings, level, fields, prefix }: ResolvedLogger): Logger {
  return new JsonLogger(settings, { fields, prefix }, { number: level }, true);
}
