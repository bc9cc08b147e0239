// Fetch handlers as routes: what answers a web `Request` with a `Response` can be mounted below a prefix.
import { webRequestOf } from './context/web-request.ts';
import { NexureError } from './errors/nexure-error.ts';

import type { AnyContext } from './context/access.ts';

/** Answers a web request, as `fetch` of other frameworks and runtimes does. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/**
 * Makes a route handler of a fetch handler. The URL that it sees is that of the request without `prefix`, as if it were
 * alone in the world: below `/api`, `/api/users?page=2` becomes `/users?page=2`.
 *
 * The handler throws `ERR_NEXURE_ANSWER_TYPE` when the fetch handler gives something other than a `Response`.
 */
export function fetchHandler(handler: FetchHandler, prefix: string): (context: AnyContext) => Promise<Response> {
  const mount = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return async (context) => {
    const answer: unknown = await handler(requestBelow(context, mount));
    if (answer instanceof Response) return answer;
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `the fetch handler mounted at ${mount || '/'} gave no Response`);
  };
}

function requestBelow(context: AnyContext, mount: string): Request {
  if (mount === '') return context.webRequest;
  const { request } = context;
  // By segments, as a prefix may have parameters.
  const segments = mount.split('/').length - 1;
  const [path = '', query] = request.url.split('?', 2);
  const rest = path
    .split('/')
    .slice(segments + 1)
    .join('/');
  const search = query === undefined ? '' : request.url.slice(path.length);
  return webRequestOf(context, `${request.protocol}://${request.host ?? 'localhost'}/${rest}${search}`);
}
