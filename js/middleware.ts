// Middleware, compiled once per route into one function. A chain of synchronous ones stays synchronous, one that does
// not take `next` costs no closure, and one that does costs one.
import { isThenable } from './answer.ts';
import { NexureError } from './errors/nexure-error.ts';

import type { Context } from './context/context.ts';

/** Runs what follows, and gives what it answers. */
export type Next = () => unknown;

/**
 * Runs before a handler. It answers by returning a value, and lets the request go on by returning what `next()`
 * returns. One that returns nothing passes on what `next()` gave; one that takes no `next` lets the request go on.
 */
export type Middleware<Params = Record<string, string>> = (context: Context<Params>, next: Next) => unknown;

/** Answers a request: the returned value, or what `ctx.response` was given. */
export type Handler<Params = Record<string, string>> = (context: Context<Params>) => unknown;

/** A chain of middleware and a handler, as one function. */
export type Step = (context: Context) => unknown;

/** Compiles a chain. */
export function compose(middleware: readonly Middleware[], handler: Handler): Step {
  let step: Step = handler;
  for (let index = middleware.length - 1; index >= 0; index -= 1) {
    const current = middleware[index] as Middleware;
    step = current.length < 2 ? withoutNext(current as Handler, step) : withNext(current, step);
  }
  return step;
}

function withoutNext(middleware: Handler, following: Step): Step {
  return (context) => {
    const result = middleware(context);
    if (result === undefined) return following(context);
    if (isThenable(result)) return result.then((value) => (value === undefined ? following(context) : value));
    return result;
  };
}

function withNext(middleware: Middleware, following: Step): Step {
  return (context) => {
    let called = false;
    let passed: unknown;
    const result = middleware(context, () => {
      if (called || context.$answered) {
        throw new NexureError(
          'ERR_NEXURE_NEXT_CALLED_TWICE',
          `next() was called ${called ? 'twice' : 'too late'} in a middleware`,
        );
      }
      called = true;
      return (passed = following(context));
    });
    if (result === undefined) return passed;
    // An async middleware that awaits `next()` and returns nothing passes on what it gave.
    if (result !== passed && isThenable(result)) return result.then((value) => (value === undefined ? passed : value));
    return result;
  };
}
