// Errors that are answers: a status, a message for the client, a stable code.
import { titleOf } from './title.ts';

/** What an {@link HttpError} may carry beside status and message. */
export interface HttpErrorOptions extends ErrorOptions {
  /** A stable code of the application's own; default `ERR_NEXURE_HTTP_ERROR`. */
  readonly code?: string;
  /** Members added to the problem document (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the client is shown the message; default: of a 4xx always, of a 5xx in development only. */
  readonly expose?: boolean;
}

/** Frozen intrinsics leave the limit alone. */
const limitIsWritable: boolean = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;

/** Whether a status can be that of an error: an integer from 400 to 599. */
export function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599;
}

/**
 * An error that is answered with its status, as `application/problem+json` (RFC 9457). The message of a 4xx is shown to
 * the client; that of a 5xx only in development. Without one it is the phrase of the status, such as `Not Found`.
 *
 * @throws RangeError when `status` is not an integer from 400 to 599
 */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Whether the client is shown the message, also outside of development. */
  readonly expose: boolean;

  constructor(status: number, message?: string, options?: HttpErrorOptions) {
    if (!isErrorStatus(status)) throw new RangeError(`an error status is an integer from 400 to 599, not ${status}`);
    const { stackTraceLimit } = Error;
    // An expected error is an answer: nobody reads its stack, and capturing one costs more than the answer.
    const isExpected = status < 500 && limitIsWritable;
    if (isExpected) Error.stackTraceLimit = 0;
    try {
      super(message ?? titleOf(status), options);
    } finally {
      // Also when the message cannot be made a string: the limit is the whole process's.
      if (isExpected) Error.stackTraceLimit = stackTraceLimit;
    }
    this.status = status;
    this.code = options?.code ?? 'ERR_NEXURE_HTTP_ERROR';
    this.extensions = options?.extensions;
    this.headers = options?.headers;
    this.expose = options?.expose ?? status < 500;
  }

  /** 400 */
  static badRequest(message?: string, options?: HttpErrorOptions): BadRequestError {
    return new BadRequestError(message, options);
  }

  /** 401 */
  static unauthorized(message?: string, options?: HttpErrorOptions): UnauthorizedError {
    return new UnauthorizedError(message, options);
  }

  /** 403 */
  static forbidden(message?: string, options?: HttpErrorOptions): ForbiddenError {
    return new ForbiddenError(message, options);
  }

  /** 404 */
  static notFound(message?: string, options?: HttpErrorOptions): NotFoundError {
    return new NotFoundError(message, options);
  }

  /** 405 */
  static methodNotAllowed(message?: string, options?: HttpErrorOptions): MethodNotAllowedError {
    return new MethodNotAllowedError(message, options);
  }

  /** 406 */
  static notAcceptable(message?: string, options?: HttpErrorOptions): NotAcceptableError {
    return new NotAcceptableError(message, options);
  }

  /** 409 */
  static conflict(message?: string, options?: HttpErrorOptions): ConflictError {
    return new ConflictError(message, options);
  }

  /** 410 */
  static gone(message?: string, options?: HttpErrorOptions): GoneError {
    return new GoneError(message, options);
  }

  /** 413 */
  static payloadTooLarge(message?: string, options?: HttpErrorOptions): PayloadTooLargeError {
    return new PayloadTooLargeError(message, options);
  }

  /** 415 */
  static unsupportedMediaType(message?: string, options?: HttpErrorOptions): UnsupportedMediaTypeError {
    return new UnsupportedMediaTypeError(message, options);
  }

  /** 422 */
  static unprocessableEntity(message?: string, options?: HttpErrorOptions): UnprocessableEntityError {
    return new UnprocessableEntityError(message, options);
  }

  /** 429 */
  static tooManyRequests(message?: string, options?: HttpErrorOptions): TooManyRequestsError {
    return new TooManyRequestsError(message, options);
  }

  /** 500 */
  static internalServerError(message?: string, options?: HttpErrorOptions): InternalServerError {
    return new InternalServerError(message, options);
  }

  /** 501 */
  static notImplemented(message?: string, options?: HttpErrorOptions): NotImplementedError {
    return new NotImplementedError(message, options);
  }

  /** 502 */
  static badGateway(message?: string, options?: HttpErrorOptions): BadGatewayError {
    return new BadGatewayError(message, options);
  }

  /** 503 */
  static serviceUnavailable(message?: string, options?: HttpErrorOptions): ServiceUnavailableError {
    return new ServiceUnavailableError(message, options);
  }

  /** 504 */
  static gatewayTimeout(message?: string, options?: HttpErrorOptions): GatewayTimeoutError {
    return new GatewayTimeoutError(message, options);
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

/** 410 */
export class GoneError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(410, message, options);
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

/** 502 */
export class BadGatewayError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(502, message, options);
  }
}

/** 503 */
export class ServiceUnavailableError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(503, message, options);
  }
}

/** 504 */
export class GatewayTimeoutError extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(504, message, options);
  }
}

/** Whether a value is an {@link HttpError}. */
export function isHttpError(value: unknown): value is HttpError {
  return value instanceof HttpError;
}

/** An {@link HttpError} of any error status; of the class that has its name, where there is one. */
export function createHttpError(status: number, message?: string, options?: HttpErrorOptions): HttpError {
  const Named = CLASSES.get(status);
  return Named === undefined ? new HttpError(status, message, options) : new Named(message, options);
}

/**
 * What was thrown as an {@link HttpError}: one that is one as it is, anything else as a 500 whose `cause` it is. An error
 * of another library is a 500 whatever it says of itself: only the application knows what its clients may learn.
 */
export function toHttpError(thrown: unknown): HttpError {
  if (isHttpError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : '';
  return new InternalServerError(message, { cause: thrown, code: 'ERR_NEXURE_INTERNAL' });
}

/** The same class as {@link HttpError}: `HttpException.badRequest('...')`. */
export const HttpException: typeof HttpError = HttpError;

type NamedError = new (message?: string, options?: HttpErrorOptions) => HttpError;

const CLASSES: ReadonlyMap<number, NamedError> = new Map<number, NamedError>([
  [400, BadRequestError],
  [401, UnauthorizedError],
  [403, ForbiddenError],
  [404, NotFoundError],
  [405, MethodNotAllowedError],
  [406, NotAcceptableError],
  [409, ConflictError],
  [410, GoneError],
  [413, PayloadTooLargeError],
  [415, UnsupportedMediaTypeError],
  [422, UnprocessableEntityError],
  [429, TooManyRequestsError],
  [500, InternalServerError],
  [501, NotImplementedError],
  [502, BadGatewayError],
  [503, ServiceUnavailableError],
  [504, GatewayTimeoutError],
]);
