// What an application's declarations compile to when it begins to serve: routes, the chain for requests without one, the
// native answers in its words, and who is told of answers.
import { replaceNativeAnswers } from './errors/native-answers.ts';
import { compileMisses, withNotFound } from './misses.ts';
import { liesBelow } from './prefix.ts';
import { compileRoute } from './route.ts';
import { errorHandlersOf, requestHooksOf } from './scope.ts';

import type { NativeErrorHandler } from './errors/native-answers.ts';
import type { Handler } from './middleware.ts';
import type { RouteTable } from './native.ts';
import type { Audience } from './observe/observer.ts';
import type { CompiledRoute, DeclaredRoute, RouteSurroundings } from './route.ts';
import type { RouteList } from './route-list.ts';
import type { PlacedMiddleware } from './scope.ts';

/** What is served for as long as nothing is declared. */
export interface Compiled {
  readonly table: RouteTable;
  readonly routes: readonly CompiledRoute[];
  readonly audience: Audience;
}

/** What an application declares beside its routes. */
export interface Surroundings extends RouteSurroundings {
  readonly notFound: Handler | undefined;
  readonly onNativeError: NativeErrorHandler | undefined;
  readonly reportListener: (error: unknown) => void;
}

/** Compiles everything; throws what `app.onNativeError` throws, and for what it gives that cannot be sent. */
export function compileRoutes(list: RouteList, surroundings: Surroundings): Compiled {
  const { table, scope } = list;
  const { notFound, onNativeError, reportListener } = surroundings;
  table.clearFiles();
  const declared = list.routes.map((route, number) => {
    // Only where an error handler would make another answer of it is JavaScript asked.
    const asksTooLarge = errorHandlersOf(route.scope).length > 0;
    const compiled = compileRoute(route, surroundings);
    const asksInvalid = asksTooLarge || compiled.input?.translate !== undefined;
    table.setRules(number, { ...route.settings.rules, asksTooLarge, asksInvalid });
    table.setInput(number, compiled.input?.program);
    const { native: files, hot } = route.declared.files ?? {};
    if (files !== undefined && hot !== undefined && isAnsweredNatively(route)) table.setFiles(number, files, hot);
    if (notFound === undefined || route.declared.servesFiles !== true) return compiled;
    return compileRoute({ ...route, handler: withNotFound(route.handler, notFound) }, surroundings);
  });
  const routes = [...declared, ...compileMisses(list, notFound, surroundings)];
  if (onNativeError !== undefined) replaceNativeAnswers(table, onNativeError);
  const audience: Audience = {
    listens: scope.onResponse.length > 0 || routes.some(({ listeners }) => listeners.length > 0),
    everywhere: scope.onResponse,
    of: (route) => routes[route],
    report: reportListener,
  };
  return { table, routes, audience };
}

/** Whether nothing of JavaScript stands in front of a route of files, or works on what it answers. */
function isAnsweredNatively({ path, scope, placed, middleware, settings }: DeclaredRoute): boolean {
  const isConcerned = ({ below }: PlacedMiddleware): boolean => below === undefined || liesBelow(below, path) !== 'no';
  const hasMiddleware = middleware.length > 0 || placed.some(isConcerned);
  return !hasMiddleware && settings.compression === undefined && requestHooksOf(scope).length === 0;
}
