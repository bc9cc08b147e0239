// JSON Schema by itself, on the native core: texts are checked as bytes, and become values only when they are right.
import { NexureError } from '../errors/nexure-error.ts';
import { invalidOption } from '../option-checks.ts';
import { native } from '../native.ts';
import { jsonTextOf } from '../validation/json-text.ts';
import { NativeSchema } from '../validation/native-schema.ts';
import { resolveSchemaOptions } from '../validation/schema-options.ts';

import type { SchemaRegistry, SchemaSettings } from '../native.ts';
import type { SchemaResult } from '../validation/native-schema.ts';
import type { SchemaOptions } from '../validation/schema-options.ts';

/** A JSON Schema as an object or boolean, or as its JSON text. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean | string;

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
  #partial: NativeSchema | undefined;

  constructor(schema: JsonSchema, settings: SchemaSettings, registry: SchemaRegistry) {
    this.#text = textOfSchema(schema);
    this.#settings = settings;
    this.#registry = registry;
    this.whole = new NativeSchema(this.#text, settings, 'the schema', registry);
  }

  /** The schema without `required`, made when it is asked for. */
  get partial(): NativeSchema {
    const settings = { ...this.#settings, partial: true };
    this.#partial ??= new NativeSchema(this.#text, settings, 'the schema', this.#registry);
    return this.#partial;
  }
}

/** Compiles schemas, and checks texts and values by them. */
export class SchemaValidator {
  readonly #options: SchemaOptions;
  readonly #registry: SchemaRegistry = new native.SchemaRegistry();

  /** Throws `ERR_NEXURE_OPTION_INVALID`. */
  constructor(options: SchemaOptions = {}) {
    resolveSchemaOptions('options', options);
    this.#options = options;
  }

  /**
   * Registers a schema under its URI, for references of schemas that are compiled later. Nothing is ever fetched. It is
   * compiled, and its mistakes found, with the first schema that refers to it.
   */
  addSchema(uri: string, schema: JsonSchema): this {
    if (typeof uri !== 'string' || uri === '') throw invalidOption('uri', 'the URI of a schema', uri);
    this.#registry.add(uri, textOfSchema(schema));
    return this;
  }

  /**
   * Compiles a schema, once for all texts. The options are those of the validator, and these instead of them. Throws
   * `ERR_NEXURE_SCHEMA` with the JSON Pointer of the mistake in `pointer`.
   */
  compileSchema<Data = unknown>(schema: JsonSchema, options: SchemaOptions = {}): SchemaRef<Data> {
    const limits = { ...this.#options.limits, ...options.limits };
    const settings = resolveSchemaOptions('options', { ...this.#options, ...options, limits });
    return new Compiled(schema, settings, this.#registry) as SchemaRef<Data>;
  }

  /**
   * Checks a JSON text, in bytes or in a string, or a value, which is made a JSON text first (a string is never taken for a
   * value: see {@link validateValue}). `data` is what the text says. Throws `ERR_NEXURE_SCHEMA_VALUE` for a value that has no
   * JSON form.
   */
  validate<Data>(ref: SchemaRef<Data>, input: unknown): SchemaResult<Data> {
    return checked(of(ref).whole, input) as SchemaResult<Data>;
  }

  /** Checks a value, also one that is a string. */
  validateValue<Data>(ref: SchemaRef<Data>, value: unknown): SchemaResult<Data> {
    return of(ref).whole.validateValue(value) as SchemaResult<Data>;
  }

  /** As `validate`, with no property required, at any depth: for what changes only a part of a value, as PATCH does. */
  validatePartial<Data>(ref: SchemaRef<Data>, input: unknown): SchemaResult<Partial<Data>> {
    return checked(of(ref).partial, input) as SchemaResult<Partial<Data>>;
  }

  /** Whether a JSON text or a value is right. The fastest way: nothing is made of it, and nothing is said of what is wrong. */
  isValid(ref: SchemaRef, input: unknown): boolean {
    const { whole } = of(ref);
    const bytes = bytesOf(input);
    if (bytes !== undefined) return whole.acceptsBytes(bytes);
    return whole.acceptsText(typeof input === 'string' ? input : jsonTextOf(input));
  }
}

function of(ref: SchemaRef): Compiled {
  if (!(ref instanceof Compiled)) throw invalidOption('ref', 'what compileSchema gave', ref);
  return ref;
}

function checked(schema: NativeSchema, input: unknown): SchemaResult {
  if (typeof input === 'string') return schema.validateText(input);
  const bytes = bytesOf(input);
  return bytes === undefined ? schema.validateValue(input) : schema.validateBytes(bytes);
}

function bytesOf(input: unknown): Uint8Array | undefined {
  if (input instanceof Uint8Array) return input;
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  return undefined;
}

/** The JSON text of a schema. */
function textOfSchema(schema: unknown): string {
  if (typeof schema === 'string') return schema;
  if (typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema))) {
    return jsonTextOf(schema);
  }
  throw new NexureError('ERR_NEXURE_OPTION_INVALID', 'a schema is an object, a boolean or a JSON text');
}
