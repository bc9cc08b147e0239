// From what a handler returned, threw or promised to exactly one answer.
import { access } from './context/access.ts';
import { send, withRequestId, writeAnswer } from './answer-body.ts';
import { ResponseBuilder } from './context/response.ts';
import { NexureError } from './errors/nexure-error.ts';
import { problemOf } from './errors/problem.ts';
import { column } from './native.ts';
import { requestError } from './observe/channels.ts';

import type { AnyContext } from './context/access.ts';
import type { Outcome } from './answer-body.ts';
import type { Problem } from './errors/problem.ts';
import type { ErrorHandling } from './route.ts';
import type { ErrorHandler } from './scope.ts';

const TEXT = column('HEADER_SET_TEXT');
const PROBLEM = column('HEADER_SET_PROBLEM');

const OUTCOME: Outcome = { fail: answerError, problem: answerProblem };

/** The problem of something that cannot be looked at. */
const UNREADABLE: Problem = {
  status: 500,
  document: { type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'ERR_NEXURE_INTERNAL' },
  headers: undefined,
};

/** Answers with what a handler has returned; a promise is answered when it settles. */
export function answer(context: AnyContext, result: unknown, errors: ErrorHandling): void {
  if (isThenable(result)) {
    access.linkOf(context).defer(context);
    result.then(
      (value) => answerSettled(context, value, errors),
      (reason: unknown) => answerError(context, reason, errors),
    );
  } else {
    answerSettled(context, result, errors);
  }
}

function answerSettled(context: AnyContext, value: unknown, errors: ErrorHandling): void {
  try {
    answerValue(context, value, errors);
  } catch (error) {
    answerError(context, error, errors);
  }
}

/** Answers with a value that is no promise. */
function answerValue(context: AnyContext, value: unknown, errors: ErrorHandling): void {
  const response = access.responseOf(context);
  // Plain text is what crosses as it is: nothing is made for it.
  if (
    typeof value === 'string' &&
    response === undefined &&
    access.routeOf(context).isPlain &&
    access.outletOf(context) === undefined
  ) {
    access.linkOf(context).answerWithText(context, 200, TEXT, '', value, false);
    return;
  }
  let body = value;
  if (response !== undefined) {
    if (response.$written !== undefined) {
      if (value !== undefined && value !== response) {
        throw new NexureError('ERR_NEXURE_ANSWERED_TWICE', 'the handler returned a value and has written a body');
      }
      response.$written.end();
      return;
    }
    if (response.$answers()) {
      if (value !== undefined && value !== response) {
        throw new NexureError('ERR_NEXURE_ANSWERED_TWICE', 'the handler returned a value and gave ctx.response a body');
      }
      body = response.$body;
    } else if (value === response) {
      body = undefined;
    }
  }
  writeAnswer(context, response, body, errors, OUTCOME);
}

/** Begins the answer that a handler writes piece by piece, while it runs. */
export function beginAnswer(context: AnyContext, response: ResponseBuilder, errors: ErrorHandling): void {
  writeAnswer(context, response, response.$body, errors, OUTCOME);
}

/** Answers with what was thrown, through the error handlers of its scopes, the inner ones first. */
export function answerError(context: AnyContext, thrown: unknown, errors: ErrorHandling): void {
  const written = access.responseOf(context)?.$written;
  if (written?.isOpen === true) {
    // Ends what was written so far; if that was nothing yet, it comes back here.
    written.fail(thrown);
    return;
  }
  if (requestError.hasSubscribers) requestError.publish({ context, error: thrown });
  askHandler(context, thrown, errors, errors.handlers(), 0);
}

/** Has an error handler answer; what it throws instead goes to the next one, and at the end it is a problem document. */
function askHandler(
  context: AnyContext,
  thrown: unknown,
  errors: ErrorHandling,
  handlers: readonly ErrorHandler[],
  at: number,
): void {
  if (access.isAnswered(context)) {
    errors.report(thrown, context);
    return;
  }
  const handler = handlers[at];
  if (handler === undefined) {
    answerProblem(context, thrown, errors);
    return;
  }
  const onward = (error: unknown): void => askHandler(context, error, errors, handlers, at + 1);
  try {
    // What the failed handler had prepared is not part of the error's answer.
    access.resetResponse(context);
    const result = handler(thrown, context);
    if (isThenable(result)) {
      access.linkOf(context).defer(context);
      result.then((value) => answerHandled(context, value, thrown, errors, onward), onward);
    } else {
      answerHandled(context, result, thrown, errors, onward);
    }
  } catch (error) {
    onward(error);
  }
}

/** An error handler that returns nothing and prepares nothing leaves the error to the next one. */
function answerHandled(
  context: AnyContext,
  value: unknown,
  thrown: unknown,
  errors: ErrorHandling,
  onward: (error: unknown) => void,
): void {
  const response = access.responseOf(context);
  if (value === undefined && (response === undefined || (!response.$answers() && response.$status === 0))) {
    onward(thrown);
    return;
  }
  try {
    answerValue(context, value, errors);
  } catch (error) {
    onward(error);
  }
}

/** Answers with the problem document of what was thrown. Always succeeds, once: it is what everything else falls back to. */
function answerProblem(
  context: AnyContext,
  thrown: unknown,
  errors: ErrorHandling,
  prepared?: ResponseBuilder | undefined,
): void {
  let problem = UNREADABLE;
  try {
    problem = problemOf(thrown);
  } catch {
    // What was thrown cannot even be looked at; it is reported below like any other.
  }
  const { status, document, headers } = problem;
  let builder: ResponseBuilder | undefined;
  let fields = '';
  let text: string;
  try {
    text = JSON.stringify(document);
    if (headers !== undefined || prepared !== undefined) {
      builder = prepared ?? new ResponseBuilder();
      builder.remove('content-type').remove('content-length');
      for (const [name, value] of Object.entries(headers ?? {})) builder.set(name, value);
      fields = builder.$fields();
    }
    fields = withRequestId(context, prepared, fields);
  } catch (failure) {
    // Extensions or headers that cannot be sent: the problem is answered without them.
    const { type, title, code } = document;
    text = JSON.stringify({ type, title, status, code });
    builder = undefined;
    fields = '';
    errors.report(failure, context);
  }
  // The answer comes first: whatever the logger does, the client has it.
  if (!access.isAnswered(context) && !sentThrough(context, status, builder, text, errors)) {
    access.linkOf(context).answerWithText(context, status, PROBLEM, fields, text, builder?.$closes === true);
  }
  // What a handler throws because its client has gone is no failure of its own.
  if (status >= 500 && !(isAbort(thrown) && hasLeft(context))) errors.report(thrown, context);
}

/** Sends a problem document through the outlet of its context; `false` when there is none, or it fails. */
function sentThrough(
  context: AnyContext,
  status: number,
  headers: ResponseBuilder | undefined,
  content: string,
  errors: ErrorHandling,
): boolean {
  if (access.outletOf(context) === undefined) return false;
  try {
    const response = (headers ?? new ResponseBuilder()).status(status);
    send(
      context,
      response,
      { content, set: PROBLEM, type: 'application/problem+json', streams: false },
      errors,
      answerError,
    );
    return true;
  } catch (failure) {
    errors.report(failure, context);
    return access.isAnswered(context);
  }
}

/** Whether the client has gone, or looks as if it had: a handler that listened to `ctx.signal` cannot tell which. */
function hasLeft(context: AnyContext): boolean {
  return access.isOver(context) || access.exchangeOf(context).signal.aborted;
}

function isAbort(thrown: unknown): boolean {
  const name = typeof thrown === 'object' && thrown !== null ? (thrown as { name?: unknown }).name : undefined;
  return name === 'AbortError' || name === 'TimeoutError';
}

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
