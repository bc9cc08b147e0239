// Problem documents (RFC 9457) from whatever was thrown.
import { codes } from './codes.ts';
import { foreignError } from './foreign.ts';
import { HttpError, isErrorStatus } from './http-error.ts';
import { native } from '../native.ts';
import { NexureError } from './nexure-error.ts';

/** The members every problem document has; it may have others. */
export interface ProblemDocument extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

/** A problem, ready to be sent. */
export interface Problem {
  readonly status: number;
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Detail of server errors is shown in development only: it may tell an attacker what the server is made of. */
function showsDetail(status: number): boolean {
  return status < 500 || process.env['NODE_ENV'] === 'development';
}

/** The problem that a thrown value is answered with; anything that is not an `HttpError` is a 500. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof HttpError && isErrorStatus(thrown.status)) {
    return problem(thrown.status, thrown.code, thrown.message, thrown.extensions, thrown.headers);
  }
  if (thrown instanceof NexureError) {
    // Plain JavaScript can make one with any code.
    const status = Object.hasOwn(codes, thrown.code) ? codes[thrown.code].status : 0;
    return problem(status === 0 ? 500 : status, thrown.code, thrown.message);
  }
  const foreign = foreignError(thrown);
  if (foreign !== undefined) {
    return problem(foreign.status, 'ERR_NEXURE_HTTP_ERROR', foreign.message, undefined, foreign.headers);
  }
  return problem(500, 'ERR_NEXURE_INTERNAL', thrown instanceof Error ? thrown.message : '');
}

const titles = new Map<number, string>();

/** The phrase that the status line has, too. */
function titleOf(status: number): string {
  let title = titles.get(status);
  if (title === undefined) {
    title = native.reasonPhrase(status) || 'Error';
    titles.set(status, title);
  }
  return title;
}

function problem(
  status: number,
  code: string,
  detail: string,
  extensions?: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): Problem {
  return {
    status,
    headers,
    document: {
      type: 'about:blank',
      title: titleOf(status),
      status,
      ...(detail !== '' && showsDetail(status) ? { detail } : undefined),
      code,
      ...extensions,
    },
  };
}
