// The socket of a request that has none: Node's `ServerResponse` writes to it as to any other, and what it writes is an
// answer of the application. A write is done when the core has taken it, so that whoever writes feels the client.
import { Duplex } from 'node:stream';

import { AnswerReader } from '../server/answer-reader.ts';
import { readHead } from './wire.ts';

import type { WireHead } from './wire.ts';

/** Who is told what comes out of a tap. */
export interface TapOwner {
  /** The head is there, and maybe all of the answer. Called once. */
  onHead(): void;
  /** The tap was destroyed: by a middleware, or because the client has gone. */
  onDestroyed(): void;
  /** The address of the peer, if it is still known. */
  peerAddress(): string | undefined;
  readonly isEncrypted: boolean;
}

type Callback = (error?: Error | null) => void;

const NOTHING: Buffer = Buffer.alloc(0);
const OPTIONS = { highWaterMark: 64 * 1024 };

/** Stands for the socket. */
export class Tap extends Duplex {
  head: WireHead | undefined = undefined;
  #owner: TapOwner;
  #rest: Buffer = NOTHING;
  /** Content that nobody has taken yet, and what is to be called when somebody has. */
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  #held: Callback | undefined = undefined;
  #dechunk: AnswerReader | undefined = undefined;
  #wake: (() => void) | undefined = undefined;
  #isFinished = false;
  /** Why the response ends before its end. */
  #failure: unknown = undefined;
  #drops = false;

  constructor(owner: TapOwner) {
    super(OPTIONS);
    this.#owner = owner;
  }

  get remoteAddress(): string | undefined {
    return this.#owner.peerAddress();
  }

  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    const address = this.#owner.peerAddress();
    if (address === undefined) return undefined;
    return address.includes(':') ? 'IPv6' : 'IPv4';
  }

  get encrypted(): boolean {
    return this.#owner.isEncrypted;
  }

  // Deadlines, delays and keeping the process alive are the server's own affair.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): Record<string, never> {
    return {};
  }

  destroySoon(): void {
    this.destroy();
  }

  /** Whether everything that was written so far is held here, and nothing waits behind it. */
  get holdsEverything(): boolean {
    return this.#heldBytes === this.writableLength;
  }

  /** Takes the content that is there, and lets whoever has written it go on. */
  takeContent(): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** Tells the writer that what was taken is on its way. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#heldBytes = 0;
    held?.();
  }

  /** Takes and drops whatever is written from now on: the answer has been given by somebody else. */
  dropRest(): void {
    this.#drops = true;
    this.#pieces = [];
    this.release();
  }

  /** What is written to the response has failed, and with it the answer. */
  fail(error: unknown): void {
    this.#failure = error;
    this.destroy();
  }

  /** The response has been written to its end. */
  finish(): void {
    this.#isFinished = true;
    this.#awake();
  }

  /** The content while it is written. Ends when `finish` was called, fails when the tap is destroyed before. */
  content(): AsyncIterableIterator<Uint8Array> {
    const next = (): Promise<IteratorResult<Uint8Array, undefined>> => this.#next();
    const stop = (): void => {
      if (!this.#isFinished) this.destroy();
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next,
      // Not a generator's: that would wait for a write which may never come.
      async return() {
        stop();
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      // Whoever asks for more has sent what it was given. This may bring the next piece at once.
      if (this.#pieces.length === 0) this.release();
      if (this.#pieces.length > 0) return { done: false, value: this.takeContent() };
      if (this.#isFinished) return { done: true, value: undefined };
      if (this.destroyed) throw this.#failure ?? new Error('a middleware has destroyed the response before its end');
      // oxlint-disable-next-line no-await-in-loop -- each round is one write
      await this.#written();
    }
  }

  override _read(): void {
    // Nothing is read from it: the request is a stream of its own.
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: Callback): void {
    this.#add(chunk, callback);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], callback: Callback): void {
    this.#add(
      chunks.length === 1 ? (chunks[0] as { chunk: Buffer }).chunk : Buffer.concat(chunks.map(({ chunk }) => chunk)),
      callback,
    );
  }

  override _destroy(_: Error | null, callback: Callback): void {
    // The error is nobody's: a socket has listeners for it, and this one may have none.
    callback(null);
    this.#awake();
    this.#owner.onDestroyed();
  }

  #add(bytes: Buffer, callback: Callback): void {
    if (this.#drops) {
      callback();
      return;
    }
    this.#held = callback;
    this.#heldBytes = bytes.byteLength;
    if (this.head !== undefined) {
      this.#content(bytes);
      if (this.#pieces.length === 0) this.release();
      else this.#awake();
      return;
    }
    const whole = this.#rest.byteLength === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const head = readHead(whole);
    if (head === undefined) {
      this.#rest = whole;
      this.release();
      return;
    }
    this.#rest = NOTHING;
    this.head = head;
    if (head.isChunked) {
      this.#dechunk = new AnswerReader(false, {
        onHead: () => undefined,
        onContent: (content) => this.#pieces.push(content as Buffer),
      });
      this.#dechunk.push(whole.subarray(0, head.end));
    }
    this.#content(whole.subarray(head.end));
    this.#owner.onHead();
  }

  #content(bytes: Buffer): void {
    if (this.#dechunk !== undefined) this.#dechunk.push(bytes);
    else if (bytes.byteLength > 0) this.#pieces.push(bytes);
  }

  #written(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
