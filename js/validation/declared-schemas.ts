// Where routes say their schemas: in `schema`, in the settings themselves, or by links among their middleware. They are put
// together here; each part has one schema.
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { partOf } from './parts.ts';

import type { Middleware } from '../middleware.ts';
import type { RouteSettings } from '../route-options.ts';
import type { Linked, Schemas } from './schema-types.ts';

/** The property of a link: the schemas it stands for. */
export const SCHEMA_LINK: unique symbol = Symbol.for('nexure.schemaLink');

/** Stands among the middleware of a route for schemas. It is no middleware: the route takes it into its settings. */
export interface SchemaLink<out Given> {
  (context: object): Linked<Given>;
  readonly [SCHEMA_LINK]: Schemas;
}

/** The parts that settings name. */
const PARTS = ['params', 'query', 'headers', 'cookies', 'body', 'response'] as const;

/** What other frameworks call parts, or have beside schemas, and what stands for it here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  querystring: 'it is called query',
  param: 'it is called params',
  json: 'it is called body, which takes forms, too',
  form: 'it is called body, which takes JSON, too',
  header: 'it is called headers',
  cookie: 'it is called cookies',
  ...Object.fromEntries(
    ['tags', 'summary', 'description', 'operationId', 'deprecated', 'security', 'hide', 'detail'].map((name) => [
      name,
      'the setting openapi of the route says such things',
    ]),
  ),
};

/** Checks the names of parts. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function checkPartNames(path: string, schemas: object): void {
  const known = [...PARTS, 'options'];
  const moved = Object.keys(schemas).find((name) => !known.includes(name) && Object.hasOwn(ELSEWHERE, name));
  if (moved === undefined) return checkNames(path, schemas, known);
  throw new NexureError('ERR_NEXURE_OPTION_INVALID', `option ${path}.${moved} is unknown: ${ELSEWHERE[moved]}`);
}

/** The schemas in the settings of a route; `undefined` where there are none. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function schemasOf(settings: RouteSettings): Schemas | undefined {
  const { schema } = settings;
  if (schema !== undefined && (typeof schema !== 'object' || schema === null)) {
    throw invalidOption('route.schema', 'an object', schema);
  }
  const own: Record<string, unknown> = {};
  for (const part of PARTS) {
    const given: unknown = settings[part];
    if (given === undefined || (part === 'body' && given === 'stream')) continue;
    if (schema?.[part] !== undefined) throw twice(part);
    own[part] = given;
  }
  return Object.keys(own).length === 0 ? schema : { ...schema, ...own };
}

/** Checks that schemas are schemas. Throws `ERR_NEXURE_OPTION_INVALID`, which names `path`, or `ERR_NEXURE_SCHEMA`. */
export function checkSchemaParts(path: string, schemas: Schemas): void {
  checkPartNames(path, schemas);
  const { response = {}, ...parts } = schemas;
  for (const [part, schema] of Object.entries(parts)) {
    if (schema !== undefined && part !== 'options') partOf(`${path}.${part}`, schema);
  }
  for (const [status, schema] of Object.entries(response)) partOf(`${path}.response.${status}`, schema);
}

/** Whether a value among middleware is a link. */
export function isSchemaLink(value: unknown): value is SchemaLink<unknown> {
  return typeof value === 'function' && SCHEMA_LINK in value;
}

/** The settings of a route with the schemas of the links among its middleware, and the middleware without them. */
export function takeLinks<Given extends Middleware>(
  settings: RouteSettings,
  middleware: readonly Given[],
): { readonly settings: RouteSettings; readonly middleware: readonly Given[] } {
  const links = (middleware as readonly unknown[]).filter(isSchemaLink);
  if (links.length === 0) return { settings, middleware };
  const schema: Record<string, unknown> = { ...schemasOf(settings) };
  for (const link of links) {
    for (const [part, given] of Object.entries(link[SCHEMA_LINK])) {
      if (schema[part] !== undefined) throw twice(part);
      schema[part] = given;
    }
  }
  const rest = Object.entries(settings).filter(
    ([name, value]) => !(PARTS as readonly string[]).includes(name) || value === 'stream',
  );
  return {
    settings: { ...Object.fromEntries(rest), schema },
    middleware: middleware.filter((one) => !isSchemaLink(one)),
  };
}

function twice(part: string): NexureError {
  return new NexureError('ERR_NEXURE_OPTION_INVALID', `option route.${part} has a schema twice`);
}
