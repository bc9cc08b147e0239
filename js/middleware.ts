// Middleware, compiled once per route into one function. A chain of synchronous ones stays synchronous, one that does
// not take `next` costs no closure, and one that does costs one.
import { isThenable } from './answer.ts';
import { access } from './context/access.ts';
import { extend } from './context/extend.ts';
import { NexureError } from './errors/nexure-error.ts';
import { below } from './prefix.ts';

import type { AnyContext } from './context/access.ts';
import type { Context } from './context/context.ts';
import type { Next } from './declared.ts';
import type { RequestHook } from './scope.ts';
import type { AnyParams } from './types.ts';

/**
 * Runs before a handler. It answers by returning a value, and lets the request go on by returning what `next()`
 * returns. One that returns nothing passes on what `next()` gave; one that takes no `next` lets the request go on.
 */
export type Middleware<Params = AnyParams, Added = unknown> = (context: Context<Params> & Added, next: Next) => unknown;

/** Answers a request: the returned value, or what `ctx.response` was given. */
export type Handler<Params = AnyParams, Added = unknown> = (context: Context<Params> & Added) => unknown;

/** A chain of middleware and a handler, as one function. */
export type Step = (context: Context) => unknown;

/** Is told of an error that cannot be answered any more. */
export type Report = (error: unknown, context: AnyContext) => void;

/**
 * Middleware with this property sees only what is behind the path it was placed below, as in Express: it is made for the
 * number of segments that it does not see.
 */
export const BELOW: unique symbol = Symbol('below');

/** Middleware as it is placed: below so many segments. */
export function placedBelow(middleware: Middleware, depth: number): Middleware {
  const { [BELOW]: make } = middleware as Partial<PathAware>;
  return depth === 0 || make === undefined ? middleware : make(depth);
}

/** What middleware is that has `BELOW`. */
export interface PathAware {
  readonly [BELOW]: (depth: number) => Middleware;
}

/** The parts of middleware that was made of several. */
const parts = new WeakMap<Middleware, readonly Middleware[]>();

/** Notes what a middleware is made of, so that a chain is made of its parts. */
export function madeOf(composed: Middleware, middleware: readonly Middleware[]): Middleware {
  parts.set(composed, middleware.flatMap(partsOf));
  return composed;
}

/** What a middleware is made of; itself, unless it was made of several. */
export function partsOf(middleware: Middleware): readonly Middleware[] {
  return parts.get(middleware) ?? [middleware];
}

/** Compiles a chain. `report` is told of what fails behind a middleware that has answered without it. */
export function compose(middleware: readonly Middleware[], handler: Handler, report: Report): Step {
  let step: Step = handler;
  for (const current of middleware.flatMap(partsOf).toReversed()) {
    step = current.length < 2 ? withoutNext(current as Handler, step) : withNext(current, step, report);
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

function withNext(middleware: Middleware, following: Step, report: Report): Step {
  return (context) => {
    let called = false;
    let passed: unknown;
    const next = (added?: object): unknown => {
      if (called || access.isAnswered(context as AnyContext)) {
        throw new NexureError(
          'ERR_NEXURE_NEXT_CALLED_TWICE',
          `next() was called ${called ? 'twice' : 'too late'} in a middleware`,
        );
      }
      called = true;
      if (added !== undefined) extend(context, added);
      passed = following(context);
      // What the answer still asks for, such as the next chunk of a generator, belongs to the async context of here.
      if (isMoreThanData(passed)) access.keepScope(context as AnyContext);
      return passed;
    };
    let result: unknown;
    try {
      result = middleware(context, next as Next);
    } catch (error) {
      disown(passed, context, report);
      throw error;
    }
    if (result === undefined || result === passed) return passed;
    if (isThenable(result)) {
      // Whether an async middleware waits for what follows, and catches its error, is its own affair: the rejection is
      // not to be reported as nobody's. One that awaits `next()` and returns nothing passes on what it gave.
      if (isThenable(passed)) passed.then(undefined, () => undefined);
      return result.then((value) => (value === undefined ? passed : value));
    }
    disown(passed, context, report);
    return result;
  };
}

/** Whether a result may be asked for more when it is sent: promises, streams and generators, answers of classes. */
function isMoreThanData(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const prototype: unknown = Object.getPrototypeOf(result);
  return prototype !== Object.prototype && prototype !== Array.prototype;
}

/** What follows goes on although its middleware has answered without it: if it fails, somebody must be told. */
function disown(passed: unknown, context: Context, report: Report): void {
  if (isThenable(passed)) passed.then(undefined, (error: unknown) => report(error, context as AnyContext));
}

/** Runs hooks in front of a chain. Nothing of what they return is an answer, but what they throw is an error. */
export function observe(hooks: readonly RequestHook[], following: Step): Step {
  let step = following;
  for (const hook of hooks.toReversed()) {
    const behind = step;
    step = (context) => {
      const result: unknown = hook(context as AnyContext);
      return isThenable(result) ? result.then(() => behind(context)) : behind(context);
    };
  }
  return step;
}

/** Middleware that lets requests pass which are not for it. */
export function onlyBelow(prefix: readonly string[], middleware: Middleware): Middleware {
  const isConcerned = below(prefix);
  if (middleware.length < 2) {
    return (context) => (isConcerned(context.request.path) ? (middleware as Handler)(context) : undefined);
  }
  return (context, next) => (isConcerned(context.request.path) ? middleware(context, next) : next());
}
