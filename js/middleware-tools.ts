// Middleware that is made apart from an application.
import { access } from './context/access.ts';
import { compose, madeOf } from './middleware.ts';
import { checkFunction } from './check-function.ts';

import type { Ctx, Next } from './declared.ts';
import type { Handler, Middleware, Report } from './middleware.ts';

/**
 * The same function, with its types inferred: what it needs of the context is what its parameter says, and what it adds
 * with `next({ ... })` is known wherever it is used.
 */
export function createMiddleware<Returned, Needs = unknown>(
  middleware: (context: Ctx<string, Needs>, next: Next) => Returned,
): (context: Ctx<string, Needs>, next: Next) => Returned {
  return checkFunction(middleware, 'createMiddleware');
}

/** Makes one middleware of several, which run in their order as if each had been given on its own. */
export function composeMiddleware(...middleware: readonly Middleware[]): Middleware {
  for (const one of middleware) checkFunction(one, 'composeMiddleware');
  const composed: Middleware = (context, next) => {
    // Only where somebody calls it himself: applications and routes take the parts.
    const report: Report = (error, failed) => {
      const { log, label } = access.routeOf(failed);
      log.report(`${label} failed:`, error, failed);
    };
    return compose(middleware, (() => next()) as Handler, report)(context);
  };
  return madeOf(composed, middleware);
}
