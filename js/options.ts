// Options of an application: checked once, refused with their path, never adjusted silently.
import { resolveCompression } from './body/compression.ts';
import { resolveSite } from './context/site.ts';
import { resolveAppLog } from './logging/app-log.ts';
import { resolveOpenApi } from './openapi/options.ts';
import { checkInteger, checkNames, invalidOption } from './option-checks.ts';
import { resolveRouting } from './routing-options.ts';
import { resolveValidation } from './validation/input-options.ts';
import { resolveCheckResponses } from './serialize/response.ts';

import type { TlsOptions } from 'node:tls';
import type { CompressionOptions, ResolvedCompression } from './body/compression.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { Site } from './context/site.ts';
import type { CookieKeyOptions } from './http/cookie-keys.ts';
import type { ForwardingFields, TrustProxy } from './http/proxies.ts';
import type { RequestIdOptions } from './http/request-id.ts';
import type { AppLog, LoggingOptions } from './logging/app-log.ts';
import type { ResolvedValidation, ValidationOptions } from './validation/input-options.ts';
import type { EngineOptions, RoutingOptions as NativeRouting } from './native.ts';
import type { ResolvedOpenApi } from './openapi/options.ts';
import type { OpenApiOptions } from './openapi/types.ts';

/** Limits and times of the server. */
export interface ServerOptions {
  /** Port for `start()` without one; 0-65535, default 3000. */
  readonly port?: number;
  /** Host for `start()` without one; default `127.0.0.1`. */
  readonly hostname?: string;
  /** Serves HTTPS with these options of `node:tls`, through the portable transport. */
  readonly https?: TlsOptions;
  /**
   * The proxies in front whose word on the client's address, host and protocol is taken: a number of hops, `'loopback'`,
   * `'linklocal'`, `'uniquelocal'`, addresses and CIDR blocks (several in an array), or a function. Default `false`: none.
   */
  readonly trustProxy?: TrustProxy;
  /**
   * The fields that these proxies write: `x-forwarded` for `X-Forwarded-For` and its kin, `forwarded` for that of RFC 7239.
   * The other kind is a client's own and not read. Default `x-forwarded`.
   */
  readonly forwarded?: ForwardingFields;
  /** Bytes of a request head; 1,024-65,535, default 16,384. Above: 431. */
  readonly maxHeadBytes?: number;
  /** Field lines of a request head; 1-256, default 100. Above: 431. */
  readonly maxHeaderFields?: number;
  /** Bytes of a request target; 128-32,767, default 8,192. Above: 414. */
  readonly maxTargetBytes?: number;
  /** Bytes of the extensions of one chunk of a body; 0-65,536, default 256. Above: 400. */
  readonly maxChunkExtensionBytes?: number;
  /** Bytes of the extensions of all chunks of a body; 0-1,048,576, default 4,096. Above: 400. */
  readonly maxChunkExtensionsBytes?: number;
  /** Bytes of a chunked body that are not content, beside a quarter of its content; 1,024-1,073,741,824, default 16,384. Above: 400. */
  readonly maxChunkOverheadBytes?: number;
  /** Bytes of a trailer section; 0-65,535, default 8,192. Above: 431. */
  readonly maxTrailerBytes?: number;
  /** Lines of a trailer section; 0-256, default 32. Above: 431. */
  readonly maxTrailerFields?: number;
  /** Empty lines before a request; 0-100, default 2. Above: 400. */
  readonly maxLeadingEmptyLines?: number;
  /** Bytes of a body nobody reads that are drained, so that the connection can go on; 0-1,073,741,824, default 65,536. Above: it closes. */
  readonly maxDrainedBytes?: number;
  /** For such a body; 1,000-600,000, default 2,000. Above: the connection closes. */
  readonly drainTimeoutMs?: number;
  /** Requests taken from a connection in one turn of the event loop, so that the others have theirs; 1-1,024, default 64. */
  readonly maxRequestsPerTurn?: number;
  /** Unsent bytes at which no more requests are taken from a connection, and a stream is asked for no more; 1,024-1,073,741,824, default 65,536. */
  readonly maxUnsentBytes?: number;
  /** From the end of a head until the average rate of its body matters; 0-86,400,000, default 5,000. */
  readonly bodyRateGraceMs?: number;
  /**
   * Bytes of a request body, where its route does not say otherwise; 0-1,099,511,627,776, default 1,048,576. Above: 413, at
   * the head when it tells the length.
   */
  readonly maxBodyBytes?: number;
  /**
   * Bytes of a body that are collected before its handler runs; 0-1,073,741,824, default 1,048,576. A longer one is read
   * while it arrives: with `await ctx.json()`, `ctx.stream()` and the like, but not with `ctx.body`.
   */
  readonly maxBufferedBodyBytes?: number;
  /**
   * Open connections; 1-1,000,000, default nine tenths of the descriptors that are free. Further ones wait with the
   * system until there is room (over the portable transport they are closed).
   */
  readonly maxConnections?: number;
  /**
   * How many requests of one connection run at once: it adapts to the connection, between 1 and `maxDepth`; 1-1,024, default
   * 128. `false` for one at a time.
   */
  readonly pipelining?: false | { readonly maxDepth?: number };
  /** Bytes of buffers that are kept for the next use, and given back when they are not asked for; 0-1,073,741,824, default 33,554,432. */
  readonly maxPooledBytes?: number;
  /** How many requests run at once in all, and what becomes of the others. */
  readonly queue?: QueueOptions;
  /** For a request head, from its first byte or the opening of the connection; 1,000-600,000, default 10,000. */
  readonly headTimeoutMs?: number;
  /** For a request body, without the time its handler kept it waiting; 1,000-86,400,000, default 300,000. Above: 408. */
  readonly bodyTimeoutMs?: number;
  /** Without a byte of the body; 1,000-86,400,000, default 15,000. Above: 408. */
  readonly bodyStallTimeoutMs?: number;
  /** The average rate of a body, from `bodyRateGraceMs` on; 0-1,000,000,000, default 500. Below: 408. */
  readonly minBodyBytesPerSecond?: number;
  /** For the answer, from the complete request; 1,000-86,400,000, default 60,000. Above: 503. */
  readonly handlerTimeoutMs?: number;
  /** Between an answer and the next request; 1,000-86,400,000, default 65,000. */
  readonly keepAliveTimeoutMs?: number;
  /** Without progress while an answer is sent; 1,000-86,400,000, default 60,000. Above: the connection is reset. */
  readonly sendTimeoutMs?: number;
  /** For a connection, until it ends behind its next answer; 1,000-2,592,000,000, default 3,600,000. */
  readonly connectionLifetimeMs?: number;
}

/** How many requests run at once. */
export interface QueueOptions {
  /** Requests that run at once; 1-1,000,000, default 10,000. */
  readonly maxInFlight?: number;
  /** Requests that wait for a place; 0-100,000, default 1,000. Above: 503 with `Retry-After`. */
  readonly maxQueued?: number;
}

/** How bytes reach the engine: sockets in Node's own loop, or sockets of `node:net` and `node:tls`. */
export type Transport = 'auto' | 'uv' | 'portable';

/** The least that a logger has; one with pino's interface is one, too. */
export interface ErrorLogger {
  error(message: string, error: unknown): void;
}

/** Options of `createApp`. */
export interface AppOptions {
  /** A path that all routes lie below, such as `/api`; default none. */
  readonly globalPrefix?: string;
  readonly server?: ServerOptions;
  /** How paths are matched with patterns. */
  readonly routing?: RoutingOptions;
  /** Default `auto`: `uv` under Node and Electron, `portable` for HTTPS and in other runtimes. */
  readonly transport?: Transport;
  /**
   * Compresses answers that become smaller, as the client accepts; `true` for the defaults. Default `false`. A route may say
   * otherwise.
   */
  readonly compression?: boolean | CompressionOptions;
  /** Decodes request bodies with a `Content-Encoding`; what comes out counts against `maxBodyBytes`. Default `false`: 415. */
  readonly decompression?: boolean;
  /**
   * Stops the application on SIGTERM and SIGINT, as `app.stop()` does, and ends the process at once on the second one.
   * Default `false`: signals belong to the process, and a library or a worker thread must not take them.
   */
  readonly signals?: boolean | StopOptions;
  /** The secrets that cookies are signed and encrypted with. */
  readonly cookies?: CookieKeyOptions;
  /** How requests are named. */
  readonly requestId?: RequestIdOptions;
  /** How what requests bring is validated by the schemas of their routes. */
  readonly validation?: ValidationOptions;
  /**
   * Has `context()` find the context of the request that the running code works for. Default `false`: it costs what
   * `AsyncLocalStorage` does.
   */
  readonly asyncContext?: boolean;
  /**
   * Where errors that are answered with a 5xx are reported, and what `ctx.log` writes to: a logger with pino's interface, or
   * an object with a method `error`, which is given a message and the error. `false` for nowhere. Default: standard error,
   * unless there is `logging`.
   */
  readonly logger?: ErrorLogger | false;
  /** Makes a logger, and has answers logged; `true` for the defaults. Default `false`. */
  readonly logging?: boolean | LoggingOptions;
  /**
   * What `app.openapi()` says beside what routes declare, and where the document and a page for people are served; `true` for
   * the defaults. Default `false`: nowhere.
   */
  readonly openapi?: boolean | OpenApiOptions;
}

/** Options with every default in its place. */
export interface ResolvedOptions {
  readonly globalPrefix: string;
  readonly port: number;
  readonly hostname: string;
  readonly https: TlsOptions | undefined;
  readonly transport: Transport;
  readonly log: AppLog;
  readonly compression: ResolvedCompression | undefined;
  readonly decompression: boolean;
  readonly signals: StopOptions | undefined;
  /** What contexts read. */
  readonly site: Site;
  readonly validation: ResolvedValidation;
  /** Whether answers are checked by the schemas of their routes. */
  readonly checkResponses: boolean;
  readonly engine: EngineOptions;
  readonly routing: NativeRouting;
  readonly openapi: ResolvedOpenApi | undefined;
}

type NumberOption = readonly [least: number, most: number, fallback: number];

/** 1 TiB: more cannot be meant. */
export const MAX_BODY_BYTES = 1_099_511_627_776;

const NUMBERS = {
  port: [0, 65_535, 3000],
  maxHeadBytes: [1024, 65_535, 16_384],
  maxHeaderFields: [1, 256, 100],
  maxTargetBytes: [128, 32_767, 8192],
  maxChunkExtensionBytes: [0, 65_536, 256],
  maxChunkExtensionsBytes: [0, 1_048_576, 4096],
  maxChunkOverheadBytes: [1024, 1_073_741_824, 16_384],
  maxTrailerBytes: [0, 65_535, 8192],
  maxTrailerFields: [0, 256, 32],
  maxLeadingEmptyLines: [0, 100, 2],
  maxDrainedBytes: [0, 1_073_741_824, 65_536],
  drainTimeoutMs: [1000, 600_000, 2000],
  maxRequestsPerTurn: [1, 1024, 64],
  maxUnsentBytes: [1024, 1_073_741_824, 65_536],
  bodyRateGraceMs: [0, 86_400_000, 5000],
  maxBodyBytes: [0, MAX_BODY_BYTES, 1_048_576],
  maxBufferedBodyBytes: [0, 1_073_741_824, 1_048_576],
  maxPooledBytes: [0, 1_073_741_824, 33_554_432],
  // 0 stands for nine tenths of the free descriptors.
  maxConnections: [1, 1_000_000, 0],
  headTimeoutMs: [1000, 600_000, 10_000],
  bodyTimeoutMs: [1000, 86_400_000, 300_000],
  bodyStallTimeoutMs: [1000, 86_400_000, 15_000],
  minBodyBytesPerSecond: [0, 1_000_000_000, 500],
  handlerTimeoutMs: [1000, 86_400_000, 60_000],
  keepAliveTimeoutMs: [1000, 86_400_000, 65_000],
  sendTimeoutMs: [1000, 86_400_000, 60_000],
  connectionLifetimeMs: [1000, 2_592_000_000, 3_600_000],
} as const satisfies Record<string, NumberOption>;

const SERVER_OBJECTS = ['hostname', 'https', 'pipelining', 'queue', 'trustProxy', 'forwarded'];
const OPTIONS = [
  'globalPrefix',
  'server',
  'routing',
  'transport',
  'compression',
  'decompression',
  'signals',
  'logger',
  'logging',
  'cookies',
  'requestId',
  'validation',
  'asyncContext',
  'openapi',
];

/** Checks options and fills in the defaults. */
export function resolveOptions(options: AppOptions = {}): ResolvedOptions {
  checkNames('options', options, OPTIONS);
  const server: ServerOptions = options.server === undefined ? {} : options.server;
  checkNames('server', server, [...Object.keys(NUMBERS), ...SERVER_OBJECTS]);
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
  const { transport = 'auto' } = options;
  if (!['auto', 'uv', 'portable'].includes(transport)) {
    throw invalidOption('transport', "'auto', 'uv' or 'portable'", transport);
  }
  if (transport === 'uv' && https !== undefined) {
    throw invalidOption('transport', "'portable' or 'auto' with server.https", transport);
  }
  const { compression = false, decompression = false, signals = false } = options;
  if (typeof compression !== 'boolean' && (typeof compression !== 'object' || compression === null)) {
    throw invalidOption('compression', 'a boolean or an object', compression);
  }
  if (typeof decompression !== 'boolean') throw invalidOption('decompression', 'a boolean', decompression);
  if (typeof signals !== 'boolean') resolveStop('signals', signals);
  const { pipelining = {}, queue = {} } = server;
  if (pipelining !== false) checkNames('server.pipelining', pipelining, ['maxDepth']);
  checkNames('server.queue', queue, ['maxInFlight', 'maxQueued']);
  const { maxDepth = 128 } = pipelining === false ? { maxDepth: 1 } : pipelining;
  const { maxInFlight = 10_000, maxQueued = 1000 } = queue;
  const { globalPrefix = '' } = options;
  if (globalPrefix !== '' && (typeof globalPrefix !== 'string' || !/^(?:\/[\w.~-]+)+$/.test(globalPrefix))) {
    throw invalidOption('globalPrefix', "a path of plain segments, such as '/api'", globalPrefix);
  }
  return {
    globalPrefix,
    port: number('port'),
    hostname,
    https,
    transport,
    log: resolveAppLog(options),
    compression: resolveCompression(compression),
    decompression,
    signals: signals === true ? {} : signals === false ? undefined : signals,
    routing: resolveRouting(options.routing),
    site: resolveSite(options, server),
    openapi: resolveOpenApi(options.openapi),
    validation: resolveValidation(options.validation),
    checkResponses: resolveCheckResponses(options.validation),
    engine: {
      maxHeadBytes: number('maxHeadBytes'),
      maxHeaderFields: number('maxHeaderFields'),
      maxTargetBytes: number('maxTargetBytes'),
      maxChunkExtensionBytes: number('maxChunkExtensionBytes'),
      maxChunkExtensionsBytes: number('maxChunkExtensionsBytes'),
      maxChunkOverheadBytes: number('maxChunkOverheadBytes'),
      maxTrailerBytes: number('maxTrailerBytes'),
      maxTrailerFields: number('maxTrailerFields'),
      maxLeadingEmptyLines: number('maxLeadingEmptyLines'),
      maxDrainedBytes: number('maxDrainedBytes'),
      drainTimeoutMs: number('drainTimeoutMs'),
      maxRequestsPerTurn: number('maxRequestsPerTurn'),
      maxUnsentBytes: number('maxUnsentBytes'),
      bodyRateGraceMs: number('bodyRateGraceMs'),
      maxBodyBytes: number('maxBodyBytes'),
      maxConnections: number('maxConnections'),
      maxBufferedBodyBytes: number('maxBufferedBodyBytes'),
      maxPooledBytes: number('maxPooledBytes'),
      maxPipelined: checkInteger('server.pipelining.maxDepth', maxDepth, 1, 1024),
      maxInFlight: checkInteger('server.queue.maxInFlight', maxInFlight, 1, 1_000_000),
      maxQueued: checkInteger('server.queue.maxQueued', maxQueued, 0, 100_000),
      headTimeoutMs: number('headTimeoutMs'),
      bodyTimeoutMs: number('bodyTimeoutMs'),
      bodyStallTimeoutMs: number('bodyStallTimeoutMs'),
      minBodyBytesPerSecond: number('minBodyBytesPerSecond'),
      handlerTimeoutMs: number('handlerTimeoutMs'),
      keepAliveTimeoutMs: number('keepAliveTimeoutMs'),
      sendTimeoutMs: number('sendTimeoutMs'),
      connectionLifetimeMs: number('connectionLifetimeMs'),
    },
  };
}

/** Options of `app.stop`. */
export interface StopOptions {
  /** How long answers under way may take; then every connection is closed. 0-3,600,000, default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long an idle connection may stay, to be told with its next answer that it ends; 0-600,000, default 5,000. One whose
   * requests came in quick succession stays for four times their last pause only, but half a second at least. With 0 idle
   * connections are closed at once, and a request that is on its way on one of them is lost. Kept in whole seconds.
   */
  readonly idleMs?: number;
}

/** Checks the options of `app.stop` and fills in the defaults. */
export function resolveStop(path: string, options: StopOptions): Required<StopOptions> {
  checkNames(path, options, ['timeoutMs', 'idleMs']);
  const { timeoutMs = 10_000, idleMs = 5000 } = options;
  return {
    timeoutMs: checkInteger(`${path}.timeoutMs`, timeoutMs, 0, 3_600_000),
    idleMs: checkInteger(`${path}.idleMs`, idleMs, 0, 600_000),
  };
}
