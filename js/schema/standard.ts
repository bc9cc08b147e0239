// Standard Schema and Standard JSON Schema (https://standardschema.dev) for schemas made by `t`.
import { NexureError } from '../errors/nexure-error.ts';
import { validatorOf } from './validator.ts';

import type { StandardResult } from '../validation/standard-schema.ts';
import type { ValidateValue } from './validator.ts';

/** For whom a JSON Schema is written. */
export interface JsonSchemaTarget {
  /** Only `draft-2020-12`. */
  readonly target: string;
  readonly libraryOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** What `~standard` of a schema made by `t` has. */
export interface SchemaStandard<out In, out Out> {
  readonly version: 1;
  readonly vendor: 'nexure';
  /**
   * Rewrites a value by the schema and checks it, natively; gives a promise only where a keyword of the schema is
   * asynchronous. Throws `ERR_NEXURE_SCHEMA` for a schema that cannot be compiled.
   */
  readonly validate: (value: unknown) => StandardResult<Out> | Promise<StandardResult<Out>>;
  readonly jsonSchema: {
    /** What may be sent. Throws `ERR_NEXURE_OPTION_INVALID` for another target than `draft-2020-12`. */
    readonly input: (options: JsonSchemaTarget) => Record<string, unknown>;
    /** The JSON form of what a handler gets: members with a default are there. */
    readonly output: (options: JsonSchemaTarget) => Record<string, unknown>;
  };
  /** Never there; holds the types. */
  readonly types?: { readonly input: In; readonly output: Out } | undefined;
}

const made = new WeakMap<object, SchemaStandard<unknown, unknown>>();

/** `~standard` of a schema; the same whenever it is asked for. */
export function standardOf(schema: object): SchemaStandard<unknown, unknown> {
  const known = made.get(schema);
  if (known !== undefined) return known;
  let validate: ValidateValue | undefined;
  const standard: SchemaStandard<unknown, unknown> = {
    version: 1,
    vendor: 'nexure',
    validate: (value) => (validate ??= validatorOf(schema))(value),
    jsonSchema: {
      input: (options) => documentOf(schema, options),
      output: (options) => withDefaults(documentOf(schema, options)) as Record<string, unknown>,
    },
  };
  made.set(schema, standard);
  return standard;
}

function documentOf(schema: object, { target }: JsonSchemaTarget): Record<string, unknown> {
  if (target !== 'draft-2020-12') {
    throw new NexureError('ERR_NEXURE_OPTION_INVALID', `option target must be 'draft-2020-12', not ${target}`);
  }
  const copy = JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...copy };
}

/** Keywords that hold data, which only looks like schemas. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/** Members with a default are required of what comes out. */
function withDefaults(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withDefaults);
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) result[key] = DATA.has(key) ? inner : withDefaults(inner);
  const { properties, required = [] } = result as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
  };
  if (result['type'] !== 'object' || properties === undefined) return result;
  const filled = Object.entries(properties)
    .filter(([, inner]) => typeof inner === 'object' && inner !== null && 'default' in inner)
    .map(([name]) => name);
  const all = [...new Set([...required, ...filled])];
  return all.length === 0 ? result : { ...result, required: all };
}
