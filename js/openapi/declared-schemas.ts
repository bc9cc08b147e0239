// The schemas that a route was declared with, as JSON Schema: those of `t`, raw ones and those of TypeBox are, libraries that
// speak Standard Schema may export it. One that does not is open, and says who validates it.
import { schemasOf } from '../validation/declared-schemas.ts';
import { isStandardSchema } from '../validation/standard-schema.ts';
import { isBuilt, isOptional, partOf } from '../validation/parts.ts';

import type { DeclaredRoute } from '../route.ts';
import type { InputSchemas } from '../validation/input.ts';
import type { InputBodyOptions, InputOptions, InputPartName } from '../validation/input-options.ts';
import type { UnknownMembers } from './components.ts';
import type { JsonSchema } from './types.ts';

/** The schema of a part, and how what is sent is changed before it has to fit. */
export interface DeclaredPart {
  readonly schema: JsonSchema;
  /** What becomes of members that it does not name. */
  readonly unknown: UnknownMembers;
  /** Whether what is missing is filled in. */
  readonly defaults: boolean;
  /** Of a body: whether there may be none. */
  readonly isOptional: boolean;
}

/** What libraries that export JSON Schema have (https://standardschema.dev/json-schema). */
interface Exporting {
  readonly vendor: string;
  readonly jsonSchema?: Readonly<
    Record<
      'input' | 'output',
      (options: {
        readonly target: 'draft-2020-12';
        readonly libraryOptions?: Readonly<Record<string, unknown>>;
      }) => Readonly<Record<string, unknown>>
    >
  >;
}

/** What has no JSON form is open, and the rest is told: that is what these options ask of libraries that have them. */
const TELLING: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zod: { unrepresentable: 'any' },
  valibot: { errorMode: 'ignore' },
};

/** The schema of a part of the requests of a route; `undefined` where it has none. */
export function schemaOf(route: DeclaredRoute, part: InputPartName, shared: InputOptions): DeclaredPart | undefined {
  const schemas: InputSchemas | undefined = schemasOf(route.declared.settings);
  const given = schemas?.[part];
  if (given === undefined) return undefined;
  const { unknown, defaults, optional }: InputBodyOptions = { ...shared[part], ...schemas?.options?.[part] };
  return {
    schema: jsonSchemaOf(given, 'input'),
    unknown: unknown ?? 'keep',
    defaults: defaults !== false,
    isOptional: optional === true || isOptional(given),
  };
}

/** The schemas of answers by status, as they were declared. */
export function responsesOf(route: DeclaredRoute): Readonly<Record<string, unknown>> {
  return schemasOf(route.declared.settings)?.response ?? {};
}

/** A schema as JSON Schema, of what is sent or of what is given. */
export function jsonSchemaOf(given: unknown, direction: 'input' | 'output'): JsonSchema {
  if (isBuilt(given) || !isStandardSchema(given)) return partOf('schema', given).json ?? true;
  const { vendor, jsonSchema } = given['~standard'] as unknown as Exporting;
  const libraryOptions = TELLING[vendor];
  try {
    const exported = jsonSchema?.[direction]({
      target: 'draft-2020-12',
      ...(libraryOptions === undefined ? undefined : { libraryOptions }),
    });
    if (exported !== undefined) return exported;
  } catch {
    // It has no JSON form at all.
  }
  return { description: `Validated by ${vendor}, which gives no JSON Schema for it.` };
}
