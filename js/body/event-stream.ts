// Server-sent events, as the HTML standard frames them (§9.2).
import { AsyncResource } from 'node:async_hooks';

import { access } from '../context/access.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { checkInteger, checkNames } from '../option-checks.ts';

import type { AnyContext } from '../context/access.ts';

/** One event. A string is its data. */
export interface ServerEvent {
  /** Text, or a value that is sent as JSON. */
  readonly data?: unknown;
  /** Its type; without one it is a `message`. No line breaks. */
  readonly event?: string;
  /** What a client that comes back tells as `Last-Event-ID`. No line breaks, no NUL. */
  readonly id?: string;
  /** After how many milliseconds a client that lost its connection should come back. */
  readonly retry?: number;
  /** A comment, which clients ignore. */
  readonly comment?: string;
}

type Events = AsyncIterable<ServerEvent | string> | Iterable<ServerEvent | string>;

/** What a source function is given. */
export interface EventStreamInit {
  /** The id of the last event a client that has come back received; `undefined` for a new one. */
  readonly lastEventId: string | undefined;
  /** Aborts when the client goes. */
  readonly signal: AbortSignal;
}

/** Gives events: an iterable, or a function that makes one. */
export type EventSource = Events | ((init: EventStreamInit) => Events);

/** Options of `ctx.sse`. */
export interface EventStreamOptions {
  /** Milliseconds without an event after which a comment keeps the connection open; 0 for never, else 1,000-600,000; default 15,000. */
  readonly keepAliveMs?: number;
}

/** Prepares the answer of a context, and gives its frames. */
export function eventStream(
  context: AnyContext,
  source: EventSource,
  options: EventStreamOptions = {},
): AsyncIterable<string> {
  checkNames('sse', options, ['keepAliveMs']);
  const { keepAliveMs = 15_000 } = options;
  if (keepAliveMs !== 0) checkInteger('sse.keepAliveMs', keepAliveMs, 1000, 600_000);
  const { signal, response, request } = context;
  // A proxy that buffers would hold events back; `no-transform` keeps it from changing them.
  response.set('Content-Type', 'text/event-stream; charset=utf-8').set('Cache-Control', 'no-cache, no-transform');
  response.set('X-Accel-Buffering', 'no');
  const events = typeof source === 'function' ? source({ lastEventId: request.get('last-event-id'), signal }) : source;
  if (typeof events !== 'object' || events === null || !(Symbol.asyncIterator in events || Symbol.iterator in events)) {
    throw new NexureError(
      'ERR_NEXURE_ANSWER_TYPE',
      'ctx.sse() takes an iterable of events, or a function that makes one',
    );
  }
  const given = Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]();
  // The source runs in the context of the handler, also in what a middleware has put around `next()`.
  const scope = new AsyncResource('NEXURE_EVENTS');
  const iterator: AsyncIterator<ServerEvent | string> = {
    next: async () => scope.runInAsyncScope(() => given.next()),
    return: async () => scope.runInAsyncScope(() => given.return?.() ?? { done: true, value: undefined }),
  };
  return new Frames(iterator, frames(context, iterator, keepAliveMs, signal));
}

/** The frames; a source whose frames are never asked for is ended too, which a generator that has not begun would not do. */
class Frames implements AsyncIterableIterator<string> {
  readonly #events: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #frames: AsyncGenerator<string, void, undefined>;
  #hasBegun = false;

  constructor(events: AsyncIterator<unknown> | Iterator<unknown>, made: AsyncGenerator<string, void, undefined>) {
    this.#events = events;
    this.#frames = made;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<string>> {
    this.#hasBegun = true;
    return this.#frames.next();
  }

  async return(): Promise<IteratorResult<string>> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      await this.#events.return?.();
    }
    return this.#frames.return();
  }
}

type Given = IteratorResult<ServerEvent | string>;

/** Waits for one thing at a time: nothing that lives as long as a stream keeps what its waits have given. */
class Waiting {
  /** Nobody wants more events. */
  isOver = false;
  given: Promise<Given> | undefined;
  #isSettled = false;
  #wake: (() => void) | undefined;

  over(): void {
    this.isOver = true;
    this.#wake?.();
  }

  /** Begins to wait for the next event. */
  begin(iterator: AsyncIterator<ServerEvent | string>): void {
    this.#isSettled = false;
    const given = iterator.next();
    this.given = given;
    const settle = (): void => {
      this.#isSettled = true;
      this.#wake?.();
    };
    given.then(settle, settle);
  }

  /** Resolves with whether the event is there, or the end; `false` after `keepAliveMs` without either. */
  async settled(keepAliveMs: number): Promise<boolean> {
    if (!this.#isSettled && !this.isOver) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (keepAliveMs > 0) timer = setTimeout(resolve, keepAliveMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    return this.#isSettled || this.isOver;
  }
}

async function* frames(
  context: AnyContext,
  iterator: AsyncIterator<ServerEvent | string>,
  keepAliveMs: number,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const waiting = new Waiting();
  const over = (): void => waiting.over();
  signal.addEventListener('abort', over, { once: true });
  if (signal.aborted) over();
  const forget = access.linkOf(context).onStop(over);
  let isDone = false;
  try {
    // The head leaves at once, so that the client knows that it is connected.
    yield ':\n\n';
    for (;;) {
      waiting.begin(iterator);
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      while (!(await waiting.settled(keepAliveMs))) yield ':\n\n';
      if (waiting.isOver) return;
      // oxlint-disable-next-line no-await-in-loop -- it has settled
      const { done, value } = (await waiting.given) as Given;
      if (done === true) {
        isDone = true;
        return;
      }
      yield frameOf(value);
    }
  } finally {
    forget();
    signal.removeEventListener('abort', over);
    // Not awaited: a source that waits for its next event would keep the connection open.
    if (!isDone) Promise.resolve(iterator.return?.()).then(undefined, () => undefined);
  }
}

/** A frame: field lines and an empty line. */
export function frameOf(event: ServerEvent | string): string {
  if (typeof event === 'string') return `${linesOf('data', event)}\n`;
  if (typeof event !== 'object' || event === null) throw invalid('an event is a string or an object');
  const { data, event: type, id, retry, comment } = event;
  let frame = comment === undefined ? '' : linesOf('', comment);
  if (type !== undefined) frame += singleLine('event', type);
  if (id !== undefined) frame += singleLine('id', id);
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0) throw invalid('retry is a number of milliseconds');
    frame += `retry: ${retry}\n`;
  }
  if (data !== undefined) {
    const text = typeof data === 'string' ? data : (JSON.stringify(data) as string | undefined);
    if (text === undefined) throw invalid(`a ${typeof data} cannot be the data of an event`);
    frame += linesOf('data', text);
  }
  return `${frame}\n`;
}

function linesOf(name: string, text: string): string {
  let lines = '';
  for (const line of text.split(/\r\n|\r|\n/)) lines += `${name}: ${line}\n`;
  return lines;
}

function singleLine(name: string, value: string): string {
  // A line break would begin a field of somebody else's choice.
  if (typeof value !== 'string' || /[\r\n\0]/.test(value)) throw invalid(`${name} of an event is one line of text`);
  return `${name}: ${value}\n`;
}

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_EVENT_INVALID', message);
}
