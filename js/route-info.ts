// What `app.routes()` tells of routes.
import type { DeclaredRoute, HttpMethod } from './route.ts';

/** A route as `app.routes()` lists it. */
export interface RouteInfo {
  readonly method: HttpMethod;
  readonly path: string;
  /** Names of the parameters. */
  readonly params: readonly string[];
  /** The host it is for, as it was declared. */
  readonly host?: string | RegExp;
  /** The versions it is for. */
  readonly version?: string;
}

/** A route as it is told of. */
export function routeInfo({ method, path, params, declared }: DeclaredRoute): RouteInfo {
  const { host, version } = { ...declared.settings, ...declared.settings.constraints };
  return {
    method,
    path,
    params: [...params],
    ...(host === undefined ? undefined : { host }),
    ...(version === undefined ? undefined : { version }),
  };
}
