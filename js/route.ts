// Routes: as the application declares them, and compiled as the link runs them.
import { answer, answerError, beginAnswer } from './answer.ts';
import { trackContexts } from './context/async-context.ts';
import { compose, observe, onlyBelow } from './middleware.ts';
import { errorHandlersOf, liesBelow, requestHooksOf } from './scope.ts';

import type { Nexure } from './app.ts';
import type { ResolvedCompression } from './body/compression.ts';
import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { ResponseBuilder } from './context/response.ts';
import type { Site } from './context/site.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { ResolvedSettings } from './route-options.ts';
import type { Declaration } from './route-list.ts';
import type { ErrorHandler, PlacedMiddleware, Scope } from './scope.ts';
import type { Link } from './server/link.ts';

/** A method a route can have. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params: readonly string[];
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
  /** Bytes of a request body, decoded. */
  readonly maxBodyBytes: number;
  /** Whether request bodies may have a content coding. */
  readonly decompresses: boolean;
  /** How answers are compressed; `undefined` for not. */
  readonly compression: ResolvedCompression | undefined;
  /** Whether text leaves as handlers give it: it is not compressed, and no field is added. */
  readonly isPlain: boolean;
  /** The application, and what its contexts share. */
  readonly app: Nexure;
  readonly site: Site;
  readonly run: (this: Link, context: Context) => void;
  /** Begins the answer that a handler writes piece by piece. */
  readonly begin: (context: AnyContext, response: ResponseBuilder) => void;
}

/** What all routes of an application are compiled with. */
export interface RouteSurroundings {
  readonly app: Nexure;
  readonly site: Site;
  readonly report: ErrorHandling['report'];
  readonly decompresses: boolean;
}

/** Compiles a route: the request hooks of its scopes, their middleware, its own, and the handler. */
export function compileRoute(
  route: DeclaredRoute,
  { app, site, report, decompresses }: RouteSurroundings,
): CompiledRoute {
  const errors: ErrorHandling = { handlers: () => errorHandlersOf(route.scope), report };
  const middleware = [...concerned(route.placed, route.path), ...route.middleware];
  const { validate } = route.settings;
  if (validate !== undefined) middleware.push(validate as Middleware);
  const step = observe(requestHooksOf(route.scope), compose(middleware, route.handler, report));
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
    maxBodyBytes: route.settings.maxBodyBytes,
    decompresses,
    compression: route.settings.compression,
    isPlain: route.settings.compression === undefined && site.requestId.echoed === undefined,
    app,
    site,
    run: site.asyncContext ? tracked(run) : run,
    begin: (context, response) => beginAnswer(context, response, errors),
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

/** The middleware that concerns a path, with a check where only the request can tell. */
function concerned(placed: readonly PlacedMiddleware[], path: string): readonly Middleware[] {
  return placed.flatMap(({ middleware, below }) => {
    const verdict = below === undefined ? 'yes' : liesBelow(below, path);
    if (below === undefined || verdict === 'yes') return [middleware];
    return verdict === 'no' ? [] : [onlyBelow(below, middleware)];
  });
}
