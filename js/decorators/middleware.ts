// The function twins of the decorators that stand in front of a method: middleware for any route.
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { ForbiddenError } from '../errors/http-error.ts';
import { invalidOption } from '../option-checks.ts';
import { checkName, checkValue } from '../http/fields.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { Next } from '../declared.ts';

/**
 * Says whether a request may go on. A method, so that it may ask for a context that middleware has added something to.
 */
export type GuardFunction = { check(context: Context): boolean | Promise<boolean> }['check'];

/** An object that says whether a request may go on. */
export interface CanActivate {
  canActivate(context: Context): boolean | Promise<boolean>;
}

/** Answers what was thrown; one that returns nothing leaves it to the next. */
export type Catcher<Thrown = unknown> = (error: Thrown, context: Context) => unknown;

/** A class of errors. */
export type ErrorClass<Thrown = unknown> = abstract new (...args: never) => Thrown;

/**
 * Lets requests pass for which every guard says `true`; any other is answered with 403 `ERR_NEXURE_GUARD_REFUSED`, and what
 * a guard throws as it is thrown elsewhere. Guards are asked in their order, each only when the one before has agreed.
 */
export function guard(...guards: readonly (GuardFunction | CanActivate)[]): (context: Context) => unknown {
  if (guards.length === 0) throw invalidOption('guard', 'given a guard', undefined);
  const checks = guards.map(guardFunction);
  const ask = (context: Context, from: number): unknown => {
    for (let index = from; index < checks.length; index += 1) {
      const verdict: unknown = (checks[index] as GuardFunction)(context);
      if (isThenable(verdict)) {
        return verdict.then((settled) => {
          admit(settled);
          return ask(context, index + 1);
        });
      }
      admit(verdict);
    }
    return undefined;
  };
  return function guarded(context) {
    return ask(context, 0);
  };
}

function guardFunction(given: GuardFunction | CanActivate): GuardFunction {
  if (typeof given === 'function') return given;
  if (isGuard(given)) return (context) => given.canActivate(context);
  throw invalidOption('guard', 'a function, or an object with canActivate()', given);
}

/** Whether a value has the method of a guard. */
export function isGuard(value: unknown): value is CanActivate {
  return hasMethod(value, 'canActivate');
}

/** Whether an object has a method. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function';
}

/** What is not `true` is a refusal: a guard that forgets to return does not open the door. */
function admit(verdict: unknown): void {
  if (verdict === true) return;
  throw new ForbiddenError('You may not do this.', { code: 'ERR_NEXURE_GUARD_REFUSED' });
}

/** Sets the status of answers that say none: an integer from 200 to 599. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function status(code: number): (context: Context) => undefined {
  checkStatus('status', code);
  return function withStatus({ response }) {
    if (response.statusCode === 0) response.status(code);
  };
}

/** Checks a status that is declared. */
export function checkStatus(path: string, code: unknown): void {
  if (typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599) return;
  throw invalidOption(path, 'an integer from 200 to 599', code);
}

/** Sets a header field of the answer, which handlers may set anew. Throws `ERR_NEXURE_HEADER_NAME` or `_VALUE`. */
export function header(name: string, value: string): (context: Context) => undefined {
  checkName(name);
  checkValue(name, value);
  return function withHeader({ response }) {
    response.set(name, value);
  };
}

/** A handler that redirects; `code` is a 3xx, default 302. */
export function redirect(location: string, code = 302): (context: Context) => unknown {
  checkRedirect('redirect', location, code);
  return function redirects({ response }) {
    return response.redirect(location, code);
  };
}

/** Checks a redirect that is declared. */
export function checkRedirect(path: string, location: unknown, code: unknown): void {
  if (typeof location !== 'string' || location === '') throw invalidOption(path, 'given a location', location);
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 300 || code > 399) {
    throw invalidOption(`${path}.status`, 'an integer from 300 to 399', code);
  }
}

/**
 * Middleware that answers what is thrown behind it: everything, or instances of the given classes. What `catcher` returns is
 * the answer; when it returns nothing, and has prepared none, the error goes on.
 */
export function catchError<Thrown>(
  ...given: readonly [...classes: ErrorClass<Thrown>[], catcher: Catcher<Thrown>]
): (context: Context, next: Next) => unknown {
  const classes = given.slice(0, -1) as readonly ErrorClass<Thrown>[];
  const catcher = given.at(-1) as Catcher<Thrown>;
  for (const one of given) {
    if (typeof one !== 'function')
      throw invalidOption('catchError', 'classes of errors, and a function at the end', one);
  }
  const recover = (error: unknown, context: Context): unknown => {
    if (classes.length > 0 && !classes.some((one) => error instanceof one)) throw error;
    // What the failed handler had prepared is not part of the error's answer.
    access.resetResponse(context as AnyContext);
    const answer: unknown = catcher(error as Thrown, context);
    if (!isThenable(answer)) return answered(answer, error, context);
    // oxlint-disable-next-line promise/no-promise-in-callback -- nothing is a callback here: `error` is what was thrown
    return answer.then((value) => answered(value, error, context));
  };
  return function catches(context, next) {
    let result: unknown;
    try {
      result = next();
    } catch (error) {
      return recover(error, context);
    }
    return isThenable(result) ? result.then(undefined, (error: unknown) => recover(error, context)) : result;
  };
}

function answered(value: unknown, error: unknown, { response }: Context): unknown {
  if (value === undefined && !response.$answers()) throw error;
  return value === undefined ? response : value;
}
