// The answers of an operation: what its route declares by status, what it says of them, and what the framework answers.
import { titleOf } from '../errors/title.ts';
import { jsonSchemaOf, responsesOf } from './declared-schemas.ts';
import { isObject } from './subschemas.ts';

import type { DeclaredRoute } from '../route.ts';
import type { Components } from './components.ts';
import type { ContentObject, JsonSchema, Reference, ResponseDocs, ResponseObject, RouteDocs } from './types.ts';

/** By status. */
export type Responses = Readonly<Record<string, ResponseObject | Reference>>;

/** Statuses whose answers have no content (RFC 9110 §6.4.1, §15.3.6). */
const EMPTY = /^(?:1\d\d|204|205|304|1XX)$/;

/** What answers are described by. */
const STATUS = /^(?:[1-5](?:\d\d|XX)|default)$/i;

const RANGES: Readonly<Record<string, string>> = {
  '1XX': 'Informational',
  '2XX': 'Success',
  '3XX': 'Redirection',
  '4XX': 'Client error',
  '5XX': 'Server error',
  default: 'Any other answer',
};

/** The answers of a route; `problems` and their components are those of the framework. */
export function allResponses(
  route: DeclaredRoute,
  docs: RouteDocs,
  problems: readonly (readonly [status: string, response: Reference])[],
  described: Readonly<Record<string, ResponseObject>>,
  components: Components,
  hint: string,
): Responses {
  const own = new Map<string, ResponseObject>();
  for (const [status, schema] of Object.entries(responsesOf(route))) {
    if (!STATUS.test(status)) continue;
    const key = statusOf(status);
    own.set(key, declaredResponse(key, schema, components, hint));
  }
  for (const [status, said] of Object.entries(docs.responses ?? {})) {
    const key = statusOf(status);
    own.set(key, {
      ...(own.get(key) ?? { description: nameOf(key) }),
      ...contentTaken(said, components, `${hint}Response`),
    });
  }
  // What a handler answers that nothing is said of.
  if (![...own.keys()].some((status) => /^[23]/.test(status))) {
    own.set(route.method === 'OPTIONS' ? '204' : '2XX', { description: nameOf('2XX') });
  }
  const all = new Map<string, ResponseObject | Reference>(own);
  for (const [status, problem] of problems) {
    const declared = own.get(status) ?? rangeOf(own, status);
    if (declared === undefined) all.set(status, problem);
    else all.set(status, withProblem(declared, described[nameOfReference(problem)]));
  }
  return Object.fromEntries([...all].sort(([a], [b]) => rank(a) - rank(b)));
}

function declaredResponse(status: string, given: unknown, components: Components, hint: string): ResponseObject {
  const schema = jsonSchemaOf(given, 'output');
  const said = isObject(schema) && typeof schema['description'] === 'string' ? schema['description'] : nameOf(status);
  if (EMPTY.test(status)) return { description: said };
  const taken = components.take(schema, { direction: 'output', hint: `${hint}${titled(status)}` });
  return { description: said, content: { 'application/json': { schema: taken } } };
}

/** What a route says of an answer in words of OpenAPI, with its schemas among the components. */
function contentTaken(said: string | ResponseDocs, components: Components, hint: string): Partial<ResponseObject> {
  if (typeof said === 'string') return { description: said };
  const { content } = said;
  return content === undefined ? said : { ...said, content: takeContent(content, components, 'output', hint) };
}

/** Content with its schemas among the components. */
export function takeContent(
  content: ContentObject,
  components: Components,
  direction: 'input' | 'output',
  hint: string,
): ContentObject {
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => {
      if (media.schema === undefined) return [type, media];
      const schema = jsonSchemaOf(media.schema, direction);
      return [type, { ...media, schema: components.take(schema, { direction, hint }) }];
    }),
  );
}

/** A declared answer whose status the framework answers with, too. */
function withProblem(declared: ResponseObject, problem: ResponseObject | undefined): ResponseObject {
  const type = 'application/problem+json';
  const own = declared.content?.[type];
  const theirs = problem?.content?.[type];
  if (theirs === undefined) return declared;
  const schema: JsonSchema | undefined =
    own?.schema === undefined ? theirs.schema : { anyOf: [own.schema, theirs.schema ?? true] };
  const headers = { ...problem?.headers, ...declared.headers };
  return {
    ...declared,
    ...(Object.keys(headers).length === 0 ? undefined : { headers }),
    content: { ...declared.content, [type]: { ...theirs, ...own, ...(schema === undefined ? undefined : { schema }) } },
  };
}

function rangeOf(own: ReadonlyMap<string, ResponseObject>, status: string): ResponseObject | undefined {
  return own.get(`${status.charAt(0)}XX`);
}

function nameOfReference({ $ref }: Reference): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}

function statusOf(status: string): string {
  return status === 'default' ? status : status.toUpperCase();
}

function nameOf(status: string): string {
  return RANGES[status] ?? titleOf(Number(status));
}

/** A status as a part of a name. */
function titled(status: string): string {
  return `${/^\d+$/.test(status) ? titleOf(Number(status)) : nameOf(status)}`.replaceAll(/[^A-Za-z]/g, '');
}

/** Statuses before their range, and before whatever is left. */
function rank(status: string): number {
  if (status === 'default') return 1000;
  return /^\d+$/.test(status) ? Number(status) : Number(status.charAt(0)) * 100 + 99.5;
}
