// Classes as schemas: `@Property` on fields and `@Schema()` on the class, in both dialects, and the twin without decorators.
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames } from '../option-checks.ts';
import { giveSchema } from '../schema/class-schema.ts';
import { declarationFor, declarationOfMember, noteMade, ownDeclaration } from './declarations.ts';
import { isStandardContext, noteMisplaced } from './dialect.ts';

import type { ClassFields, FieldSchema, SchemaClass } from '../schema/class-schema.ts';
import type { ObjectOptions } from '../schema/object.ts';
import type { ClassDeclaration } from './declarations.ts';

/** What `@Property` says of a field beside its schema. */
export interface PropertyOptions {
  /** Whether it may be missing; default as its schema says, else `false`. */
  readonly optional?: boolean;
}

/** Decorates public fields and accessors of instances. */
export interface FieldDecorating {
  (target: unknown, context: ClassFieldDecoratorContext | ClassAccessorDecoratorContext): undefined;
  (target: object, name: string | symbol, descriptor?: unknown): undefined;
}

/** What a class says of its objects. */
export type ClassSchemaOptions = ObjectOptions;

/** The options of `@Schema()` on a class. */
export const CLASS_OPTIONS: readonly string[] = [
  'unknown',
  'coerce',
  'title',
  'description',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
];

/**
 * Describes a field: by a schema made by `t`, JSON Schema, a class that is a schema, or an array of one (`[Item]`); by a
 * function that gives one of them where classes know each other (`() => Parent`). The class needs `@Schema()`.
 */
export function Property(schema: FieldSchema, options: PropertyOptions = {}): FieldDecorating {
  checkNames('@Property', options, ['optional']);
  if (schema === undefined) {
    throw new NexureError(
      'ERR_NEXURE_SCHEMA',
      '@Property was given nothing; do two files import each other? Then () => Class',
    );
  }
  noteMade();
  const note = (declaration: ClassDeclaration, name: string | symbol, isField: boolean): void => {
    if (!isField || typeof name !== 'string') {
      noteMisplaced(declaration, name, '@Property stands on what is no public field; it decorates public fields');
    } else if (declaration.fields.has(name)) {
      noteMisplaced(declaration, name, 'it has two @Property');
    } else {
      declaration.fields.set(name, { schema, optional: options.optional === true });
    }
  };
  const decorate = (target: unknown, second: unknown): undefined => {
    if (isStandardContext(second)) {
      const isField = (second.kind === 'field' || second.kind === 'accessor') && !second.static && !second.private;
      note(declarationOfMember(second, target), second.kind === 'class' ? 'class' : second.name, isField);
    } else {
      const isStatic = typeof target === 'function';
      const theClass = isStatic ? target : (target as object).constructor;
      note(declarationFor(theClass), (second ?? 'class') as string | symbol, !isStatic && second !== undefined);
    }
    return undefined;
  };
  return decorate as FieldDecorating;
}

/** Makes a class a schema by what decorators say of it and its parents. */
export function describedClass(theClass: SchemaClass): void {
  giveSchema(theClass, layersOf);
}

function layersOf(theClass: SchemaClass): readonly ClassFields[] {
  const layers: ClassFields[] = [];
  for (
    let at: unknown = theClass;
    typeof at === 'function' && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const declaration = ownDeclaration(at as SchemaClass);
    if (declaration === undefined) continue;
    const [first] = declaration.misplaced;
    if (first !== undefined) {
      throw new NexureError(
        'ERR_NEXURE_SCHEMA',
        `${(at as SchemaClass).name}.${String(first.member)}: ${first.complaint}`,
      );
    }
    layers.unshift({ fields: declaration.fields, options: declaration.schemaOptions ?? {} });
  }
  return layers;
}

/**
 * The twin of `@Schema()` and `@Property`, which returns the class: `schemaClass(class User { ... }, { name: t.string() })`.
 * Fields of its parents are described there.
 */
export function schemaClass<Of extends SchemaClass>(
  theClass: Of,
  fields: Readonly<Record<string, FieldSchema>>,
  options: ClassSchemaOptions = {},
): Of {
  if (typeof theClass !== 'function') throw new NexureError('ERR_NEXURE_SCHEMA', 'schemaClass takes a class');
  checkNames('schemaClass', options, CLASS_OPTIONS);
  const declaration = declarationFor(theClass);
  for (const [name, schema] of Object.entries(fields)) declaration.fields.set(name, { schema, optional: false });
  declaration.schemaOptions = options;
  describedClass(theClass);
  return theClass;
}
