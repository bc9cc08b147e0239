// What a route declares of its answers: a schema for each status or class of them. In development answers are checked, in
// production they are only written by what their schema tells of their shape.
import { NexureError } from '../errors/nexure-error.ts';
import { SchemaError } from '../errors/schema-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { escapeKey } from '../validation/json-pointer.ts';
import { NativeSchema } from '../validation/native-schema.ts';
import { partOf } from '../validation/parts.ts';
import { resolveSchemaOptions } from '../validation/schema-options.ts';
import { isStandardSchema } from '../validation/standard-schema.ts';
import { Serializer } from './serializer.ts';

import type { PartPlan } from '../validation/parts.ts';
import type { ResponseSchemas } from '../validation/schema-types.ts';
import type { StandardSchema } from '../validation/standard-schema.ts';

/** Where a route declares its answers; `response` is short for `schema.response`. */
export interface ResponseSettings {
  readonly schema?: { readonly response?: ResponseSchemas } | undefined;
  readonly response?: ResponseSchemas;
}

/** Options of `validation` that are about answers. */
export interface ResponseOptions {
  /**
   * Whether answers are checked by the response schemas of their routes; default `false` where `NODE_ENV` is `production`,
   * else `true`. What does not fit is answered with 500 `ERR_NEXURE_RESPONSE_INVALID`, and the log names the place.
   */
  readonly checkResponses?: boolean;
}

const STATUS = /^[2-9]\d\d$/;
const CLASS = /^[2-9][xX][xX]$/;

/** Answers come from our own handlers: whatever JSON can say is let through to the schema. */
const LIMITS = {
  maxDepth: 1024,
  maxKeys: 1_000_000,
  maxKeyBytes: 1_048_576,
  prototypeKeys: true,
  loneSurrogates: true,
} as const;

/** Whether answers are checked. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function resolveCheckResponses({ checkResponses }: ResponseOptions = {}): boolean {
  if (checkResponses === undefined) return process.env['NODE_ENV'] !== 'production';
  if (typeof checkResponses !== 'boolean') {
    throw invalidOption('validation.checkResponses', 'a boolean', checkResponses);
  }
  return checkResponses;
}

/**
 * The schemas that the settings of a route declare for its answers; `undefined` for none. Throws `ERR_NEXURE_OPTION_INVALID`
 * and `ERR_NEXURE_SCHEMA`, which name the place.
 */
export function resolveResponse(settings: ResponseSettings, checks: boolean): AnswerSchemas | undefined {
  const { schema, response } = settings;
  const long = schema?.response;
  if (response !== undefined && long !== undefined) {
    throw invalidOption('route.response', 'left out where route.schema.response is given', response);
  }
  const given = long ?? response;
  if (given === undefined) return undefined;
  return new AnswerSchemas(long === undefined ? 'route.response' : 'route.schema.response', given, checks);
}

/** The schemas of a route's answers. */
export class AnswerSchemas {
  readonly #byStatus: Map<number, AnswerSchema> = new Map();
  /** By the first digit. */
  readonly #byClass: Map<number, AnswerSchema> = new Map();
  readonly #otherwise: AnswerSchema | undefined;

  constructor(path: string, schemas: ResponseSchemas, checks: boolean) {
    const isObject = typeof schemas === 'object' && schemas !== null && !Array.isArray(schemas);
    if (!isObject || isStandardSchema(schemas) || 'type' in schemas) {
      const expected = "schemas by status, such as { 200: ..., '4xx': ..., default: ... }";
      throw invalidOption(path, expected, schemas);
    }
    const names = Object.keys(schemas);
    checkNames(path, schemas, [
      ...names.filter((name) => STATUS.test(name) || CLASS.test(name)),
      'default',
      "statuses and their classes, such as '4xx'",
    ]);
    let otherwise: AnswerSchema | undefined;
    for (const name of names) {
      if (schemas[name] === undefined) continue;
      const schema = new AnswerSchema(`${path}.${name}`, schemas[name], checks);
      if (STATUS.test(name)) this.#byStatus.set(Number(name), schema);
      else if (name === 'default') otherwise = schema;
      else this.#byClass.set(Number(name[0]), schema);
    }
    this.#otherwise = otherwise;
  }

  /** The schema of answers with a status: its own, that of its class, or the default. */
  of(status: number): AnswerSchema | undefined {
    return this.#byStatus.get(status) ?? this.#byClass.get(Math.floor(status / 100)) ?? this.#otherwise;
  }
}

/** The schema of an answer. */
export class AnswerSchema {
  readonly #path: string;
  readonly #serializer: Serializer;
  /** What checks answers; both are `undefined` where they are not checked. */
  readonly #native: NativeSchema | undefined;
  readonly #vendor: StandardSchema<unknown, unknown> | undefined;
  readonly #checks: boolean;

  constructor(path: string, schema: unknown, checks: boolean) {
    const plan = partOf(path, schema);
    this.#path = path;
    this.#checks = checks;
    // A schema that cannot be compiled is an error at start wherever it runs.
    const compiled = compile(path, plan);
    this.#native = checks ? compiled : undefined;
    this.#vendor = checks ? plan.vendor : undefined;
    this.#serializer = new Serializer(plan.json, !plan.filter);
  }

  /** Whether a value is long, and needs no text: it is in the columns then, to be written next. */
  gather(value: unknown): Serializer | undefined {
    const serializer = this.#serializer;
    return !this.#checks && serializer.isLong(value) && serializer.gather(value) ? serializer : undefined;
  }

  /**
   * The JSON text of an answer; `undefined` where it has none. Throws what `JSON.stringify` throws, and
   * `ERR_NEXURE_RESPONSE_INVALID` for what does not fit, where answers are checked.
   */
  text(value: unknown): string | undefined {
    const text = this.#serializer.text(value);
    if (!this.#checks || text === undefined) return text;
    if (this.#native?.accepts(text) === false) {
      const result = this.#native.check(text);
      const errors = 'errors' in result ? result.errors : [];
      for (const { pointer, message } of errors) this.#refuse(pointer, message);
    }
    this.#checkByVendor(value);
    return text;
  }

  #checkByVendor(value: unknown): void {
    const result = this.#vendor?.['~standard'].validate(value);
    if (result === undefined) return;
    if ('then' in result) this.#refuse('', 'cannot be checked: its schema is asynchronous');
    else if (result.issues !== undefined) {
      const [issue] = result.issues;
      const path = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
      this.#refuse(path.map((key) => `/${escapeKey(key)}`).join(''), issue?.message ?? 'does not fit');
    }
  }

  #refuse(pointer: string, message: string): never {
    const place = pointer === '' ? 'the answer' : `the answer at ${pointer}`;
    throw new NexureError('ERR_NEXURE_RESPONSE_INVALID', `${place} does not fit ${this.#path}: ${message}`);
  }
}

function compile(path: string, { json, filter }: PartPlan): NativeSchema | undefined {
  if (json === undefined) return undefined;
  const settings = resolveSchemaOptions(path, { strict: !filter, formats: !filter, limits: LIMITS });
  let compiled: NativeSchema;
  try {
    compiled = new NativeSchema(JSON.stringify(json), settings, { subject: path });
  } catch (error) {
    // What a library exports is only the shape; its own check follows.
    if (filter && error instanceof SchemaError) return undefined;
    throw error;
  }
  if (compiled.isAsync) throw invalidOption(path, 'a schema without asynchronous keywords', json);
  return compiled;
}
