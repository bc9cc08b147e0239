// `fromExpress`: middleware of Express and Connect as middleware of this framework.
import { isThenable } from '../answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { BELOW } from '../middleware.ts';
import { Bridge } from './bridge.ts';
import { Chain } from './chain.ts';

import type { AnyContext } from '../context/access.ts';
import type { Next, Passed } from '../declared.ts';
import type { ChainStep } from './chain.ts';
import type {
  ExpressErrorMiddleware,
  ExpressHandler,
  ExpressMiddleware,
  ExpressRequest,
  ExpressResponse,
} from './types.ts';

/** Middleware that was made of Express middleware; it can stand in the place of a handler, too. */
export type FromExpress<Added> = (context: AnyContext, next?: Next) => Passed<Added> | Promise<Passed<Added>>;

/**
 * Runs Express middleware, routers or applications, in their order; arrays of them are taken, too. One with four
 * parameters handles errors: those of the middleware in front of it in this list, and those of everything that runs behind
 * the list. What no one handles goes to the error handlers of the application.
 *
 * What they put on `req`, such as `req.user`, is on the context, too; name it for the compiler:
 * `fromExpress<{ user: User }>(...)`. In the place of a handler, requests that they let go on are answered with 404. Below a
 * path, `app.use('/old', fromExpress(router))`, they see `req.url` without it, and `req.baseUrl` is the path.
 *
 * Throws `ERR_NEXURE_EXPRESS_HANDLER` for what is no Express middleware.
 */
export function fromExpress<Added extends object = object>(
  ...middleware: readonly ExpressMiddleware[]
): FromExpress<Added>;
export function fromExpress<Added extends object = object>(
  ...handlers: readonly (ExpressHandler | readonly ExpressHandler[])[]
): FromExpress<Added>;
export function fromExpress(...handlers: readonly (ExpressHandler | readonly ExpressHandler[])[]): FromExpress<object> {
  const steps = handlers.flat().map(stepOf);
  if (steps.length === 0) throw notMiddleware('fromExpress() takes one middleware or more');
  const below = (depth: number) => {
    return (context: AnyContext, next?: Next): unknown => new Chain(Bridge.of(context), steps, next, depth).run();
  };
  return Object.assign(below(0), { [BELOW]: below }) as unknown as FromExpress<object>;
}

/** The request that Express middleware of this context has, or will have. */
export function expressRequest(context: object): ExpressRequest & Record<string, unknown> {
  return Bridge.of(context as AnyContext).req as ExpressRequest & Record<string, unknown>;
}

/** The response that Express middleware of this context has, or will have. */
export function expressResponse(context: object): ExpressResponse {
  return Bridge.of(context as AnyContext).res;
}

/** Reads how many parameters a middleware has, once. */
function stepOf(handler: unknown): ChainStep {
  if (isThenable(handler)) throw notMiddleware('fromExpress() was given a promise: wait for the middleware');
  if (typeof handler !== 'function') {
    throw notMiddleware(`fromExpress() takes functions, not ${handler === null ? 'null' : typeof handler}`);
  }
  if (handler.length > 4) {
    throw notMiddleware(
      `${handler.name || 'a middleware'} has ${handler.length} parameters: Express middleware has at most 4`,
    );
  }
  return handler.length === 4
    ? { name: handler.name, run: undefined, handle: handler as ExpressErrorMiddleware }
    : { name: handler.name, run: handler as ExpressMiddleware, handle: undefined };
}

function notMiddleware(message: string): NexureError {
  return new NexureError('ERR_NEXURE_EXPRESS_HANDLER', message);
}
