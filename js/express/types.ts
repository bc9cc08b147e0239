// The types of what Express middleware is given. Structural, so that middleware typed for `node:http`, for Connect or with
// `@types/express` can be passed as it is.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as Express middleware knows it. */
export interface ExpressRequest extends IncomingMessage {
  url: string;
  method: string;
  /** The URL as the client sent it; `url` may be rewritten. */
  originalUrl: string;
  /** What a router has taken off the beginning of `url`. */
  baseUrl: string;
  /** Whatever a middleware has made of the body. */
  body?: unknown;
  /** The response; there once both are made. */
  res?: unknown;
}

/** A response as Express middleware knows it. */
export interface ExpressResponse extends ServerResponse {
  /** Values for whoever comes later. */
  locals: Record<string, unknown>;
}

/** Lets the request go on, or fails it with an error; `'route'` and `'router'` skip what is left of this list. */
export type ExpressNext = (error?: unknown) => void;

/** Parameters of methods are compared both ways, so that narrower and wider types of messages are taken. */
interface Callable {
  handle(req: ExpressRequest, res: ExpressResponse, next: ExpressNext): unknown;
  handleError(error: unknown, req: ExpressRequest, res: ExpressResponse, next: ExpressNext): unknown;
}

/** Middleware, a router or an application of Express or Connect. */
export type ExpressMiddleware = Callable['handle'];

/** A middleware with four parameters, which handles errors. */
export type ExpressErrorMiddleware = Callable['handleError'];

/** What `fromExpress` takes. */
export type ExpressHandler = ExpressMiddleware | ExpressErrorMiddleware;
