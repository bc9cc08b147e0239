// Problem documents (RFC 9457) from whatever was thrown.
import { codes } from './codes.ts';
import { foreignError } from './foreign.ts';
import { HttpError, isErrorStatus } from './http-error.ts';
import { NexureError } from './nexure-error.ts';
import { titleOf } from './title.ts';

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
function showsDetail(isExposed: boolean): boolean {
  // Read only for errors of servers: reading it asks the system.
  return isExposed || process.env['NODE_ENV'] === 'development';
}

/** The problem that a thrown value is answered with; anything that is not an `HttpError` is a 500. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof HttpError && isErrorStatus(thrown.status)) {
    const { status, code, message, expose, extensions, headers } = thrown;
    return problem(status, code, message, expose, extensions, headers);
  }
  if (thrown instanceof NexureError) {
    // Plain JavaScript can make one with any code.
    const status = Object.hasOwn(codes, thrown.code) ? codes[thrown.code].status : 0;
    return problem(status === 0 ? 500 : status, thrown.code, thrown.message, status !== 0 && status < 500);
  }
  const foreign = foreignError(thrown);
  if (foreign !== undefined) {
    return problem(
      foreign.status,
      'ERR_NEXURE_HTTP_ERROR',
      foreign.message,
      foreign.status < 500,
      undefined,
      foreign.headers,
    );
  }
  return problem(500, 'ERR_NEXURE_INTERNAL', thrown instanceof Error ? thrown.message : '', false);
}

function problem(
  status: number,
  code: string,
  detail: string,
  isExposed: boolean,
  extensions?: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): Problem {
  const title = titleOf(status);
  const document: ProblemDocument =
    detail !== '' && detail !== title && showsDetail(isExposed)
      ? { type: 'about:blank', title, status, detail, code }
      : { type: 'about:blank', title, status, code };
  return { status, headers, document: extensions === undefined ? document : { ...document, ...extensions } };
}
