// The log of an application: the logger it was given or has made, where its errors are reported, and its access log.
import { isThenable } from '../answer.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { AccessLog } from './access-log.ts';
import { complain } from './fd-writer.ts';
import { createLogger, flushLogger, loggerFrom } from './logger.ts';
import { resolveLogger } from './options.ts';
import { requestLog } from './request-log.ts';

import type { AnyContext } from '../context/access.ts';
import type { AppOptions, ErrorLogger } from '../options.ts';
import type { AccessLogOptions } from './access-log.ts';
import type { Destination } from './destination.ts';
import type { LevelName } from './levels.ts';
import type { Logger } from './logger.ts';
import type { RedactOptions } from './redact.ts';

/** The log of an application. */
export interface LoggingOptions {
  /** The least level that is written. Default `info`. */
  readonly level?: LevelName;
  /** Lines of JSON, or for people, with colours on a terminal unless `NO_COLOR` is set. Default `json`. */
  readonly format?: 'json' | 'pretty';
  /** A path, a descriptor, `{ dest, maxBuffered }`, or something with `write`. Default 1, standard output. */
  readonly destination?: Destination;
  /** Paths that are redacted, beside the header fields that hold secrets; `false` to redact nothing at all. */
  readonly redact?: readonly string[] | RedactOptions | false;
  /** Fields of every line, beside `pid` and `hostname`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** One line per answer; `true` for the defaults. Default `false`. */
  readonly access?: boolean | AccessLogOptions;
}

/** Standard error. */
const STDERR = 2;

/** The log of an application. */
export class AppLog {
  /** Notes answers; `undefined` where nobody wants to. */
  readonly access: AccessLog | undefined;
  readonly #make: () => Logger;
  readonly #report: ((message: string, error: unknown) => unknown) | undefined;
  #logger: Logger | undefined;

  /** `make` makes the logger; `report` is given errors in its place; `access` makes the access log with it. */
  constructor(
    make: () => Logger,
    report: ((message: string, error: unknown) => unknown) | undefined,
    access?: (log: AppLog) => AccessLog | undefined,
  ) {
    this.#make = make;
    this.#report = report;
    this.access = access?.(this);
  }

  /** The logger; where nothing was configured it is made when it is first used. */
  get logger(): Logger {
    return (this.#logger ??= this.#make());
  }

  /** Reports an error that nobody has handled. A logger that fails must not take the process with it. */
  report(message: string, error: unknown, context?: AnyContext): void {
    try {
      if (this.#report === undefined) {
        const logger = context === undefined ? this.logger : requestLog(this.logger, context);
        logger.error({ err: error }, message.replace(/:$/, ''));
        return;
      }
      const result = this.#report(message, error);
      // An async method is assignable to the type; its rejection is nobody's either.
      if (isThenable(result)) result.then(undefined, () => complain('the logger failed to report an error'));
    } catch {
      complain('the logger failed to report an error');
    }
  }

  /** Resolves when what was logged is written, or cannot be. */
  async flush(): Promise<void> {
    if (this.#logger !== undefined) await flushLogger(this.#logger);
    await this.access?.flush();
  }
}

/** Checks `logger` and `logging`. Throws `ERR_NEXURE_OPTION_INVALID`, and what the system says about a file. */
export function resolveAppLog({ logger, logging = false }: Pick<AppOptions, 'logger' | 'logging'>): AppLog {
  if (typeof logging !== 'boolean') {
    checkNames('logging', logging, ['level', 'format', 'destination', 'redact', 'fields', 'access']);
  }
  const options: LoggingOptions = typeof logging === 'boolean' ? {} : logging;
  const { access: wanted = false, fields, ...rest } = options;
  if (typeof wanted !== 'boolean' && (typeof wanted !== 'object' || wanted === null)) {
    throw invalidOption('logging.access', 'a boolean or an object', wanted);
  }
  const access = (log: AppLog): AccessLog | undefined => {
    if (wanted === false) return undefined;
    // A logger for errors alone has no lines of answers.
    const isOwn = logger === undefined || isLogger(logger);
    const open = (destination: Destination | undefined): Logger =>
      destination === undefined && isOwn
        ? log.logger
        : loggerFrom(
            resolveLogger({ ...rest, level: 'info', destination: destination ?? 1 }, 'logging.access', fields),
          );
    return new AccessLog(open, wanted === true ? {} : wanted);
  };
  if (logger === undefined && logging !== false) {
    if (fields !== undefined && (typeof fields !== 'object' || fields === null)) {
      throw invalidOption('logging.fields', 'an object', fields);
    }
    const made = loggerFrom(resolveLogger(rest, 'logging', fields));
    return new AppLog(() => made, undefined, access);
  }
  if (logger !== undefined) {
    const [clash] = Object.keys({ ...rest, ...(fields === undefined ? {} : { fields }) });
    if (clash !== undefined) {
      throw invalidOption(`logging.${clash}`, 'absent where there is `logger`, which has its own', options);
    }
  }
  if (logger === undefined) {
    const make = (): Logger => createLogger({ level: 'error', format: 'pretty', destination: STDERR });
    // As an uncaught error is shown.
    return new AppLog(make, (message, error) => console.error(message, error), access);
  }
  if (logger === false) return new AppLog(silentLogger, () => undefined, access);
  if (typeof (logger as ErrorLogger | null)?.error !== 'function') {
    throw invalidOption('logger', 'false or an object with a method `error`', logger);
  }
  if (isLogger(logger)) return new AppLog(() => logger, undefined, access);
  const least = logger;
  return new AppLog(
    () => adapted(least),
    (message, error) => least.error(message, error),
    access,
  );
}

/** Whether a logger has pino's interface; the console has not. */
function isLogger(logger: unknown): logger is Logger {
  if (typeof logger !== 'object' || logger === null) return false;
  return ['child', 'debug', 'info', 'warn', 'error'].every(
    (name) => typeof (logger as Record<string, unknown>)[name] === 'function',
  );
}

function silentLogger(): Logger {
  return createLogger({ level: 'silent', destination: { write: () => undefined } });
}

/** A logger whose errors go to an object that has a method for nothing else. */
function adapted(least: ErrorLogger): Logger {
  let error: unknown;
  return createLogger({
    level: 'error',
    base: null,
    timestamp: false,
    serializers: {
      // Called while the line is made, which is written at once: the object is given the error itself.
      err: (value: unknown) => {
        error = value;
        return undefined;
      },
    },
    destination: {
      write(line: string) {
        const { level: _level, msg = '', ...fields } = JSON.parse(line) as Record<string, unknown>;
        const given = error ?? fields;
        error = undefined;
        const result: unknown = least.error(String(msg), given);
        if (isThenable(result)) result.then(undefined, () => complain('the logger failed to report an error'));
      },
    },
  });
}
