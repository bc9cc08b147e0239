// From what a handler returned, threw or promised to exactly one answer.
import { ResponseBuilder } from './context/response.ts';
import { NexureError } from './errors/nexure-error.ts';
import { problemOf } from './errors/problem.ts';
import { column } from './native.ts';

import type { Context } from './context/context.ts';
import type { ErrorHandling } from './route.ts';

const NONE = column('HEADER_SET_NONE');
const TEXT = column('HEADER_SET_TEXT');
const JSON_SET = column('HEADER_SET_JSON');
const BYTES = column('HEADER_SET_BYTES');
const PROBLEM = column('HEADER_SET_PROBLEM');

/** Answers with what a handler has returned; a promise is answered when it settles. */
export function answer(context: Context, result: unknown, errors: ErrorHandling): void {
  if (typeof result === 'string' && context.$response === undefined) {
    context.$link.answerWithText(context, 200, TEXT, '', result, false);
  } else if (isThenable(result)) {
    context.$link.defer(context);
    result.then(
      (value) => answerSettled(context, value, errors),
      (reason: unknown) => answerError(context, reason, errors),
    );
  } else {
    answerSettled(context, result, errors);
  }
}

function answerSettled(context: Context, value: unknown, errors: ErrorHandling): void {
  try {
    answerValue(context, value);
  } catch (error) {
    answerError(context, error, errors);
  }
}

/** Answers with a value that is no promise. */
function answerValue(context: Context, value: unknown): void {
  const response = context.$response;
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
  write(context, response.$status, response.$fields(), response.$hasType, response.$closes, body);
}

/** Writes an answer; `status` 0 stands for 200, or 204 when there is no body. */
function write(
  context: Context,
  status: number,
  fields: string,
  hasType: boolean,
  closes: boolean,
  body: unknown,
): void {
  const link = context.$link;
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
    ArrayBuffer.isView(value) ||
    (typeof Response !== 'undefined' && value instanceof Response) ||
    (typeof Blob !== 'undefined' && value instanceof Blob)
  );
}

/** Answers with what was thrown, through the application's error handler if it has one. */
export function answerError(context: Context, thrown: unknown, errors: ErrorHandling): void {
  if (context.$answered) {
    errors.report(thrown, context);
    return;
  }
  if (errors.handler === undefined) {
    answerProblem(context, thrown, errors);
    return;
  }
  try {
    // What the failed handler had prepared is not part of the error's answer.
    context.$response = undefined;
    const result = errors.handler(thrown, context);
    if (isThenable(result)) {
      context.$link.defer(context);
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
function answerHandled(context: Context, value: unknown, thrown: unknown, errors: ErrorHandling): void {
  const response = context.$response as ResponseBuilder | undefined;
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

/** Answers with the problem document of what was thrown; always succeeds, once. */
function answerProblem(context: Context, thrown: unknown, errors: ErrorHandling): void {
  const { status, document, headers } = problemOf(thrown);
  if (status >= 500) errors.report(thrown, context);
  if (context.$answered) return;
  let fields = '';
  let text: string;
  try {
    if (headers !== undefined) {
      const builder = new ResponseBuilder();
      for (const [name, value] of Object.entries(headers)) builder.set(name, value);
      fields = builder.$fields();
    }
    text = JSON.stringify(document);
  } catch (error) {
    // Headers or extensions that cannot be sent: the problem is answered without them.
    errors.report(error, context);
    text = JSON.stringify({ type: 'about:blank', title: document['title'], status, code: document['code'] });
    fields = '';
  }
  context.$link.answerWithText(context, status, PROBLEM, fields, text, false);
}

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
