// Pulls the parts of a form out of its source, one chunk at a time and no chunk before it is asked for.
//
// One part is open at a time. Whoever reads it shows the number of its turn, so that a reader left behind by the loop
// cannot take the content of the next part.
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';

import type { MultipartFailure, MultipartHead, MultipartLimits, MultipartParser } from '../native.ts';

// The kinds of events, each with two numbers behind it; see `MultipartEvents` of the addon. That a body has no more
// parts (4) needs no name: it is passed over like the content of a part that nobody reads.
const PART = 0;
const HELD = 2;
const PART_END = 3;

function errorOf({ status, code, message }: MultipartFailure): HttpError {
  return new HttpError(status, message, { code });
}

/** The parts of one body. */
export class PartReader {
  readonly #source: AsyncIterator<Uint8Array, unknown, undefined>;
  readonly #parser: MultipartParser;
  readonly #delimiter: Uint8Array;
  #chunk: Uint8Array = new Uint8Array();
  #events: readonly number[] = [];
  #at = 0;
  #heads: readonly MultipartHead[] = [];
  #headAt = 0;
  #turn = 0;
  /** Whether the source has ended, failed, or been ended. */
  #over = false;
  #failure: { readonly error: unknown } | undefined;
  #filling: Promise<boolean> | undefined;

  /** Takes its first chunk when it is first asked for a part. */
  constructor(source: AsyncIterable<Uint8Array>, contentType: string, limits: MultipartLimits) {
    this.#parser = new native.MultipartParser(contentType, limits);
    this.#delimiter = this.#parser.delimiter;
    const { failure } = this.#parser;
    if (failure) this.#failure = { error: errorOf(failure) };
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The turn of the part that is open. */
  get turn(): number {
    return this.#turn;
  }

  /** Passes over what is left of the part before; gives the head of the next one, or nothing at the end of the body. */
  async nextHead(): Promise<MultipartHead | undefined> {
    this.#turn += 1;
    for (;;) {
      while (this.#at < this.#events.length) {
        const kind = this.#events[this.#at];
        this.#at += 3;
        if (kind === PART) {
          this.#headAt += 1;
          return this.#heads[this.#headAt - 1];
        }
      }
      if (!(await this.#fill())) return undefined;
    }
  }

  /** The next content of the part whose turn it is, or nothing at its end. */
  async nextContent(turn: number): Promise<Uint8Array | undefined> {
    for (;;) {
      if (turn !== this.#turn) {
        throw new NexureError(
          'ERR_NEXURE_PART_CONSUMED',
          'the loop over the parts has moved on: await what reads a part inside the loop',
        );
      }
      if (this.#at < this.#events.length) {
        const [kind, from, to] = this.#events.slice(this.#at, this.#at + 3);
        this.#at += 3;
        if (kind === PART_END) return undefined;
        return kind === HELD ? this.#delimiter.slice(from, to) : this.#chunk.subarray(from, to);
      }
      await this.#fill();
    }
  }

  /** Ends the source and whoever reads a part. */
  async close(): Promise<void> {
    this.#turn += 1;
    if (this.#over) return;
    this.#over = true;
    const ended = Promise.resolve(this.#source.return?.());
    // A generator ends behind the chunk it is waiting for; who leaves need not wait for a slow client.
    if (this.#filling === undefined) await ended;
    else ended.catch(() => undefined);
  }

  /** Reads a chunk, for all who wait for one; whether there was one. */
  #fill(): Promise<boolean> {
    this.#filling ??= this.#read().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  async #read(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#over) return false;
    try {
      const { done, value } = await this.#source.next();
      // Closed meanwhile: who waited finds that its turn is over.
      if (this.#over) return false;
      if (done === true) return this.#end();
      const { events, heads, failure } = this.#parser.push(value);
      this.#chunk = value;
      this.#events = events;
      this.#at = 0;
      this.#heads = heads;
      this.#headAt = 0;
      // Thrown when the events before it have been taken.
      if (failure) this.#failure = { error: errorOf(failure) };
      return true;
    } catch (error) {
      this.#over = true;
      this.#failure = { error };
      throw error;
    }
  }

  #end(): boolean {
    this.#over = true;
    const failure = this.#parser.finish();
    if (failure) throw errorOf(failure);
    return false;
  }
}
