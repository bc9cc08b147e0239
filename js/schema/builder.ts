// `t`: one function per kind of schema. Each gives JSON Schema, draft 2020-12, that knows its types.
import { NexureError } from '../errors/nexure-error.ts';
import { escapeKey } from '../validation/json-pointer.ts';
import { BUILT } from '../validation/parts.ts';
import { ArraySchema } from './array.ts';
import { numberKeywords, NumberSchema } from './number.ts';
import { composed, keywordsOf, Schema, within } from './schema.ts';
import { patternOf, StringSchema } from './text.ts';

import type { ArrayOptions } from './array.ts';
import type { AllOf, InputOf, OutputOf, Self, Unrolled } from './infer.ts';
import type { ObjectSchema } from './object.ts';
import type { NumberOptions } from './number.ts';
import type { AnySchema, SchemaOptions } from './schema.ts';
import type { StringOptions } from './text.ts';

export { extend, keyof, object, omit, partial, pick, required } from './object.ts';
export { anything as any, anything as unknown, enumeration as enum, nothing as null };

/** Text: `t.string().trim().min(1).max(100)`, or `t.string({ min: 1, format: 'iban' })`. */
export function string({ min, max, pattern, format, sanitize, coerce, ...rest }: StringOptions = {}): StringSchema {
  return new StringSchema({
    type: 'string',
    minLength: min,
    maxLength: max,
    pattern: pattern === undefined ? undefined : patternOf(pattern),
    format,
    'x-sanitize': sanitize,
    'x-coerce': coerce,
    ...rest,
  });
}

/** A number. */
export function number(options: NumberOptions = {}): NumberSchema {
  return new NumberSchema({ type: 'number', ...numberKeywords(options) });
}

/** An integer that a number holds exactly: at most 2^53 - 1 either way, unless it says otherwise. */
export function int(options: NumberOptions = {}): NumberSchema {
  return new NumberSchema({ type: 'integer', ...numberKeywords(options) });
}

/** What an integer of 64 bits becomes. */
export interface Int64Options extends NumberOptions {
  /** Default `'bigint'`. */
  readonly as?: 'bigint' | 'string';
}

/** An integer of 64 bits with a sign, exactly: a bigint, or its text with `{ as: 'string' }`. Sent as a number of JSON. */
export function int64(options: Int64Options & { readonly as: 'string' }): NumberSchema<string, Integer>;
export function int64(options?: Int64Options): NumberSchema<bigint, Integer>;
export function int64({ as = 'bigint', ...rest }: Int64Options = {}): NumberSchema<bigint | string, Integer> {
  return new NumberSchema({ type: 'integer', format: 'int64', ...bigKeywords(as), ...numberKeywords(rest) });
}

/** An integer of 64 bits without a sign, exactly. */
export function uint64(options: Int64Options & { readonly as: 'string' }): NumberSchema<string, Integer>;
export function uint64(options?: Int64Options): NumberSchema<bigint, Integer>;
export function uint64({ as = 'bigint', ...rest }: Int64Options = {}): NumberSchema<bigint | string, Integer> {
  return new NumberSchema({ type: 'integer', format: 'uint64', ...bigKeywords(as), ...numberKeywords(rest) });
}

/** To the core both are bigints, whose digits it keeps. */
function bigKeywords(as: 'bigint' | 'string'): Record<string, unknown> {
  return { 'x-as': 'bigint', 'x-as-text': as === 'string' ? true : undefined };
}

/** What may be sent for an integer of 64 bits. */
export type Integer = number | bigint;

/** `true` or `false`. */
export function boolean({ coerce, ...rest }: SchemaOptions = {}): Schema<boolean> {
  return new Schema({ type: 'boolean', 'x-coerce': coerce, ...rest });
}

/** Only `null`. */
function nothing({ coerce, ...rest }: SchemaOptions = {}): Schema<null> {
  return new Schema({ type: 'null', 'x-coerce': coerce, ...rest });
}

/** One value. */
export function literal<const Value extends string | number | boolean>(
  value: Value,
  { coerce, ...rest }: SchemaOptions = {},
): Schema<Value> {
  return new Schema({ type: typeof value, const: value, 'x-coerce': coerce, ...rest });
}

/** One of some values: a list of them, or an enum of TypeScript. */
function enumeration<const Value extends string | number>(
  values: readonly Value[] | Readonly<Record<string, Value>>,
  { coerce, ...rest }: SchemaOptions = {},
): Schema<Value> {
  const list = Array.isArray(values) ? (values as readonly Value[]) : enumValues(values as Record<string, Value>);
  const types = new Set(list.map((value) => typeof value));
  return new Schema({
    type: types.size === 1 ? [...types][0] : undefined,
    enum: [...list],
    'x-coerce': coerce,
    ...rest,
  });
}

/** An enum of TypeScript has its numbers as keys, too. */
function enumValues<Value extends string | number>(values: Readonly<Record<string, Value>>): Value[] {
  const names = Object.keys(values).filter((key) => typeof values[values[key] as string] !== 'number');
  return names.map((name) => values[name] as Value);
}

/** What a date is written like. */
export interface DateOptions extends SchemaOptions {
  /** A point in time, or a day, which is its midnight in UTC; default `'date-time'`. */
  readonly format?: 'date-time' | 'date';
}

/** A point in time: sent as text (RFC 3339), a `Date` when it comes out. */
export function date({ format = 'date-time', coerce, ...rest }: DateOptions = {}): Schema<Date, string | Date> {
  return new Schema({ type: 'string', format, 'x-as': 'date', 'x-coerce': coerce, ...rest });
}

/** A list. */
export function array<Item extends AnySchema>(
  item: Item,
  { min, max, unique, coerce, ...rest }: ArrayOptions = {},
): ArraySchema<Item> {
  const own = { type: 'array', items: within(item), minItems: min, maxItems: max, uniqueItems: unique };
  return composed(ArraySchema<Item>, [item], { ...own, 'x-coerce': coerce, ...rest });
}

/** What comes out of a tuple. */
export type TupleOutput<Items extends readonly AnySchema[]> = { -readonly [At in keyof Items]: OutputOf<Items[At]> };

/** What may be sent for a tuple. */
export type TupleInput<Items extends readonly AnySchema[]> = { -readonly [At in keyof Items]: InputOf<Items[At]> };

/** What a tuple can be given. */
export interface TupleOptions<Rest extends AnySchema> extends SchemaOptions {
  /** Any number of these may follow; default none. */
  readonly rest?: Rest;
}

/** A list of a fixed length, each item of its own kind. */
export function tuple<const Items extends readonly AnySchema[], Rest extends AnySchema = Schema<never>>(
  items: Items,
  { rest: others, coerce, ...rest }: TupleOptions<Rest> = {},
): Schema<
  [Rest] extends [Schema<never>] ? TupleOutput<Items> : [...TupleOutput<Items>, ...OutputOf<Rest>[]],
  [Rest] extends [Schema<never>] ? TupleInput<Items> : [...TupleInput<Items>, ...InputOf<Rest>[]]
> {
  const all = others === undefined ? items : [...items, others];
  const own = {
    type: 'array',
    prefixItems: items.length === 0 ? undefined : items.map(within),
    items: others === undefined ? false : within(others),
    minItems: items.length === 0 ? undefined : items.length,
  };
  return composed(Schema, all, { ...own, 'x-coerce': coerce, ...rest }) as never;
}

/** An object with any keys, of one kind of value. */
export function record<Value extends AnySchema>(
  value: Value,
  options?: SchemaOptions,
): Schema<Record<string, OutputOf<Value>>, Record<string, InputOf<Value>>>;
export function record<Key extends string, Value extends AnySchema>(
  key: Schema<Key>,
  value: Value,
  options?: SchemaOptions,
): string extends Key
  ? Schema<Record<string, OutputOf<Value>>, Record<string, InputOf<Value>>>
  : Schema<{ [Name in Key]?: OutputOf<Value> }, { [Name in Key]?: InputOf<Value> }>;
export function record(...given: readonly (AnySchema | SchemaOptions | undefined)[]): AnySchema {
  const hasKey = given[1] instanceof Schema;
  const [key, value] = (hasKey ? given : [undefined, given[0]]) as [AnySchema | undefined, AnySchema];
  const { coerce, ...rest } = (given[hasKey ? 2 : 1] ?? {}) as SchemaOptions;
  return composed(Schema, key === undefined ? [value] : [key, value], {
    type: 'object',
    propertyNames: key === undefined ? undefined : within(key),
    additionalProperties: within(value),
    'x-coerce': coerce,
    ...rest,
  });
}

/** One of several schemas. */
export function union<const Options extends readonly AnySchema[]>(
  options: Options,
  { coerce, ...rest }: SchemaOptions = {},
): Schema<OutputOf<Options[number]>, InputOf<Options[number]>> {
  return composed(Schema, options, { anyOf: options.map(within), 'x-coerce': coerce, ...rest }) as never;
}

/** All of several schemas at once. */
export function intersect<const Parts extends readonly AnySchema[]>(
  parts: Parts,
  { coerce, ...rest }: SchemaOptions = {},
): Schema<AllOf<OutputOf<Parts[number]>>, AllOf<InputOf<Parts[number]>>> {
  return composed(Schema, parts, { allOf: parts.map(within), 'x-coerce': coerce, ...rest }) as never;
}

/**
 * One of several objects, told apart by a property that each of them fixes by `t.literal` or `t.enum`. Throws
 * `ERR_NEXURE_SCHEMA` where one does not, or two fix the same value.
 */
export function discriminated<
  const Name extends string,
  const Options extends readonly ObjectSchema<{ [Key in Name]: AnySchema }>[],
>(
  name: Name,
  options: Options,
  { coerce, ...rest }: SchemaOptions = {},
): Schema<OutputOf<Options[number]>, InputOf<Options[number]>> {
  const seen = new Set<unknown>();
  for (const option of options) {
    const property = option[BUILT].shape?.[name];
    const { const: fixed, enum: several } = property === undefined ? {} : keywordsOf(property);
    const values = fixed === undefined ? ((several ?? []) as unknown[]) : [fixed];
    if (values.length === 0 || property?.[BUILT].presence !== undefined) {
      throw new NexureError('ERR_NEXURE_SCHEMA', `an object of the union does not fix its property ${name}`);
    }
    for (const value of values) {
      if (seen.has(value))
        throw new NexureError('ERR_NEXURE_SCHEMA', `two objects of the union have ${name} ${String(value)}`);
      seen.add(value);
    }
  }
  return composed(Schema, options, {
    oneOf: options.map(within),
    'x-discriminator': name,
    'x-coerce': coerce,
    ...rest,
  }) as never;
}

/** Anything that JSON has. */
function anything({ coerce, ...rest }: SchemaOptions = {}): Schema<unknown> {
  return new Schema({ 'x-coerce': coerce, ...rest });
}

/**
 * A schema under a name: it is written once, in `$defs`, and referred to from wherever it stands. Documents show it by that
 * name.
 */
export function named<Of extends AnySchema>(name: string, schema: Of): Schema<OutputOf<Of>, InputOf<Of>> {
  checkName(name);
  const { definitions = {}, presence } = schema[BUILT];
  const definition = within(schema);
  return new Schema(
    { $ref: pointerTo(name) },
    { definitions: { ...definitions, [name]: definition }, presence },
  ) as never;
}

/** A schema that stands somewhere else: `t.ref<User>('#/$defs/User')`, or a URI that was registered. */
export function ref<Out = unknown, In = Out>(reference: string): Schema<Out, In> {
  return new Schema({ $ref: reference });
}

/**
 * A schema that has itself within it: `t.recursive('Tree', (self) => t.object({ children: t.array(self) }))`. The name is
 * that of its definition. Its type may be given instead of inferred.
 */
export function recursive<Of extends AnySchema>(
  name: string,
  make: (self: Schema<Self>) => Of,
): Schema<Unrolled<OutputOf<Of>, OutputOf<Of>>, Unrolled<InputOf<Of>, InputOf<Of>>>;
export function recursive<Out, In = Out>(
  name: string,
  make: (self: Schema<Out, In>) => Schema<Out, In>,
): Schema<Out, In>;
export function recursive(name: string, make: (self: Schema<never>) => AnySchema): AnySchema {
  checkName(name);
  return named(name, make(new Schema({ $ref: pointerTo(name) })));
}

function pointerTo(name: string): string {
  return `#/$defs/${encodeURIComponent(escapeKey(name))}`;
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name !== '' && name !== '__proto__') return;
  throw new NexureError('ERR_NEXURE_SCHEMA', `a name of a schema is text that is not empty, not ${String(name)}`);
}

/**
 * Takes in JSON Schema that was written by hand: `jsonSchema<User>({ type: 'object', ... })`. Its type is what it is said to
 * be, and `unknown` otherwise; nobody holds it to the schema.
 */
export function jsonSchema<Out = unknown, In = Out>(schema: Readonly<Record<string, unknown>>): Schema<Out, In> {
  const { $defs, ...keywords } = schema;
  const definitions = $defs as Readonly<Record<string, unknown>> | undefined;
  return new Schema(keywords, definitions === undefined ? {} : { definitions });
}
