// Answers that are written step by step: the source is asked for more only when the client has taken what it gave.
import { access } from './context/access.ts';
import { NexureError } from './errors/nexure-error.ts';
import { FULL, GONE, TOO_MANY } from './server/exchange.ts';

import type { AnyContext } from './context/access.ts';
import type { ErrorHandling } from './route.ts';

/** Where the bytes of an answer come from. */
export interface Source {
  next(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  /** Ends the source before its end, without waiting for it. */
  cancel(reason: unknown): void;
}

/** A Node stream, as far as it matters here. */
interface Destroyable {
  destroy(error?: Error): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** Whether a value is a stream, an async iterable or an iterator. */
export function isSource(value: object): boolean {
  return (
    Symbol.asyncIterator in value ||
    (Symbol.iterator in value && 'next' in value) ||
    ('getReader' in value && typeof value.getReader === 'function')
  );
}

/** Sources that answers were made of: each can be read once. */
const taken = new WeakSet<object>();

/** The source behind such a value. Throws `ERR_NEXURE_ANSWER_TYPE` when an answer was made of it before. */
export function sourceOf(value: object): Source {
  if (taken.has(value)) {
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', 'a stream was returned a second time: it can be read once');
  }
  // An iterable that makes a new iterator each time can be read again.
  if ('next' in value || 'destroy' in value) taken.add(value);
  if ('getReader' in value && typeof value.getReader === 'function') {
    const reader = (value as ReadableStream<unknown>).getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<unknown>>,
      cancel: (reason) => attempt(() => reader.cancel(reason)),
    };
  }
  const isAsync = Symbol.asyncIterator in value;
  const iterator = isAsync
    ? (value as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    : (value as Iterable<unknown>)[Symbol.iterator]();
  const stream = isDestroyable(value) ? value : undefined;
  return {
    next: () => iterator.next(),
    cancel: () => {
      // What a destroyed stream still has to say is nobody's.
      if (stream !== undefined) attempt(() => stream.on('error', () => undefined));
      if (stream !== undefined) attempt(() => stream.destroy());
      attempt(() => iterator.return?.());
    },
  };
}

/** A cursor of a database may have `destroy`, too, without being a stream. */
function isDestroyable(value: object): value is Destroyable {
  return 'destroy' in value && typeof value.destroy === 'function' && 'on' in value && typeof value.on === 'function';
}

/** Ends a source. The answer is over, and so is what the source thinks of it: nothing it does may reach the others. */
function attempt(end: () => unknown): void {
  try {
    Promise.resolve(end()).then(undefined, () => undefined);
  } catch {
    // As above.
  }
}

const NOTHING = new Uint8Array(0);

/** A chunk as bytes. */
export function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new NexureError(
    'ERR_NEXURE_ANSWER_TYPE',
    `a stream of an answer gives text or bytes, not ${chunk === null ? 'null' : typeof chunk}`,
  );
}

/** Writes a source behind the head that was sent; never rejects. */
export async function pump(
  context: AnyContext,
  source: Source,
  errors: ErrorHandling,
  waitsForTurn: boolean,
): Promise<void> {
  const exchange = access.exchangeOf(context);
  if (exchange.ending !== undefined) {
    // The client went before there was an answer: nobody else will tell the source.
    source.cancel(exchange.signal.reason);
    access.end(context);
    return;
  }
  exchange.onOver(() => source.cancel(exchange.signal.reason));
  try {
    // A file is not opened before its turn: as many as a client asks for at once would take every descriptor.
    if (waitsForTurn && exchange.write(NOTHING) === FULL) await exchange.writable();
    while (exchange.ending === undefined) {
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
      const { done, value } = await source.next();
      if (exchange.ending !== undefined) return;
      if (done === true) break;
      const written = exchange.write(bytesOf(value));
      if (written === TOO_MANY) {
        throw new NexureError('ERR_NEXURE_HEADER_RESERVED', 'the stream has more bytes than Content-Length says');
      }
      if (written === GONE) {
        source.cancel(undefined);
        return;
      }
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (written === FULL) await exchange.writable();
      if (exchange.ending !== undefined) return;
    }
    if (exchange.ending === undefined && !exchange.end()) {
      throw new NexureError('ERR_NEXURE_HEADER_RESERVED', 'the stream has fewer bytes than Content-Length says');
    }
  } catch (error) {
    const isOver = access.isOver(context);
    exchange.break();
    source.cancel(error);
    if (!isOver) errors.report(error, context);
  } finally {
    access.end(context);
  }
}
