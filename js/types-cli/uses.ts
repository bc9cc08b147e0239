// Which named types a schema says once and refers to: those that are used more than once, or within themselves.
import { force } from './types.ts';
import { isImpossible } from './unions.ts';

import type { Type } from './types.ts';

/** A type that goes on for ever is told by the emitter; looking for its uses ends earlier. */
const MAX_DEPTH = 120;

/** More types than any schema that is meant has. */
export const MAX_TYPES = 20_000;

/** Named types that a type uses more than once. */
export function countUses(root: Type): ReadonlySet<Type> {
  const seen = new Set<Type>();
  const shared = new Set<Type>();
  visit(root, 0);
  return shared;

  function visit(type: Type, depth: number): void {
    const at = force(type);
    if (at.kind === 'tagged') {
      visit(at.base, depth);
      return;
    }
    if (depth > MAX_DEPTH || seen.size > MAX_TYPES) return;
    if (!('name' in at) && at.kind !== 'union' && at.kind !== 'object' && at.kind !== 'array' && at.kind !== 'tuple')
      return;
    if (seen.has(at)) {
      if (isLarge(at)) shared.add(at);
      return;
    }
    seen.add(at);
    for (const inner of partsOf(at)) visit(inner, depth + 1);
  }
}

/** Unions of literals are as short as a reference to them. */
function isLarge(type: Type): boolean {
  if (type.kind === 'object') return type.name !== undefined || type.members().properties.size > 0;
  if (type.kind !== 'union') return type.kind === 'array' || type.kind === 'tuple';
  return type.types.length > 20 || type.types.some((one) => !['literal', 'keyword'].includes(force(one).kind));
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'union':
      return type.types.filter((one) => !isImpossible(one));
    case 'array':
      return [type.element()];
    case 'tuple':
      return type.elements().map((element) => element.type());
    case 'object': {
      const { properties, index } = type.members();
      return [...[...properties.values()].map((property) => property.type()), ...index.map(({ value }) => value())];
    }
    default:
      return [];
  }
}
