// A body that a handler writes piece by piece: `ctx.response.write()`. Each piece is handed over when the one before has
// been taken by the connection, which the promise of `write` tells.

/** A piece that waits to be taken. */
interface Piece {
  readonly chunk: string | Uint8Array;
  readonly taken: (isSent: boolean) => void;
}

/** The source of an answer whose pieces come from outside. */
export class WrittenBody {
  readonly #pieces: Piece[] = [];
  #reader: ((result: IteratorResult<string | Uint8Array>) => void) | undefined;
  #failReader: ((error: unknown) => void) | undefined;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether pieces are taken. */
  get isOpen(): boolean {
    return !this.#isEnded;
  }

  /** Hands a piece over; resolves when it was taken, with `false` when nobody takes any more. */
  write(chunk: string | Uint8Array): Promise<boolean> {
    if (this.#isEnded) return Promise.resolve(false);
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader({ done: false, value: chunk });
      return Promise.resolve(true);
    }
    return new Promise((taken) => {
      this.#pieces.push({ chunk, taken });
    });
  }

  /** There are no more pieces. */
  end(): void {
    this.#isEnded = true;
    this.#reader?.({ done: true, value: undefined });
    this.#reader = undefined;
  }

  /** The handler has failed: what is not taken is dropped. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#failure = { error };
    this.#drop();
    this.#failReader?.(error);
  }

  /** The next piece: at once, where there is one. */
  next(): IteratorResult<string | Uint8Array> | Promise<IteratorResult<string | Uint8Array>> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      piece.taken(true);
      return { done: false, value: piece.chunk };
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#isEnded) return { done: true, value: undefined };
    return new Promise((resolve, reject) => {
      this.#reader = resolve;
      this.#failReader = reject;
    });
  }

  /** Nobody asks for more. */
  async return(): Promise<IteratorResult<string | Uint8Array>> {
    this.#drop();
    return { done: true, value: undefined };
  }

  #drop(): void {
    this.#isEnded = true;
    for (const { taken } of this.#pieces.splice(0)) taken(false);
  }
}
