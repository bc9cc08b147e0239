// From a value to the bytes of an answer: text, JSON, bytes, streams, web responses, files.
import { answerWithSource, isSource, sourceOf } from './answer-stream.ts';
import { compressed } from './answer-compression.ts';
import { access } from './context/access.ts';
import { Context } from './context/context.ts';
import { RequestView } from './context/request.ts';
import { ResponseBuilder } from './context/response.ts';
import { NexureError } from './errors/nexure-error.ts';
import { bytesOf } from './http/bytes.ts';
import { PreparedAnswer } from './prepared-answer.ts';
import { ProblemAnswer } from './problem-answer.ts';
import { column, native } from './native.ts';
import { methodOf } from './server/record.ts';

import type { Fail } from './answer-compression.ts';
import type { AnyContext } from './context/access.ts';
import type { ErrorHandling } from './route.ts';
import type { Serializer } from './serialize/serializer.ts';

const NONE = column('HEADER_SET_NONE');
const TEXT = column('HEADER_SET_TEXT');
const JSON_SET = column('HEADER_SET_JSON');
const BYTES = column('HEADER_SET_BYTES');
const HEAD = native.methods().indexOf('HEAD');

/** A body in the form it is sent in, and the type it has when nobody says otherwise. */
export interface Body {
  readonly content: string | Uint8Array | object | undefined;
  /** Header set, and the type it stands for. */
  readonly set: number;
  readonly type: string | undefined;
  /** Whether `content` is a source of chunks. */
  readonly streams: boolean;
  /** Writes the content in place of `content`: it is in the columns, and nothing else may be taken in before. */
  readonly columns?: Serializer;
  /** Whether the source is asked only when every answer before it has left. */
  readonly waitsForTurn?: boolean;
}

/** What becomes of an answer that fails, or is an error. */
export interface Outcome {
  readonly fail: Fail;
  /** Answers with the problem document of an error, whatever the application's error handler. */
  readonly problem: (
    context: AnyContext,
    error: unknown,
    errors: ErrorHandling,
    response: ResponseBuilder | undefined,
  ) => void;
}

/** Answers with a value that is no promise; `response` is what the handler has prepared. */
export function writeAnswer(
  context: AnyContext,
  response: ResponseBuilder | undefined,
  value: unknown,
  errors: ErrorHandling,
  { fail, problem }: Outcome,
): void {
  let builder = response;
  let body = value;
  let length: number | undefined;
  let brought = false;
  if (typeof value === 'object' && value !== null && !isPlain(value)) {
    if (value instanceof PreparedAnswer) {
      builder = withFields(builder, value.status, value.headers);
      length = value.length;
      brought = value.isBare;
      body = value.body;
      if (body === undefined && length !== undefined) builder.set('Content-Length', length);
      else if (body !== undefined && isSource(body as object) && length !== undefined)
        builder.set('Content-Length', length);
    } else if (value instanceof ProblemAnswer) {
      problem(context, value.error, errors, response);
      return;
    } else if (typeof Response !== 'undefined' && value instanceof Response) {
      brought = true;
      builder = fromResponse(builder, value);
      body = value.body ?? '';
    } else if (typeof Blob !== 'undefined' && value instanceof Blob) {
      builder ??= new ResponseBuilder();
      if (!builder.$hasType && value.type !== '') builder.type(value.type);
      if (!builder.$hasLength) builder.set('Content-Length', value.size);
      body = value.stream();
    }
  }
  let made = bodyOf(body, context, builder);
  // A Response says itself of which type it is, or that it is of none.
  if (brought && builder?.$hasType !== true) made = { ...made, set: NONE, type: undefined };
  if (value instanceof PreparedAnswer) made = { ...made, waitsForTurn: true };
  const { compression } = access.routeOf(context);
  if (compression !== undefined && compressed(context, compression, builder, made, errors, { send, fail })) return;
  send(context, builder, made, errors, fail);
}

/** Sends a body in its form, through the outlet of its context if it has one. */
export function send(
  context: AnyContext,
  response: ResponseBuilder | undefined,
  body: Body,
  errors: ErrorHandling,
  fail: Fail,
): void {
  const outlet = access.outletOf(context);
  if (outlet === undefined) transmit(context, response, body, errors, fail);
  else outlet.send(context, response, body, errors, fail, transmit);
}

function transmit(
  context: AnyContext,
  response: ResponseBuilder | undefined,
  { content, set, streams, columns, waitsForTurn }: Body,
  errors: ErrorHandling,
  fail: Fail,
): void {
  const link = access.linkOf(context);
  let status = 0;
  let fields = '';
  let closes = false;
  let type = set;
  if (response !== undefined) {
    if (response.$hasLength && !streams) checkContentLength(context, response, content);
    status = response.$status;
    fields = response.$fields();
    closes = response.$closes;
    if (response.$hasType) type = NONE;
  }
  fields = withRequestId(context, response, fields);
  if (columns !== undefined) {
    link.answerWithColumns(context, status || 200, type, fields, columns, closes);
  } else if (typeof content === 'string') {
    link.answerWithText(context, status || 200, type, fields, content, closes);
  } else if (content === undefined) {
    link.answerWithText(context, status || 204, NONE, fields, '', closes);
  } else if (content instanceof Uint8Array) {
    link.answerWithBytes(context, status || 200, type, fields, content, closes);
  } else {
    const source = sourceOf(content);
    const isEmpty = status === 204 || status === 205 || status === 304 || isHead(context);
    if (response?.$hasLength === true && (status === 204 || status === 205)) {
      fields = withRequestId(context, response, response.remove('content-length').$fields());
    }
    const sendHead = (): void => link.answerWithStream(context, status || 200, type, fields, closes);
    if (isEmpty) {
      // Watched before its head leaves, so that nothing is missed.
      access.exchangeOf(context);
      sendHead();
      source.cancel(undefined);
      access.exchangeOf(context).answered();
      access.end(context);
      return;
    }
    link.defer(context);
    const streaming = { sendHead, errors, fail, waitsForTurn: waitsForTurn === true };
    const scope = access.scopeOf(context);
    if (scope === undefined) answerWithSource(context, source, streaming);
    else scope.runInAsyncScope(answerWithSource, undefined, context, source, streaming);
  }
}

/** Field lines with the id of the request, where answers tell it and the handler has not. */
export function withRequestId(context: AnyContext, response: ResponseBuilder | undefined, fields: string): string {
  const { echoed } = access.routeOf(context).site.requestId;
  if (echoed === undefined || response?.has(echoed) === true) return fields;
  return `${fields}${echoed}: ${context.requestId}\r\n`;
}

/** Whether the request is a HEAD. */
export function isHead(context: AnyContext): boolean {
  return methodOf(access.recordOf(context), access.recordAt(context)) === HEAD;
}

function bodyOf(value: unknown, context: AnyContext, response: ResponseBuilder | undefined): Body {
  if (typeof value === 'string')
    return { content: value, set: TEXT, type: 'text/plain; charset=utf-8', streams: false };
  if (value === undefined) return { content: undefined, set: NONE, type: undefined, streams: false };
  if (typeof value !== 'object' || value === null || isPlain(value)) return json(value, context, response);
  const content = bytesOf(value);
  if (content !== undefined) return { content, set: BYTES, type: 'application/octet-stream', streams: false };
  if (isSource(value)) return { content: value, set: BYTES, type: 'application/octet-stream', streams: true };
  return json(value, context, response);
}

function json(value: unknown, context: AnyContext, response: ResponseBuilder | undefined): Body {
  const { answers, compression } = access.routeOf(context);
  const schema = answers?.of(response?.$status || 200);
  // Long answers are no text in JavaScript where nobody needs one.
  if (
    schema !== undefined &&
    compression === undefined &&
    response?.$hasLength !== true &&
    access.outletOf(context) === undefined
  ) {
    const columns = formed(value, (form) => schema.gather(form));
    if (columns !== undefined)
      return { content: undefined, columns, set: JSON_SET, type: 'application/json', streams: false };
  }
  const content = formed(value, (form) => (schema === undefined ? JSON.stringify(form) : schema.text(form)));
  if (content === undefined) throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `a ${typeof value} cannot be an answer`);
  return { content, set: JSON_SET, type: 'application/json', streams: false };
}

/** Whether a value is an array or an object of no class: what handlers answer with most. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === Array.prototype) && !(Symbol.asyncIterator in value);
}

/** Adds field lines of an answer that brings its own. */
function withFields(
  builder: ResponseBuilder | undefined,
  status: number,
  headers: readonly (readonly [string, string])[],
): ResponseBuilder {
  const response = builder ?? new ResponseBuilder();
  // What it found out about the request stands above what was prepared before.
  if (response.$status === 0 || status !== 200) response.status(status);
  // The first line of a name stands in the place of what was prepared, further ones beside it, and cookies beside all.
  const seen = new Set(['set-cookie']);
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) response.append(name, value);
    else response.set(name, value);
    seen.add(lower);
  }
  return response;
}

/** Fields that frame a message are ours. */
const FRAMING = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

function fromResponse(builder: ResponseBuilder | undefined, answer: Response): ResponseBuilder {
  if (answer.bodyUsed) {
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', 'the body of the returned Response has been read already');
  }
  const response = builder ?? new ResponseBuilder();
  response.status(answer.status);
  // What `fetch` gives is decoded already, and keeps the fields of what was not.
  const isDecoded = answer.url !== '' && answer.headers.has('content-encoding');
  for (const [name, value] of answer.headers) {
    if (FRAMING.has(name) || (isDecoded && (name === 'content-encoding' || name === 'content-length'))) continue;
    if (name === 'set-cookie') response.append(name, value);
    else response.set(name, value);
  }
  return response;
}

/** A `Content-Length` of the application's own may tell what a GET would have sent; anywhere else it must be true. */
function checkContentLength(context: AnyContext, response: ResponseBuilder, content: Body['content']): void {
  const told = response.get('content-length');
  if (told === undefined) return;
  const status = response.$status || (content === undefined ? 204 : 200);
  if (status === 204) {
    // RFC 9110 §8.6: there is none with 204, and what is meant is plain.
    response.remove('content-length');
  } else if (status !== 304 && !isHead(context)) {
    const length = content instanceof Uint8Array ? content.byteLength : Buffer.byteLength((content as string) ?? '');
    if (Number(told) === length) return;
    throw new NexureError('ERR_NEXURE_HEADER_RESERVED', `Content-Length is ${told}, but the body has ${length} bytes`);
  }
}

/** Gives a value that may be an answer its form; what fails for another reason than its schema has no JSON form. */
function formed<Form>(value: unknown, form: (value: unknown) => Form): Form {
  if (typeof value === 'object' && value !== null && isForeignBody(value)) {
    throw new NexureError(
      'ERR_NEXURE_ANSWER_TYPE',
      `a handler cannot answer with a ${value.constructor?.name || 'value of this kind'}: return text, bytes, a stream or what JSON can hold`,
    );
  }
  try {
    return form(value);
  } catch (cause) {
    if (cause instanceof NexureError && cause.code === 'ERR_NEXURE_RESPONSE_INVALID') throw cause;
    throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `the returned value has no JSON form: ${String(cause)}`, { cause });
  }
}

/** Collections, errors, promises and our own objects: their JSON would be `{}`, which nobody means. */
function isForeignBody(value: object): boolean {
  if ('toJSON' in value || Array.isArray(value)) return false;
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Promise ||
    value instanceof Error ||
    value instanceof ResponseBuilder ||
    value instanceof RequestView ||
    value instanceof Context
  );
}
