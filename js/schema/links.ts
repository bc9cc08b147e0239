// Schemas as links of a route: `app.post('/orders', body(Order), (ctx) => ctx.body)`. They stand among its middleware, and are
// the same as the settings `body`, `query` and so on: what they say holds before any middleware runs, wherever they stand.
import { NexureError } from '../errors/nexure-error.ts';
import { SCHEMA_LINK } from '../validation/declared-schemas.ts';

import type { SchemaLink } from '../validation/declared-schemas.ts';
import type { ResponseSchemas, SchemaLike, Schemas } from '../validation/schema-types.ts';

/** Validates the content: `ctx.body`. */
export function body<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly body: S }> {
  return link({ body: schema });
}

/** Validates the query: `ctx.query`. */
export function query<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly query: S }> {
  return link({ query: schema });
}

/** Validates the parameters of the path: `ctx.params`. */
export function params<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly params: S }> {
  return link({ params: schema });
}

/** Validates header fields, by their names in lower case: `ctx.request.headers`. */
export function headers<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly headers: S }> {
  return link({ headers: schema });
}

/** Validates cookies: `ctx.request.cookies`. */
export function cookies<const S extends SchemaLike>(schema: S): SchemaLink<{ readonly cookies: S }> {
  return link({ cookies: schema });
}

/** Says what is answered, by status: `response({ 200: Order, '4xx': Problem })`. */
export function response<const S extends ResponseSchemas>(schemas: S): SchemaLink<{ readonly response: S }> {
  return link({ response: schemas });
}

function link<Given>(schemas: Schemas): SchemaLink<Given> {
  const schemaLink = (): never => {
    throw new NexureError('ERR_NEXURE_ROUTE_HANDLER', 'a link of schemas belongs to a route, in front of its handler');
  };
  return Object.assign(schemaLink, { [SCHEMA_LINK]: schemas });
}
