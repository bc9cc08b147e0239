// Several routes where OpenAPI has room for one operation: for several hosts or versions, or with other constraints on their
// parameters. The operation takes what any of them takes, and answers what any of them answers.
import { isObject } from './subschemas.ts';

import type { Unnamed } from './operation.ts';
import type {
  ContentObject,
  JsonSchema,
  ParameterObject,
  Reference,
  RequestBodyObject,
  ResponseObject,
} from './types.ts';

/** One operation of two; what is said in words is said by the first. */
export function merged(first: Unnamed, second: Unnamed): Unnamed {
  const parameters = mergedParameters(first.parameters ?? [], second.parameters ?? []);
  const requestBody = mergedBody(first.requestBody, second.requestBody);
  const servers = mergedServers(first, second);
  const { tags, summary, description, externalDocs, security } = first;
  return {
    ...(tags === undefined ? undefined : { tags }),
    ...(summary === undefined ? undefined : { summary }),
    ...(description === undefined ? undefined : { description }),
    ...(externalDocs === undefined ? undefined : { externalDocs }),
    ...(parameters.length === 0 ? undefined : { parameters }),
    ...(requestBody === undefined ? undefined : { requestBody }),
    responses: mergedResponses(first.responses, second.responses),
    ...(first.deprecated === true && second.deprecated === true ? { deprecated: true } : undefined),
    ...(security === undefined ? undefined : { security }),
    ...(servers === undefined ? undefined : { servers }),
  };
}

function mergedParameters(first: readonly ParameterObject[], second: readonly ParameterObject[]): ParameterObject[] {
  const find = (list: readonly ParameterObject[], { name, in: place }: ParameterObject): ParameterObject | undefined =>
    list.find((one) => one.name === name && one.in === place);
  const made = first.map((one): ParameterObject => {
    const other = find(second, one);
    if (other === undefined) return optional(one);
    const both = one.required === true && other.required === true ? one : optional(one);
    return one.schema === undefined || other.schema === undefined
      ? both
      : { ...both, schema: either(one.schema, other.schema) };
  });
  return [...made, ...second.filter((one) => find(first, one) === undefined).map(optional)];
}

function optional(parameter: ParameterObject): ParameterObject {
  if (parameter.in === 'path') return parameter;
  const { required: _, ...rest } = parameter;
  return rest;
}

function mergedBody(
  first: RequestBodyObject | undefined,
  second: RequestBodyObject | undefined,
): RequestBodyObject | undefined {
  if (first === undefined || second === undefined) {
    const only = first ?? second;
    return only === undefined ? undefined : { ...only, required: false };
  }
  return {
    ...first,
    content: mergedContent(first.content, second.content),
    required: first.required === true && second.required === true,
  };
}

function mergedContent(first: ContentObject, second: ContentObject): ContentObject {
  const made = { ...second, ...first };
  for (const [type, one] of Object.entries(first)) {
    const other = second[type];
    if (one.schema === undefined || other?.schema === undefined) continue;
    made[type] = { ...one, schema: either(one.schema, other.schema) };
  }
  return made;
}

type Responses = Unnamed['responses'];

function mergedResponses(first: Responses, second: Responses): Responses {
  const made: Record<string, ResponseObject | Reference> = { ...second, ...first };
  for (const [status, one] of Object.entries(first)) {
    const other = second[status];
    if (other === undefined || '$ref' in one || '$ref' in other) continue;
    if (other.content === undefined) continue;
    made[status] = { ...one, content: mergedContent(one.content ?? {}, other.content) };
  }
  return made;
}

/** Where one of them is everywhere, so is the operation. */
function mergedServers({ servers: first }: Unnamed, { servers: second }: Unnamed): Unnamed['servers'] {
  if (first === undefined || second === undefined) return undefined;
  const urls = first.map(({ url }) => url);
  return [...first, ...second.filter(({ url }) => !urls.includes(url))];
}

function either(first: JsonSchema, second: JsonSchema): JsonSchema {
  const options = [...optionsOf(first), ...optionsOf(second)];
  const texts = options.map((one) => JSON.stringify(one));
  const distinct = options.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
  return distinct.length === 1 ? (distinct[0] as JsonSchema) : { anyOf: distinct };
}

function optionsOf(schema: JsonSchema): readonly JsonSchema[] {
  const isChoice = isObject(schema) && Object.keys(schema).length === 1 && Array.isArray(schema['anyOf']);
  return isChoice ? (schema['anyOf'] as readonly JsonSchema[]) : [schema];
}
