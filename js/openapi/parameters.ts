// The parameters of an operation: those of its path, and the members of the schemas of params, query, headers and cookies.
import { isObject } from './subschemas.ts';

import type { DeclaredRoute } from '../route.ts';
import type { Components } from './components.ts';
import type { InputPartName } from '../validation/input-options.ts';
import type { Making } from './making.ts';
import type { Template } from './paths.ts';
import type { JsonSchema, ParameterObject, SchemaObject } from './types.ts';

const PLACES = [
  ['query', 'query'],
  ['headers', 'header'],
  ['cookies', 'cookie'],
] as const;

/** Header fields that OpenAPI says in other ways (§4.8.12.1 of 3.1). */
const OTHERWISE: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/** A member of the schema of a part. */
interface Member {
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** The parameters of a route on one of its templates. */
export function parametersOf(
  route: DeclaredRoute,
  template: Template,
  making: Making,
  hint: string,
): readonly ParameterObject[] {
  const params = membersOf(route, 'params', making, hint) ?? new Map<string, Member>();
  const parameters = template.params.map(({ name, param, schema, description, isWildcard }): ParameterObject => {
    const member = params.get(param)?.schema;
    const both = member === undefined ? schema : narrowed(schema, member);
    const parameter = parameterOf(name, 'path', { schema: both, isRequired: true });
    const described = { ...(description === undefined ? undefined : { description }), ...parameter };
    return isWildcard ? { ...described, 'x-wildcard': true } : described;
  });
  for (const [part, place] of PLACES) {
    const members = membersOf(route, part, making, hint);
    if (members === undefined) {
      const free = freeForm(route, part, place, making, hint);
      if (free !== undefined) parameters.push(free);
      continue;
    }
    for (const [name, member] of members) {
      if (place === 'header' && OTHERWISE.has(name.toLowerCase())) continue;
      parameters.push(parameterOf(name, place, member));
    }
  }
  const { version } = route.settings.conditions ?? {};
  if (version !== undefined) parameters.push(versionParameter(version));
  return parameters;
}

/** What the schema of the parameters says goes before what the path says; both are kept where they are of one type. */
function narrowed(byPath: SchemaObject, member: JsonSchema): JsonSchema {
  const isPlain = isObject(member) && !('$ref' in member) && (member['type'] ?? byPath['type']) === byPath['type'];
  return isPlain ? { ...byPath, ...member } : member;
}

function versionParameter(version: string): ParameterObject {
  return {
    name: 'Accept-Version',
    in: 'header',
    description: 'The version that is asked for; parts may be left open, as in `1.x`.',
    required: true,
    schema: { type: 'string', examples: [version] },
  };
}

function parameterOf(name: string, place: ParameterObject['in'], { schema, isRequired }: Member): ParameterObject {
  const { description, deprecated } = isObject(schema) ? schema : {};
  return {
    name,
    in: place,
    ...(typeof description === 'string' ? { description } : undefined),
    ...(isRequired ? { required: true } : undefined),
    ...(deprecated === true ? { deprecated: true } : undefined),
    schema: bare(schema),
  };
}

/** What was said of the parameter is not said of its schema again. */
function bare(schema: JsonSchema): JsonSchema {
  if (!isObject(schema) || '$ref' in schema) return schema;
  const { description, deprecated, ...rest } = schema;
  return {
    ...(typeof description === 'string' ? undefined : description === undefined ? undefined : { description }),
    ...(deprecated === true || deprecated === undefined ? undefined : { deprecated }),
    ...rest,
  };
}

/** The members of a part, by name; `undefined` where it has no schema, or one that names none. */
function membersOf(
  route: DeclaredRoute,
  part: InputPartName,
  making: Making,
  hint: string,
): ReadonlyMap<string, Member> | undefined {
  const declared = making.take(route, part, hint + capital(part));
  if (declared === undefined) return undefined;
  const members = new Map<string, Member>();
  gather(declared.taken, making.components, members, 0);
  return members.size === 0 ? undefined : members;
}

/** Members of a schema and of what it refers to and consists of. */
function gather(schema: JsonSchema, components: Components, members: Map<string, Member>, depth: number): void {
  const resolved = components.resolve(schema);
  if (!isObject(resolved) || depth > 16) return;
  const { properties, required, allOf } = resolved;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  if (isObject(properties)) {
    for (const [name, given] of Object.entries(properties)) {
      const one = given as JsonSchema;
      const before = members.get(name);
      members.set(name, {
        schema: before === undefined ? one : { allOf: [before.schema, one] },
        isRequired: before?.isRequired === true || names.includes(name),
      });
    }
  }
  if (Array.isArray(allOf)) for (const one of allOf) gather(one as JsonSchema, components, members, depth + 1);
  // A name that another part of the schema describes.
  for (const name of names) {
    const member = members.get(String(name));
    if (member !== undefined && !member.isRequired && !hasDefault(member.schema)) {
      members.set(String(name), { ...member, isRequired: true });
    }
  }
}

function hasDefault(schema: JsonSchema): boolean {
  return isObject(schema) && schema['default'] !== undefined;
}

/** A query whose names are not known, as one parameter that is an object (OpenAPI 3.1 §4.8.12.4). */
function freeForm(
  route: DeclaredRoute,
  part: InputPartName,
  place: ParameterObject['in'],
  making: Making,
  hint: string,
): ParameterObject | undefined {
  const declared = place === 'query' ? making.take(route, part, `${hint}Query`) : undefined;
  if (declared === undefined) return undefined;
  const { taken } = declared;
  const resolved = making.components.resolve(taken);
  if (isObject(resolved) && resolved['additionalProperties'] === false) return undefined;
  const whole: SchemaObject = isObject(taken) ? taken : {};
  return { name: 'query', in: 'query', style: 'form', explode: true, schema: { type: 'object', ...whole } };
}

/** The first letter as a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
