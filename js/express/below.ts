// What a router of Express does not see: the path it stands below, which is `req.baseUrl` while it runs.
import type { ExpressRequest } from './types.ts';

/** What was taken off the beginning of `req.url`. */
export interface HiddenPath {
  readonly baseUrl: string;
  readonly removed: string;
  /** Whether nothing was left, for which `/` stands. */
  readonly slashAdded: boolean;
}

/** Takes the first segments off `req.url`. */
export function hidePath(req: ExpressRequest, depth: number): HiddenPath {
  const { url, baseUrl } = req;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  let at = 0;
  for (let count = 0; count < depth && at !== -1; count += 1) at = path.indexOf('/', at + 1);
  const removed = at === -1 ? path : path.slice(0, at);
  const rest = url.slice(removed.length);
  const slashAdded = !rest.startsWith('/');
  req.url = slashAdded ? `/${rest}` : rest;
  req.baseUrl = baseUrl + removed;
  return { baseUrl, removed, slashAdded };
}

/** Puts back what was taken off, in front of what middleware has made of the rest. */
export function showPath(req: ExpressRequest, { baseUrl, removed, slashAdded }: HiddenPath): void {
  const { url } = req;
  req.url = removed + (slashAdded && url.startsWith('/') ? url.slice(1) : url);
  req.baseUrl = baseUrl;
}
