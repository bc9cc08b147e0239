// Unions and intersections.
import { bare, force, identify, lazy, NEVER, objectOf, UNDEFINED, UNKNOWN } from './types.ts';

import type { Docs, IndexSignature, Literal, Members, ObjectType, Property, Tag, Type, Unsupported } from './types.ts';
import type { Position } from './source-file.ts';

/** More members than anybody writes by hand; products of template types reach any number. */
export const MAX_MEMBERS = 10_000;

/** Keywords that describe, and ask nothing of a value. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'deprecated', 'default', 'examples']);

/** The union of some types: flat, each once, without `never`. */
export function unionOf(types: readonly Type[]): Type {
  const seen = new Set<Type>();
  for (const type of types) {
    for (const one of type.kind === 'union' ? type.types : [type]) {
      if (one.kind === 'keyword' && (one.name === 'any' || one.name === 'unknown')) return one;
      if (one !== NEVER) seen.add(one);
    }
  }
  const [only] = seen;
  if (only === undefined) return NEVER;
  return seen.size === 1 ? only : { kind: 'union', types: [...seen] };
}

/** The members of a type: itself where it is no union. What is asked of values of a union is asked of each member. */
export function membersOf(type: Type): readonly Exclude<Type, { kind: 'pending' | 'union' }>[] {
  const members = new Set<Exclude<Type, { kind: 'pending' | 'union' }>>();
  const open = new Set<Type>();
  const visit = (one: Type, docs: readonly Docs[]): void => {
    const at = force(one);
    if (at.kind === 'union') {
      if (open.has(at)) return;
      open.add(at);
      for (const member of at.types) visit(member, docs);
      open.delete(at);
    } else if (at.kind === 'tagged' && bare(at).kind === 'union') {
      visit(at.base, [...docs, at.docs]);
    } else if (at !== NEVER) {
      members.add(docs.reduce<typeof at>((base, more) => withConstraints(base, more), at));
    }
  };
  visit(type, []);
  return [...members];
}

function withConstraints<T extends Type>(base: T, { keywords, problems }: Docs): T | (Type & { kind: 'tagged' }) {
  const constraints = Object.entries(keywords).filter(([name]) => !ANNOTATIONS.has(name));
  if (constraints.length === 0 && problems.length === 0) return base;
  return { kind: 'tagged', base, docs: { keywords: Object.fromEntries(constraints), problems } };
}

/** The members that are not `undefined`, and whether it is one. */
export function withoutUndefined(type: Type): { readonly type: Type; readonly optional: boolean } {
  const at = force(type);
  if (at === UNDEFINED) return { type: NEVER, optional: true };
  if (at.kind !== 'union' && bare(at).kind !== 'union') return { type: at, optional: false };
  const members = membersOf(at);
  const kept = members.filter((one) => one !== UNDEFINED);
  return kept.length === members.length ? { type: at, optional: false } : { type: unionOf(kept), optional: true };
}

/** The intersection of some types. */
export function intersectionOf(types: readonly Type[], at: Position): Type {
  const tags = types.filter((type): type is Tag => force(type).kind === 'tag').map((type) => force(type) as Tag);
  const others = types.filter((type) => force(type).kind !== 'tag');
  const base = others.length === 0 ? UNKNOWN : others.reduce((left, right) => intersect(left, right, at));
  if (tags.length === 0) return base;
  const docs: Docs = {
    keywords: Object.assign({}, ...tags.map(({ keywords }) => keywords)) as Docs['keywords'],
    problems: [],
  };
  return base === NEVER ? base : { kind: 'tagged', base, docs };
}

function intersect(left: Type, right: Type, at: Position): Type {
  const a = force(left);
  const b = force(right);
  if (a === b) return a;
  if (a.kind === 'unsupported') return a;
  if (b.kind === 'unsupported') return b;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one === NEVER) return one;
    if (one.kind === 'keyword' && one.name === 'any') return one;
    if (one === UNKNOWN) return other;
  }
  if (a.kind === 'tagged') return retag(intersect(a.base, b, at), a.docs);
  if (b.kind === 'tagged') return retag(intersect(a, b.base, at), b.docs);
  if (a.kind === 'union' || b.kind === 'union') {
    const lefts = membersOf(a);
    const rights = membersOf(b);
    if (lefts.length * rights.length > MAX_MEMBERS) return unsupported(at, 'this intersection of unions is too large');
    return unionOf(lefts.flatMap((one) => rights.map((other) => intersect(one, other, at))));
  }
  if (a.kind === 'object' && b.kind === 'object') return merge(a, b, at);
  return intersectSimple(a, b, at) ?? intersectSimple(b, a, at) ?? NEVER;
}

function retag(base: Type, docs: Docs): Type {
  return base === NEVER ? base : { kind: 'tagged', base, docs };
}

/** The intersection of what is neither a union nor tagged, from the view of the first; `undefined`: ask the other one. */
function intersectSimple(a: Type, b: Type, at: Position): Type | undefined {
  if (a.kind === 'literal' && b.kind === 'keyword') return typeof a.value === b.name ? a : NEVER;
  if (a.kind === 'literal' && b.kind === 'template')
    return templatePattern(b)?.test(String(a.value)) === true ? a : NEVER;
  if (a.kind === 'template' && b.kind === 'keyword') return b.name === 'string' ? a : NEVER;
  if (a.kind === 'keyword' && a.name === 'object') return isStructured(b) ? b : NEVER;
  if (b.kind !== 'object') return undefined;
  // `string & {}` is `string`; `string & { readonly __brand: 'UserId' }` is one that nothing of can be checked.
  if (a.kind === 'keyword' && (a.name === 'null' || a.name === 'undefined')) return NEVER;
  if (isBrand(b.members())) return a;
  return unsupported(at, 'an intersection of an object type with one that is no object, and no mark of a brand');
}

function isStructured(type: Type): boolean {
  return (
    ['object', 'array', 'tuple', 'function', 'foreign'].includes(type.kind) ||
    (type.kind === 'keyword' && type.name === 'date')
  );
}

/** A brand is an object type of which no value exists in JSON: keys that are symbols, or named like a mark. */
function isBrand({ properties, index, problems }: Members): boolean {
  return (
    index.length === 0 &&
    problems.length === 0 &&
    [...properties.keys()].every((name) => /^[_$]|brand|^tag$|opaque/i.test(name))
  );
}

const mergedBefore = new WeakMap<ObjectType, WeakMap<ObjectType, ObjectType>>();

/** An object that has what both have; one for each pair, so that recursive types meet themselves again. */
function merge(a: ObjectType, b: ObjectType, at: Position): ObjectType {
  const known = mergedBefore.get(a) ?? new WeakMap<ObjectType, ObjectType>();
  mergedBefore.set(a, known);
  let object = known.get(b);
  if (object === undefined) known.set(b, (object = mergeNew(a, b, at)));
  return object;
}

function mergeNew(a: ObjectType, b: ObjectType, at: Position): ObjectType {
  const members = lazy((): Members => {
    const left = a.members();
    const right = b.members();
    const properties = new Map<string, Property>(left.properties);
    for (const [name, property] of right.properties) {
      const other = properties.get(name);
      properties.set(name, other === undefined ? property : both(other, property));
    }
    return {
      properties,
      index: mergeIndex(left.index, right.index, at),
      problems: [...left.problems, ...right.problems],
      symbols: left.symbols || right.symbols,
    };
  });
  return { kind: 'object', members, isMerged: true };
}

/** Whether no value is of a type: an intersection of objects that tell each other apart. */
export function isImpossible(type: Type): boolean {
  const at = bare(type);
  if (at.kind !== 'object' || at.isMerged !== true) return false;
  return [...at.members().properties.values()].some(({ optional, type: of }) => !optional && bare(of()) === NEVER);
}

function both(left: Property, right: Property): Property {
  const type = lazy(() => intersect(left.type(), right.type(), right.at));
  const keywords = { ...left.docs?.keywords, ...right.docs?.keywords };
  const docs = { keywords, problems: [...(left.docs?.problems ?? []), ...(right.docs?.problems ?? [])] };
  return { ...right, optional: left.optional && right.optional, type, docs };
}

function mergeIndex(left: readonly IndexSignature[], right: readonly IndexSignature[], at: Position): IndexSignature[] {
  const merged = [...left];
  for (const one of right) {
    const same = merged.findIndex(({ key }) => identify(key) === identify(one.key));
    const other = merged[same];
    if (other === undefined) merged.push(one);
    else merged[same] = { key: one.key, value: lazy(() => intersect(other.value(), one.value(), at)) };
  }
  return merged;
}

/** A type that has no meaning here. */
export function unsupported(at: Position, message: string): Unsupported {
  return { kind: 'unsupported', message, at };
}

/** The empty object type. */
export const EMPTY: ObjectType = objectOf([]);

/** A regular expression for the texts of a template type; `undefined` where one of its types has none. */
export function templatePattern(template: Type & { kind: 'template' }): RegExp | undefined {
  const source = templateSource(template);
  return source === undefined ? undefined : new RegExp(`^${source}$`, 'u');
}

/** Without anchors, in the syntax of ECMA-262 with the flag `u`. */
export function templateSource({ texts, types }: Type & { kind: 'template' }): string | undefined {
  let source = escape(texts[0] ?? '');
  for (const [index, type] of types.entries()) {
    const alternatives = membersOf(type).map(sourceOf);
    if (alternatives.length === 0 || alternatives.includes(undefined)) return undefined;
    source += alternatives.length === 1 ? alternatives[0] : `(?:${alternatives.join('|')})`;
    source += escape(texts[index + 1] ?? '');
  }
  return source;
}

function sourceOf(type: Type): string | undefined {
  const at = bare(type);
  if (at.kind === 'literal') return escape(String(at.value));
  if (at.kind === 'template') return templateSource(at);
  if (at.kind !== 'keyword') return undefined;
  if (at.name === 'string') return String.raw`[\s\S]*`;
  if (at.name === 'number') return String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?`;
  if (at.name === 'bigint') return String.raw`-?(?:0|[1-9]\d*)`;
  return at.name === 'boolean' ? '(?:true|false)' : at.name === 'null' || at.name === 'undefined' ? at.name : undefined;
}

function escape(text: string): string {
  return text.replaceAll(/[\^$\\.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** The texts of a union of literals; `undefined` where there is something else in it. */
export function literalsOf(type: Type): readonly Literal[] | undefined {
  const members = membersOf(type).map(bare);
  return members.every((one): one is Literal => one.kind === 'literal') ? members : undefined;
}
