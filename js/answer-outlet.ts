// What stands between an answer that is made and the tables it leaves by: the response object of Express middleware,
// which may add to the head, rewrite the content, or hold both back until a session is saved.
import type { Fail } from './answer-compression.ts';
import type { Body } from './answer-body.ts';
import type { AnyContext } from './context/access.ts';
import type { ResponseBuilder } from './context/response.ts';
import type { ErrorHandling } from './route.ts';

/** Sends an answer as it is. */
export type Transmit = (
  context: AnyContext,
  response: ResponseBuilder | undefined,
  body: Body,
  errors: ErrorHandling,
  fail: Fail,
) => void;

/** Is given each answer of a context, problem documents too, in the place of the tables. */
export interface Outlet {
  /** Sees to it that `transmit` is called once with what is to be sent, now or later. */
  send(
    context: AnyContext,
    response: ResponseBuilder | undefined,
    body: Body,
    errors: ErrorHandling,
    fail: Fail,
    transmit: Transmit,
  ): void;
}
