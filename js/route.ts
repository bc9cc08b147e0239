// Routes: as the application declares them, and compiled as the link runs them.
import { answer, answerError } from './answer.ts';
import { compose } from './middleware.ts';

import type { ResolvedCompression } from './body/compression.ts';
import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { ResolvedSettings } from './route-options.ts';
import type { Link } from './server/link.ts';

/** A method a route can have. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params: readonly string[];
  readonly middleware: readonly Middleware[];
  readonly handler: Handler;
  readonly settings: ResolvedSettings;
  /** How many of the application's middleware were there when the route was declared. */
  readonly after: number;
}

/** What happens to errors. */
export interface ErrorHandling {
  readonly handler: ((error: unknown, context: AnyContext) => unknown) | undefined;
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
  readonly run: (this: Link, context: Context) => void;
}

/** Compiles a route with the middleware of the application in front of its own. */
export function compileRoute(
  route: DeclaredRoute,
  global: readonly Middleware[],
  errors: ErrorHandling,
  decompresses: boolean,
): CompiledRoute {
  const step = compose([...global, ...route.middleware], route.handler, errors.report);
  return {
    label: `${route.method} ${route.path}`,
    params: route.params,
    maxBodyBytes: route.settings.maxBodyBytes,
    decompresses,
    compression: route.settings.compression,
    run(context) {
      try {
        answer(context, step(context), errors);
      } catch (error) {
        answerError(context, error, errors);
      }
    },
  };
}
