// What bodies in pieces have in common, encoded or decoded: one source that is told when nobody wants more.

/** Bytes that are encoded or decoded at once: about half a millisecond. */
export const PIECE_BYTES = 65_536;

const NOTHING = new Uint8Array(0);

/** Turns pieces of a source into others. */
export interface Transformer {
  /** Whether `next` has more to give of what was taken. */
  readonly hasMore: boolean;
  /** The next piece of what was taken; may be empty. */
  next(): Uint8Array;
  /** Takes a piece of the source, when there is no more of the last. */
  take(piece: Uint8Array): void;
  /** The last piece, behind the end of the source; may be empty. */
  finish(): Uint8Array;
  /** Frees what it holds; may be called again. */
  close(): void;
}

/**
 * The pieces of `source` as `transformer` gives them, without empty ones. `return` and `throw` reach the source at once,
 * also before the first `next` and while one is waiting: an async generator would let them wait. A source that fails
 * ends this with its error. One `next` at a time.
 */
export function transform(
  source: AsyncIterable<Uint8Array>,
  transformer: Transformer,
): AsyncIterableIterator<Uint8Array> {
  return new TransformedPieces(source, transformer);
}

class TransformedPieces implements AsyncIterableIterator<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #transformer: Transformer;
  #hasEnded = false;
  #isFresh = false;

  constructor(source: AsyncIterable<Uint8Array>, transformer: Transformer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#transformer = transformer;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    while (!this.#hasEnded) {
      let ready: Uint8Array;
      if (!this.#transformer.hasMore) {
        ready = await this.#pull();
      } else {
        // The parts of one long piece would follow each other without end; others must have their turn between them.
        if (!this.#isFresh) await new Promise(setImmediate);
        if (this.#hasEnded) break;
        this.#isFresh = false;
        ready = await this.#act(() => this.#transformer.next());
      }
      if (ready.byteLength > 0) return { done: false, value: ready };
    }
    return { done: true, value: undefined };
  }

  /** Takes a piece of the source; gives the last one behind its end. */
  async #pull(): Promise<Uint8Array> {
    let given: IteratorResult<Uint8Array>;
    try {
      given = await this.#source.next();
    } catch (error) {
      this.#end();
      throw error;
    }
    // Somebody may have called `return` meanwhile.
    if (this.#hasEnded) return NOTHING;
    if (given.done !== true) {
      const { value } = given;
      this.#isFresh = true;
      return this.#act(() => this.#transformer.take(value));
    }
    try {
      return this.#transformer.finish();
    } finally {
      this.#end();
    }
  }

  /** Lets the transformer act; when that fails, the source is told that nobody wants more of it. */
  async #act(act: () => Uint8Array | void): Promise<Uint8Array> {
    try {
      return act() ?? NOTHING;
    } catch (error) {
      this.#end();
      // The first error is the one that counts.
      await Promise.resolve(this.#source.return?.()).catch(() => {});
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#hasEnded) {
      this.#end();
      await this.#source.return?.();
    }
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Uint8Array>> {
    if (!this.#hasEnded) {
      this.#end();
      if (this.#source.throw === undefined) await this.#source.return?.();
      else await this.#source.throw(error);
    }
    throw error;
  }

  #end(): void {
    this.#hasEnded = true;
    this.#transformer.close();
  }
}
