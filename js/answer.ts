// From what a handler returned, threw or promised to exactly one answer.
import { access } from './context/access.ts';
import { Context } from './context/context.ts';
import { RequestView } from './context/request.ts';
import { ResponseBuilder } from './context/response.ts';
import { NexureError } from './errors/nexure-error.ts';
import { problemOf } from './errors/problem.ts';
import { column, native } from './native.ts';
import { methodOf } from './server/record.ts';

import type { AnyContext } from './context/access.ts';
import type { Problem } from './errors/problem.ts';
import type { ErrorHandling } from './route.ts';

const NONE = column('HEADER_SET_NONE');
const TEXT = column('HEADER_SET_TEXT');
const JSON_SET = column('HEADER_SET_JSON');
const BYTES = column('HEADER_SET_BYTES');
const PROBLEM = column('HEADER_SET_PROBLEM');
const HEAD = native.methods().indexOf('HEAD');

/** The problem of something that cannot be looked at. */
const UNREADABLE: Problem = {
  status: 500,
  document: { type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'ERR_NEXURE_INTERNAL' },
  headers: undefined,
};

/** Answers with what a handler has returned; a promise is answered when it settles. */
export function answer(context: AnyContext, result: unknown, errors: ErrorHandling): void {
  if (typeof result === 'string' && access.responseOf(context) === undefined) {
    access.linkOf(context).answerWithText(context, 200, TEXT, '', result, false);
  } else if (isThenable(result)) {
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
    answerValue(context, value);
  } catch (error) {
    answerError(context, error, errors);
  }
}

/** Answers with a value that is no promise. */
function answerValue(context: AnyContext, value: unknown): void {
  const response = access.responseOf(context);
  if (response === undefined) {
    write(context, 0, '', false, false, value);
    return;
  }
  let body = value;
  if (response.$answers()) {
    if (value !== undefined && value !== response) {
      throw new NexureError('ERR_NEXURE_ANSWERED_TWICE', 'the handler returned a value and gave ctx.response a body');
    }
    body = response.$body;
  } else if (value === response) {
    body = undefined;
  }
  checkContentLength(context, response, body);
  write(context, response.$status, response.$fields(), response.$hasType, response.$closes, body);
}

/** A `Content-Length` of the application's own may tell what a GET would have sent; anywhere else it must be true. */
function checkContentLength(context: AnyContext, response: ResponseBuilder, body: unknown): void {
  const told = response.$hasLength ? response.get('content-length') : undefined;
  if (told === undefined) return;
  const status = response.$status || (body === undefined ? 204 : 200);
  if (status === 204) {
    // RFC 9110 §8.6: there is none with 204, and what is meant is plain.
    response.remove('content-length');
  } else if (status !== 304 && methodOf(access.recordOf(context), access.recordAt(context)) !== HEAD) {
    const text = typeof body === 'string' || body === undefined ? (body ?? '') : undefined;
    const length = body instanceof Uint8Array ? body.byteLength : Buffer.byteLength(text ?? jsonOf(body));
    if (Number(told) === length) return;
    throw new NexureError('ERR_NEXURE_HEADER_RESERVED', `Content-Length is ${told}, but the body has ${length} bytes`);
  }
}

/** Writes an answer; `status` 0 stands for 200, or 204 when there is no body. */
function write(
  context: AnyContext,
  status: number,
  fields: string,
  hasType: boolean,
  closes: boolean,
  body: unknown,
): void {
  const link = access.linkOf(context);
  if (typeof body === 'string') {
    link.answerWithText(context, status || 200, hasType ? NONE : TEXT, fields, body, closes);
  } else if (body === undefined) {
    link.answerWithText(context, status || 204, NONE, fields, '', closes);
  } else if (body instanceof Uint8Array) {
    link.answerWithBytes(context, status || 200, hasType ? NONE : BYTES, fields, body, closes);
  } else {
    link.answerWithText(context, status || 200, hasType ? NONE : JSON_SET, fields, jsonOf(body), closes);
  }
}

/** The JSON of a value that may be an answer. */
function jsonOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && isForeignBody(value)) {
    throw new NexureError(
      'ERR_NEXURE_ANSWER_TYPE',
      `a handler cannot answer with a ${value.constructor?.name || 'stream'}: read it first, and return text or bytes`,
    );
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (cause) {
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `the returned value has no JSON form: ${String(cause)}`, { cause });
  }
  if (text === undefined) throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `a ${typeof value} cannot be an answer`);
  return text;
}

/** Streams, iterators, collections, errors, web responses and raw memory: their JSON would be `{}`, which nobody means. */
function isForeignBody(value: object): boolean {
  if ('toJSON' in value || Array.isArray(value)) return false;
  return (
    Symbol.asyncIterator in value ||
    (Symbol.iterator in value && 'next' in value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Error ||
    value instanceof ArrayBuffer ||
    value instanceof ResponseBuilder ||
    value instanceof RequestView ||
    value instanceof Context ||
    ArrayBuffer.isView(value) ||
    (typeof Response !== 'undefined' && value instanceof Response) ||
    (typeof Blob !== 'undefined' && value instanceof Blob)
  );
}

/** Answers with what was thrown, through the application's error handler if it has one. */
export function answerError(context: AnyContext, thrown: unknown, errors: ErrorHandling): void {
  if (access.isAnswered(context)) {
    errors.report(thrown, context);
    return;
  }
  if (errors.handler === undefined) {
    answerProblem(context, thrown, errors);
    return;
  }
  try {
    // What the failed handler had prepared is not part of the error's answer.
    access.resetResponse(context);
    const result = errors.handler(thrown, context);
    if (isThenable(result)) {
      access.linkOf(context).defer(context);
      result.then(
        (value) => answerHandled(context, value, thrown, errors),
        (reason: unknown) => answerProblem(context, reason, errors),
      );
    } else {
      answerHandled(context, result, thrown, errors);
    }
  } catch (error) {
    answerProblem(context, error, errors);
  }
}

/** An error handler that returns nothing and prepares nothing leaves the error to the problem document. */
function answerHandled(context: AnyContext, value: unknown, thrown: unknown, errors: ErrorHandling): void {
  const response = access.responseOf(context);
  if (value === undefined && (response === undefined || (!response.$answers() && response.$status === 0))) {
    answerProblem(context, thrown, errors);
    return;
  }
  try {
    answerValue(context, value);
  } catch (error) {
    answerProblem(context, error, errors);
  }
}

/** Answers with the problem document of what was thrown. Always succeeds, once: it is what everything else falls back to. */
function answerProblem(context: AnyContext, thrown: unknown, errors: ErrorHandling): void {
  let problem = UNREADABLE;
  try {
    problem = problemOf(thrown);
  } catch {
    // What was thrown cannot even be looked at; it is reported below like any other.
  }
  const { status, document, headers } = problem;
  let fields = '';
  let closes = false;
  let text: string;
  try {
    text = JSON.stringify(document);
    if (headers !== undefined) {
      const builder = new ResponseBuilder();
      for (const [name, value] of Object.entries(headers)) builder.set(name, value);
      fields = builder.$fields();
      closes = builder.$closes;
    }
  } catch (failure) {
    // Extensions or headers that cannot be sent: the problem is answered without them.
    const { type, title, code } = document;
    text = JSON.stringify({ type, title, status, code });
    fields = '';
    errors.report(failure, context);
  }
  // The answer comes first: whatever the logger does, the client has it.
  if (!access.isAnswered(context))
    access.linkOf(context).answerWithText(context, status, PROBLEM, fields, text, closes);
  if (status >= 500) errors.report(thrown, context);
}

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
