// The text of `nexure routes`.
import type { RouteInfo } from '../route-info.ts';

/** One route per line. */
export function routesText(routes: readonly RouteInfo[]): string {
  if (routes.length === 0) return 'no routes\n';
  return routes.map(({ method, path }) => `${method.padEnd(7)} ${path}\n`).join('');
}
