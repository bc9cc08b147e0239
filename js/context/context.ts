// What a handler gets: one object of one shape per request, with everything behind it made on demand.
//
// The shared tables are reachable only through private fields, and through `access.ts` for the framework itself.
import { AsyncResource, executionAsyncId } from 'node:async_hooks';

import { eventStream } from '../body/event-stream.ts';
import { sendFile } from '../files/send-file.ts';
import { prepared } from '../prepared-answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { crypto } from '../http/node-crypto.ts';
import { parseQuery } from '../http/query.ts';
import { requestLog } from '../logging/request-log.ts';
import { Exchange } from '../server/exchange.ts';
import { nextRequestId, requestIdOf } from '../http/request-id.ts';
import { valueOfParam } from '../param-kinds.ts';
import { ProblemAnswer } from '../problem-answer.ts';
import { fieldOf, paramCountOf, paramOf, queryOf } from '../server/record.ts';
import { grantAccess } from './access.ts';
import { ndjsonOf } from './ndjson.ts';
import { RequestView } from './request.ts';
import { ResponseBuilder } from './response.ts';
import { webRequestOf } from './web-request.ts';

import type { Nexure } from '../app.ts';
import type { EventSource, EventStreamOptions } from '../body/event-stream.ts';
import type { Outlet } from '../answer-outlet.ts';
import type { Part } from '../body/part.ts';
import type { PartsOptions } from '../body/parts-options.ts';
import type { FileOptions } from '../files/send-file.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { QueryObject } from '../http/query.ts';
import type { Logger } from '../logging/logger.ts';
import type { TraceContext } from '../http/trace.ts';
import type { CompiledRoute } from '../route.ts';
import type { Link } from '../server/link.ts';
import type { RecordMemory } from '../server/record.ts';
import type { AnyParams } from '../types.ts';
import type { RequestInput } from '../validation/checked-input.ts';
import type { AnyContext, Attached } from './access.ts';

/** Values a request carries from middleware to middleware. */
export type State = Record<string, unknown>;

/**
 * The context of one request. It is new for every request and may be kept; what it reads from the request is there
 * until the request is answered, and throws `ERR_NEXURE_CONTEXT_ENDED` afterwards unless it was read before.
 */
export class Context<
  Params = AnyParams,
  Query = QueryObject,
  Headers = Record<string, string>,
  Cookies = Record<string, string>,
> {
  readonly #link: Link;
  readonly #route: CompiledRoute;
  readonly #slot: number;
  readonly #generation: number;
  readonly #sequence: number;
  #memory: RecordMemory;
  #epoch: number;
  #at: number;
  #answered = false;
  #ended = false;
  #exchange: Exchange | undefined = undefined;
  #request: RequestView<Headers, Cookies> | undefined = undefined;
  #response: ResponseBuilder | undefined = undefined;
  #params: Params | undefined = undefined;
  #query: Query | undefined = undefined;
  #state: State | undefined = undefined;
  #attached: Attached | undefined = undefined;
  #log: Logger | undefined = undefined;
  #outlet: Outlet | undefined = undefined;
  #requestId: string | undefined = undefined;
  #cspNonce: string | undefined = undefined;
  #webRequest: Request | undefined = undefined;
  /** The async context in which the handler returned its answer. */
  #scope: AsyncResource | undefined = undefined;

  /** @internal */
  constructor(link: Link, route: CompiledRoute, at: number, slot: number, generation: number, sequence: number) {
    this.#link = link;
    this.#route = route;
    this.#slot = slot;
    this.#generation = generation;
    this.#sequence = sequence;
    this.#memory = link.arena;
    this.#epoch = link.arena.epoch;
    this.#at = at;
  }

  /**
   * The route parameters, decoded, by name; a wildcard without a name is `*`. Those of type `int` and `float` are numbers, those
   * of type `bool` are booleans, and optional ones may be missing.
   */
  get params(): Params {
    return (this.#params ??= this.#readParams());
  }

  /** The query by name; a name that repeats has an array. */
  get query(): Query {
    return (this.#query ??= this.#readQuery());
  }

  /**
   * The body, parsed by its content type: JSON, form and text are parsed, anything else is a `Uint8Array`; `undefined`
   * when there is none. Throws an `HttpError` of 400 or 415 when it cannot be parsed. Without a schema the type is the
   * application's to assert: nothing has been validated.
   */
  get body(): unknown {
    return this.request.body;
  }

  /** What validation has done to what was sent, where the option `changes` is on. */
  get input(): RequestInput {
    return this.request.$input;
  }

  /** The value of a header field of the request, by a name in any case. */
  get(name: string): string | undefined {
    return fieldOf(this.#record(), this.#at, name.toLowerCase());
  }

  /**
   * The body as JSON, whatever its content type. Rejects with a 400 when it is not. This reads: `ctx.response.json(value)`
   * answers, as returning the value does.
   */
  async json(): Promise<unknown> {
    return this.request.json();
  }

  /** The body as UTF-8 text. This reads: `ctx.response.text(value)` answers, as returning the text does. */
  async text(): Promise<string> {
    return this.request.text();
  }

  /** The body as bytes, in memory of their own. */
  async bytes(): Promise<Uint8Array> {
    return this.request.bytes();
  }

  /** A form as web `FormData`: parts with files, or `application/x-www-form-urlencoded`. Collects the whole body. */
  async formData(options?: PartsOptions): Promise<FormData> {
    return this.request.formData(options);
  }

  /**
   * The body while it arrives. The client is asked for more only when the stream is read: 128 KiB wait at the most. Errors
   * with an `HttpError` when the client goes, or the body breaks a limit, before it is complete.
   */
  stream(): ReadableStream<Uint8Array> {
    return this.request.stream();
  }

  /** The parts of a `multipart/form-data` body, one by one while they arrive. */
  parts(options?: PartsOptions): AsyncGenerator<Part, void, undefined> {
    return this.request.parts(options);
  }

  /**
   * Aborts when the client goes (`AbortError`), or the time of the handler is up (`TimeoutError`), before the answer is
   * complete; also when the client closes only its half of the connection, which looks the same until something is sent.
   */
  get signal(): AbortSignal {
    return this.#dealings().signal;
  }

  /**
   * Answers with server-sent events: return what this returns. `source` gives the events, as an iterable or as a function
   * that makes one; it is asked for the next event only when the client has taken the one before, and is ended when the
   * client goes or the server stops.
   */
  sse(source: EventSource, options?: EventStreamOptions): AsyncIterable<string> {
    return eventStream(this as AnyContext, source, options);
  }

  /**
   * Answers with a file: return what this returns. `path` is absolute, or one from a client below the option `root`.
   * Conditional requests and ranges are answered as RFC 9110 says; a file that is not there is a 404.
   */
  async file(path: string, options?: FileOptions): Promise<PreparedAnswer> {
    return prepared(await sendFile(path, this.request, options));
  }

  /** Sets the status of the answer; the same as `ctx.response.status(status)`. */
  status(status: number): ResponseBuilder {
    return this.response.status(status);
  }

  /** Answers 201 with what was made and, as `Location`, where it is: return what this returns. */
  created<Value>(value: Value, location?: string): ResponseBuilder<Value> {
    const response = this.response.status(201);
    if (location !== undefined) response.location(location);
    return response.send(value);
  }

  /** Answers 202: the request will be done later. */
  accepted<Value = undefined>(value?: Value): ResponseBuilder<Value> {
    return this.response.status(202).send(value) as ResponseBuilder<Value>;
  }

  /** Answers 204, without content. */
  noContent(): ResponseBuilder<undefined> {
    return this.response.status(204).send();
  }

  /** Answers with a redirect; 302 unless another 3xx is given. */
  redirect(location: string, status?: number): ResponseBuilder<string> {
    return this.response.redirect(location, status);
  }

  /** Answers with HTML. */
  html(value: string): ResponseBuilder<string> {
    return this.response.html(value);
  }

  /** Answers with values as lines of JSON (`application/x-ndjson`), which are asked for as the client takes them. */
  ndjson<Value>(values: AsyncIterable<Value> | Iterable<Value>): ResponseBuilder<AsyncIterable<Value>> {
    if (!this.response.has('content-type')) this.response.type('application/x-ndjson; charset=utf-8');
    return this.response.send(ndjsonOf(values)) as unknown as ResponseBuilder<AsyncIterable<Value>>;
  }

  /**
   * Answers with the problem document of an error, and reports it if it is a 5xx, as if it had been thrown and nobody had
   * handled it. Fields that are set on `ctx.response` are kept.
   */
  problem(error: unknown): ProblemAnswer {
    return new ProblemAnswer(error);
  }

  /** What the client sent. */
  get request(): RequestView<Headers, Cookies> {
    return (this.#request ??= new RequestView<Headers, Cookies>(this as AnyContext));
  }

  /** Status, headers and body of the answer, where the returned value does not say enough. */
  get response(): ResponseBuilder {
    return (this.#response ??= new ResponseBuilder(this as AnyContext));
  }

  /** Values this request carries from middleware to middleware. */
  get state(): State {
    return (this.#state ??= {});
  }

  /** The logger of the application, with the `reqId` of this request in its lines. Made when it is first used. */
  get log(): Logger {
    return (this.#log ??= requestLog(this.#route.log.logger, this as AnyContext));
  }

  /** The application. */
  get app(): Nexure {
    return this.#route.app;
  }

  /**
   * The name of the request: one that was made for it, or the client's, where the option `requestId.accept` says so. The
   * same for as long as the context is there.
   */
  get requestId(): string {
    return (this.#requestId ??= this.#ended
      ? nextRequestId()
      : requestIdOf(this.#route.site.requestId, this as AnyContext, (name) => this.get(name)));
  }

  /** Where the caller stands in a distributed trace; `undefined` without a `traceparent` that is well-formed. */
  get trace(): TraceContext | undefined {
    return this.request.trace;
  }

  /** A random value for `Content-Security-Policy: script-src 'nonce-...'`, the same throughout the request. */
  get cspNonce(): string {
    return (this.#cspNonce ??= crypto().randomBytes(16).toString('base64'));
  }

  /** The request as a web `Request`, for what asks for one. Its body can be read there or here, once. */
  get webRequest(): Request {
    return (this.#webRequest ??= webRequestOf(this as AnyContext, this.request.href));
  }

  #dealings(): Exchange {
    return (this.#exchange ??= new Exchange(this.#link, this.#slot, this.#generation, this.#sequence, this.#answered));
  }

  #record(): RecordMemory {
    const memory = this.#memory;
    if (this.#ended || memory.epoch !== this.#epoch) {
      throw new NexureError(
        'ERR_NEXURE_CONTEXT_ENDED',
        `the request to ${this.#route.label} has been answered already`,
      );
    }
    return memory;
  }

  #detach(): void {
    let attached = this.#attached;
    this.#attached = undefined;
    for (; attached !== undefined; attached = attached.following) attached.atEnd();
  }

  #readQuery(): Query {
    const { input } = this.#route;
    const checked = input?.parts.query === undefined ? undefined : this.request.$input.query;
    if (checked !== undefined) return checked as Query;
    return parseQuery(queryOf(this.#record(), this.#at)) as Query;
  }

  #readParams(): Params {
    const { input } = this.#route;
    const checked = input?.parts.params === undefined ? undefined : this.request.$input.params;
    if (checked !== undefined) return checked as Params;
    const memory = this.#record();
    const { params: names, kinds } = this.#route;
    const params: Record<string, string | number | boolean> = {};
    // Optional ones are the last, and may be missing.
    const count = paramCountOf(memory, this.#at);
    for (let index = 0; index < count; index += 1) {
      const text = paramOf(memory, this.#at, index);
      params[names[index] as string] = kinds === undefined ? text : valueOfParam(text, kinds[index] as number);
    }
    return params as Params;
  }

  static {
    grantAccess({
      linkOf: (context) => context.#link,
      routeOf: (context) => context.#route,
      recordOf: (context) => context.#record(),
      recordAt: (context) => context.#at,
      slotOf: (context) => context.#slot,
      generationOf: (context) => context.#generation,
      sequenceOf: (context) => context.#sequence,
      responseOf: (context) => context.#response,
      resetResponse: (context) => {
        context.#response = undefined;
      },
      outletOf: (context) => context.#outlet,
      setOutlet: (context, outlet) => {
        context.#outlet = outlet;
      },
      isAnswered: (context) => context.#answered,
      markAnswered: (context, ends) => {
        context.#answered = true;
        context.#ended = ends;
        if (!ends) return;
        context.#exchange?.answered();
        if (context.#attached !== undefined) context.#detach();
      },
      isEnded: (context) => context.#ended,
      end: (context) => {
        context.#ended = true;
        if (context.#attached !== undefined) context.#detach();
      },
      attachedTo: (context) => context.#attached,
      attach: (context, attached) => {
        attached.following = context.#attached;
        context.#attached = attached;
      },
      exchangeOf: (context) => context.#dealings(),
      isOver: (context) => {
        const ending = context.#exchange?.ending;
        return ending !== undefined && ending !== 'answered';
      },
      scopeOf: (context) => context.#scope,
      keepScope: (context) => {
        context.#scope ??= new AsyncResource('NEXURE_ANSWER', executionAsyncId());
      },
      isInArena: (context, arena) => context.#memory === arena && context.#epoch === arena.epoch,
      replace: (context, part, value) => {
        if (part === 'params') context.#params = value;
        else if (part === 'query') context.#query = value;
        else if (part === 'body') context.request.$provide(value);
        else if (part === 'cookies') context.request.$replaceCookies(value);
        else context.request.$replaceHeaders(value);
      },
      moveRecord: (context, memory, at) => {
        context.#memory = memory;
        context.#epoch = memory.epoch;
        context.#at = at;
      },
    });
  }
}
