// Classes as schemas: what is said of their fields, put together with what their parents say. What validates sees the schema
// of a class where the class is given; what it validates stays a plain object.
import { NexureError } from '../errors/nexure-error.ts';
import { CLASS_SCHEMA, partOf } from '../validation/parts.ts';
import { array, jsonSchema, named, object } from './builder.ts';
import { Schema } from './schema.ts';

import type { ObjectOptions } from './object.ts';
import type { AnySchema } from './schema.ts';

/** A class of which instances are described: by `@Schema` and `@Property`, or by `schemaClass`. */
export type SchemaClass = abstract new (...args: never) => object;

/** The schema of a field: made by `t`, JSON Schema, a class, an array of a class, or a function that gives one of them. */
export type FieldSchema =
  | AnySchema
  | Readonly<Record<string, unknown>>
  | SchemaClass
  | readonly [SchemaClass]
  | (() => AnySchema | SchemaClass | readonly [SchemaClass]);

/** A field that is described. */
export interface ClassField {
  readonly schema: FieldSchema;
  readonly optional: boolean;
}

/** Fields by name: what a class says of its own, and below it its options. */
export interface ClassFields {
  readonly fields: ReadonlyMap<string, ClassField>;
  readonly options: ObjectOptions;
}

/** Gives a class its schema, which is made when somebody asks for it. `layers` gives fields from the outermost parent on. */
export function giveSchema(theClass: SchemaClass, layers: (theClass: SchemaClass) => readonly ClassFields[]): void {
  Object.defineProperty(theClass, CLASS_SCHEMA, {
    configurable: true,
    value(this: SchemaClass): AnySchema {
      return schemaOfClass(this, layers, new Map());
    },
  });
  layersOf.set(theClass, layers);
}

const layersOf = new WeakMap<SchemaClass, (theClass: SchemaClass) => readonly ClassFields[]>();

/** Whether a value is a class with a schema. */
export function isSchemaClass(value: unknown): value is SchemaClass {
  return typeof value === 'function' && CLASS_SCHEMA in value;
}

/** A schema as `t` would have made it: one that it has made, a class, JSON Schema or TypeBox. */
export function builtOf(schema: object): AnySchema {
  if (schema instanceof Schema) return schema;
  if (isSchemaClass(schema)) return (schema as unknown as { [CLASS_SCHEMA](): AnySchema })[CLASS_SCHEMA]();
  return jsonSchema(partOf('schema', schema).json as Readonly<Record<string, unknown>>);
}

function schemaOfClass(
  theClass: SchemaClass,
  layers: (theClass: SchemaClass) => readonly ClassFields[],
  open: Map<SchemaClass, AnySchema>,
): AnySchema {
  const shape: Record<string, AnySchema> = {};
  let options: ObjectOptions = {};
  // Within itself a class is referred to by its name.
  open.set(theClass, new Schema({ $ref: `#/$defs/${encodeURIComponent(theClass.name)}` }));
  for (const layer of layers(theClass)) {
    options = { ...options, ...layer.options };
    for (const [name, { schema, optional }] of layer.fields) {
      const made = fieldSchema(`${theClass.name}.${name}`, schema, open);
      shape[name] = optional ? made.optional() : made;
    }
  }
  open.delete(theClass);
  if (Object.keys(shape).length === 0) {
    throw new NexureError(
      'ERR_NEXURE_SCHEMA',
      `${theClass.name} says nothing of its fields: decorate them with @Property`,
    );
  }
  const whole = object(shape, options);
  const text = JSON.stringify(whole);
  const isRecursive = text.includes(`"#/$defs/${encodeURIComponent(theClass.name)}"`);
  return open.size > 0 || isRecursive ? named(theClass.name, whole) : whole;
}

function fieldSchema(place: string, given: FieldSchema, open: Map<SchemaClass, AnySchema>): AnySchema {
  if (given instanceof Schema) return given;
  if (isSchemaClass(given)) {
    const layers = nearestLayers(given);
    return open.get(given) ?? schemaOfClass(given, layers, open);
  }
  if (Array.isArray(given)) return array(fieldSchema(place, given[0] as FieldSchema, open));
  if (typeof given === 'function' && given.prototype === undefined) {
    return fieldSchema(place, (given as () => FieldSchema)(), open);
  }
  if (typeof given === 'object' && given !== null) return jsonSchema(given as Readonly<Record<string, unknown>>);
  throw new NexureError(
    'ERR_NEXURE_SCHEMA',
    `${place} is described by ${typeof given === 'function' ? `the class ${given.name}, which has no schema` : String(given)}`,
  );
}

/** A child that says nothing has what its parent has. */
function nearestLayers(theClass: SchemaClass): (theClass: SchemaClass) => readonly ClassFields[] {
  for (let at: unknown = theClass; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    const layers = layersOf.get(at as SchemaClass);
    if (layers !== undefined) return layers;
  }
  return () => [];
}
