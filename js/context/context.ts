// What a handler gets: one object of one shape per request, with everything behind it made on demand.
//
// The shared tables are reachable only through private fields, and through `access.ts` for the framework itself.
import { eventStream } from '../body/event-stream.ts';
import { sendFile } from '../files/send-file.ts';
import { prepared } from '../prepared-answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { parseQuery } from '../http/query.ts';
import { Exchange } from '../server/exchange.ts';
import { paramOf, queryOf } from '../server/record.ts';
import { grantAccess } from './access.ts';
import { RequestView } from './request.ts';
import { ResponseBuilder } from './response.ts';

import type { EventSource, EventStreamOptions } from '../body/event-stream.ts';
import type { Part } from '../body/part.ts';
import type { PartsOptions } from '../body/parts-options.ts';
import type { FileOptions } from '../files/send-file.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { QueryObject } from '../http/query.ts';
import type { CompiledRoute } from '../route.ts';
import type { Link } from '../server/link.ts';
import type { RecordMemory } from '../server/record.ts';
import type { AnyContext } from './access.ts';

/** Values a request carries from middleware to middleware. */
export type State = Record<string, unknown>;

/**
 * The context of one request. It is new for every request and may be kept; what it reads from the request is there
 * until the request is answered, and throws `ERR_NEXURE_CONTEXT_ENDED` afterwards unless it was read before.
 */
export class Context<Params = Record<string, string>> {
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
  #request: RequestView | undefined = undefined;
  #response: ResponseBuilder | undefined = undefined;
  #params: Params | undefined = undefined;
  #query: QueryObject | undefined = undefined;
  #state: State | undefined = undefined;
  #atEnd: (() => void)[] | undefined = undefined;

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

  /** The route parameters, decoded, by name; a wildcard without a name is `*`. */
  get params(): Params {
    return (this.#params ??= this.#readParams());
  }

  /** The query by name; a name that repeats has an array. */
  get query(): QueryObject {
    return (this.#query ??= parseQuery(queryOf(this.#record(), this.#at)));
  }

  /**
   * The body, parsed by its content type: JSON, form and text are parsed, anything else is a `Uint8Array`; `undefined`
   * when there is none. Throws an `HttpError` of 400 or 415 when it cannot be parsed. The type is the application's to
   * assert: nothing has been validated.
   */
  get body(): unknown {
    return this.request.body;
  }

  /** The body as JSON, whatever its content type. Rejects with a 400 when it is not. */
  async json(): Promise<unknown> {
    return this.request.json();
  }

  /** The body as UTF-8 text. */
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

  /** What the client sent. */
  get request(): RequestView {
    return (this.#request ??= new RequestView(this as AnyContext));
  }

  /** Status, headers and body of the answer, where the returned value does not say enough. */
  get response(): ResponseBuilder {
    return (this.#response ??= new ResponseBuilder());
  }

  /** Values this request carries from middleware to middleware. */
  get state(): State {
    return (this.#state ??= {});
  }

  #dealings(): Exchange {
    return (this.#exchange ??= new Exchange(this.#link, this.#slot, this.#generation, this.#sequence, this.#answered));
  }

  #finish(): void {
    const acts = this.#atEnd;
    if (acts === undefined) return;
    this.#atEnd = undefined;
    for (const act of acts) act();
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

  #readParams(): Params {
    const memory = this.#record();
    const names = this.#route.params;
    const params: Record<string, string> = {};
    for (let index = 0; index < names.length; index += 1) {
      params[names[index] as string] = paramOf(memory, this.#at, index);
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
      isAnswered: (context) => context.#answered,
      markAnswered: (context, ends) => {
        context.#answered = true;
        context.#ended = ends;
        if (ends) context.#exchange?.answered();
        if (ends) context.#finish();
      },
      isEnded: (context) => context.#ended,
      end: (context) => {
        context.#ended = true;
        context.#finish();
      },
      atEnd: (context, act) => {
        if (context.#ended) act();
        else (context.#atEnd ??= []).push(act);
      },
      exchangeOf: (context) => context.#dealings(),
      isOver: (context) => {
        const ending = context.#exchange?.ending;
        return ending !== undefined && ending !== 'answered';
      },
      isInArena: (context, arena) => context.#memory === arena && context.#epoch === arena.epoch,
      replace: (context, part, value) => {
        if (part === 'params') context.#params = value;
        else if (part === 'query') context.#query = value as QueryObject;
        else context.request.$replace(part, value);
      },
      moveRecord: (context, memory, at) => {
        context.#memory = memory;
        context.#epoch = memory.epoch;
        context.#at = at;
      },
    });
  }
}
