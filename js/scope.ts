// A scope is an application, a router or a group: it has a prefix, and middleware, hooks and an error handler for the
// routes within. Middleware stands in front of what is declared after it, hooks and error handlers concern all routes.
import type { AnyContext } from './context/access.ts';
import type { Middleware } from './middleware.ts';
import type { ResponseListener } from './observe/response-event.ts';

/** Handles what was thrown: returns the answer, or nothing to leave it to the next handler outward. */
export type ErrorHandler = (error: unknown, context: AnyContext) => unknown;

/** Runs before the middleware of every request; what it returns is awaited and ignored. */
export type RequestHook = (context: AnyContext) => void | Promise<void>;

/** Middleware, and the paths it is for. */
export interface PlacedMiddleware {
  readonly middleware: Middleware;
  /** Segments of the prefix whose paths it is for; `undefined` for all of its scope. */
  readonly below: readonly string[] | undefined;
  /** Segments of the path it was placed below by `use(path, ...)`, which middleware of Express does not see; 0 for none. */
  readonly depth: number;
}

/** What the routes of an application, a router or a group have in common. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly prefix: string;
  /** In the order they run, those of the outer scopes first; replaced when one is added, so that routes may keep it. */
  middleware: readonly PlacedMiddleware[];
  readonly onRequest: RequestHook[];
  readonly onResponse: ResponseListener[];
  errorHandler: ErrorHandler | undefined;
}

/** A scope within another, with the middleware which that one has by now. */
export function innerScope(parent: Scope | undefined, prefix: string): Scope {
  return {
    parent,
    prefix,
    middleware: parent?.middleware ?? [],
    onRequest: [],
    onResponse: [],
    errorHandler: undefined,
  };
}

/** The request hooks of a scope, those of the outer scopes first. */
export function requestHooksOf(scope: Scope): readonly RequestHook[] {
  return scope.parent === undefined ? scope.onRequest : [...requestHooksOf(scope.parent), ...scope.onRequest];
}

/** Those that are told of the answers of a scope, those of the outer scopes first. */
export function responseListenersOf(scope: Scope): readonly ResponseListener[] {
  return scope.parent === undefined ? scope.onResponse : [...responseListenersOf(scope.parent), ...scope.onResponse];
}

/** The error handlers of a scope as they are now, its own first. */
export function errorHandlersOf(scope: Scope): readonly ErrorHandler[] {
  const handlers: ErrorHandler[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.errorHandler !== undefined) handlers.push(at.errorHandler);
  }
  return handlers;
}
