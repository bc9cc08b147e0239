// `app.request()`: a request through the same parser and the same tables as any other, without a socket. Both
// directions flow as they would over one: content is sent while the server takes it, and an answer that nobody reads
// holds its handler up.
// Imported, not global: tests put fake timers in the place of the global ones.
import { setImmediate } from 'node:timers';

import { NexureError } from '../errors/nexure-error.ts';
import { AnswerReader } from './answer-reader.ts';
import { encodeForm, invalid, outgoingRequest, PEER, pieceOf, resolveTarget } from './inject-request.ts';

import type { Source } from '../answer-stream.ts';
import type { AnswerHead, AnswerListener } from './answer-reader.ts';
import type { InjectInit, InjectPeer, OutgoingRequest } from './inject-request.ts';
import type { DrivenConnection, MemoryDriver, Peer } from './memory-driver.ts';

export type { InjectBody, InjectInit, InjectStream } from './inject-request.ts';

/** Content that is sent at once, without asking whether the server wants more. */
const PIECE_BYTES = 64 * 1024;

/**
 * Sends a request to a driver and resolves with the answer once its head is there. What `init` says comes before what a
 * web `Request` says. Rejects with `ERR_NEXURE_REQUEST_INVALID` for what is no request, `ERR_NEXURE_REQUEST_ABORTED` when
 * the connection ends without an answer, the reason of the signal, and with what a streamed body fails with.
 */
export async function inject(
  driver: MemoryDriver,
  target: string | URL | Request,
  init: InjectInit,
): Promise<Response> {
  const resolved = resolveTarget(target, init);
  resolved.init.signal?.throwIfAborted();
  const { body, signal } = resolved.init;
  const form = body instanceof FormData ? await encodeForm(body) : undefined;
  const request = outgoingRequest(resolved.target, resolved.init, form);
  return new Injection(request, signal, init[PEER]).run(driver);
}

/** One request and its answer: the peer of a connection of its own. */
class Injection implements Peer, AnswerListener {
  readonly address: string | undefined;
  /** Whether an `https` URL was asked for, or the server that took the request has TLS. */
  readonly isSecure: boolean;
  readonly #request: OutgoingRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #reader: AnswerReader;
  readonly #answer: Promise<Response>;
  #resolve: (answer: Response) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #connection: DrivenConnection | undefined;
  /** The body of the answer, from its head on. */
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Tells the engine that what it gave last has been read. */
  #sent: (() => void) | undefined;
  /** Whether the server takes content. */
  #isWanted = true;
  #onWanted: () => void = () => undefined;
  #isOver = false;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);

  constructor(request: OutgoingRequest, signal: AbortSignal | undefined, peer: InjectPeer | undefined) {
    this.address = peer?.address;
    this.isSecure = peer?.isSecure ?? request.target.toLowerCase().startsWith('https:');
    this.#request = request;
    this.#signal = signal;
    this.#reader = new AnswerReader(request.method === 'HEAD', this);
    this.#answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Opens the connection and sends the request. */
  run(driver: MemoryDriver): Promise<Response> {
    const connection = driver.open(this);
    if (connection === undefined) {
      throw new NexureError('ERR_NEXURE_REQUEST_ABORTED', 'there are too many connections');
    }
    this.#connection = connection;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { head, content } = this.#request;
    if (content === undefined) {
      connection.receive(head);
    } else if (content.bytes instanceof Uint8Array && content.bytes.byteLength <= PIECE_BYTES) {
      connection.receive(Buffer.concat([head, content.bytes]));
    } else {
      connection.receive(head);
      void this.#sendContent(connection, content.bytes, content.length);
    }
    return this.#answer;
  }

  send(bytes: Uint8Array, sent: () => void): void {
    this.#sent = sent;
    this.#reader.push(bytes);
    if (this.#reader.isComplete) this.#complete();
    // What lies in the queue of the body is on its way until somebody takes it.
    if (this.#isOver || this.#body === undefined || (this.#body.desiredSize ?? 0) >= 0) this.#release();
  }

  read(wanted: boolean): void {
    this.#isWanted = wanted;
    if (wanted) this.#onWanted();
  }

  end(): void {
    this.#reader.finish();
    if (this.#reader.isComplete) this.#complete();
    else this.abort();
  }

  close(): void {
    this.end();
  }

  abort(): void {
    const what = this.#body === undefined ? 'without an answer' : 'in the middle of its answer';
    const { method, target } = this.#request;
    this.#fail(new NexureError('ERR_NEXURE_REQUEST_ABORTED', `the connection of ${method} ${target} ended ${what}`));
  }

  onHead({ status, statusText, headers, isBodiless }: AnswerHead): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller;
        },
        pull: () => this.#release(),
        cancel: () => this.#end(),
      },
      // Nothing is read ahead, so that what is not asked for stays with the handler.
      { highWaterMark: 0 },
    );
    this.#resolve(new Response(isBodiless ? null : body, { status, statusText, headers }));
  }

  onContent(bytes: Uint8Array): void {
    this.#body?.enqueue(bytes);
  }

  #release(): void {
    const sent = this.#sent;
    this.#sent = undefined;
    sent?.();
  }

  #complete(): void {
    if (this.#isOver) return;
    this.#end();
    this.#body?.close();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
    this.#body?.error(error);
  }

  /** Ends the connection; content that was not sent is not asked for any more. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#connection?.close();
    const bytes = this.#request.content?.bytes;
    if (bytes !== undefined && !(bytes instanceof Uint8Array)) bytes.cancel(undefined);
    this.#onWanted();
  }

  /** Sends content while the server takes it; `length` is its `Content-Length`, without which it goes in chunks. */
  async #sendContent(
    connection: DrivenConnection,
    source: Uint8Array | Source,
    length: number | undefined,
  ): Promise<void> {
    let left = length ?? Infinity;
    try {
      for await (const piece of piecesOf(source)) {
        if (!this.#isWanted && !this.#isOver) await this.#wanted();
        if (this.#isOver) return;
        left -= piece.byteLength;
        if (left < 0) throw invalid('the stream has more bytes than content-length says');
        connection.receive(length === undefined ? chunk(piece) : piece);
        // A turn later the driver has told whether it wants more.
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      if (this.#isOver) return;
      if (length === undefined) connection.receive(Buffer.from('0\r\n\r\n'));
      else if (left > 0) throw invalid('the stream has fewer bytes than content-length says');
    } catch (error) {
      this.#fail(error);
    }
  }

  #wanted(): Promise<void> {
    return new Promise((resolve) => {
      this.#onWanted = resolve;
    });
  }
}

/** What a source gives, in pieces of at most 64 KiB and none that is empty. */
async function* piecesOf(source: Uint8Array | Source): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) {
    yield* split(source);
    return;
  }
  for (;;) {
    const { done, value } = await source.next();
    if (done === true) return;
    yield* split(pieceOf(value));
  }
}

function* split(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

function chunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
