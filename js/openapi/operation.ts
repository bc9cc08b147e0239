// One operation: a route on one of its path templates.
import { METHODS_WITH_CONTENT, takesFormFields } from './content.ts';
import { capital, parametersOf } from './parameters.ts';
import { problemResponses, problemsOf } from './problems.ts';
import { allResponses, takeContent } from './responses.ts';

import type { DeclaredRoute } from '../route.ts';
import type { Making } from './making.ts';
import type { Template } from './paths.ts';
import type {
  MediaTypeObject,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  RouteDocs,
  ServerObject,
} from './types.ts';

/** An operation without the name that it is yet to get. */
export type Unnamed = Omit<OperationObject, 'operationId'>;

const PARTS = ['body', 'query', 'params', 'headers', 'cookies'] as const;

/** What a route is called where it says nothing itself: `getBooksById`. */
export function defaultName(method: string, { path, params }: Template): string {
  const words = path
    .split('/')
    .flatMap((segment) =>
      segment.split(/[{}]/).map((text, index) => (index % 2 === 1 ? `by-${text}` : decodeURI(text))),
    )
    .flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word !== '');
  if (words.length === 0) return `${method.toLowerCase()}Root`;
  // Expressions of a path may hold what no identifier has.
  const name = words
    .map(capital)
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '');
  return `${method.toLowerCase()}${name === '' ? `Path${params.length}` : name}`;
}

/** Describes a route on a template. */
export function describe(route: DeclaredRoute, template: Template, docs: RouteDocs, making: Making): Unnamed {
  const { options, components } = making;
  const hint = capital(docs.operationId ?? defaultName(route.method, template));
  const parameters = withOwn(parametersOf(route, template, making, hint), docs.parameters ?? []);
  const requestBody = bodyOf(route, docs, making, hint);
  const security = docs.security ?? options.security ?? [];
  const circumstances = {
    mayMiss: template.params.some(({ isConstrained }) => isConstrained) || route.settings.conditions !== undefined,
    hasSchema: PARTS.some((part) => making.has(route, part)),
    takesContent: requestBody !== undefined || METHODS_WITH_CONTENT.has(route.method),
    takesForms: requestBody?.content['multipart/form-data'] !== undefined,
    isExempt: route.settings.rules.exempt === true,
    isSecured: security.length > 0,
  };
  const servers = docs.servers ?? serversOf(route);
  const { tags, summary, description, externalDocs, deprecated } = docs;
  return {
    ...(tags === undefined ? undefined : { tags }),
    ...(summary === undefined ? undefined : { summary }),
    ...(description === undefined ? undefined : { description }),
    ...(externalDocs === undefined ? undefined : { externalDocs }),
    ...(parameters.length === 0 ? undefined : { parameters }),
    ...(requestBody === undefined ? undefined : { requestBody }),
    responses: allResponses(
      route,
      docs,
      options.errors === false ? [] : problemsOf(circumstances),
      problemResponses(),
      components,
      hint,
    ),
    ...(deprecated === undefined ? undefined : { deprecated }),
    ...(docs.security === undefined ? undefined : { security: docs.security }),
    ...(servers === undefined ? undefined : { servers }),
  };
}

/** Parameters that a route describes itself stand in front of what is known of them anyway. */
function withOwn(known: readonly ParameterObject[], own: readonly ParameterObject[]): readonly ParameterObject[] {
  const isSame = (a: ParameterObject, b: ParameterObject): boolean => a.name === b.name && a.in === b.in;
  const described = known.map((one) => {
    const said = own.find((other) => isSame(one, other));
    return said === undefined ? one : { ...one, ...said };
  });
  const more = own.filter((one) => one.in !== 'path' && !known.some((other) => isSame(one, other)));
  return [...described, ...more];
}

function bodyOf(
  route: DeclaredRoute,
  { requestBody: said }: RouteDocs,
  making: Making,
  hint: string,
): RequestBodyObject | undefined {
  const { components } = making;
  const name = `${hint}Body`;
  const declared = making.take(route, 'body', name);
  const content: Record<string, MediaTypeObject> = {};
  if (declared !== undefined) {
    const { taken: schema } = declared;
    content['application/json'] = { schema };
    if (takesFormFields(schema, components)) content['application/x-www-form-urlencoded'] = { schema };
  }
  for (const [type, media] of Object.entries(takeContent(said?.content ?? {}, components, 'input', name))) {
    content[type] = { ...content[type], ...media };
  }
  if (Object.keys(content).length === 0) return undefined;
  return {
    ...(said?.description === undefined ? undefined : { description: said.description }),
    content,
    required: said?.required ?? declared?.isOptional !== true,
  };
}

/** Where a route for one host is. What an expression matches cannot be told. */
function serversOf(route: DeclaredRoute): readonly ServerObject[] | undefined {
  const { host } = route.settings.conditions ?? {};
  if (host === undefined) return undefined;
  if (!host.startsWith('*.')) return [{ url: `//${host}` }];
  return [{ url: `//{subdomain}${host.slice(1)}`, variables: { subdomain: { default: 'www' } } }];
}
