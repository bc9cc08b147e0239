// A request body that is read while it arrives. Reading is what makes the client send: the core keeps 64 KiB at the most
// and leaves the rest with the kernel until somebody asks.
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { END, FAILED, GONE, WAIT } from '../server/exchange.ts';

import type { Exchange } from '../server/exchange.ts';

const PROBLEMS = native.nativeProblems();

/** Reads the body of one request, chunk by chunk; each chunk is memory of its own. */
export class BodyReader implements AsyncIterableIterator<Uint8Array> {
  readonly #exchange: Exchange;
  #done = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * The next chunk. Rejects with an `HttpError` of 400 when the client ends before the body is complete
   * (`ERR_NEXURE_BODY_ABORTED`), of 408 or 413 when it is late or too long, and with `ERR_NEXURE_CONTEXT_ENDED` when the
   * request has been answered.
   */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (!this.#done) {
      const read = this.#exchange.read();
      if (typeof read !== 'number') return { done: false, value: read };
      if (read === WAIT) {
        // oxlint-disable-next-line no-await-in-loop -- each round is one arrival
        await this.#exchange.readable();
        continue;
      }
      this.#done = true;
      if (read !== END) throw failure(read, this.#exchange);
    }
    return { done: true, value: undefined };
  }

  /** Reads no more; what is left is drained or ends the connection when the request is answered. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#done = true;
    return { done: true, value: undefined };
  }
}

function failure(read: number, exchange: Exchange): Error {
  if (read === GONE) {
    if (exchange.ending === 'answered') {
      return new NexureError('ERR_NEXURE_CONTEXT_ENDED', 'the request has been answered: its body is gone');
    }
    return new HttpError(400, 'The client ended before the content was complete.', { code: 'ERR_NEXURE_BODY_ABORTED' });
  }
  const problem = PROBLEMS[read - FAILED];
  return new HttpError(problem?.status ?? 400, problem?.detail, { code: problem?.code ?? 'ERR_NEXURE_HTTP_ERROR' });
}

/** A body that is there already, as the same kind of source. */
export async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  if (bytes.byteLength > 0) yield bytes;
}

/**
 * Collects a source. `check` is told how many bytes there are before more are kept, and throws when they are too many.
 * What comes back may share memory with the only chunk of the source.
 */
export async function collect(
  source: AsyncIterable<Uint8Array>,
  check: (bytes: number) => void = () => undefined,
): Promise<Uint8Array> {
  // Copied at once into memory that doubles: chunks of a byte each would cost two hundred times what they hold.
  let whole: Uint8Array = new Uint8Array(0);
  let length = 0;
  for await (const chunk of source) {
    check(length + chunk.byteLength);
    if (length === 0) {
      whole = chunk;
    } else {
      if (length + chunk.byteLength > whole.byteLength) {
        const larger = new Uint8Array(Math.max(1024, whole.byteLength * 2, length + chunk.byteLength));
        larger.set(whole.subarray(0, length));
        whole = larger;
      }
      whole.set(chunk, length);
    }
    length += chunk.byteLength;
  }
  return whole.subarray(0, length);
}
