// JSON Schema by itself, on the native core: texts are checked as bytes, and become values only when they are right.
import { NexureError } from '../errors/nexure-error.ts';
import { invalidOption } from '../option-checks.ts';
import { native } from '../native.ts';
import { jsonTextOf } from '../validation/json-text.ts';
import { NativeSchema } from '../validation/native-schema.ts';
import { partOf } from '../validation/parts.ts';
import { resolveSchemaOptions } from '../validation/schema-options.ts';
import { textOfSchema } from '../validation/schema-text.ts';

import type { SchemaRegistry, SchemaSettings } from '../native.ts';
import type { SchemaResult } from '../validation/native-schema.ts';
import type { Revive } from '../validation/revive.ts';
import type { SchemaValidatorOptions } from '../validation/schema-options.ts';
import type { Output } from '../schema/infer.ts';
import type { SchemaSource } from '../validation/schema-text.ts';

declare const DATA: unique symbol;

/** A schema that was compiled; any `SchemaValidator` takes it. */
export interface SchemaRef<Data = unknown> {
  readonly [DATA]?: Data;
}

/** What is behind a reference. */
class Compiled {
  readonly whole: NativeSchema;
  readonly #text: string;
  readonly #settings: SchemaSettings;
  readonly #registry: SchemaRegistry;
  readonly #revive: Revive | undefined;
  #partial: NativeSchema | undefined;

  constructor(schema: SchemaSource, settings: SchemaSettings, registry: SchemaRegistry) {
    const { json, vendor, revive } = partOf('schema', typeof schema === 'string' ? parsedSchema(schema) : schema);
    if (vendor !== undefined) {
      throw invalidOption(
        'schema',
        'a JSON Schema; a library validates its own schemas (`~standard.validate`)',
        schema,
      );
    }
    this.#text = typeof schema === 'string' ? schema : textOfSchema(json);
    this.#settings = settings;
    this.#registry = registry;
    this.#revive = revive;
    this.whole = this.#compile(settings);
  }

  /** The schema without `required`, made when it is asked for. */
  get partial(): NativeSchema {
    this.#partial ??= this.#compile({ ...this.#settings, partial: true });
    return this.#partial;
  }

  #compile(settings: SchemaSettings): NativeSchema {
    return new NativeSchema(this.#text, settings, { registry: this.#registry, revive: this.#revive });
  }
}

/** Compiles schemas, and checks texts and values by them. */
export class SchemaValidator {
  readonly #options: SchemaValidatorOptions;
  readonly #registry: SchemaRegistry = new native.SchemaRegistry();

  /** Throws `ERR_NEXURE_OPTION_INVALID`. */
  constructor(options: SchemaValidatorOptions = {}) {
    resolveSchemaOptions('options', options);
    this.#options = options;
  }

  /**
   * Registers a schema under its URI, for references of schemas that are compiled later. Nothing is ever fetched. It is
   * compiled, and its mistakes found, with the first schema that refers to it.
   */
  addSchema(uri: string, schema: SchemaSource): this {
    if (typeof uri !== 'string' || uri === '') throw invalidOption('uri', 'the URI of a schema', uri);
    this.#registry.add(uri, textOfSchema(schema));
    return this;
  }

  /**
   * Compiles a schema, once for all texts. The options are those of the validator, and these instead of them. The type of what
   * is right is that of the schema where it has one (`t`, TypeBox, a class), else what is said. Throws `ERR_NEXURE_SCHEMA`
   * with the JSON Pointer of the mistake in `pointer`.
   */
  compileSchema<const S extends SchemaSource>(schema: S, options?: SchemaValidatorOptions): SchemaRef<Output<S>>;
  compileSchema<Data>(schema: SchemaSource, options?: SchemaValidatorOptions): SchemaRef<Data>;
  compileSchema<Data = unknown>(schema: SchemaSource, options: SchemaValidatorOptions = {}): SchemaRef<Data> {
    const limits = { ...this.#options.limits, ...options.limits };
    const settings = resolveSchemaOptions('options', { ...this.#options, ...options, limits });
    return new Compiled(schema, settings, this.#registry) as SchemaRef<Data>;
  }

  /**
   * Checks a JSON text, in bytes or in a string, or a value, which is made a JSON text first (a string is never taken for a
   * value: see {@link validateValue}). `data` is what the text says, so of a value it is a copy. Throws
   * `ERR_NEXURE_SCHEMA_VALUE` for a value that has no JSON form, `ERR_NEXURE_VALIDATOR_ASYNC` if a keyword is asynchronous,
   * and what custom validators fail with.
   */
  validate<Data>(ref: SchemaRef<Data>, input: unknown): SchemaResult<Data> {
    return atOnce(of(ref).whole).check(textOf(input)) as SchemaResult<Data>;
  }

  /** Checks a value, also one that is a string. */
  validateValue<Data>(ref: SchemaRef<Data>, value: unknown): SchemaResult<Data> {
    return atOnce(of(ref).whole).check(jsonTextOf(value)) as SchemaResult<Data>;
  }

  /** As `validate`, for schemas with asynchronous keywords, and others. */
  async validateAsync<Data>(ref: SchemaRef<Data>, input: unknown): Promise<SchemaResult<Data>> {
    return (await of(ref).whole.check(textOf(input))) as SchemaResult<Data>;
  }

  /**
   * As `validate`, with no property required, at any depth, and no defaults: for what changes only a part of a value, as
   * PATCH does.
   */
  validatePartial<Data>(ref: SchemaRef<Data>, input: unknown): SchemaResult<Partial<Data>> {
    return atOnce(of(ref).partial).check(textOf(input)) as SchemaResult<Partial<Data>>;
  }

  /** Whether a JSON text or a value is right: the fastest way, as nothing is made of it and nothing said of what is wrong. */
  isValid(ref: SchemaRef, input: unknown): boolean {
    return atOnce(of(ref).whole).accepts(textOf(input)) as boolean;
  }
}

/** A schema whose results are there at once. */
function atOnce(schema: NativeSchema): NativeSchema {
  if (!schema.isAsync) return schema;
  throw new NexureError('ERR_NEXURE_VALIDATOR_ASYNC', 'the schema has an asynchronous keyword: use validateAsync');
}

/** The schema that a text is, for what JavaScript must know of it; what is wrong with a text is told when it is compiled. */
function parsedSchema(text: string): unknown {
  try {
    const schema: unknown = JSON.parse(text);
    return typeof schema === 'object' && schema !== null ? schema : true;
  } catch {
    return true;
  }
}

function of(ref: SchemaRef): Compiled {
  if (!(ref instanceof Compiled)) throw invalidOption('ref', 'what compileSchema gave', ref);
  return ref;
}

/** The JSON text that is checked. */
function textOf(input: unknown): Uint8Array | string {
  if (typeof input === 'string' || input instanceof Uint8Array) return input;
  return input instanceof ArrayBuffer ? new Uint8Array(input) : jsonTextOf(input);
}
