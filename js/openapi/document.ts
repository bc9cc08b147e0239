// The OpenAPI 3.1 document of an application, made of what its routes declare. The same declarations give the same document,
// byte for byte: everything stands in the order of its declaration, and components by name.
import { NexureError } from '../errors/nexure-error.ts';
import { Making } from './making.ts';
import { defaultName, describe } from './operation.ts';
import { templatesOf } from './paths.ts';
import { defineProblems, problemResponses } from './problems.ts';
import { selects, specificity } from './selection.ts';
import { merged } from './variants.ts';

import type { DeclaredRoute } from '../route.ts';
import type { RouteList } from '../route-list.ts';
import type { Unnamed } from './operation.ts';
import type { Template } from './paths.ts';
import type {
  ComponentsObject,
  DocumentOptions,
  OpenApiDocument,
  OperationMethod,
  OperationObject,
  PathItem,
  RouteDocs,
} from './types.ts';

/** The version that documents are of. */
const VERSION = '3.1.1';

const NO_INFO = { title: 'API', version: '0.0.0' };

/** An operation on its way. */
interface Pending {
  readonly template: Template;
  readonly method: OperationMethod;
  readonly docs: RouteDocs;
  readonly rank: number;
  operation: Unnamed;
}

/** Makes the document of what is declared now. Throws `ERR_NEXURE_OPENAPI` for what contradicts itself. */
export function makeDocument(list: RouteList, options: DocumentOptions): OpenApiDocument {
  const making = new Making(list, options);
  const { components } = making;
  if (options.errors !== false) defineProblems(components);
  const operations = operationsOf(list, making);
  const names = namesOf(operations);
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const pending of operations) {
    const { template, method, operation } = pending;
    const item = (paths[template.path] ??= {});
    item[method] = named(operation, names.get(pending) ?? '');
  }
  checkSecurity(operations, options);
  const { info = NO_INFO, servers, tags, externalDocs, security, securitySchemes } = options;
  return {
    openapi: VERSION,
    info,
    ...(servers === undefined ? undefined : { servers }),
    paths: paths as Record<string, PathItem>,
    components: {
      ...used(
        {
          schemas: components.schemas,
          responses: options.errors === false ? {} : problemResponses(),
        },
        paths,
      ),
      ...(securitySchemes === undefined ? undefined : { securitySchemes }),
    },
    ...(security === undefined ? undefined : { security }),
    ...(tags === undefined ? undefined : { tags }),
    ...(externalDocs === undefined ? undefined : { externalDocs }),
  };
}

function operationsOf(list: RouteList, making: Making): readonly Pending[] {
  const { options } = making;
  const { routing } = list.options;
  /** Templates that differ in the names of parameters only are one path, which the first route has named. */
  const templates = new Map<string, Template>();
  const operations = new Map<string, Pending>();
  for (const route of list.routes) {
    const docs = docsOf(route);
    if (docs === false || !selects(options, route)) continue;
    for (const own of templatesOf(route.path, routing)) {
      const first = templates.get(own.shape);
      if (first === undefined) templates.set(own.shape, own);
      const template = first === undefined ? own : renamed(own, first);
      const method = route.method.toLowerCase() as OperationMethod;
      const key = `${method} ${own.shape}`;
      const before = operations.get(key);
      // Whoever asks for one host or version gets the route that the router would take.
      const rank = options.host === undefined && options.version === undefined ? 0 : specificity(route);
      if (before !== undefined && before.rank > rank) continue;
      const operation = describe(route, template, docs, making);
      if (before === undefined || before.rank < rank) operations.set(key, { template, method, docs, rank, operation });
      else before.operation = merged(before.operation, operation);
    }
  }
  return [...operations.values()];
}

/** What a route says of itself; `false` for nothing, not even that it is there. */
function docsOf({ declared }: DeclaredRoute): RouteDocs | false {
  return (declared.settings as { readonly openapi?: RouteDocs | false }).openapi ?? {};
}

function renamed(own: Template, first: Template): Template {
  const params = own.params.map((param, index) => ({ ...param, name: first.params[index]?.name ?? param.name }));
  return { path: first.path, shape: own.shape, params };
}

/** The name of each operation: what its route says, else what its method and path make; numbered where there are several. */
function namesOf(operations: readonly Pending[]): ReadonlyMap<Pending, string> {
  const names = new Map<Pending, string>();
  const taken = new Map<string, RouteDocs>();
  const take = (pending: Pending, wanted: string): void => {
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
    taken.set(name, pending.docs);
    names.set(pending, name);
  };
  for (const pending of operations) {
    const { operationId } = pending.docs;
    if (operationId === undefined) continue;
    // One route may be several operations.
    const other = taken.get(operationId);
    if (other !== undefined && other !== pending.docs) {
      throw new NexureError('ERR_NEXURE_OPENAPI', `two routes have the operationId ${operationId}`);
    }
    take(pending, operationId);
  }
  for (const pending of operations) {
    if (!names.has(pending)) take(pending, defaultName(pending.method, pending.template));
  }
  return names;
}

function named(operation: Unnamed, operationId: string): OperationObject {
  const { tags, summary, description, externalDocs, ...rest } = operation;
  return {
    ...(tags === undefined ? undefined : { tags }),
    ...(summary === undefined ? undefined : { summary }),
    ...(description === undefined ? undefined : { description }),
    ...(externalDocs === undefined ? undefined : { externalDocs }),
    operationId,
    ...rest,
  };
}

function checkSecurity(operations: readonly Pending[], { security = [], securitySchemes = {} }: DocumentOptions): void {
  const all = [...security, ...operations.flatMap(({ docs }) => docs.security ?? [])];
  const unknown = all
    .flatMap((requirement) => Object.keys(requirement))
    .find((name) => !Object.hasOwn(securitySchemes, name));
  if (unknown === undefined) return;
  throw new NexureError('ERR_NEXURE_OPENAPI', `security asks for ${unknown}, which is none of openapi.securitySchemes`);
}

/** Of components those that something refers to. */
function used(all: Required<Pick<ComponentsObject, 'schemas' | 'responses'>>, paths: unknown): ComponentsObject {
  const reached = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const [, kind, name] =
        (key === '$ref' && typeof inner === 'string' && /^#\/components\/(\w+)\/(.+)$/.exec(inner)) || [];
      if (kind === undefined || name === undefined) visit(inner);
      else if (!reached.has(`${kind}/${name}`)) {
        reached.add(`${kind}/${name}`);
        visit(all[kind as keyof typeof all]?.[name]);
      }
    }
  };
  visit(paths);
  const only = <Of>(kind: string, of: Readonly<Record<string, Of>>): Readonly<Record<string, Of>> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => reached.has(`${kind}/${name}`)));
  const schemas = only('schemas', all.schemas);
  const responses = only('responses', all.responses);
  return {
    ...(Object.keys(schemas).length === 0 ? undefined : { schemas }),
    ...(Object.keys(responses).length === 0 ? undefined : { responses }),
  };
}
