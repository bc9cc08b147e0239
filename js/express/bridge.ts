// The two objects that Express middleware knows, for one context: a request and a response of `node:http` itself, over a
// socket that is none. What comes out of the response is the application's answer; the answer of a handler goes through
// the response if a middleware has changed it or listens to it, and else takes its fields along.
import { ServerResponse } from 'node:http';

import { chunkOf, HEAD_GRACE_MS, sourceOf } from '../answer-stream.ts';
import { access } from '../context/access.ts';
import { ResponseBuilder } from '../context/response.ts';
import { column } from '../native.ts';
import { copyFields, fieldsInto, ownAnswer } from './fields.ts';
import { makeRequest, requestPrototype } from './request.ts';
import { makeResponse, responsePrototype } from './response.ts';
import { Tap } from './tap.ts';

import type { Body } from '../answer-body.ts';
import type { Fail } from '../answer-compression.ts';
import type { Outlet, Transmit } from '../answer-outlet.ts';
import type { Source } from '../answer-stream.ts';
import type { AnyContext } from '../context/access.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { ErrorHandling } from '../route.ts';
import type { TapOwner } from './tap.ts';
import type { ExpressRequest, ExpressResponse } from './types.ts';

const NONE = column('HEADER_SET_NONE');
const { end, write, writeHead } = ServerResponse.prototype;

/** Fields that belong to the content of an answer, and not to that of an error in its place. */
const OF_CONTENT = ['Content-Type', 'Content-Length', 'Content-Encoding', 'ETag', 'Last-Modified', 'Cache-Control'];

/** Who waits for an answer that a middleware may give itself. */
export interface Waiting {
  answered(answer: PreparedAnswer): void;
  failed(error: unknown): void;
}

/** How far the answer is. */
type Phase = 'open' | 'own' | 'through' | 'sent';

/** The request and the response of one context. */
export class Bridge implements Outlet, TapOwner {
  readonly context: AnyContext;
  readonly req: ExpressRequest;
  readonly res: ExpressResponse;
  /** Whoever runs middleware of this context, innermost. */
  waiting: Waiting | undefined = undefined;
  readonly #tap: Tap;
  #phase: Phase = 'open';
  #errors: ErrorHandling | undefined = undefined;
  #fail: Fail | undefined = undefined;
  /** Sends the answer that the response works on. */
  #transmit: Transmit | undefined = undefined;
  /** The stream of a handler that is written to the response. */
  #source: Source | undefined = undefined;
  /** Whether the response has written all of its answer at once. */
  #isWhole = false;
  #address: string | undefined = undefined;
  #isWatched = false;
  /** Whether a listener for `close` is ours. */
  #awaitsRoom = false;

  private constructor(context: AnyContext) {
    this.context = context;
    this.#tap = new Tap(this);
    this.req = makeRequest(this, this.#tap);
    this.res = makeResponse(this.req, this.#tap);
    this.req.res = this.res;
    // A write behind the end, above all. Nobody else may listen, and that would end the process.
    this.res.on('error', (error) => this.report(error));
  }

  /** The bridge of a context; made when it is first asked for. */
  static of(context: AnyContext): Bridge {
    const outlet = access.outletOf(context);
    if (outlet instanceof Bridge) return outlet;
    const bridge = new Bridge(context);
    access.setOutlet(context, bridge);
    return bridge;
  }

  get isEncrypted(): boolean {
    return !access.isEnded(this.context) && this.context.request.secure;
  }

  peerAddress(): string | undefined {
    // Known for as long as the request is: who logs behind the answer must have asked before, or the connection lives on.
    return (this.#address ??= access
      .linkOf(this.context)
      .peerAddress(access.slotOf(this.context), access.generationOf(this.context)));
  }

  /** An Express application puts its own prototypes in the place of ours: they are put back behind it. */
  restore(): void {
    const { req, res } = this;
    if (Object.getPrototypeOf(req) !== requestPrototype) Object.setPrototypeOf(req, requestPrototype);
    if (Object.getPrototypeOf(res) !== responsePrototype) Object.setPrototypeOf(res, responsePrototype);
  }

  /** Tells `waiting` of an answer that a middleware has given, if its head is there. */
  poll(): void {
    if (this.#phase !== 'open' || this.#tap.head === undefined) return;
    const { waiting } = this;
    if (waiting === undefined) return;
    this.#phase = 'own';
    waiting.answered(this.#take());
  }

  /** Has the middleware told when the client goes. Needed only when it, or its handler, works on in later turns. */
  watch(): void {
    if (this.#isWatched || access.isAnswered(this.context)) return;
    this.#isWatched = true;
    const exchange = access.exchangeOf(this.context);
    exchange.onOver(() => this.#gone());
    exchange.signal.addEventListener('abort', () => this.#leaving(), { once: true });
  }

  /** Tells of an error that comes when nobody can answer it any more. */
  report(error: unknown): void {
    if (this.#errors !== undefined) this.#errors.report(error, this.context);
    else process.emitWarning(error instanceof Error ? error : String(error));
  }

  onHead(): void {
    if (this.#phase === 'sent') {
      this.#tap.dropRest();
      return;
    }
    // Node's server tells a response that its socket has room again.
    this.#tap.on('drain', () => this.#drain());
    process.nextTick(() => this.#settle());
  }

  onDestroyed(): void {
    this.#source?.cancel(undefined);
    this.#source = undefined;
    if (this.#phase === 'open')
      this.waiting?.failed(new Error('a middleware has destroyed the request or the response'));
  }

  send(
    context: AnyContext,
    prepared: ResponseBuilder | undefined,
    body: Body,
    errors: ErrorHandling,
    fail: Fail,
    transmit: Transmit,
  ): void {
    this.#errors = errors;
    this.#fail = fail;
    const { res } = this;
    if (this.#phase === 'own') {
      transmit(context, prepared, body, errors, fail);
      this.#sent();
      return;
    }
    const response = prepared ?? new ResponseBuilder();
    const isObserved = this.#isObserved();
    if (!isObserved || this.#phase !== 'open' || res.headersSent || this.#tap.destroyed) {
      this.#phase = 'sent';
      copyFields(res, response);
      transmit(context, response, body, errors, fail);
      // Whoever listens hears at least that it is over.
      if (isObserved) this.#tap.destroy();
      return;
    }
    this.#phase = 'through';
    try {
      this.#sendThrough(response, body, transmit);
    } catch (error) {
      // A middleware has failed: what is answered now takes the short way.
      this.#phase = 'sent';
      this.#transmit = undefined;
      throw error;
    }
  }

  /** Whether a middleware has put something in the way of the answer, or wants to hear of it. */
  #isObserved(): boolean {
    const { res, req } = this;
    return (
      res.writeHead !== writeHead ||
      res.end !== end ||
      res.write !== write ||
      res.eventNames().length > 1 ||
      res.listenerCount('error') > 1 ||
      req.eventNames().length > 0
    );
  }

  #sendThrough(response: ResponseBuilder, body: Body, transmit: Transmit): void {
    const { res } = this;
    const { content, streams } = body;
    this.#transmit = transmit;
    if (streams) {
      const source = sourceOf(content as object);
      access.linkOf(this.context).defer(this.context);
      this.watch();
      this.#source = source;
      void this.#feed(source, () => fieldsInto(res, response, body.type));
      return;
    }
    fieldsInto(res, response, body.type);
    if (content === undefined) {
      if (response.$status === 0) res.statusCode = 204;
      res.end();
    } else {
      const whole = typeof content === 'string' ? Buffer.from(content) : (content as Uint8Array);
      if (!response.$hasLength && res.statusCode !== 304) res.setHeader('Content-Length', whole.byteLength);
      res.end(whole);
    }
    this.#settle();
    if (!access.isAnswered(this.context)) {
      access.linkOf(this.context).defer(this.context);
      this.watch();
    }
  }

  /** Writes a stream of the handler to the response, as fast as that takes it; never rejects. */
  async #feed(source: Source, begin: () => void): Promise<void> {
    const { res } = this;
    try {
      const first = Promise.resolve(source.next());
      // Before its head leaves, a stream that fails is a failure like any other.
      const isEarly = await settlesWithin(first, HEAD_GRACE_MS);
      if (this.#tap.destroyed) return;
      if (res.headersSent) {
        // A middleware has answered meanwhile.
        this.#source = undefined;
        source.cancel(undefined);
        return;
      }
      let next = isEarly ? await this.#firstOf(first) : first;
      if (next === undefined) return;
      begin();
      // What has no known length is meant to be read while it comes: events, above all.
      const isLive = !res.hasHeader('content-length');
      if (isLive) res.flushHeaders();
      // Its head leaves as that of a stream: one that has ended would be told to have no content.
      if (this.req.method === 'HEAD') await new Promise((resolve) => setImmediate(resolve));
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
        const { done, value } = await next;
        if (this.#tap.destroyed) return;
        // As above: what it has given comes too late.
        if (done === true || res.writableEnded) break;
        const hasRoom = res.write(chunkOf(value));
        if (isLive) (res as { flush?: () => void }).flush?.();
        // oxlint-disable-next-line no-await-in-loop -- as above
        if (!hasRoom) await this.#drained();
        next = Promise.resolve(source.next());
      }
      if (res.writableEnded) source.cancel(undefined);
      this.#source = undefined;
      res.end();
    } catch (error) {
      if (this.#tap.destroyed) return;
      this.#source = undefined;
      if (this.#transmit === undefined) {
        // Whoever sends what is written tells of it.
        this.#tap.fail(error);
        return;
      }
      this.#failEarly(error);
    }
  }

  /** The answer that the response works on fails before its head has left. */
  #failEarly(error: unknown): void {
    const { res } = this;
    this.#transmit = undefined;
    if (!res.headersSent) for (const name of OF_CONTENT) res.removeHeader(name);
    this.#fail?.(this.context, error, this.#errors as ErrorHandling);
  }

  /** The first chunk of a stream; `undefined` for one that has failed, which is answered as an error. */
  async #firstOf(first: Promise<IteratorResult<unknown>>): Promise<Promise<IteratorResult<unknown>> | undefined> {
    try {
      const { done, value } = await first;
      if (done !== true) chunkOf(value);
      return first;
    } catch (error) {
      this.#source = undefined;
      this.#transmit = undefined;
      this.#phase = 'open';
      this.#fail?.(this.context, error, this.#errors as ErrorHandling);
      return undefined;
    }
  }

  #drain(): void {
    const { res } = this;
    // Node's own note of it can be put back by its server only.
    Object.defineProperty(res, 'writableNeedDrain', {
      configurable: true,
      get: () => !this.#tap.destroyed && !res.writableEnded && this.#tap.writableNeedDrain,
    });
    if (!res.writableEnded) res.emit('drain');
  }

  #drained(): Promise<void> {
    const { res } = this;
    this.#awaitsRoom = true;
    return new Promise((resolve) => {
      const go = (): void => {
        this.#awaitsRoom = false;
        res.removeListener('drain', go).removeListener('close', go);
        resolve();
      };
      res.on('drain', go).on('close', go);
    });
  }

  /** The head is there: hands it on, with all of the content if that is there, too. */
  #settle(): void {
    if (this.#phase === 'open') {
      this.poll();
      return;
    }
    const transmit = this.#transmit;
    if (this.#phase !== 'through' || transmit === undefined || this.#tap.head === undefined) return;
    this.#transmit = undefined;
    const { status, headers, body: content, length } = this.#take();
    const response = new ResponseBuilder().status(status);
    for (const [name, value] of headers) response.append(name, value);
    const streams = content !== undefined && !(content instanceof Uint8Array);
    if (length !== undefined && (streams || content === undefined)) response.set('Content-Length', length);
    transmit(
      this.context,
      response,
      { content: content ?? '', set: NONE, type: undefined, streams },
      this.#errors as ErrorHandling,
      this.#fail as Fail,
    );
    this.#sent();
  }

  /** The answer that the response has written. */
  #take(): PreparedAnswer {
    const { res } = this;
    this.#isWhole = res.writableEnded && this.#tap.holdsEverything;
    if (!this.#isWhole) res.once('finish', () => this.#close());
    return ownAnswer(this.#tap, this.#isWhole, this.req.method === 'HEAD');
  }

  /** An answer of the response is on its way; whoever listens to it hears so. One that is streamed says itself when. */
  #sent(): void {
    this.#phase = 'sent';
    if (!this.#isWhole) return;
    this.res.once('finish', () => this.#close());
    this.#tap.release();
  }

  /** As Node's server does behind an answer: both messages are closed, and nobody reads on. */
  #close(): void {
    this.#tap.finish();
    this.req.complete = true;
    if (!this.req.readableEnded) this.req.resume();
    this.#tap.destroy();
  }

  /** The client sends no more. It may have gone, or wait for its answer, so whoever listens is told, and no more. */
  #leaving(): void {
    if (access.exchangeOf(this.context).ending !== undefined || this.#tap.destroyed) return;
    const { req, res } = this;
    if (!req.complete && !req.destroyed) {
      req.aborted = true;
      req.emit('aborted');
    }
    const isHeard = req.listenerCount('close') + res.listenerCount('close') > (this.#awaitsRoom ? 1 : 0);
    req.emit('close');
    res.emit('close');
    // Who has heard it has given up, and nobody would ever end the answer. Node's server closes such a connection.
    if (!isHeard || res.writableEnded) return;
    const { reason } = access.exchangeOf(this.context).signal;
    if (this.#phase === 'open') this.waiting?.failed(reason);
    else if (this.#transmit === undefined) this.#tap.fail(reason);
    else this.#failEarly(reason);
  }

  #gone(): void {
    const { req, waiting } = this;
    this.waiting = undefined;
    if (!req.destroyed) req.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    this.#tap.destroy();
    waiting?.failed(access.exchangeOf(this.context).signal.reason);
  }
}

/** Whether a promise settles in some time. */
function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const settle = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settle, settle);
  });
}
