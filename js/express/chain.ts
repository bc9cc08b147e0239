// One run of a list of Express middleware for one request: each calls `next` or answers, now or later. A list that does
// all of it at once is run without a promise.
import { isThenable } from '../answer.ts';
import { NotFoundError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { noteForeign } from '../errors/foreign.ts';
import { expose } from './expose.ts';
import { hidePath, showPath } from './below.ts';

import type { Next } from '../declared.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { HiddenPath } from './below.ts';
import type { Bridge, Waiting } from './bridge.ts';
import type { ExpressErrorMiddleware, ExpressMiddleware, ExpressNext } from './types.ts';

/** A middleware, by what it is called for. */
export interface ChainStep {
  readonly name: string;
  readonly run: ExpressMiddleware | undefined;
  readonly handle: ExpressErrorMiddleware | undefined;
}

/** What failed, in a box: an error can be anything. */
interface Failure {
  readonly error: unknown;
}

type Outcome =
  | { readonly value: unknown; readonly failure: undefined }
  | { readonly value: undefined; readonly failure: Failure };

/** Runs a list once. */
export class Chain implements Waiting {
  readonly #bridge: Bridge;
  readonly #steps: readonly ChainStep[];
  readonly #following: Next | undefined;
  readonly #depth: number;
  /** What the list does not see of the path, while it runs. */
  #hidden: HiddenPath | undefined = undefined;
  /** Whether what stands behind the list was run. */
  #followed = false;
  #outcome: Outcome | undefined = undefined;
  #resolve: ((value: unknown) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;

  /** `depth` segments of the path are not seen by the list. */
  constructor(bridge: Bridge, steps: readonly ChainStep[], following: Next | undefined, depth: number) {
    this.#bridge = bridge;
    this.#steps = steps;
    this.#following = following;
    this.#depth = depth;
  }

  /** Runs the list and what follows; gives the answer, or a promise of it. */
  run(): unknown {
    this.#bridge.waiting = this;
    this.#hide();
    this.#go(0, undefined);
    const outcome = this.#outcome;
    if (outcome === undefined) {
      this.#bridge.watch();
      return new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
    }
    if (outcome.failure !== undefined) throw outcome.failure.error;
    return outcome.value;
  }

  answered(answer: PreparedAnswer): void {
    this.#settle({ value: answer, failure: undefined });
  }

  failed(error: unknown): void {
    if (!this.#followed) this.#settle({ value: undefined, failure: { error } });
  }

  /** Goes on with the first step from `index` on that is for this case. */
  #go(index: number, failure: Failure | undefined): void {
    if (this.#outcome !== undefined) return;
    const steps = this.#steps;
    for (let at = index; at < steps.length; at += 1) {
      const step = steps[at] as ChainStep;
      if ((failure === undefined ? step.run : step.handle) !== undefined) {
        this.#call(step, at, failure);
        return;
      }
    }
    if (failure === undefined) this.#follow();
    else this.#settle({ value: undefined, failure });
  }

  #call(step: ChainStep, index: number, failure: Failure | undefined): void {
    const bridge = this.#bridge;
    const { req, res } = bridge;
    let called = false;
    const next: ExpressNext = (error) => {
      if (called) {
        this.#calledTwice(step, error);
        return;
      }
      called = true;
      bridge.restore();
      if (error === 'route' || error === 'router') this.#go(this.#steps.length, undefined);
      // As in Express, what is falsy is no error.
      else if (error) this.#go(index + 1, { error: foreign(error) });
      // A handler that recovers from an error of what stands behind the list cannot have it run again.
      else if (this.#followed) this.#settle({ value: undefined, failure: failure as Failure });
      else this.#go(index + 1, undefined);
    };
    // What is thrown is an error even if it is `undefined`.
    const fail = (error: unknown): void => next(error || new Error('a middleware has failed without an error'));
    (req as { next?: ExpressNext }).next = next;
    try {
      const result = failure === undefined ? step.run?.(req, res, next) : step.handle?.(failure.error, req, res, next);
      if (isThenable(result)) result.then(undefined, (error: unknown) => fail(error));
    } catch (error) {
      fail(error);
    }
    if (!called) bridge.poll();
  }

  /** Runs what stands behind the list. */
  #follow(): void {
    const bridge = this.#bridge;
    this.#show();
    if (bridge.res.headersSent) {
      // The list has answered, and lets the request go on as well: there is nothing left to answer.
      bridge.poll();
      return;
    }
    const following = this.#following;
    if (following === undefined) {
      this.#settle({
        value: undefined,
        failure: { error: new NotFoundError('No route matches the path.', { code: 'ERR_NEXURE_ROUTE_NOT_FOUND' }) },
      });
      return;
    }
    this.#followed = true;
    expose(bridge);
    let value: unknown;
    try {
      value = following();
    } catch (error) {
      this.#failedBehind(error);
      return;
    }
    if (!isThenable(value)) {
      this.#settle({ value, failure: undefined });
      return;
    }
    // Until it answers, a middleware may do so in its place, as those do that watch the time.
    bridge.waiting = this;
    value.then(
      (settled) => this.#settle({ value: settled, failure: undefined }),
      (error: unknown) => this.#failedBehind(error),
    );
  }

  #failedBehind(error: unknown): void {
    if (this.#outcome !== undefined) return;
    const bridge = this.#bridge;
    bridge.waiting = this;
    this.#hide();
    this.#go(0, { error });
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    if (outcome.failure !== undefined) this.#show();
    if (this.#bridge.waiting === this) this.#bridge.waiting = undefined;
    if (outcome.failure !== undefined) this.#reject?.(outcome.failure.error);
    else this.#resolve?.(outcome.value);
  }

  #hide(): void {
    if (this.#depth > 0) this.#hidden ??= hidePath(this.#bridge.req, this.#depth);
  }

  #show(): void {
    if (this.#hidden !== undefined) showPath(this.#bridge.req, this.#hidden);
    this.#hidden = undefined;
  }

  /** Nobody waits for a second `next()`; an error that comes with it is told. */
  #calledTwice(step: ChainStep, error: unknown): void {
    if (error && error !== 'route' && error !== 'router') {
      this.#bridge.report(error);
      return;
    }
    this.#bridge.report(
      new NexureError(
        'ERR_NEXURE_NEXT_CALLED_TWICE',
        `next() was called twice in the Express middleware ${step.name || '(anonymous)'}`,
      ),
    );
  }
}

function foreign(error: unknown): unknown {
  noteForeign(error);
  return error;
}
