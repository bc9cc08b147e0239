// Schemas that arguments of a method name: those of whole parts, and those of single values, which make one schema of their
// part together. The route takes them like those of its settings, so that they run natively and documents show them.
import { intersect, object } from '../schema/builder.ts';
import { builtOf, isSchemaClass } from '../schema/class-schema.ts';
import { schemasOf } from '../validation/declared-schemas.ts';
import { partOf } from '../validation/parts.ts';

import type { RouteSettings } from '../route-options.ts';
import type { AnySchema } from '../schema/schema.ts';
import type { ArgumentPart } from './arguments.ts';
import type { Class, MemberDeclaration } from './declarations.ts';

/** What arguments say of one part. */
interface Said {
  whole: unknown;
  readonly values: Record<string, AnySchema>;
}

/** Whether a schema runs natively alone; those of other libraries are pipes where they are for a single value. */
export function isNativeSchema(given: unknown): boolean {
  if (typeof given === 'function') return isSchemaClass(given);
  return typeof given === 'object' && given !== null && partOf('@Args', given).vendor === undefined;
}

/** The settings of a route with the schemas of its arguments; `complain` gives the error for what cannot be. */
export function withArgumentSchemas(
  settings: RouteSettings,
  theClass: Class,
  key: string | symbol,
  member: MemberDeclaration,
  complain: (message: string) => Error,
): RouteSettings {
  const said = argumentSchemas(theClass, key, member, complain);
  if (said.size === 0) return settings;
  const declared: Record<string, unknown> = { ...schemasOf(settings) };
  for (const [part, { whole, values }] of said) {
    const own = whole ?? declared[part];
    if (whole !== undefined && declared[part] !== undefined && declared[part] !== whole) {
      throw complain(`has two schemas for its ${part}: one is ${nameOf(whole)} of an argument`);
    }
    if (Object.keys(values).length === 0) {
      declared[part] = own;
    } else if (own === undefined) {
      declared[part] = object(values);
    } else if (isNativeSchema(own)) {
      declared[part] = intersect([builtOf(own as object), object(values)]);
    } else {
      throw complain(
        `has two schemas for its ${part}: that of another library cannot be joined with ${nameOf(values)}`,
      );
    }
  }
  // What stood in the settings themselves stands in `schema` now.
  const rest = Object.entries(settings).filter(([name]) => !said.has(name as ArgumentPart));
  const parts = Object.fromEntries([...said.keys()].map((part) => [part, declared[part]]));
  return { ...Object.fromEntries(rest), schema: { ...settings.schema, ...parts } };
}

/**
 * What arguments of a method say of each part; in the legacy dialect also by the types of parameters, where the compiler
 * writes them down (`emitDecoratorMetadata`, and `reflect-metadata` for it).
 */
function argumentSchemas(
  theClass: Class,
  key: string | symbol,
  member: MemberDeclaration,
  complain: (message: string) => Error,
): Map<ArgumentPart, Said> {
  const { getMetadata } = Reflect as {
    readonly getMetadata?: (name: string, on: object, key: string | symbol) => unknown;
  };
  const written: unknown = getMetadata?.('design:paramtypes', theClass.prototype as object, key);
  const all = new Map<ArgumentPart, Said>();
  for (const [index, one] of member.arguments.entries()) {
    if (one?.part === undefined) continue;
    const { name, property, schema } = one.part;
    const type: unknown = Array.isArray(written) && property === undefined ? written[index] : undefined;
    const given = schema ?? (isSchemaClass(type) ? type : undefined);
    if (given === undefined) continue;
    const said = all.get(name) ?? { whole: undefined, values: {} };
    all.set(name, said);
    if (property !== undefined) {
      if (Object.hasOwn(said.values, property)) throw complain(`has two schemas for ${property} of its ${name}`);
      said.values[property] = builtOf(given as object);
    } else if (said.whole !== undefined && said.whole !== given) {
      throw complain(`has two schemas for its ${name}: one is ${nameOf(given)} of an argument`);
    } else {
      said.whole = given;
    }
  }
  return all;
}

function nameOf(schema: unknown): string {
  return typeof schema === 'function' && schema.name !== '' ? `the class ${schema.name}` : 'that';
}
