// What the rest of the framework may do with a context beside its public members. No public export gives this away:
// whatever an application does with a context, it cannot read, change or detach the shared tables behind it.
import type { AsyncResource } from 'node:async_hooks';
import type { Outlet } from '../answer-outlet.ts';
import type { CompiledRoute } from '../route.ts';
import type { Exchange } from '../server/exchange.ts';
import type { Link } from '../server/link.ts';
import type { RecordMemory } from '../server/record.ts';
import type { Context } from './context.ts';
import type { ResponseBuilder } from './response.ts';

/** A context of any route. */
export type AnyContext = Context<unknown, unknown, unknown, unknown>;

/** Something that lives as long as a request. */
export interface Attached {
  /** Whose it is. */
  readonly owner: object;
  /** What was attached before it. */
  following: Attached | undefined;
  /** Called once, when the answer is complete or given up; must not throw. */
  atEnd(): void;
}

/** What the rest of the framework may do with a context. */
export interface ContextAccess {
  linkOf(context: AnyContext): Link;
  routeOf(context: AnyContext): CompiledRoute;
  /** The memory of the record; `ERR_NEXURE_CONTEXT_ENDED` once it is somebody else's. */
  recordOf(context: AnyContext): RecordMemory;
  /** Where in that memory the record begins, in words. */
  recordAt(context: AnyContext): number;
  slotOf(context: AnyContext): number;
  generationOf(context: AnyContext): number;
  sequenceOf(context: AnyContext): number;
  /** The response builder, if the application has asked for it. */
  responseOf(context: AnyContext): ResponseBuilder | undefined;
  /** Forgets the response builder. */
  resetResponse(context: AnyContext): void;
  /** What answers go through on their way, if anything. */
  outletOf(context: AnyContext): Outlet | undefined;
  setOutlet(context: AnyContext, outlet: Outlet): void;
  /** Whether there is an answer, or its beginning. */
  isAnswered(context: AnyContext): boolean;
  /** Notes the answer. One that is written step by step leaves the request readable until `end`. */
  markAnswered(context: AnyContext, ends: boolean): void;
  /** Whether the request can no longer be read. */
  isEnded(context: AnyContext): boolean;
  /** The answer is complete, or given up. */
  end(context: AnyContext): void;
  /** What lives as long as the request; a list. */
  attachedTo(context: AnyContext): Attached | undefined;
  /** Adds to it. */
  attach(context: AnyContext, attached: Attached): void;
  /** The dealings with the request beyond one record and one row; made when they are first asked for. */
  exchangeOf(context: AnyContext): Exchange;
  /** Whether the client went, or the time was up, before the answer. */
  isOver(context: AnyContext): boolean;
  /** The async context in which the handler returned its answer, where it was kept. */
  scopeOf(context: AnyContext): AsyncResource | undefined;
  /** Keeps the async context that is current, unless an inner one was kept: what the answer still asks for runs in it. */
  keepScope(context: AnyContext): void;
  /** Whether the record still lies in the arena of a batch that is about to end. */
  isInArena(context: AnyContext, arena: RecordMemory): boolean;
  /** Has what validation made of a part of the request take the place of what was sent. */
  replace(context: AnyContext, part: 'body' | 'cookies' | 'headers' | 'params' | 'query', value: unknown): void;
  /** Tells where the record was copied to. */
  moveRecord(context: AnyContext, memory: RecordMemory, at: number): void;
}

/** The functions that see behind the private fields; given by the class when it is defined. */
export let access: ContextAccess;

/** Called once, by the class itself. */
export function grantAccess(granted: ContextAccess): void {
  access = granted;
}
