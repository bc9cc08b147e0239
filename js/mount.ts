// Handlers of the web's shape, from `Request` to `Response`, below a path of the application.
import { access } from './context/access.ts';
import { webRequestOf } from './context/web-request.ts';
import { NexureError } from './errors/nexure-error.ts';
import { behind } from './prefix.ts';

import type { AnyContext } from './context/access.ts';
import type { Handler } from './middleware.ts';

/** A handler of the web's shape, as `fetch` of other frameworks and runtimes. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/**
 * Makes a handler of a fetch handler, which sees the path without what its route has in front of the wildcard, as if it
 * were alone in the world: of `/api/*`, `/api/users?page=2` is `/users?page=2`.
 *
 * Throws `ERR_NEXURE_ANSWER_TYPE` when the fetch handler gives something other than a `Response`.
 */
export function fetchHandler(handler: FetchHandler): Handler {
  return async (context) => {
    const response: unknown = await handler(requestBelow(context as AnyContext));
    if (response instanceof Response) return response;
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', 'a mounted fetch handler must return a Response');
  };
}

function requestBelow(context: AnyContext): Request {
  const { depth } = access.routeOf(context);
  if (depth === 0) return context.webRequest;
  const { request } = context;
  const { path, url } = request;
  return webRequestOf(context, `${request.origin}/${behind(path, depth)}${url.slice(path.length)}`);
}
