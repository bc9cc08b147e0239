// Schemas for objects, and schemas made of them.
import { NexureError } from '../errors/nexure-error.ts';
import { BUILT } from '../validation/parts.ts';
import { composed, keywordsOf, Schema, within } from './schema.ts';

import type { Flat, InputOf, ObjectInput, ObjectOutput, OutputOf, Shape } from './infer.ts';
import type { AnySchema, OptionalSchema, SchemaOptions } from './schema.ts';

/** What an object must be like. */
export interface ObjectOptions extends SchemaOptions {
  /** What becomes of properties it does not name: kept, taken out, or refused; default as the part of the request says. */
  readonly unknown?: 'keep' | 'strip' | 'refuse';
}

/** A schema for objects with known properties. */
export class ObjectSchema<S extends Shape> extends Schema<ObjectOutput<S>, ObjectInput<S>> {
  declare readonly properties: S;
}

/** The properties of `S` that may be missing, all of them. */
export type PartialShape<S extends Shape> = {
  readonly [Key in keyof S]: OptionalSchema<OutputOf<S[Key]>, InputOf<S[Key]>>;
};

/** The properties of `S`, none of which may be missing. */
export type RequiredShape<S extends Shape> = { readonly [Key in keyof S]: Schema<OutputOf<S[Key]>, InputOf<S[Key]>> };

/** The properties of `S`, and those of `More` in their place. */
export type ExtendedShape<S extends Shape, More extends Shape> = Flat<Omit<S, keyof More> & More>;

/** A schema for objects with these properties. */
export function object<const S extends Shape>(
  properties: S,
  { unknown, coerce, ...rest }: ObjectOptions = {},
): ObjectSchema<S> {
  return objectOf(properties, { ...rest, 'x-unknown': unknown, 'x-coerce': coerce });
}

function objectOf<S extends Shape>(shape: Shape, keywords: Readonly<Record<string, unknown>>): ObjectSchema<S> {
  const entries = Object.entries(shape);
  const properties = Object.fromEntries(entries.map(([name, schema]) => [name, within(schema)]));
  const needed = entries.filter(([, schema]) => schema[BUILT].presence === undefined).map(([name]) => name);
  const own = { type: 'object', properties, required: needed.length === 0 ? undefined : needed };
  const parts = entries.map(([, schema]) => schema);
  return composed(ObjectSchema<S>, parts, { ...own, ...keywords }, { shape: { ...shape } });
}

/** The same object with other properties; whether it may be missing or be `null` is not taken over. */
function changed<S extends Shape>(of: AnySchema, change: (shape: Shape) => Shape): ObjectSchema<S> {
  const { shape } = of[BUILT];
  if (shape === undefined) throw new NexureError('ERR_NEXURE_SCHEMA', 'it takes a schema made by t.object');
  const { type: _type, properties: _properties, required: _required, default: _default, ...rest } = keywordsOf(of);
  return objectOf(change(shape), rest);
}

/** All properties may be missing; those of objects within it not. Defaults are gone: what was not sent is not there. */
export function partial<S extends Shape>(of: ObjectSchema<S>): ObjectSchema<PartialShape<S>> {
  return changed(of, (shape) => mapped(shape, (schema) => bare(schema).optional()));
}

/** No property may be missing; defaults are gone. */
export function required<S extends Shape>(of: ObjectSchema<S>): ObjectSchema<RequiredShape<S>> {
  return changed(of, (shape) => mapped(shape, bare));
}

/** Only these properties. */
export function pick<S extends Shape, Key extends keyof S>(
  of: ObjectSchema<S>,
  names: readonly Key[],
): ObjectSchema<Flat<Pick<S, Key>>> {
  return changed(of, (shape) => filtered(shape, names as readonly PropertyKey[], true));
}

/** All properties but these. */
export function omit<S extends Shape, Key extends keyof S>(
  of: ObjectSchema<S>,
  names: readonly Key[],
): ObjectSchema<Flat<Omit<S, Key>>> {
  return changed(of, (shape) => filtered(shape, names as readonly PropertyKey[], false));
}

/** More properties; those of the same name take the place of what was there. */
export function extend<S extends Shape, const More extends Shape>(
  of: ObjectSchema<S>,
  more: More,
): ObjectSchema<ExtendedShape<S, More>> {
  return changed(of, (shape) => ({ ...shape, ...more }));
}

/** The names of the properties. */
export function keyof<S extends Shape>(of: ObjectSchema<S>): Schema<keyof S & string> {
  const { shape } = of[BUILT];
  if (shape === undefined) throw new NexureError('ERR_NEXURE_SCHEMA', 'it takes a schema made by t.object');
  return new Schema({ type: 'string', enum: Object.keys(shape) });
}

/** A schema that must be there, and has no default. */
function bare(schema: AnySchema): AnySchema {
  if (schema[BUILT].presence === undefined) return schema;
  const { default: _, ...rest } = keywordsOf(schema);
  return composed(schema.constructor as typeof Schema, [schema], rest, { ...schema[BUILT], presence: undefined });
}

function mapped(shape: Shape, change: (schema: AnySchema) => AnySchema): Shape {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, change(schema)]));
}

function filtered(shape: Shape, names: readonly PropertyKey[], isKept: boolean): Shape {
  for (const name of names) {
    if (!Object.hasOwn(shape, name))
      throw new NexureError('ERR_NEXURE_SCHEMA', `the object has no property ${String(name)}`);
  }
  return Object.fromEntries(Object.entries(shape).filter(([name]) => names.includes(name) === isKept));
}
