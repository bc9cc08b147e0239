// A request that is more than one record and one row: its body is read while it arrives, its answer is written step by
// step, or somebody wants to know when its client has gone.
import { AsyncResource } from 'node:async_hooks';

import type { Link } from './link.ts';

/** What `read` gives when there are no bytes; from `FAILED` on, a native problem by its number. */
export const WAIT = 0;
export const END = 1;
export const GONE = 2;
export const FAILED = 16;

/** What `write` gives. */
export const OPEN = 0;
export const FULL = 1;
export const TOO_MANY = 3;

/** Why a request is over. */
export type Ending = 'answered' | 'client-gone' | 'timed-out';

/** A promise that events resolve; everybody who waits for the same thing shares it. */
interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function signal(): Signal {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** The dealings with one request. */
export class Exchange {
  readonly #link: Link;
  readonly #slot: number;
  readonly #generation: number;
  readonly #sequence: number;
  readonly #token: number;
  #ending: Ending | undefined;
  /** The client sends no more: it has gone, or waits for its answer with half a connection. */
  #hasEnded = false;
  #readable: Signal | undefined;
  #writable: Signal | undefined;
  #controller: AbortController | undefined;
  /** Where the signal was asked for: its listeners work for the request, and the loop that tells of its end does not. */
  #scope: AsyncResource | undefined;
  #onOver: (() => void) | undefined;

  constructor(link: Link, slot: number, generation: number, sequence: number, isAnswered: boolean) {
    this.#link = link;
    this.#slot = slot;
    this.#generation = generation;
    this.#sequence = sequence;
    this.#token = link.watch(this, slot, generation, sequence);
    if (this.#token === 0) this.#ending = isAnswered ? 'answered' : 'client-gone';
  }

  /** Why the request is over; `undefined` while it is not. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /**
   * Aborts when the client goes or the time of the handler is up before the answer is complete; also when the client closes
   * only its half of the connection, which looks the same until something is sent.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#scope = new AsyncResource('NEXURE_SIGNAL');
    }
    if (this.#hasEnded || (this.#ending !== undefined && this.#ending !== 'answered')) this.#abort();
    return this.#controller.signal;
  }

  /** Bytes of the body, or a number that says why there are none. */
  read(): Uint8Array | number {
    if (this.#ending !== undefined) return GONE;
    return this.#link.readBody(this.#slot, this.#generation, this.#sequence);
  }

  /** Resolves when `read` may give something else than `WAIT`. */
  readable(): Promise<void> {
    return (this.#readable ??= signal()).promise;
  }

  /** Writes bytes of the answer. */
  write(bytes: Uint8Array): number {
    if (this.#ending !== undefined) return GONE;
    return this.#link.writeBody(this.#slot, this.#generation, this.#sequence, bytes);
  }

  /** Resolves when there is room again, or the request is over. */
  writable(): Promise<void> {
    return this.#ending === undefined ? (this.#writable ??= signal()).promise : Promise.resolve();
  }

  /** Ends the answer; `false` when it was shorter than it promised. */
  end(): boolean {
    if (this.#ending !== undefined) return true;
    const whole = this.#link.endBody(this.#slot, this.#generation, this.#sequence) !== 1;
    this.answered();
    return whole;
  }

  /** Gives the answer up: the client sees that it is cut. */
  break(): void {
    if (this.#ending !== undefined) return;
    this.#link.breakBody(this.#slot, this.#generation, this.#sequence);
    this.answered();
  }

  /** Has `act` called, once, when the request is over before its answer is complete. */
  onOver(act: () => void): void {
    this.#onOver = act;
  }

  /** The answer is complete: nothing is watched any more. */
  answered(): void {
    this.#finish('answered');
    this.#link.unwatch(this.#token);
  }

  /** @internal The core tells that the body has more. */
  onReadable(): void {
    const waiting = this.#readable;
    this.#readable = undefined;
    waiting?.resolve();
  }

  /** @internal The core tells that the answer may go on. */
  onWritable(): void {
    const waiting = this.#writable;
    this.#writable = undefined;
    waiting?.resolve();
  }

  /** @internal The core tells that the client sends no more. */
  onEnded(): void {
    this.#hasEnded = true;
    if (this.#controller !== undefined && this.#ending === undefined) this.#abort();
  }

  /** @internal The core tells that the request is over. */
  onEnding(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#finish(ending);
    const act = this.#onOver;
    this.#onOver = undefined;
    act?.();
    if (this.#controller !== undefined) this.#abort();
  }

  #finish(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.onReadable();
    this.onWritable();
  }

  #abort(): void {
    const late = this.#ending === 'timed-out';
    const reason = late
      ? new DOMException('The handler did not answer in time.', 'TimeoutError')
      : new DOMException('The client has gone.', 'AbortError');
    this.#scope?.runInAsyncScope(() => this.#controller?.abort(reason));
  }
}
