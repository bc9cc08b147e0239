// What a handler gets: one object of one shape per request, with everything behind it made on demand.
import { NexureError } from '../errors/nexure-error.ts';
import { parseQuery } from '../http/query.ts';
import { paramOf, queryOf } from '../server/record.ts';
import { RequestView } from './request.ts';
import { ResponseBuilder } from './response.ts';

import type { QueryObject } from '../http/query.ts';
import type { CompiledRoute } from '../route.ts';
import type { Link } from '../server/link.ts';
import type { RecordMemory } from '../server/record.ts';

/** Values a request carries from middleware to middleware. */
export type State = Record<string, unknown>;

/**
 * The context of one request. It is new for every request and may be kept; what it reads from the request is there
 * until the request is answered, and throws `ERR_NEXURE_CONTEXT_ENDED` afterwards unless it was read before.
 */
export class Context<Params = Record<string, string>> {
  /** @internal */ readonly $link: Link;
  /** @internal */ readonly $route: CompiledRoute;
  /** @internal */ readonly $slot: number;
  /** @internal */ readonly $generation: number;
  /** @internal */ readonly $sequence: number;
  /** @internal */ $memory: RecordMemory;
  /** @internal */ $epoch: number;
  /** @internal */ $at: number;
  /** @internal */ $answered = false;
  /** @internal */ $request: RequestView | undefined = undefined;
  /** @internal */ $response: ResponseBuilder | undefined = undefined;
  /** @internal */ $params: Params | undefined = undefined;
  /** @internal */ $query: QueryObject | undefined = undefined;
  /** @internal */ $state: State | undefined = undefined;

  /** @internal */
  constructor(link: Link, route: CompiledRoute, at: number, slot: number, generation: number, sequence: number) {
    this.$link = link;
    this.$route = route;
    this.$slot = slot;
    this.$generation = generation;
    this.$sequence = sequence;
    this.$memory = link.arena;
    this.$epoch = link.arena.epoch;
    this.$at = at;
  }

  /** The route parameters, decoded, by name; a wildcard without a name is `*`. */
  get params(): Params {
    return (this.$params ??= this.#readParams());
  }

  /** The query by name; a name that repeats has an array. */
  get query(): QueryObject {
    return (this.$query ??= parseQuery(queryOf(this.$record(), this.$at)));
  }

  /**
   * The body, parsed by its content type: JSON, form and text are parsed, anything else is a `Uint8Array`; `undefined`
   * when there is none. Throws an `HttpError` of 400 or 415 when it cannot be parsed. The type is the application's to
   * assert: nothing has been validated.
   */
  get body(): unknown {
    return this.request.body;
  }

  /** What the client sent. */
  get request(): RequestView {
    return (this.$request ??= new RequestView(this));
  }

  /** Status, headers and body of the answer, where the returned value does not say enough. */
  get response(): ResponseBuilder {
    return (this.$response ??= new ResponseBuilder());
  }

  /** Values this request carries from middleware to middleware. */
  get state(): State {
    return (this.$state ??= {});
  }

  /** @internal The memory of the record, or an error once it is somebody else's. */
  $record(): RecordMemory {
    const memory = this.$memory;
    if (memory.epoch !== this.$epoch) {
      throw new NexureError(
        'ERR_NEXURE_CONTEXT_ENDED',
        `the request to ${this.$route.label} has been answered already`,
      );
    }
    return memory;
  }

  #readParams(): Params {
    const memory = this.$record();
    const names = this.$route.params;
    const params: Record<string, string> = {};
    for (let index = 0; index < names.length; index += 1) {
      params[names[index] as string] = paramOf(memory, this.$at, index);
    }
    return params as Params;
  }
}
