// `keyof T` and `T[K]`.
import { bare, identify, literal, NUMBER, STRING, UNDEFINED } from './types.ts';
import { membersOf, templatePattern, unionOf, unsupported } from './unions.ts';

import type { Position } from './source-file.ts';
import type { Tuple, Type } from './types.ts';

/** The keys of a type: of a union, those that all of its members have. */
export function keysOf(type: Type, at: Position): Type {
  const all = membersOf(type).map((one) => keysOfOne(one, at));
  const problem = all.find((keys) => keys.kind === 'unsupported');
  if (problem !== undefined) return problem;
  const [first, ...others] = all.map((keys) => membersOf(keys));
  const has = (keys: readonly Type[], key: Type): boolean => keys.some((one) => identify(one) === identify(key));
  return unionOf((first ?? []).filter((key) => others.every((keys) => has(keys, key))));
}

function keysOfOne(type: Type, at: Position): Type {
  const of = bare(type);
  if (of.kind === 'unsupported') return of;
  if (of.kind === 'keyword' && of.name === 'any') return unionOf([STRING, NUMBER]);
  if (of.kind === 'array') return NUMBER;
  if (of.kind === 'tuple') return unionOf(of.elements().map((_, index) => literal(String(index))));
  if (of.kind !== 'object') return unsupported(at, 'the keys of this type are not known: it is no object type');
  const { properties, index } = of.members();
  return unionOf([...[...properties.keys()].map(literal), ...index.map(({ key }) => key)]);
}

/** What is at the keys of a type. */
export function indexed(type: Type, keys: Type, at: Position): Type {
  return unionOf(membersOf(type).flatMap((one) => membersOf(keys).map((key) => ofOne(one, key, at))));
}

function ofOne(type: Type, key: Type, at: Position): Type {
  const of = bare(type);
  const by = bare(key);
  if (of.kind === 'unsupported') return of;
  if (by.kind === 'unsupported') return by;
  if (of.kind === 'keyword' && of.name === 'any') return of;
  if (of.kind === 'array' && (by === NUMBER || isIndex(by))) return of.element();
  if (of.kind === 'tuple') return ofTuple(of, by, at);
  if (by.kind === 'literal' && by.value === 'length' && (of.kind === 'array' || of === STRING)) return NUMBER;
  if (of.kind !== 'object') return unsupported(at, 'what is at this key is not known: the type is no object type');
  const { properties, index } = of.members();
  if (by.kind === 'literal') {
    const property = properties.get(String(by.value));
    if (property !== undefined) return property.optional ? unionOf([property.type(), UNDEFINED]) : property.type();
  }
  const signature = index.find(({ key: one }) => fits(by, one));
  if (signature !== undefined) return signature.value();
  const name = by.kind === 'literal' ? JSON.stringify(String(by.value)) : 'this key';
  return unsupported(at, `there is no property ${name} in this type`);
}

function ofTuple(tuple: Tuple, by: Type, at: Position): Type {
  const elements = tuple.elements();
  if (by.kind === 'literal' && by.value === 'length') {
    return elements.some(({ optional, rest }) => optional || rest) ? NUMBER : literal(elements.length);
  }
  const position = isIndex(by) ? Number((by as { readonly value: unknown }).value) : undefined;
  if (position === undefined && by !== NUMBER) return unsupported(at, 'there is no such property in a tuple');
  const found =
    position === undefined
      ? elements
      : elements.filter((one, index) => index === position || (one.rest && index < position));
  if (found.length === 0) return unsupported(at, `the tuple has no element ${position}`);
  return unionOf(found.flatMap(({ type, optional }) => (optional ? [type(), UNDEFINED] : [type()])));
}

function isIndex(type: Type): boolean {
  return type.kind === 'literal' && /^\d+$/.test(String(type.value));
}

/** Whether a key is one that an index signature is for. */
export function fits(key: Type, signature: Type): boolean {
  if (key === signature || signature === STRING) return true;
  if (signature === NUMBER) return isIndex(key);
  if (signature.kind !== 'template' || key.kind !== 'literal') return false;
  return templatePattern(signature)?.test(String(key.value)) === true;
}
