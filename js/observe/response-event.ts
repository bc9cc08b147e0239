// What became of a request, for those who watch: access logs, metrics, traces.
import type { Context } from '../context/context.ts';

/** Told of every answer that has left, or was given up, also of those that are given without JavaScript. */
export interface ResponseEvent {
  /**
   * The context, if the request came to JavaScript. Its request has ended: what was not read before throws
   * `ERR_NEXURE_CONTEXT_ENDED`.
   */
  readonly context: Context<unknown, unknown, unknown, unknown> | undefined;
  /** The id of the request, if its context has one. */
  readonly requestId: string | undefined;
  /** The method; empty where the client sent none. */
  readonly method: string;
  /** The path as it was sent, without the query; of 1,024 bytes at the most. Empty where the client sent none. */
  readonly path: string;
  /** The pattern of the route, such as `/users/:id`; `undefined` where none was found. */
  readonly route: string | undefined;
  /** The status; 0 when the client went before there was an answer. */
  readonly status: number;
  /** Bytes of the body as they were sent, without the framing; what had left when the client went. */
  readonly bytes: number;
  /** From the end of the head to the last byte that was handed to the socket, in milliseconds with three digits. */
  readonly durationMs: number;
  /**
   * The address of the client, as `ctx.request.ip` tells it; of an answer without a context that of the connection's peer.
   * `undefined` where there is none.
   */
  readonly ip: string | undefined;
  /** `aborted` when the connection went before the answer had left. */
  readonly outcome: 'complete' | 'aborted';
  /** Whether the answer was given without JavaScript. */
  readonly isNative: boolean;
}

/** What `app.onResponse` takes. Nothing waits for what it returns; what it throws is reported to the logger. */
export type ResponseListener = (event: ResponseEvent) => void;
