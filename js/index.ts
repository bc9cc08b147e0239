// What `import ... from 'nexurejs'` gives.
export { createApp, Nexure } from './app.ts';
export { Context } from './context/context.ts';
export { RequestView } from './context/request.ts';
export { ResponseBuilder } from './context/response.ts';
export { codes } from './errors/codes.ts';
export {
  BadRequestError,
  ConflictError,
  createHttpError,
  ForbiddenError,
  HttpError,
  InternalServerError,
  isHttpError,
  MethodNotAllowedError,
  NotAcceptableError,
  NotFoundError,
  NotImplementedError,
  PayloadTooLargeError,
  ServiceUnavailableError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableEntityError,
  UnsupportedMediaTypeError,
} from './errors/http-error.ts';
export { NexureError } from './errors/nexure-error.ts';

export type { ErrorHandler, Handlers, RouteOptions, StopOptions } from './app.ts';
export type { State } from './context/context.ts';
export type { HeaderValue } from './context/response.ts';
export type { CodeMeaning, ErrorCode } from './errors/codes.ts';
export type { HttpErrorOptions } from './errors/http-error.ts';
export type { QueryObject } from './http/query.ts';
export type { Handler, Middleware, Next } from './middleware.ts';
export type { AppOptions, Logger, ServerOptions, Transport } from './options.ts';
export type { HttpMethod } from './route.ts';
export type { InjectInit } from './server/inject.ts';
export type { ListenAddress, ListenOptions } from './server/listen.ts';
export type { ParamNames, ParamsOf } from './types.ts';
