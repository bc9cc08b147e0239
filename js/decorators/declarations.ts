// What decorators have said about a class: kept beside it in weak maps, never on it, so that no class inherits or leaks
// what another declares. What it amounts to is decided in `plan.ts`, when the class is registered.
import type { RouteDocs } from '../openapi/types.ts';
import type { HttpMethod } from '../route.ts';
import type { ClassField } from '../schema/class-schema.ts';
import type { ObjectOptions } from '../schema/object.ts';
import type { InputSchemas } from '../validation/input.ts';
import type { Argument } from './arguments.ts';
import type { ControllerOptions, MethodSettings } from './types.ts';
import type { Link } from './links.ts';

/** A class of any kind. */
export type Class = abstract new (...args: never[]) => unknown;

/** A verb and its paths, as one decorator gave them. */
export interface VerbDeclaration {
  /** Such as `@Get`. */
  readonly decorator: string;
  readonly methods: readonly HttpMethod[];
  readonly paths: readonly string[];
  readonly settings: MethodSettings;
}

/** What decorators have said about a method. */
export interface MemberDeclaration {
  readonly verbs: VerbDeclaration[];
  /** Middleware and guards, in the order they are written in. */
  readonly links: Link[];
  readonly headers: (readonly [name: string, value: string])[];
  status: number | undefined;
  redirect: { readonly location: string; readonly status: number } | undefined;
  /** By position; a position without one is given the context when nothing else was said. */
  arguments: (Argument | undefined)[];
  schema: InputSchemas | undefined;
  /** For the OpenAPI document. */
  docs: RouteDocs | false | undefined;
}

/** A decorator that stands where it cannot, or says what another one has said. */
export interface Misplaced {
  readonly member: string | symbol;
  readonly complaint: string;
}

/** What decorators have said about a class and its own members; what its parents declare is not in it. */
export interface ClassDeclaration {
  controller: { readonly prefixes: readonly string[]; readonly options: ControllerOptions } | undefined;
  /** Of all routes, for the OpenAPI document. */
  docs: RouteDocs | false | undefined;
  readonly links: Link[];
  readonly members: Map<string | symbol, MemberDeclaration>;
  /** Fields that `@Property` describes. */
  readonly fields: Map<string, ClassField>;
  /** What `@Schema()` on the class says of its objects. */
  schemaOptions: ObjectOptions | undefined;
  readonly misplaced: Misplaced[];
}

/** By class; in the legacy dialect from the first decorator on, in the standard one from a class decorator on. */
const byClass = new WeakMap<object, ClassDeclaration>();
/** By the object that the standard dialect shares among the decorators of a class, where it is provided. */
const byMetadata = new WeakMap<object, ClassDeclaration>();
/** By decorated method: a class of the standard dialect without metadata and class decorator is known by its methods. */
const byMethod = new WeakMap<object, ClassDeclaration>();

const METADATA: symbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');

function emptyDeclaration(): ClassDeclaration {
  return {
    controller: undefined,
    docs: undefined,
    links: [],
    members: new Map(),
    fields: new Map(),
    schemaOptions: undefined,
    misplaced: [],
  };
}

function of(map: WeakMap<object, ClassDeclaration>, key: object): ClassDeclaration {
  let declaration = map.get(key);
  if (declaration === undefined) map.set(key, (declaration = emptyDeclaration()));
  return declaration;
}

/** The declaration of a class that the legacy dialect tells of. */
export function declarationFor(theClass: object): ClassDeclaration {
  return of(byClass, theClass);
}

/**
 * The class whose decorators are being applied in the standard dialect, which does not say which class that is. All
 * decorators of a class are made before the first is applied: the first one made after that belongs to another class.
 */
let current: { readonly declaration: ClassDeclaration; applied: boolean } | undefined;

/** Every decorator calls this when it is made. */
export function noteMade(): void {
  if (current?.applied === true) current = undefined;
}

/** The declaration of the class whose member is decorated, in the standard dialect. */
export function declarationOfMember(context: DecoratorContext, value: unknown): ClassDeclaration {
  const declaration = standardDeclaration(context);
  if (typeof value === 'function') byMethod.set(value, declaration);
  return declaration;
}

/** The declaration of a class that is decorated itself, in the standard dialect. */
export function declarationOfClass(context: DecoratorContext, theClass: object): ClassDeclaration {
  const known = byClass.get(theClass);
  if (known !== undefined) return known;
  const declaration = standardDeclaration(context);
  byClass.set(theClass, declaration);
  return declaration;
}

function standardDeclaration(context: DecoratorContext): ClassDeclaration {
  const metadata: unknown = context.metadata;
  if (typeof metadata === 'object' && metadata !== null) return of(byMetadata, metadata);
  current ??= { declaration: emptyDeclaration(), applied: false };
  current.applied = true;
  return current.declaration;
}

/** What a class declares of its own; `undefined` when no decorator has spoken of it. */
export function ownDeclaration(theClass: Class): ClassDeclaration | undefined {
  const known = byClass.get(theClass) ?? declarationByMetadata(theClass);
  if (known !== undefined) return known;
  for (const holder of [theClass.prototype as object, theClass]) {
    for (const key of Reflect.ownKeys(holder)) {
      const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
      const declaration = typeof value === 'function' ? byMethod.get(value) : undefined;
      if (declaration !== undefined) return declaration;
    }
  }
  return undefined;
}

function declarationByMetadata(theClass: Class): ClassDeclaration | undefined {
  const metadata: unknown = Object.getOwnPropertyDescriptor(theClass, METADATA)?.value;
  return typeof metadata === 'object' && metadata !== null ? byMetadata.get(metadata) : undefined;
}

/** What is declared of a member; made when it is first asked for. */
export function memberOf(declaration: ClassDeclaration, name: string | symbol): MemberDeclaration {
  let member = declaration.members.get(name);
  if (member === undefined) {
    member = {
      verbs: [],
      links: [],
      headers: [],
      status: undefined,
      redirect: undefined,
      arguments: [],
      schema: undefined,
      docs: undefined,
    };
    declaration.members.set(name, member);
  }
  return member;
}
