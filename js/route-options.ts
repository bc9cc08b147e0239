// What a route declares beside its handlers: checked once, executed natively.
import { resolveCompression } from './body/compression.ts';
import { checkInteger, checkNames, invalidOption } from './option-checks.ts';
import { MAX_BODY_BYTES } from './options.ts';
import { resolveConstraints } from './routing-options.ts';
import { resolveResponse } from './serialize/response.ts';
import { checkSchemas, validate } from './validation/standard-schema.ts';

import type { CompressionOptions, ResolvedCompression } from './body/compression.ts';
import type { RouteConditions, RouteOptions as NativeRules } from './native.ts';
import type { Middleware } from './middleware.ts';
import type { ResolvedOptions } from './options.ts';
import type { RouteConstraints } from './routing-options.ts';
import type { AnswerSchemas, ResponseSchemas } from './serialize/response.ts';
import type { Schemas } from './validation/standard-schema.ts';

/** What a route declares of its requests and answers. */
export interface RouteSettings extends RouteConstraints {
  /** The same as `host` and `version`, as Fastify writes them. */
  readonly constraints?: RouteConstraints;
  /** `stream`: the handler runs before the body is complete, whatever its length, and reads it while it arrives. */
  readonly body?: 'stream';
  /** Bytes of a request body; 0-1,099,511,627,776, default `server.maxBodyBytes`. */
  readonly maxBodyBytes?: number;
  /** For the answer; 1,000-86,400,000, default `server.handlerTimeoutMs`. */
  readonly handlerTimeoutMs?: number;
  /** Requests of this route that run at once; 1-1,000,000, default any number. Others wait. */
  readonly concurrency?: number;
  /** Who is served first while the server is full; default `normal`. Whoever waits rises. */
  readonly priority?: 'high' | 'normal' | 'low';
  /** Whether its requests run however full the server is, as health checks must; default `false`. */
  readonly health?: boolean;
  /** Whether and how its answers are compressed; default as the application says. */
  readonly compression?: boolean | CompressionOptions;
  /**
   * Schemas of any library that speaks Standard Schema. What was sent is validated behind all middleware: what a schema gives
   * takes the place of `ctx.body`, `ctx.query`, `ctx.params` or `ctx.request.headers`; what does not fit is answered with 422.
   */
  readonly schema?: Schemas;
  /**
   * The same as `schema.response`: schemas of the JSON that is answered, by status (`200`, `'4xx'`, `default`). Answers are
   * written by them, and checked in development.
   */
  readonly response?: ResponseSchemas;
}

/** The settings of a route, with every default in its place. */
export interface ResolvedSettings {
  readonly rules: NativeRules;
  readonly maxBodyBytes: number;
  readonly compression: ResolvedCompression | undefined;
  /** Validates what was sent, in front of the handler. */
  readonly validate: Middleware<unknown> | undefined;
  /** The schemas of its answers. */
  readonly answers: AnswerSchemas | undefined;
  /** What it asks of a request beside method and path. */
  readonly conditions: RouteConditions | undefined;
}

export const SETTINGS: readonly string[] = [
  'body',
  'maxBodyBytes',
  'handlerTimeoutMs',
  'concurrency',
  'priority',
  'health',
  'compression',
  'schema',
  'response',
  'host',
  'version',
  'constraints',
];

const PRIORITIES = ['low', 'normal', 'high'];

/** Checks the settings of a route; `undefined` stands for none. */
export function resolveSettings(settings: RouteSettings, app: ResolvedOptions): ResolvedSettings {
  checkNames('route', settings, SETTINGS);
  const { body, maxBodyBytes, handlerTimeoutMs, concurrency, priority = 'normal', health = false } = settings;
  if (body !== undefined && body !== 'stream') throw invalidOption('route.body', "'stream'", body);
  if (!PRIORITIES.includes(priority)) throw invalidOption('route.priority', "'high', 'normal' or 'low'", priority);
  if (typeof health !== 'boolean') throw invalidOption('route.health', 'a boolean', health);
  if (maxBodyBytes !== undefined) checkInteger('route.maxBodyBytes', maxBodyBytes, 0, MAX_BODY_BYTES);
  if (handlerTimeoutMs !== undefined) checkInteger('route.handlerTimeoutMs', handlerTimeoutMs, 1000, 86_400_000);
  if (concurrency !== undefined) checkInteger('route.concurrency', concurrency, 1, 1_000_000);
  const { compression, schema } = settings;
  if (schema !== undefined) checkSchemas('route.schema', schema);
  return {
    rules: {
      streamsBody: body === 'stream',
      maxInFlight: concurrency ?? 0,
      priority: PRIORITIES.indexOf(priority),
      exempt: health,
      ...(maxBodyBytes === undefined ? undefined : { maxBodyBytes }),
      ...(handlerTimeoutMs === undefined ? undefined : { handlerTimeoutMs }),
    },
    maxBodyBytes: maxBodyBytes ?? app.engine.maxBodyBytes,
    validate: schema === undefined ? undefined : validate(schema),
    answers: resolveResponse(settings, app.checkResponses),
    compression: compression === undefined ? app.compression : resolveCompression(compression),
    conditions: conditionsOf(settings),
  };
}

function conditionsOf({ host, version, constraints }: RouteSettings): RouteConditions | undefined {
  if (constraints === undefined) {
    if (host === undefined && version === undefined) return undefined;
    return resolveConstraints('route', {
      ...(host === undefined ? undefined : { host }),
      ...(version === undefined ? undefined : { version }),
    });
  }
  if (host !== undefined || version !== undefined) {
    throw invalidOption('route.constraints', 'left out where route.host or route.version is given', constraints);
  }
  return resolveConstraints('route.constraints', constraints);
}
