// Replaces what the core answers by itself: the application is asked once per native answer, at the start, and what it
// gives is checked then. Status and framing stay the core's, and so do `Allow`, `Retry-After` and `Connection`.
import { ResponseBuilder } from '../context/response.ts';
import { native } from '../native.ts';
import { NexureError } from './nexure-error.ts';

import type { HeaderValue } from '../context/response.ts';
import type { RouteTable } from '../native.ts';
import type { ErrorCode } from './codes.ts';

/** An answer that is given without JavaScript. */
export interface NativeError {
  readonly status: number;
  /** What tells it from others of its status; see docs/errors.md. */
  readonly code: ErrorCode;
  /** The phrase of the status, such as `Not Found`. */
  readonly title: string;
  /** The sentence of its problem document. */
  readonly detail: string;
}

/** What is sent instead; what is left out stays as it is. */
export interface NativeAnswer {
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  /** Text, bytes or a value that is sent as JSON; 65,536 bytes at the most. */
  readonly body?: string | object | Uint8Array;
}

/** What `app.onNativeError` takes; it is called once per native answer when the application starts. */
export type NativeErrorHandler = (error: NativeError) => NativeAnswer | undefined | void;

/** Chosen: it is kept for each answer, and sent to whoever sends nonsense. */
const MAX_BODY_BYTES = 65_536;

/** Asks for every native answer. Throws `ERR_NEXURE_NATIVE_ANSWER` for what cannot be sent, and what the handler throws. */
export function replaceNativeAnswers(table: RouteTable, handler: NativeErrorHandler): void {
  for (const { status, code, detail } of native.nativeProblems()) {
    const title = native.reasonPhrase(status);
    const answer: unknown = handler({ status, code: code as ErrorCode, title, detail });
    if (answer === undefined) continue;
    if (typeof answer !== 'object' || answer === null || 'then' in answer) {
      throw invalid(code, 'it must return an object with `headers` and `body`, or nothing, and not a promise');
    }
    const { headers = {}, body, ...others } = answer as NativeAnswer;
    const [other] = Object.keys(others);
    if (other !== undefined) throw invalid(code, `${JSON.stringify(other)} is none of \`headers\` and \`body\``);
    const { fields, bytes } = compose(code, headers, body);
    const failure = table.replaceProblem(code, fields, bytes);
    if (failure === 'reserved') {
      throw invalid(code, 'Content-Length, Allow and Retry-After are set by the server where they belong');
    }
    if (failure !== null) throw invalid(code, 'a header holds what cannot be sent, or is not ASCII');
  }
}

function compose(
  code: string,
  headers: Readonly<Record<string, HeaderValue>>,
  body: NativeAnswer['body'],
): { readonly fields: string; readonly bytes: Uint8Array | undefined } {
  const builder = new ResponseBuilder();
  try {
    for (const [name, value] of Object.entries(headers)) builder.set(name, value);
  } catch (cause) {
    throw invalid(code, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (body === undefined) return { fields: builder.$fields(), bytes: undefined };
  const [type, bytes] = encode(code, body);
  if (!builder.$hasType) builder.type(type);
  if (bytes.byteLength > MAX_BODY_BYTES) {
    throw invalid(code, `a body of ${bytes.byteLength} bytes is more than ${MAX_BODY_BYTES}`);
  }
  return { fields: builder.$fields(), bytes };
}

function encode(code: string, body: unknown): readonly [type: string, bytes: Uint8Array] {
  if (typeof body === 'string') return ['text/plain; charset=utf-8', Buffer.from(body)];
  if (body instanceof Uint8Array) return ['application/octet-stream', body];
  let text: string | undefined;
  try {
    text = typeof body === 'object' && body !== null ? JSON.stringify(body) : undefined;
  } catch (cause) {
    throw invalid(code, 'the body has no JSON form', cause);
  }
  if (text === undefined) throw invalid(code, `a body is text, bytes or an object, not ${typeof body}`);
  return ['application/json', Buffer.from(text)];
}

function invalid(code: string, message: string, cause?: unknown): NexureError {
  return new NexureError('ERR_NEXURE_NATIVE_ANSWER', `app.onNativeError for ${code}: ${message}`, { cause });
}
