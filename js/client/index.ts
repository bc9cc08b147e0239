// What `import ... from 'nexurejs/client'` gives: nothing of it needs the native addon, or Node.
export { createClient } from './client.ts';
export { expandPath } from './paths.ts';

export type {
  Call,
  CallBody,
  CallInit,
  CallOptions,
  Client,
  ClientAnswer,
  ClientOptions,
  Fetch,
  InProcess,
  ProblemDocument,
  QueryValues,
} from './client.ts';
export type { ParamValue, PathParams, RouteAt, RoutesFor, Wire } from './types.ts';
