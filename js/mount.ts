// Handlers of the web's shape, from `Request` to `Response`, below a path of the application.
import { NexureError } from './errors/nexure-error.ts';

import type { Handler } from './middleware.ts';

/** A handler of the web's shape. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** Makes a handler of a fetch handler, which sees the path without its first `depth` segments. */
export function fetchHandler(handler: FetchHandler, depth: number): Handler {
  return async (context) => {
    const { request } = context;
    const url = new URL(`http://${request.host ?? 'localhost'}${request.url}`);
    url.pathname = `/${url.pathname
      .split('/')
      .slice(depth + 1)
      .join('/')}`;
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const init = {
      method: request.method,
      headers: request.headers,
      signal: context.signal,
      ...(hasBody ? { body: context.stream(), duplex: 'half' } : undefined),
    };
    const response = await handler(new Request(url, init as RequestInit));
    if (response instanceof Response) return response;
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', 'a mounted fetch handler must return a Response');
  };
}
