// Schemas as links of a route: `app.post('/orders', body(Order), (ctx) => ctx.body)`. They stand among its middleware, and are
// the same as the settings `body`, `query` and so on: what they say holds before any middleware runs, wherever they stand.
import { NexureError } from '../errors/nexure-error.ts';
import { schemaFromTypes } from '../validation/from-types.ts';
import { jsonSchema } from './builder.ts';
import { SCHEMA_LINK } from '../validation/declared-schemas.ts';

import type { Called } from '../validation/call-site.ts';
import type { SchemaLink } from '../validation/declared-schemas.ts';
import type { Schema } from './schema.ts';
import type { ResponseSchemas, SchemaLike, Schemas } from '../validation/schema-types.ts';

/** Validates the content: `ctx.body`. */
export function body<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly body: S }>;
/** By a type, which `nexure types` has read: of this call, or by a name. Throws `ERR_NEXURE_TYPES_CALL` and its kind. */
export function body<T>(name?: string): SchemaLink<{ readonly body: Schema<T> }>;
export function body(given?: SchemaLike | string): SchemaLink<unknown> {
  return link({ body: schemaFor('body', given, body) });
}

/** Validates the query: `ctx.query`. */
export function query<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly query: S }>;
/** By a type, which `nexure types` has read: of this call, or by a name. Throws `ERR_NEXURE_TYPES_CALL` and its kind. */
export function query<T>(name?: string): SchemaLink<{ readonly query: Schema<T> }>;
export function query(given?: SchemaLike | string): SchemaLink<unknown> {
  return link({ query: schemaFor('query', given, query) });
}

/** Validates the parameters of the path: `ctx.params`. */
export function params<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly params: S }>;
/** By a type, which `nexure types` has read: of this call, or by a name. Throws `ERR_NEXURE_TYPES_CALL` and its kind. */
export function params<T>(name?: string): SchemaLink<{ readonly params: Schema<T> }>;
export function params(given?: SchemaLike | string): SchemaLink<unknown> {
  return link({ params: schemaFor('params', given, params) });
}

/** Validates header fields, by their names in lower case: `ctx.request.headers`. */
export function headers<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly headers: S }>;
/** By a type, which `nexure types` has read: of this call, or by a name. Throws `ERR_NEXURE_TYPES_CALL` and its kind. */
export function headers<T>(name?: string): SchemaLink<{ readonly headers: Schema<T> }>;
export function headers(given?: SchemaLike | string): SchemaLink<unknown> {
  return link({ headers: schemaFor('headers', given, headers) });
}

/** Validates cookies: `ctx.request.cookies`. */
export function cookies<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly cookies: S }>;
/** By a type, which `nexure types` has read: of this call, or by a name. Throws `ERR_NEXURE_TYPES_CALL` and its kind. */
export function cookies<T>(name?: string): SchemaLink<{ readonly cookies: Schema<T> }>;
export function cookies(given?: SchemaLike | string): SchemaLink<unknown> {
  return link({ cookies: schemaFor('cookies', given, cookies) });
}

/** Says what is answered, by status: `response({ 200: Order, '4xx': Problem })`. */
export function response<const S extends ResponseSchemas>(schemas: S): SchemaLink<{ readonly response: S }>;
/** What is answered with a status of success, by a type that `nexure types` has read. */
export function response<T>(name?: string): SchemaLink<{ readonly response: { readonly '2xx': Schema<T> } }>;
export function response(given?: ResponseSchemas | string): SchemaLink<unknown> {
  return link({ response: typeof given === 'object' ? given : { '2xx': schemaFor('response', given, response) } });
}

/** A schema that is given, or that of a type. */
function schemaFor(kind: string, given: SchemaLike | string | undefined, called: Called): SchemaLike {
  return typeof given === 'string' || given === undefined ? jsonSchema(schemaFromTypes(kind, given, called)) : given;
}

function link<Given>(schemas: Schemas): SchemaLink<Given> {
  const schemaLink = (): never => {
    throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', 'a link of schemas belongs to a route, in front of its handler');
  };
  return Object.assign(schemaLink, { [SCHEMA_LINK]: schemas });
}
