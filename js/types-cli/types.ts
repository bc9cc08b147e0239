// Types as they are evaluated: immutable values, those within them lazy, so that types may refer to themselves. What has no
// meaning here is a type too (`unsupported`): it becomes an error only if a schema needs it.
import type { FunctionNode, Span, TSType } from './ast.ts';
import type { Position } from './source-file.ts';

export type Type =
  | Keyword
  | Literal
  | Template
  | Union
  | ObjectType
  | ArrayType
  | Tuple
  | FunctionType
  | Foreign
  | Tagged
  | Tag
  | Placeholder
  | Pending
  | Unsupported;

type KeywordName =
  | 'any'
  | 'unknown'
  | 'never'
  | 'string'
  | 'number'
  | 'boolean'
  | 'bigint'
  | 'null'
  | 'undefined'
  | 'object'
  | 'symbol'
  | 'date';

/** A type without parts; `date` is the global `Date`. */
export interface Keyword {
  readonly kind: 'keyword';
  readonly name: KeywordName;
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | bigint;
}

/** A template literal type: a text more than types. */
export interface Template {
  readonly kind: 'template';
  readonly texts: readonly string[];
  readonly types: readonly Type[];
}

export interface Union {
  readonly kind: 'union';
  /** Flat but for what is pending: `membersOf` gives all. */
  readonly types: readonly Type[];
  readonly name?: string;
}

export interface ObjectType {
  readonly kind: 'object';
  readonly members: () => Members;
  readonly name?: string;
  /** Made by an intersection. */
  readonly isMerged?: true;
  readonly docs?: Docs;
}

/** What an object type has. */
export interface Members {
  readonly properties: ReadonlyMap<string, Property>;
  readonly index: readonly IndexSignature[];
  /** What makes it more than an object of JSON: call signatures, parents that are not understood. */
  readonly problems: readonly Unsupported[];
  /** Whether it has properties whose key is a symbol: marks of brands. */
  readonly symbols: boolean;
}

export interface Property {
  readonly name: string;
  readonly optional: boolean;
  readonly type: () => Type;
  readonly at: Position;
  readonly docs?: Docs;
}

export interface IndexSignature {
  /** `string`, `number`, `symbol` or a template. */
  readonly key: Type;
  readonly value: () => Type;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: () => Type;
  readonly name?: string;
}

export interface Tuple {
  readonly kind: 'tuple';
  readonly elements: () => readonly TupleElement[];
  readonly name?: string;
}

export interface TupleElement {
  readonly type: () => Type;
  readonly optional: boolean;
  /** Any number of them: the type is that of one. */
  readonly rest: boolean;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly at: Position;
  readonly what: string;
  readonly parameters: () => Type;
  readonly returns: () => Type;
}

/** A class of the platform that has no JSON form. */
export interface Foreign {
  readonly kind: 'foreign';
  readonly name: string;
  readonly at: Position;
  readonly arguments: readonly Type[];
}

/** A type and what more is asked of its values. */
export interface Tagged {
  readonly kind: 'tagged';
  readonly base: Type;
  readonly docs: Docs;
  readonly name?: string;
}

/** A tag by itself, such as `Min<1>`: means something in an intersection. */
export interface Tag {
  readonly kind: 'tag';
  readonly keywords: Keywords;
}

/** `infer X` in the pattern of a conditional type. */
export interface Placeholder {
  readonly kind: 'placeholder';
  readonly name: string;
}

/** An alias that is being evaluated, seen from within. */
export interface Pending {
  readonly kind: 'pending';
  readonly get: () => Type;
}

export interface Unsupported {
  readonly kind: 'unsupported';
  readonly message: string;
  readonly at: Position;
}

/** Keywords of JSON Schema. */
export type Keywords = Readonly<Record<string, unknown>>;

/** What a JSDoc comment or tags say of values; what is wrong in it. */
export interface Docs {
  readonly keywords: Keywords;
  readonly problems: readonly Unsupported[];
}

/** Nodes that are functions or look like one. */
export type Callable = Pick<FunctionNode, 'params'> &
  Span & { readonly returnType?: { typeAnnotation: TSType } | null };

function keyword(name: KeywordName): Keyword {
  return { kind: 'keyword', name };
}

export const ANY: Keyword = keyword('any');
export const UNKNOWN: Keyword = keyword('unknown');
export const NEVER: Keyword = keyword('never');
export const STRING: Keyword = keyword('string');
export const NUMBER: Keyword = keyword('number');
export const BOOLEAN: Keyword = keyword('boolean');
export const BIGINT: Keyword = keyword('bigint');
export const NULL: Keyword = keyword('null');
export const UNDEFINED: Keyword = keyword('undefined');
export const OBJECT: Keyword = keyword('object');
export const SYMBOL: Keyword = keyword('symbol');
export const DATE: Keyword = keyword('date');

const literals = new Map<Literal['value'], Literal>();

/** The literal type of a value: one for each. */
export function literal(value: Literal['value']): Literal {
  let known = literals.get(value);
  if (known === undefined) literals.set(value, (known = { kind: 'literal', value }));
  return known;
}

/** Computes once. */
export function lazy<T>(compute: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: compute() }).value;
}

let identities = 0;
const identityOf = new WeakMap<Type, number>();

/** A number that is the same for the same type only. */
export function identify(type: Type): number {
  const known = identityOf.get(type);
  if (known !== undefined) return known;
  identities += 1;
  identityOf.set(type, identities);
  return identities;
}

/** The type behind aliases that were pending when it was evaluated. */
export function force(type: Type): Exclude<Type, Pending> {
  let at = type;
  for (let steps = 0; at.kind === 'pending'; steps += 1) {
    if (steps > 100) return NEVER;
    at = at.get();
  }
  return at;
}

/** The type without what more is asked of its values. */
export function bare(type: Type): Exclude<Type, Pending | Tagged> {
  const at = force(type);
  return at.kind === 'tagged' ? bare(at.base) : at;
}

/** An object type whose members are known. */
export function objectOf(properties: Iterable<Property>, index: readonly IndexSignature[] = []): ObjectType {
  const map = new Map(Array.from(properties, (property) => [property.name, property]));
  return { kind: 'object', members: () => ({ properties: map, index, problems: [], symbols: false }) };
}

/** A type without a name, under one. What has a name keeps it. */
export function named<T extends Type>(type: T, name: string): T {
  if (!('members' in type) && !['union', 'array', 'tuple', 'tagged'].includes(type.kind)) return type;
  return (type as { readonly name?: string }).name === undefined ? { ...type, name } : type;
}
