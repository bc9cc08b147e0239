// Routes: as the application declares them, and compiled as the link runs them.
import { answer, answerError } from './answer.ts';
import { compose } from './middleware.ts';

import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { Handler, Middleware } from './middleware.ts';
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
  readonly run: (this: Link, context: Context) => void;
}

/** Compiles a route with the middleware of the application in front of its own. */
export function compileRoute(
  route: DeclaredRoute,
  global: readonly Middleware[],
  errors: ErrorHandling,
): CompiledRoute {
  const step = compose([...global, ...route.middleware], route.handler, errors.report);
  return {
    label: `${route.method} ${route.path}`,
    params: route.params,
    run(context) {
      try {
        answer(context, step(context), errors);
      } catch (error) {
        answerError(context, error, errors);
      }
    },
  };
}
