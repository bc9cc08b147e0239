// The public pool of byte buffers. It lends views of exactly the length that was asked for, all zero, and takes them back
// for good: a view that was released is empty, so what the next one writes is never seen through it.
import { clearInterval, setInterval } from 'node:timers';

import { Loan } from './loan.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { checkInteger, checkNames } from '../option-checks.ts';
import { Shelf } from './shelf.ts';

import type { ErrorCode } from '../errors/codes.ts';
import type { BufferClassStats } from './shelf.ts';

export type { BufferClassStats } from './shelf.ts';

/** Limits of a {@link BufferPool}. */
export interface BufferPoolOptions {
  /** Bytes of one buffer at most; 1-1,073,741,824, default 67,108,864. */
  readonly maxBytes?: number;
  /**
   * Bytes kept for later use at most, a fifth of them in each size class; 0-1,073,741,824, default 33,554,432. With 0
   * every buffer is allocated, and freed when it is released.
   */
  readonly maxKeptBytes?: number;
}

/** What a pool has counted since it was made. */
export interface BufferPoolStats {
  /** The size classes, the smallest first. */
  readonly classes: readonly BufferClassStats[];
  /** Buffers larger than the largest class: never kept. */
  readonly beyond: BufferClassStats;
  /** Buffers whose memory somebody else had when they were released. */
  readonly lost: number;
  /** Bytes kept now. */
  readonly keptBytes: number;
  /** Bytes that may be kept. */
  readonly maxKeptBytes: number;
}

const GIB = 1_073_741_824;
/** Bytes of the buffers of each class: those of the native pool. */
const SIZES = [1, 4, 16, 64, 256].map((kib) => kib * 1024);
const SECOND_MS = 1000;

/**
 * A pool of buffers in five sizes from 1 KiB to 256 KiB. It keeps as many as the demand of the last seconds needs, and
 * gives memory back when demand falls; its timer runs only while there is something to give back, and never keeps the
 * process alive.
 */
export class BufferPool {
  readonly #maxBytes: number;
  readonly #maxKeptBytes: number;
  readonly #shelves: readonly Shelf[];
  readonly #beyond: Shelf = new Shelf(0, 0);
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws NexureError `ERR_NEXURE_OPTION_INVALID` */
  constructor(options: BufferPoolOptions = {}) {
    checkNames('bufferPool', options, ['maxBytes', 'maxKeptBytes']);
    const { maxBytes = GIB / 16, maxKeptBytes = GIB / 32 } = options;
    this.#maxBytes = checkInteger('bufferPool.maxBytes', maxBytes, 1, GIB);
    this.#maxKeptBytes = checkInteger('bufferPool.maxKeptBytes', maxKeptBytes, 0, GIB);
    this.#shelves = SIZES.map((size) => new Shelf(size, this.#maxKeptBytes / SIZES.length));
  }

  /**
   * Lends a view of exactly `bytes` bytes, all of them zero. Give it back with {@link release}; one that is not given
   * back is collected as any other.
   *
   * @param bytes an integer from 1 to `maxBytes`
   * @throws RangeError `ERR_NEXURE_POOL_RANGE` when `bytes` is anything else
   */
  acquire(bytes: number): Uint8Array {
    if (!Number.isInteger(bytes) || bytes < 1 || bytes > this.#maxBytes) {
      const message = `a buffer has an integer number of bytes from 1 to ${this.#maxBytes}, not ${String(bytes)}`;
      throw withCode(new RangeError(message), 'ERR_NEXURE_POOL_RANGE');
    }
    this.#timer ??= setInterval(() => this.#closeSecond(), SECOND_MS).unref();
    const shelf = this.#shelfOf(bytes);
    const buffer = shelf.take(bytes);
    const view = new Uint8Array(buffer, 0, bytes);
    Loan.mark(view, this, shelf, buffer);
    return view;
  }

  /** The same as {@link acquire}. */
  get(bytes: number): Uint8Array {
    return this.acquire(bytes);
  }

  /**
   * Takes a buffer back. It and every other view of its memory are empty from now on, so nothing that still writes to
   * it may be under way. A buffer whose memory was transferred to somebody else is given up.
   *
   * @param view what {@link acquire} of this pool has returned, not a part of it
   * @throws NexureError `ERR_NEXURE_POOL_DOUBLE_RELEASE` when it was released before
   * @throws TypeError `ERR_NEXURE_POOL_FOREIGN` when this pool has not lent it
   */
  release(view: Uint8Array): void {
    // As `unknown`: whoever writes JavaScript may pass anything.
    const given: unknown = view;
    if (!Loan.isFrom(given, this)) {
      throw withCode(new TypeError('release takes what acquire of the same pool returned'), 'ERR_NEXURE_POOL_FOREIGN');
    }
    const kept = Loan.end(given);
    if (kept === undefined) throw new NexureError('ERR_NEXURE_POOL_DOUBLE_RELEASE', 'the buffer was released before');
    if (!kept) this.#lost += 1;
  }

  /** What was counted since the pool was made. */
  stats(): BufferPoolStats {
    return {
      classes: this.#shelves.map((shelf) => shelf.stats()),
      beyond: this.#beyond.stats(),
      lost: this.#lost,
      keptBytes: this.#shelves.reduce((sum, shelf) => sum + shelf.keptBytes, 0),
      maxKeptBytes: this.#maxKeptBytes,
    };
  }

  #shelfOf(bytes: number): Shelf {
    // Two bits of the size are one class.
    const bits = 32 - Math.clz32((bytes - 1) >>> 10);
    return this.#shelves[(bits + 1) >>> 1] ?? this.#beyond;
  }

  #closeSecond(): void {
    for (const shelf of this.#shelves) shelf.closeSecond();
    this.#beyond.closeSecond();
    if (this.#shelves.every((shelf) => shelf.rests)) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

function withCode<E extends Error>(error: E, code: ErrorCode): E {
  return Object.assign(error, { code });
}

/** The pool of this thread, with the default limits. */
export const bufferPool: BufferPool = new BufferPool();
