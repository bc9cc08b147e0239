// Options of an application: checked once, refused with their path, never adjusted silently.
import { inspect } from 'node:util';

import { NexureError } from './errors/nexure-error.ts';

import type { TlsOptions } from 'node:tls';
import type { EngineOptions } from './native.ts';

/** Limits and times of the server. */
export interface ServerOptions {
  /** Port for `start()` without one; 0-65535, default 3000. */
  readonly port?: number;
  /** Host for `start()` without one; default `127.0.0.1`. */
  readonly hostname?: string;
  /** Serves HTTPS with these options of `node:tls`, through the portable transport. */
  readonly https?: TlsOptions;
  /** Bytes of a request head; 1,024-65,535, default 16,384. Above: 431. */
  readonly maxHeadBytes?: number;
  /** Field lines of a request head; 1-256, default 100. Above: 431. */
  readonly maxHeaderFields?: number;
  /** Bytes of a request target; 128-32,767, default 8,192. Above: 414. */
  readonly maxTargetBytes?: number;
  /** Bytes of a request body; 0-1,073,741,824, default 1,048,576. Above: 413. */
  readonly maxBodyBytes?: number;
  /** Open connections; 1-1,000,000, default 1,000,000. One above is closed as it comes. */
  readonly maxConnections?: number;
  /** Unanswered requests of one connection; 1-1,024, default 128. Above: the connection is not read. */
  readonly maxPipelined?: number;
  /** For a request head, from its first byte or the opening of the connection; 1,000-600,000, default 10,000. */
  readonly headTimeoutMs?: number;
  /** For a request body; 1,000-86,400,000, default 300,000. Above: 408. */
  readonly bodyTimeoutMs?: number;
  /** For the answer, from the complete request; 1,000-86,400,000, default 60,000. Above: 503. */
  readonly handlerTimeoutMs?: number;
  /** Between an answer and the next request; 1,000-86,400,000, default 65,000. */
  readonly keepAliveTimeoutMs?: number;
  /** Without progress while an answer is sent; 1,000-86,400,000, default 60,000. */
  readonly sendTimeoutMs?: number;
}

/** How bytes reach the engine: sockets in Node's own loop, or sockets of `node:net` and `node:tls`. */
export type Transport = 'auto' | 'uv' | 'portable';

/** Receives what the application should know of. */
export interface Logger {
  error(message: string, error: unknown): void;
}

/** Options of `createApp`. */
export interface AppOptions {
  readonly server?: ServerOptions;
  /** Default `auto`: `uv` under Node and Electron, `portable` for HTTPS and in other runtimes. */
  readonly transport?: Transport;
  /** Where errors that are answered with a 5xx are reported; `false` for nowhere. Default: standard error. */
  readonly logger?: Logger | false;
}

/** Options with every default in its place. */
export interface ResolvedOptions {
  readonly port: number;
  readonly hostname: string;
  readonly https: TlsOptions | undefined;
  readonly transport: Transport;
  readonly logger: Logger | undefined;
  readonly engine: EngineOptions;
}

type NumberOption = readonly [least: number, most: number, fallback: number];

const NUMBERS = {
  port: [0, 65_535, 3000],
  maxHeadBytes: [1024, 65_535, 16_384],
  maxHeaderFields: [1, 256, 100],
  maxTargetBytes: [128, 32_767, 8192],
  maxBodyBytes: [0, 1_073_741_824, 1_048_576],
  maxConnections: [1, 1_000_000, 1_000_000],
  maxPipelined: [1, 1024, 128],
  headTimeoutMs: [1000, 600_000, 10_000],
  bodyTimeoutMs: [1000, 86_400_000, 300_000],
  handlerTimeoutMs: [1000, 86_400_000, 60_000],
  keepAliveTimeoutMs: [1000, 86_400_000, 65_000],
  sendTimeoutMs: [1000, 86_400_000, 60_000],
} as const satisfies Record<string, NumberOption>;

const consoleLogger: Logger = {
  error(message, error) {
    console.error(message, error);
  },
};

/** An error that names the path of an option. */
export function invalidOption(path: string, expected: string, value: unknown): NexureError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0 });
  return new NexureError('ERR_NEXURE_OPTION_INVALID', `option ${path} must be ${expected}, not ${shown}`);
}

/** Checks a number against a range. */
export function checkInteger(path: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidOption(path, `an integer from ${least} to ${most}`, value);
}

/** Refuses names that are not options: a misspelt one would be ignored in silence. */
export function checkNames(path: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(path, 'an object', given);
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const where = path === 'options' ? name : `${path}.${name}`;
      throw new NexureError('ERR_NEXURE_OPTION_INVALID', `option ${where} is unknown; known are: ${known.join(', ')}`);
    }
  }
}

/** Checks options and fills in the defaults. */
export function resolveOptions(options: AppOptions = {}): ResolvedOptions {
  checkNames('options', options, ['server', 'transport', 'logger']);
  const server: ServerOptions = options.server === undefined ? {} : options.server;
  checkNames('server', server, [...Object.keys(NUMBERS), 'hostname', 'https']);
  const number = (name: keyof typeof NUMBERS): number => {
    const [least, most, fallback] = NUMBERS[name];
    const value = server[name];
    return value === undefined ? fallback : checkInteger(`server.${name}`, value, least, most);
  };
  const { hostname = '127.0.0.1', https } = server;
  if (typeof hostname !== 'string' || hostname === '' || hostname.includes('\0'))
    throw invalidOption('server.hostname', 'a host name or address', hostname);
  if (https !== undefined && (typeof https !== 'object' || https === null || Array.isArray(https))) {
    throw invalidOption('server.https', 'an object of node:tls options', https);
  }
  const { transport = 'auto', logger = consoleLogger } = options;
  if (!['auto', 'uv', 'portable'].includes(transport)) {
    throw invalidOption('transport', "'auto', 'uv' or 'portable'", transport);
  }
  if (transport === 'uv' && https !== undefined) {
    throw invalidOption('transport', "'portable' or 'auto' with server.https", transport);
  }
  if (logger !== false && typeof (logger as Logger | null)?.error !== 'function') {
    throw invalidOption('logger', 'false or an object with a method `error`', logger);
  }
  return {
    port: number('port'),
    hostname,
    https,
    transport,
    logger: logger === false ? undefined : logger,
    engine: {
      maxHeadBytes: number('maxHeadBytes'),
      maxHeaderFields: number('maxHeaderFields'),
      maxTargetBytes: number('maxTargetBytes'),
      maxBodyBytes: number('maxBodyBytes'),
      maxConnections: number('maxConnections'),
      maxPipelined: number('maxPipelined'),
      headTimeoutMs: number('headTimeoutMs'),
      bodyTimeoutMs: number('bodyTimeoutMs'),
      handlerTimeoutMs: number('handlerTimeoutMs'),
      keepAliveTimeoutMs: number('keepAliveTimeoutMs'),
      sendTimeoutMs: number('sendTimeoutMs'),
    },
  };
}
