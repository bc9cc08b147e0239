// What all schemas made by `t` have in common. A schema is its JSON Schema: its own enumerable properties are the keywords, so
// that `JSON.stringify` writes it. What else there is are methods, which tools that look for keywords of the same name
// (`nullable`) must not see: they take the text. What it knows beside its keywords is not enumerable.
import { NexureError } from '../errors/nexure-error.ts';
import { isKeywordDefined } from '../validation/custom.ts';
import { BUILT } from '../validation/parts.ts';
import { standardOf } from './standard.ts';

import type { SchemaStandard } from './standard.ts';

/** Keywords by name. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Schemas that references name, by their names in `$defs`. */
export type Definitions = Readonly<Record<string, unknown>>;

/** Whether a property may be missing: in what is sent and what comes out, or only in what is sent. */
export type Presence = 'optional' | 'default';

/** What a schema knows beside its keywords. */
export interface Known {
  readonly definitions?: Definitions;
  readonly presence?: Presence | undefined;
  /** The properties of an object, as they were given. */
  readonly shape?: Readonly<Record<string, AnySchema>>;
}

/** What documents say of a schema. */
export interface Annotations {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly $comment?: string;
}

/** What every kind of schema can be given. */
export interface SchemaOptions extends Annotations {
  /** Whether text is taken for the type it spells: `'lossless'` or `'off'`; default as the part of the request says. */
  readonly coerce?: 'off' | 'lossless';
}

declare const PRESENCE: unique symbol;

/** A schema whose property may be missing. */
export interface OptionalSchema<out Out = unknown, out In = Out> extends Schema<Out, In> {
  readonly [PRESENCE]: 'optional';
  nullable(): OptionalSchema<Out | null, In | null>;
}

/** A schema whose property may be left out by who sends it, and is there for who gets it. */
export interface DefaultSchema<out Out = unknown, out In = Out> extends Schema<Out, In> {
  readonly [PRESENCE]: 'default';
  nullable(): DefaultSchema<Out | null, In | null>;
}

/** A schema made by `t`: JSON Schema (draft 2020-12) that knows its types. `Out` is what comes out, `In` what is sent. */
export class Schema<out Out = unknown, out In = Out> {
  /** What it knows beside its keywords, named by `BUILT`. */
  declare readonly '~nexure': Known;

  /** @internal */
  constructor(keywords: Keywords, known: Known = {}) {
    for (const [name, value] of Object.entries(keywords)) if (value !== undefined) define(this, name, value, true);
    define(this, BUILT, known, false);
    const { definitions = {} } = known;
    if (Object.keys(definitions).length > 0) define(this, '$defs', definitions, true);
  }

  /** For libraries that take any Standard Schema. */
  get '~standard'(): SchemaStandard<In, Out> {
    return standardOf(this) as SchemaStandard<In, Out>;
  }

  /** The property may be missing. */
  optional(): OptionalSchema<Out, In> {
    return this.$with({}, 'optional') as unknown as OptionalSchema<Out, In>;
  }

  /** The property may be left out, and is then this value. Only once: the keyword takes the place of the method. */
  default(value: In): DefaultSchema<Out, In> {
    return this.$with({ default: value }, 'default') as unknown as DefaultSchema<Out, In>;
  }

  /** `null` is right, too. */
  nullable(): Schema<Out | null, In | null> {
    return nullableOf(this) as Schema<Out | null, In | null>;
  }

  /** What documents say of it: a description, or several annotations. */
  describe(text: string | Annotations): this {
    return this.$with(typeof text === 'string' ? { description: text } : { ...text });
  }

  /**
   * Has a keyword check it that is none of JSON Schema, such as one that `defineKeyword` has defined; `params` are what the
   * keyword asks for. Throws `ERR_NEXURE_SCHEMA` where it stands already, or begins with `x-` and is not defined.
   */
  check(keyword: string, params: unknown = true): this {
    // Others that nobody has defined are found when the schema is compiled; these would only describe.
    if (keyword.startsWith('x-') && keyword !== 'x-validate' && !isKeywordDefined(keyword)) {
      throw new NexureError('ERR_NEXURE_SCHEMA', `the keyword "${keyword}" is not defined: call defineKeyword before`);
    }
    if (Object.hasOwn(this, keyword)) throw new NexureError('ERR_NEXURE_SCHEMA', `the schema has "${keyword}" already`);
    return this.$with({ [keyword]: params });
  }

  /** @internal The same with more keywords. */
  $with(keywords: Keywords, presence: Presence | undefined = this[BUILT].presence): this {
    const Class = this.constructor as new (keywords: Keywords, known: Known) => this;
    return new Class({ ...keywordsOf(this), ...keywords }, { ...this[BUILT], presence });
  }
}

/** Any schema made by `t`. */
export type AnySchema = Schema<unknown, unknown>;

function define(on: object, name: PropertyKey, value: unknown, isKeyword: boolean): void {
  // Not assigned: methods of the same name stand in its way.
  Object.defineProperty(on, name, { value, enumerable: isKeyword, configurable: true, writable: isKeyword });
}

/** The keywords of a schema, without what its references name. */
export function keywordsOf(schema: AnySchema): Record<string, unknown> {
  const { $defs: _, ...keywords } = schema as unknown as Record<string, unknown>;
  return keywords;
}

/** What the references of several schemas name. Throws `ERR_NEXURE_SCHEMA` for two schemas of one name. */
export function definitionsOf(schemas: readonly AnySchema[]): Definitions {
  const all: Record<string, unknown> = {};
  for (const schema of schemas) {
    for (const [name, definition] of Object.entries(schema[BUILT].definitions ?? {})) {
      const known = all[name];
      if (known !== undefined && known !== definition && JSON.stringify(known) !== JSON.stringify(definition)) {
        throw new NexureError('ERR_NEXURE_SCHEMA', `two schemas within one are named ${name}`);
      }
      all[name] = definition;
    }
  }
  return all;
}

/** A schema as it stands within another one, which has its definitions. Throws `ERR_NEXURE_SCHEMA`. */
export function within(schema: AnySchema): AnySchema {
  if (!(schema instanceof Schema)) {
    throw new NexureError(
      'ERR_NEXURE_SCHEMA',
      'within a schema of `t` stand schemas of `t`; jsonSchema() takes in others, and schemaOf() classes',
    );
  }
  const { definitions, ...known } = schema[BUILT];
  return definitions === undefined ? schema : new Schema(keywordsOf(schema), known);
}

/** A schema made of others. */
export function composed<Made extends AnySchema>(
  Class: new (keywords: Keywords, known: Known) => Made,
  parts: readonly AnySchema[],
  keywords: Keywords,
  known: Known = {},
): Made {
  const definitions = definitionsOf(parts);
  return new Class(keywords, Object.keys(definitions).length === 0 ? known : { ...known, definitions });
}

/** Whether it may be missing stays as it is. */
function nullableOf(schema: AnySchema): AnySchema {
  const { default: preset, ...keywords } = keywordsOf(schema);
  const { type, enum: values, const: fixed, anyOf } = keywords;
  const { presence } = schema[BUILT];
  if (typeof type === 'string' && fixed === undefined && anyOf === undefined) {
    const nulled = Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {};
    return composed(Schema, [schema], { ...keywords, ...nulled, type: [type, 'null'], default: preset }, { presence });
  }
  const { definitions: _, ...known } = schema[BUILT];
  const other = new Schema(keywords, { ...known, presence: undefined });
  return composed(Schema, [schema], { anyOf: [other, { type: 'null' }], default: preset }, { presence });
}
