// What a route declares beside its handlers: checked once, executed natively.
import { resolveCompression } from './body/compression.ts';
import { checkRouteDocs } from './openapi/options.ts';
import { checkInteger, checkNames, invalidOption } from './option-checks.ts';
import { MAX_BODY_BYTES } from './options.ts';
import { resolveConstraints } from './routing-options.ts';
import { schemasOf } from './validation/declared-schemas.ts';
import { InputPlan } from './validation/input.ts';
import { resolveResponse } from './serialize/response.ts';

import type { CompressionOptions, ResolvedCompression } from './body/compression.ts';
import type { RouteConditions, RouteOptions as NativeRules } from './native.ts';
import type { RouteDocs } from './openapi/types.ts';
import type { ResolvedOptions } from './options.ts';
import type { RouteConstraints } from './routing-options.ts';
import type { InputSchemas } from './validation/input.ts';
import type { ResponseSchemas, SchemaLike } from './validation/schema-types.ts';
import type { AnswerSchemas } from './serialize/response.ts';

/** What a route declares of its requests and answers. */
export interface RouteSettings extends RouteConstraints {
  /** The same as `host` and `version`, as Fastify writes them. */
  readonly constraints?: RouteConstraints;
  /**
   * `stream`: the handler runs before the body is complete, whatever its length, and reads it while it arrives. A schema
   * validates it: the same as `schema.body`.
   */
  readonly body?: 'stream' | SchemaLike;
  /** The same as `schema.query`. */
  readonly query?: SchemaLike;
  /** The same as `schema.params`. */
  readonly params?: SchemaLike;
  /** The same as `schema.headers`. */
  readonly headers?: SchemaLike;
  /** The same as `schema.cookies`. */
  readonly cookies?: SchemaLike;
  /** The same as `schema.response`. */
  readonly response?: ResponseSchemas;
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
   * Schemas made by `t`, JSON Schema, TypeBox, or of any library that speaks Standard Schema. Requests are checked natively
   * before any middleware runs; what such a library alone can say is checked behind all middleware. What a schema gives
   * takes the place of `ctx.body`, `ctx.query`, `ctx.params`, `ctx.request.headers` or `ctx.request.cookies`; what does not
   * fit is answered with 422.
   */
  readonly schema?: InputSchemas;
  /** What the OpenAPI document says of it beside its schemas; `false` for nothing, not even that it is there. */
  readonly openapi?: RouteDocs | false;
}

/** The settings of a route, with every default in its place. */
export interface ResolvedSettings {
  readonly rules: NativeRules;
  readonly maxBodyBytes: number;
  readonly compression: ResolvedCompression | undefined;
  /** Its schemas. */
  readonly input: InputPlan | undefined;
  /** The schemas of its answers. */
  readonly answers: AnswerSchemas | undefined;
  /** What it asks of a request beside method and path. */
  readonly conditions: RouteConditions | undefined;
}

export const SETTINGS: readonly string[] = [
  'body',
  'query',
  'params',
  'headers',
  'cookies',
  'response',
  'maxBodyBytes',
  'handlerTimeoutMs',
  'concurrency',
  'priority',
  'health',
  'compression',
  'schema',
  'openapi',
  'host',
  'version',
  'constraints',
];

const PRIORITIES = ['low', 'normal', 'high'];

/** Checks the settings of a route; `undefined` stands for none. */
export function resolveSettings(settings: RouteSettings, app: ResolvedOptions): ResolvedSettings {
  checkNames('route', settings, SETTINGS);
  const { body, maxBodyBytes, handlerTimeoutMs, concurrency, priority = 'normal', health = false } = settings;
  if (typeof body === 'string' && body !== 'stream') throw invalidOption('route.body', "'stream' or a schema", body);
  if (!PRIORITIES.includes(priority)) throw invalidOption('route.priority', "'high', 'normal' or 'low'", priority);
  if (typeof health !== 'boolean') throw invalidOption('route.health', 'a boolean', health);
  if (maxBodyBytes !== undefined) checkInteger('route.maxBodyBytes', maxBodyBytes, 0, MAX_BODY_BYTES);
  if (handlerTimeoutMs !== undefined) checkInteger('route.handlerTimeoutMs', handlerTimeoutMs, 1000, 86_400_000);
  if (concurrency !== undefined) checkInteger('route.concurrency', concurrency, 1, 1_000_000);
  const { compression, openapi } = settings;
  const schema: InputSchemas | undefined = schemasOf(settings);
  if (openapi !== undefined) checkRouteDocs('route.openapi', openapi);
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
    input: schema === undefined ? undefined : new InputPlan('route.schema', schema, app.validation),
    answers: resolveResponse(settings.response === undefined ? { schema } : settings, app.checkResponses),
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
