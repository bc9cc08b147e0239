// A whole router or application of Express below a path of ours: it sees the path without the prefix, as Express does it.
import { access } from '../context/access.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { BELOW } from '../middleware.ts';
import { REGISTER } from '../register.ts';
import { fromExpress } from './from-express.ts';

import type { AnyContext } from '../context/access.ts';
import type { Handler, PathAware } from '../middleware.ts';
import type { AnyRoutes, Registrable } from '../register.ts';
import type { ExpressHandler } from './types.ts';

/**
 * Has Express middleware, a router or an application answer everything below a path: `app.register(mountExpress('/old',
 * router))`. In it `req.url` has no prefix and `req.baseUrl` is the prefix. What it does not answer is a 404. Throws
 * `ERR_NEXURE_EXPRESS_HANDLER`.
 */
export function mountExpress(
  path: string,
  ...handlers: readonly (ExpressHandler | readonly ExpressHandler[])[]
): Registrable<never> {
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new NexureError(
      'ERR_NEXURE_EXPRESS_HANDLER',
      `mountExpress() takes a path such as '/old' first, not ${JSON.stringify(path)}`,
    );
  }
  const prefix = path === '/' ? '' : path.replace(/\/$/, '');
  const { [BELOW]: below } = fromExpress(...handlers) as unknown as PathAware;
  // Which path that is in the end depends on where it is mounted, and on the request.
  const handler: Handler = (context) => (below(access.routeOf(context as AnyContext).depth) as Handler)(context);
  return {
    [REGISTER]: (routes: AnyRoutes) => {
      routes.all(`${prefix}/*`, { body: 'stream' }, handler);
      if (prefix !== '') routes.all(prefix, { body: 'stream' }, handler);
    },
  };
}
