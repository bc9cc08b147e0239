// What stands in front of the methods of a controller: middleware and guards, as functions, as objects, or as classes of
// which the container makes the instances.
import { isClass } from '../di/provider.ts';
import { guard, hasMethod, isGuard } from './middleware.ts';
import { NexureError } from '../errors/nexure-error.ts';

import type { Context } from '../context/context.ts';
import type { Next } from '../declared.ts';
import type { Middleware } from '../middleware.ts';
import type { Constructor } from '../di/token.ts';
import type { CanActivate, GuardFunction } from './middleware.ts';

/** Middleware as a function; a method, so that it may ask for a context that other middleware has added something to. */
export type MiddlewareFunction = { use(context: Context, next: Next): unknown }['use'];

/** An object that is middleware. */
export interface MiddlewareObject {
  use(context: Context, next: Next): unknown;
}

/** What `@Use` takes: a function, an object with `use()`, or a class of such objects. */
export type UseTarget = MiddlewareFunction | MiddlewareObject | Constructor<MiddlewareObject>;

/** What `@Guard` takes: a function, an object with `canActivate()`, or a class of such objects. */
export type GuardTarget = GuardFunction | CanActivate | Constructor<CanActivate>;

/** One thing in front of a method. */
export type Link =
  | { readonly middleware: Middleware; readonly theClass?: undefined }
  | {
      /** An instance comes from the container. */
      readonly theClass: Constructor;
      readonly takesNext: boolean;
      readonly middlewareOf: (instance: object) => Middleware;
    };

/** The link of what `@Use` was given. Throws `ERR_NEXURE_CONTROLLER_INVALID`. */
export function useLink(given: unknown): Link {
  if (hasMethod(given, 'use')) return { middleware: middlewareOf(given as MiddlewareObject) };
  if (isClass(given)) {
    checkClass('@Use', given, 'use');
    const takesNext = (given.prototype as MiddlewareObject).use.length > 1;
    return { theClass: given, takesNext, middlewareOf: (instance) => middlewareOf(instance as MiddlewareObject) };
  }
  if (typeof given === 'function') return { middleware: given as Middleware };
  throw invalidLink('@Use', 'middleware: a function, or an object or a class with use(context, next)', given);
}

/** The link of what `@Guard` was given. Throws `ERR_NEXURE_CONTROLLER_INVALID`. */
export function guardLink(given: unknown): Link {
  if (isClass(given)) {
    checkClass('@Guard', given, 'canActivate');
    const middlewareOfGuard = (instance: object): Middleware => guard(instance as CanActivate) as Middleware;
    return { theClass: given, takesNext: false, middlewareOf: middlewareOfGuard };
  }
  if (typeof given === 'function' || isGuard(given)) {
    return { middleware: guard(given as GuardFunction | CanActivate) as Middleware };
  }
  throw invalidLink('@Guard', 'guards: a function, or an object or a class with canActivate(context)', given);
}

/** One that takes no `next` costs no closure per request, and must not seem to take one. */
function middlewareOf(instance: MiddlewareObject): Middleware {
  return instance.use.length < 2
    ? (context) => instance.use(context, undefined as never)
    : (context, next) => instance.use(context, next as Next);
}

function checkClass(decorator: string, given: Constructor, method: string): void {
  if (typeof (given.prototype as Record<string, unknown>)[method] === 'function') return;
  throw new NexureError(
    'ERR_NEXURE_CONTROLLER_INVALID',
    `${decorator}(${given.name}): the class has no method ${method}()`,
  );
}

function invalidLink(decorator: string, expected: string, given: unknown): NexureError {
  const shown = given === null ? 'null' : typeof given;
  return new NexureError('ERR_NEXURE_CONTROLLER_INVALID', `${decorator} takes ${expected}, not ${shown}`);
}
