// One line per answer, also for those that the native core gives itself: 404, 405, 413, malformed requests, small files.
// What the event of an answer does not tell (query, header fields) is noted when the request comes, if it is wanted.
import { checkNames, invalidOption } from '../option-checks.ts';
import { basicUser, combinedLine, commonLine } from './access-format.ts';
import { openDestination } from './destination.ts';
import { LEVELS } from './levels.ts';
import { flushLogger, writerOf } from './logger.ts';
import { isSecretHeader } from './redact.ts';

import type { ResponseEvent } from '../observe/response-event.ts';
import type { Destination, LineWriter } from './destination.ts';
import type { Logger } from './logger.ts';

/** A request, as far as an access log reads it. */
export interface AccessRequest {
  readonly requestId?: string;
  readonly request: {
    readonly url: string;
    readonly httpVersion: string;
    get(name: string): string | undefined;
  };
}

/** One line per answer. */
export interface AccessLogOptions {
  /**
   * `json` for lines of the log, whose level tells the status (5xx `error`, 4xx `warn`, others `info`); `common` and
   * `combined` for Apache's formats, as morgan writes them. Default `json`.
   */
  readonly format?: 'json' | 'common' | 'combined';
  /** Where the lines go. Default: where the log goes; standard output where there is none, or `common` and `combined` cannot go there. */
  readonly destination?: Destination;
  /** Paths or patterns of routes without lines, such as `/health`, or below a prefix `/internal/*`; or a function. Default none. */
  readonly ignore?: readonly string[] | ((event: ResponseEvent) => boolean);
  /** Share of the answers below 400 that have a line; 0-1, default 1. Others always have one. */
  readonly sample?: number;
  /** What is told of the query: nothing, the names (`?token=[Redacted]`), or all of it. Default `omit`. */
  readonly query?: 'omit' | 'redact' | 'keep';
  /** Header fields of the request in lines of JSON; those that hold secrets are redacted. Default none. */
  readonly headers?: readonly string[];
}

/** What is noted when a request comes. */
interface Noted {
  readonly query: string;
  readonly httpVersion: string;
  readonly user: string | undefined;
  readonly referrer: string | undefined;
  readonly userAgent: string | undefined;
  readonly headers: Record<string, string> | undefined;
}

const STDOUT = 1;

/** Writes a line for each answer. */
export class AccessLog {
  readonly #options: Required<Omit<AccessLogOptions, 'destination' | 'ignore'>>;
  readonly #isIgnored: (event: ResponseEvent) => boolean;
  readonly #logger: Logger;
  readonly #isForeign: boolean;
  /** Takes the lines that are no JSON. */
  readonly #writer: LineWriter | undefined;
  readonly #noted: WeakMap<object, Noted> = new WeakMap();
  /** Whether more of a request is told than the event of its answer knows. */
  readonly #notes: boolean;

  /** `open` gives the logger for a destination, and without one that of the application. */
  constructor(open: (destination: Destination | undefined) => Logger, options: AccessLogOptions) {
    const path = 'logging.access';
    checkNames(path, options, ['format', 'destination', 'ignore', 'sample', 'query', 'headers']);
    const { format = 'json', destination, ignore = [], sample = 1, query = 'omit', headers = [] } = options;
    if (!['json', 'common', 'combined'].includes(format)) {
      throw invalidOption(`${path}.format`, "'json', 'common' or 'combined'", format);
    }
    if (typeof sample !== 'number' || !(sample >= 0 && sample <= 1)) {
      throw invalidOption(`${path}.sample`, 'a number from 0 to 1', sample);
    }
    if (!['omit', 'redact', 'keep'].includes(query)) {
      throw invalidOption(`${path}.query`, "'omit', 'redact' or 'keep'", query);
    }
    if (!areStrings(headers)) throw invalidOption(`${path}.headers`, 'an array of names', headers);
    if (headers.length > 0 && format !== 'json') {
      throw invalidOption(`${path}.headers`, "absent with the format 'common' or 'combined'", headers);
    }
    if (typeof ignore !== 'function' && !areStrings(ignore)) {
      throw invalidOption(`${path}.ignore`, 'an array of paths, or a function', ignore);
    }
    this.#options = { format, sample, query, headers: headers.map((name) => name.toLowerCase()) };
    this.#isIgnored = typeof ignore === 'function' ? ignore : ignoring(ignore);
    this.#notes = format !== 'json' || query !== 'omit' || headers.length > 0;
    this.#logger = open(format === 'json' ? destination : undefined);
    this.#isForeign = writerOf(this.#logger) === undefined;
    if (format !== 'json') {
      const dropped = (count: number): string => `# ${count} lines were dropped\n`;
      const shared = destination === undefined ? writerOf(this.#logger) : undefined;
      this.#writer = shared ?? openDestination(`${path}.destination`, destination ?? STDOUT, dropped);
    }
  }

  /** Notes what the event of the answer will not tell. */
  note(context: AccessRequest): void {
    // Has the request named, so that the event of its answer tells the name.
    void context.requestId;
    if (!this.#notes) return;
    const { request } = context;
    const { url } = request;
    const at = url.indexOf('?');
    const isJson = this.#options.format === 'json';
    const headers: Record<string, string> = {};
    for (const name of this.#options.headers) {
      const value = request.get(name);
      // A logger that is not ours may hide nothing.
      if (value !== undefined) headers[name] = this.#isForeign && isSecretHeader(name) ? '[Redacted]' : value;
    }
    this.#noted.set(context, {
      query: at === -1 ? '' : url.slice(at),
      httpVersion: request.httpVersion,
      user: isJson ? undefined : basicUser(request.get('authorization')),
      referrer: isJson ? undefined : (request.get('referer') ?? request.get('referrer')),
      userAgent: isJson ? undefined : request.get('user-agent'),
      headers: this.#options.headers.length > 0 ? headers : undefined,
    });
  }

  /** Writes the line of an answer. Never throws. */
  log(event: ResponseEvent): void {
    const { status, context } = event;
    const { sample, format } = this.#options;
    if (status < 400 && sample < 1 && Math.random() >= sample) return;
    if (this.#ignores(event)) return;
    const noted = context === undefined ? undefined : this.#noted.get(context);
    // What is malformed may have a query in its path still.
    const [path = ''] = event.path.split('?', 1);
    const target = path + this.#query(noted?.query ?? event.path.slice(path.length));
    if (format === 'json') this.#logJson(event, target, noted?.headers);
    else this.#logText(event, target, noted);
  }

  /** Resolves when the lines are written, or cannot be. */
  async flush(): Promise<void> {
    await Promise.all([flushLogger(this.#logger), this.#writer?.flush()]);
  }

  #ignores(event: ResponseEvent): boolean {
    try {
      return this.#isIgnored(event);
    } catch {
      return false;
    }
  }

  #logJson(event: ResponseEvent, path: string, headers: Record<string, string> | undefined): void {
    const { requestId, method, route, status, bytes, durationMs, ip, outcome } = event;
    const fields = {
      reqId: requestId,
      method,
      path,
      route,
      status,
      bytes,
      durationMs: Math.round(durationMs * 1000) / 1000,
      ip,
      outcome,
      headers,
    };
    const message = outcome === 'aborted' ? 'request aborted' : 'request completed';
    try {
      this.#logger[levelOf(status)](fields, message);
    } catch {
      // A logger of another kind that fails: the answer has left.
    }
  }

  #logText(event: ResponseEvent, target: string, noted: Noted | undefined): void {
    const { ip, method, status, bytes } = event;
    const line = {
      ip,
      user: noted?.user,
      time: new Date(),
      method,
      target,
      httpVersion: noted?.httpVersion ?? '1.1',
      status,
      bytes,
      referrer: noted?.referrer,
      userAgent: noted?.userAgent,
    };
    const text = `${this.#options.format === 'common' ? commonLine(line) : combinedLine(line)}\n`;
    this.#writer?.write(text, LEVELS[levelOf(status)]);
  }

  #query(query: string): string {
    switch (this.#options.query) {
      case 'omit':
        return '';
      case 'keep':
        return query;
      default:
        return query.replace(/=[^&]*/g, '=[Redacted]');
    }
  }
}

function levelOf(status: number): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

function areStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Whether the path or the route of an answer is among some, of which one that ends with `/*` means all below it. */
function ignoring(paths: readonly string[]): (event: ResponseEvent) => boolean {
  const exact = new Set(paths);
  const prefixes = paths.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
  return ({ path, route }) =>
    exact.has(path) || (route !== undefined && exact.has(route)) || prefixes.some((prefix) => path.startsWith(prefix));
}
