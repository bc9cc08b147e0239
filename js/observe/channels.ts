// The channels of `node:diagnostics_channel` that tracers subscribe to. Names and messages are stable:
// docs/guide/observability.md. Nothing is made or published while nobody has subscribed.
import { channel } from 'node:diagnostics_channel';

import type { Channel } from 'node:diagnostics_channel';
import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { CompiledRoute } from '../route.ts';
import type { ResponseEvent } from './response-event.ts';

/** A message of `nexure:request:start`. */
export interface RequestStart {
  readonly context: Context<unknown, unknown, unknown, unknown>;
}

/** A message of `nexure:request:error`: what middleware or a handler threw, before error handlers are asked. */
export interface RequestFailure {
  readonly context: Context<unknown, unknown, unknown, unknown>;
  readonly error: unknown;
}

/** `nexure:request:start`: a request is about to run, in its async context. Messages are {@link RequestStart}. */
export const requestStart: Channel<unknown, RequestStart> = channel('nexure:request:start') as Channel<
  unknown,
  RequestStart
>;

/** `nexure:request:finish`: an answer has left, or was given up. Messages are {@link ResponseEvent}. */
export const requestFinish: Channel<unknown, ResponseEvent> = channel('nexure:request:finish') as Channel<
  unknown,
  ResponseEvent
>;

/** `nexure:request:error`. Messages are {@link RequestFailure}. */
export const requestError: Channel<unknown, RequestFailure> = channel('nexure:request:error') as Channel<
  unknown,
  RequestFailure
>;

/** Tells the channel that a request runs, in the async context it runs in. */
export function published(run: CompiledRoute['run']): CompiledRoute['run'] {
  return function publish(context) {
    requestStart.publish({ context: context as AnyContext });
    run.call(this, context);
  };
}
