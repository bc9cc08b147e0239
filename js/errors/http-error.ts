// Errors that are answers: a status, a message for the client, a stable code.

/** What an {@link HttpError} may carry beside status and message. */
export interface HttpErrorOptions extends ErrorOptions {
  /** A stable code of the application's own; default `ERR_NEXURE_HTTP_ERROR`. */
  readonly code?: string;
  /** Members added to the problem document (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Frozen intrinsics leave the limit alone. */
const limitIsWritable: boolean = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;

/** Whether a status can be that of an error: an integer from 400 to 599. */
export function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599;
}

/**
 * An error that is answered with its status, as `application/problem+json` (RFC 9457). The message of a 4xx is shown to
 * the client; that of a 5xx only in development.
 *
 * @throws RangeError when `status` is not an integer from 400 to 599
 */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message?: string, options?: HttpErrorOptions) {
    if (!isErrorStatus(status)) throw new RangeError(`an error status is an integer from 400 to 599, not ${status}`);
    const { stackTraceLimit } = Error;
    // An expected error is an answer: nobody reads its stack, and capturing one costs more than the answer.
    const isExpected = status < 500 && limitIsWritable;
    if (isExpected) Error.stackTraceLimit = 0;
    try {
      super(message, options);
    } finally {
      // Also when the message cannot be made a string: the limit is the whole process's.
      if (isExpected) Error.stackTraceLimit = stackTraceLimit;
    }
    this.status = status;
    this.code = options?.code ?? 'ERR_NEXURE_HTTP_ERROR';
    this.extensions = options?.extensions;
    this.headers = options?.headers;
  }
}

Object.defineProperty(HttpError.prototype, 'name', { value: 'HttpError', configurable: true, writable: true });

/** 400 */
export class BadRequestError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(400, message, options);
  }
}

/** 401 */
export class UnauthorizedError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(401, message, options);
  }
}

/** 403 */
export class ForbiddenError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(403, message, options);
  }
}

/** 404 */
export class NotFoundError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(404, message, options);
  }
}

/** 405 */
export class MethodNotAllowedError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(405, message, options);
  }
}

/** 406 */
export class NotAcceptableError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(406, message, options);
  }
}

/** 409 */
export class ConflictError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(409, message, options);
  }
}

/** 413 */
export class PayloadTooLargeError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(413, message, options);
  }
}

/** 415 */
export class UnsupportedMediaTypeError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(415, message, options);
  }
}

/** 422 */
export class UnprocessableEntityError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(422, message, options);
  }
}

/** 429 */
export class TooManyRequestsError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(429, message, options);
  }
}

/** 500 */
export class InternalServerError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(500, message, options);
  }
}

/** 501 */
export class NotImplementedError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(501, message, options);
  }
}

/** 503 */
export class ServiceUnavailableError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(503, message, options);
  }
}

/** Whether a value is an {@link HttpError}. */
export function isHttpError(value: unknown): value is HttpError {
  return value instanceof HttpError;
}

/** An {@link HttpError} of any error status. */
export function createHttpError(status: number, message?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(status, message, options);
}
