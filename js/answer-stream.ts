// Answers that are written step by step: the source is asked for more only when the client has taken what it gave.
import { AsyncResource } from 'node:async_hooks';
// Imported, not global: tests put fake timers in the place of the global ones.
import { clearTimeout, setTimeout } from 'node:timers';

import { access } from './context/access.ts';
import { NexureError } from './errors/nexure-error.ts';
import { bytesOf } from './http/bytes.ts';
import { FULL, GONE, TOO_MANY } from './server/exchange.ts';

import type { AnyContext } from './context/access.ts';
import type { Fail } from './answer-compression.ts';
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

/** A chunk of an answer as bytes. Throws `ERR_NEXURE_ANSWER_TYPE` for what is none. */
export function chunkOf(chunk: unknown): Uint8Array {
  const bytes = bytesOf(chunk);
  if (bytes !== undefined) return bytes;
  throw new NexureError(
    'ERR_NEXURE_ANSWER_TYPE',
    `a stream of an answer gives text or bytes, not ${chunk === null ? 'null' : typeof chunk}`,
  );
}

/** How a source becomes an answer. */
export interface Streaming {
  /** Sends the head. */
  readonly sendHead: () => void;
  /** Whether the source is asked only when every answer before it has left, and so behind its head. */
  readonly waitsForTurn: boolean;
  readonly errors: ErrorHandling;
  readonly fail: Fail;
}

/**
 * How long the head waits for the first chunk. Long enough for a query to fail, short enough for who wants to know that
 * the answer has begun; chosen.
 */
export const HEAD_GRACE_MS = 100;

/**
 * Answers with a source. It is asked for its first chunk before the head leaves: one that fails at once is a failure like
 * any other, and not a 200 that is cut. One that has nothing yet after 100 ms has its head sent. Never throws.
 */
export function answerWithSource(context: AnyContext, source: Source, streaming: Streaming): void {
  const exchange = access.exchangeOf(context);
  if (exchange.ending !== undefined) {
    // The client went before there was an answer: nobody else will tell the source.
    giveUp(context, source);
    return;
  }
  // The client's going is told outside of the request; what the source does then is still done for it.
  exchange.onOver(AsyncResource.bind(() => source.cancel(exchange.signal.reason)));
  if (streaming.waitsForTurn) {
    begin(context, source, undefined, streaming);
    return;
  }
  try {
    const first = source.next();
    if ('then' in first) beginLater(context, source, first, streaming);
    else begin(context, source, first, streaming);
  } catch (error) {
    failBefore(context, source, error, streaming);
  }
}

/** Begins with the first chunk, or when its time is up. */
function beginLater(
  context: AnyContext,
  source: Source,
  first: Promise<IteratorResult<unknown>>,
  streaming: Streaming,
): void {
  let isWaiting = true;
  const timer = setTimeout(() => {
    isWaiting = false;
    let asked: Promise<IteratorResult<unknown>> | undefined = first;
    const next = (): ReturnType<Source['next']> => {
      const result = asked ?? source.next();
      asked = undefined;
      return result;
    };
    begin(context, { next, cancel: (reason) => source.cancel(reason) }, { done: false, value: NOTHING }, streaming);
  }, HEAD_GRACE_MS);
  const settle = (act: () => void): void => {
    if (!isWaiting) return;
    clearTimeout(timer);
    act();
  };
  first.then(
    (result) => settle(() => begin(context, source, result, streaming)),
    (error: unknown) => settle(() => failBefore(context, source, error, streaming)),
  );
}

/** Sends the head, and then what the source gives. */
function begin(
  context: AnyContext,
  source: Source,
  first: IteratorResult<unknown> | undefined,
  streaming: Streaming,
): void {
  if (access.isOver(context)) {
    giveUp(context, source);
    return;
  }
  let bytes: Uint8Array | undefined;
  try {
    bytes = first === undefined || first.done === true ? undefined : chunkOf(first.value);
    streaming.sendHead();
  } catch (error) {
    failBefore(context, source, error, streaming);
    return;
  }
  void pump(context, first?.done === true ? ENDED : source, bytes, streaming);
}

/** A source that has nothing more to give. */
const ENDED: Source = { next: () => ({ done: true, value: undefined }), cancel: () => undefined };

function giveUp(context: AnyContext, source: Source): void {
  source.cancel(access.exchangeOf(context).signal.reason);
  access.end(context);
}

/** The source has failed before anything was sent. */
function failBefore(context: AnyContext, source: Source, error: unknown, { fail, errors }: Streaming): void {
  if (access.isOver(context)) {
    giveUp(context, source);
    return;
  }
  access.exchangeOf(context).onOver(() => undefined);
  source.cancel(error);
  fail(context, error, errors);
}

/** Writes a source behind the head that was sent, beginning with what it gave before; never rejects. */
async function pump(
  context: AnyContext,
  source: Source,
  first: Uint8Array | undefined,
  { waitsForTurn, errors }: Streaming,
): Promise<void> {
  const exchange = access.exchangeOf(context);
  let bytes = first === NOTHING ? undefined : first;
  try {
    // A file is not opened before its turn: as many as a client asks for at once would take every descriptor.
    if (waitsForTurn && exchange.write(NOTHING) === FULL) await exchange.writable();
    while (exchange.ending === undefined) {
      if (bytes === undefined) {
        // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
        const { done, value } = await source.next();
        if (exchange.ending !== undefined) return;
        if (done === true) break;
        bytes = chunkOf(value);
      }
      const written = exchange.write(bytes);
      bytes = undefined;
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
    // What a source throws because its client has gone is no failure of its own.
    const isOver = access.isOver(context) || (exchange.signal.aborted && error === exchange.signal.reason);
    exchange.break();
    source.cancel(error);
    if (!isOver) errors.report(error, context);
  } finally {
    access.end(context);
  }
}
