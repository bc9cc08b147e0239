// Buffers of one size that are used again. What lies on a shelf is zero, and no view of it exists anywhere: a buffer is
// detached from those who had it before it gets here.
import { Demand } from './demand.ts';

/** Bytes of each size that are not given back however long nobody asks. */
export const IDLE_BYTES: number = 64 * 1024;

/** One size of buffers since the pool was made. */
export interface BufferClassStats {
  /** Bytes of a buffer; 0 for those larger than the largest class, which are never kept. */
  readonly size: number;
  /** Buffers on the shelf. */
  readonly kept: number;
  /** Their bytes. */
  readonly keptBytes: number;
  /** Buffers acquired and not released, those that were forgotten included. */
  readonly inUse: number;
  /** Buffers acquired. */
  readonly takes: number;
  /** Those that came off the shelf. */
  readonly hits: number;
  /** Those that were allocated. */
  readonly misses: number;
  /** Buffers allocated ahead of demand. */
  readonly prepared: number;
  /** Buffers freed because demand had fallen. */
  readonly givenBack: number;
  /** Buffers freed as they were released, because the shelf was at its limit. */
  readonly refused: number;
  /** The most in use at once in the last second that is over. */
  readonly lastPeak: number;
  /** Buffers that should exist for the next second, those in use included. */
  readonly expected: number;
  /** Average of the peaks of the seconds, half-life 2.41 seconds. */
  readonly ewmaPeak: number;
  /** Average of the takes per second, the same half-life. */
  readonly ewmaTakes: number;
  /** Hits of all takes, 0-1; `undefined` before the first. */
  readonly hitRatio: number | undefined;
}

/** `transfer` of ES2024; Node has it from 21 on. */
const transfer = (ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer, length?: number) => ArrayBuffer }).transfer;

/**
 * The memory of `buffer` in another one, of which `length` bytes are kept: every view of the first is empty from now on.
 * `undefined` where somebody holds it fast (`markAsUntransferable`); it is then left as it is.
 */
function detach(buffer: ArrayBuffer, length: number): ArrayBuffer | undefined {
  try {
    // Without `transfer` a length cannot be given, and what is not kept is freed by the next collection.
    const moved =
      transfer === undefined ? structuredClone(buffer, { transfer: [buffer] }) : transfer.call(buffer, length);
    // Node 20 makes a copy of what it may not transfer.
    return buffer.byteLength === 0 ? moved : undefined;
  } catch {
    return undefined;
  }
}

/** Buffers of one size. */
export class Shelf {
  readonly #size: number;
  readonly #limit: number;
  readonly #buffers: ArrayBuffer[] = [];
  readonly #demand: Demand = new Demand();
  #misses = 0;
  #prepared = 0;
  #givenBack = 0;
  #refused = 0;

  /** @param size bytes of a buffer; 0 for any number, none of them kept  @param maxBytes bytes kept at most */
  constructor(size: number, maxBytes: number) {
    this.#size = size;
    this.#limit = size === 0 ? 0 : Math.floor(maxBytes / size);
  }

  /** A buffer of the shelf's size, or of `bytes` where it has none. All of it is zero. */
  take(bytes: number): ArrayBuffer {
    const buffer = this.#buffers.pop() ?? this.#allocate(bytes);
    this.#demand.noteTake();
    return buffer;
  }

  #allocate(bytes: number): ArrayBuffer {
    const buffer = new ArrayBuffer(this.#size === 0 ? bytes : this.#size);
    this.#misses += 1;
    return buffer;
  }

  /** Takes a buffer back from everyone who has it; `false` if it belongs to somebody else by now. */
  give(buffer: ArrayBuffer): boolean {
    this.#demand.noteReturn();
    // Its memory was transferred, to a worker for example.
    if (buffer.byteLength === 0) return false;
    const isKept = this.#buffers.length < this.#limit;
    const own = detach(buffer, isKept ? this.#size : 0);
    if (own === undefined) return false;
    if (isKept) {
      new Uint8Array(own).fill(0);
      this.#buffers.push(own);
    } else {
      this.#refused += 1;
    }
    return true;
  }

  /** Ends a second: what the next will need is there, what it will not is given back, the oldest first. */
  closeSecond(): void {
    this.#demand.closeSecond();
    if (this.#size === 0) return;
    const needed = Math.min(Math.max(this.#demand.expected - this.#demand.inUse, 0), this.#limit);
    const surplus = this.#buffers.length - Math.max(needed, Math.floor(IDLE_BYTES / this.#size));
    if (surplus > 0) {
      for (const buffer of this.#buffers.splice(0, surplus)) detach(buffer, 0);
      this.#givenBack += surplus;
    }
    while (this.#buffers.length < needed) {
      this.#buffers.push(new ArrayBuffer(this.#size));
      this.#prepared += 1;
    }
  }

  /** Whether further seconds would change nothing unless buffers are taken or given. */
  get rests(): boolean {
    return this.keptBytes <= IDLE_BYTES && this.#demand.expected <= this.#demand.inUse;
  }

  get keptBytes(): number {
    return this.#buffers.length * this.#size;
  }

  stats(): BufferClassStats {
    const { takes, inUse, lastPeak, expected, ewmaPeak, ewmaTakes } = this.#demand;
    const hits = takes - this.#misses;
    return {
      size: this.#size,
      kept: this.#buffers.length,
      keptBytes: this.keptBytes,
      inUse,
      takes,
      hits,
      misses: this.#misses,
      prepared: this.#prepared,
      givenBack: this.#givenBack,
      refused: this.#refused,
      lastPeak,
      expected,
      ewmaPeak,
      ewmaTakes,
      hitRatio: takes === 0 ? undefined : hits / takes,
    };
  }
}
