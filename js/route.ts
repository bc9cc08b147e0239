// Routes: as the application declares them, and compiled as the link runs them.
import { answer, answerError, beginAnswer } from './answer.ts';
import { trackContexts } from './context/async-context.ts';
import { compose, observe, onlyBelow, partsOf, placedBelow } from './middleware.ts';
import { PayloadTooLargeError } from './errors/http-error.ts';
import { nativeDetails } from './errors/native-details.ts';
import { depthOf, liesBelow } from './prefix.ts';
import { errorHandlersOf, requestHooksOf, responseListenersOf } from './scope.ts';
import { isValidated } from './validation/checked-input.ts';
import { checkDecoded } from './validation/decoded-input.ts';
import { checkDeferred } from './validation/deferred-input.ts';
import { isRefused, refusalOf } from './validation/refusal.ts';

import type { Nexure } from './app.ts';
import type { ResolvedCompression } from './body/compression.ts';
import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { AccessLog } from './logging/access-log.ts';
import type { AppLog } from './logging/app-log.ts';
import type { ResponseBuilder } from './context/response.ts';
import type { Site } from './context/site.ts';
import type { Handler, Middleware, Step } from './middleware.ts';
import type { ResponseListener } from './observe/response-event.ts';
import type { ResolvedSettings } from './route-options.ts';
import type { Declaration } from './route-list.ts';
import type { ErrorHandler, PlacedMiddleware, RequestHook, Scope } from './scope.ts';
import type { AnswerSchemas } from './serialize/response.ts';
import type { Link } from './server/link.ts';
import type { CompiledInput } from './validation/input.ts';

/** A method a route can have. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params: readonly string[];
  /** What they are; `undefined` when all are text. */
  readonly kinds: readonly number[] | undefined;
  /** Its own, behind those of its scope. */
  readonly middleware: readonly Middleware[];
  readonly handler: Handler;
  readonly settings: ResolvedSettings;
  readonly scope: Scope;
  /** The middleware of its scope when it was declared. */
  readonly placed: readonly PlacedMiddleware[];
  /** The same for all methods that were declared together. */
  readonly declared: Declaration;
}

/** What happens to errors. */
export interface ErrorHandling {
  /** Asked in their order until one answers; read when an error comes. */
  readonly handlers: () => readonly ErrorHandler[];
  readonly report: (error: unknown, context: AnyContext) => void;
}

/** A route as it is run. */
export interface CompiledRoute {
  /** Method and pattern, for people. */
  readonly label: string;
  readonly params: readonly string[];
  /** What they are: 0 text, 1 a number, 2 a boolean; `undefined` when all are text. */
  readonly kinds: readonly number[] | undefined;
  /** Bytes of a request body, decoded. */
  readonly maxBodyBytes: number;
  /** Whether request bodies may have a content coding. */
  readonly decompresses: boolean;
  /** How answers are compressed; `undefined` for not. */
  readonly compression: ResolvedCompression | undefined;
  /** Whether text leaves as handlers give it: it is not compressed, and no field is added. */
  readonly isPlain: boolean;
  /** The schemas of its answers; `undefined` for none. */
  readonly answers: AnswerSchemas | undefined;
  /** The application, and what its contexts share. */
  readonly app: Nexure;
  readonly site: Site;
  readonly run: (this: Link, context: Context) => void;
  /** The log of the application. */
  readonly log: AppLog;
  /** What is made of its input, where it declares any. */
  readonly input: CompiledInput | undefined;
  /** Runs instead when the core asks how to answer what is too long or does not fit. */
  readonly refuse: (this: Link, context: Context) => void;
  /** How many segments its pattern has in front of a wildcard: what is mounted sees the path behind them. */
  readonly depth: number;
  /** For events; `undefined` for requests that no route matches. */
  readonly pattern: string | undefined;
  /** Those that are told of its answers. */
  readonly listeners: readonly ResponseListener[];
  /** Begins the answer that a handler writes piece by piece. */
  readonly begin: (context: AnyContext, response: ResponseBuilder) => void;
}

/** What all routes of an application are compiled with. */
export interface RouteSurroundings {
  readonly app: Nexure;
  readonly site: Site;
  readonly log: AppLog;
  readonly report: ErrorHandling['report'];
  readonly decompresses: boolean;
}

/** Compiles a route. */
export function compileRoute(
  route: DeclaredRoute,
  { app, site, log, report, decompresses }: RouteSurroundings,
): CompiledRoute {
  const errors: ErrorHandling = { handlers: () => errorHandlersOf(route.scope), report };
  const versioned = route.settings.conditions?.version === undefined ? [] : [varyByVersion];
  const { access: accessLog } = log;
  const noting: RequestHook[] = accessLog === undefined ? [] : [(context) => accessLog.note(context)];
  const chain = compose(versioned, stepOf(route, report), report);
  const input = route.settings.input?.compile(`${route.method} ${route.path}`, route.params);
  // What is refused in front of the chain has its line in the access log, too.
  const step = named(observe(noting, guarded(chain, input)), site);
  const run = (context: Context): void => {
    try {
      answer(context, step(context), errors);
    } catch (error) {
      answerError(context, error, errors);
    }
  };
  return {
    label: `${route.method} ${route.path}`,
    params: route.params,
    kinds: route.kinds,
    maxBodyBytes: route.settings.maxBodyBytes,
    decompresses,
    compression: route.settings.compression,
    isPlain: route.settings.compression === undefined && site.requestId.echoed === undefined,
    input,
    answers: route.settings.answers,
    log,
    app,
    site,
    run: site.asyncContext ? tracked(run) : run,
    begin: (context, response) => beginAnswer(context, response, errors),
    refuse: (context) => answerError(context, refusal(context, accessLog), errors),
    depth: depthOf(route.path),
    pattern: route.path,
    listeners: responseListenersOf(route.scope),
  };
}

/** The chain of a route: the request hooks of its scopes, their middleware, its own, validation, and the handler. */
export function stepOf(route: DeclaredRoute, report: ErrorHandling['report']): Step {
  const validate = route.settings.input?.validate;
  const middleware = [...concerned(route.placed, route.path), ...route.middleware];
  if (validate !== undefined) middleware.push(validate as Middleware);
  return observe(requestHooksOf(route.scope), compose(middleware, route.handler, report));
}

/** Reads a client's id before anything else: who asks when the request is over would get another. */
function named(step: Step, { requestId }: Site): Step {
  if (requestId.accept === undefined) return step;
  return (context) => {
    void context.requestId;
    return step(context);
  };
}

/**
 * Lets no request pass that was not checked wholly: a body with a content coding is decoded and checked first, and functions
 * of the application have the last word on values that the core has left to them.
 */
function guarded(step: Step, input: CompiledInput | undefined): Step {
  if (input === undefined || !(input.guardsBody || input.defers)) return step;
  const checked: Step = input.defers
    ? (context) => {
        const pending = checkDeferred(context as AnyContext, input);
        return pending === undefined ? step(context) : pending.then(() => step(context));
      }
    : step;
  if (!input.guardsBody) return checked;
  return (context) => {
    const any = context as AnyContext;
    return isValidated(any) ? checked(context) : checkDecoded(any, input).then(() => checked(context));
  };
}

/** Has `context()` find the context in whatever runs for the request. Each request has a scope of its own already. */
function tracked(run: (context: Context) => void): (context: Context) => void {
  const storage = trackContexts();
  return (context) => {
    storage.enterWith(context as AnyContext);
    run(context);
  };
}

/** Why the core has handed over a request that it would have refused; what the application throws while wording it. */
function refusal(context: Context, accessLog: AccessLog | undefined): unknown {
  try {
    accessLog?.note(context);
    return isRefused(context) ? refusalOf(context) : tooLarge();
  } catch (error) {
    return error;
  }
}

function tooLarge(): PayloadTooLargeError {
  const code = 'ERR_NEXURE_BODY_TOO_LARGE';
  return new PayloadTooLargeError(nativeDetails.get(code), { code });
}

/** Tells caches that the answer depends on the version that was asked for (RFC 9110 §12.5.5). */
function varyByVersion(context: Context): void {
  context.response.append('vary', 'accept-version');
}

/** The middleware that concerns a path, with a check where only the request can tell. */
function concerned(placed: readonly PlacedMiddleware[], path: string): readonly Middleware[] {
  return placed.flatMap(({ middleware, below, depth }) => {
    const verdict = below === undefined ? 'yes' : liesBelow(below, path);
    if (verdict === 'no') return [];
    const own = placedBelow(middleware, depth);
    if (below === undefined || verdict === 'yes') return [own];
    return partsOf(own).map((part) => onlyBelow(below, part));
  });
}
