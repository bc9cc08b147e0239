// Mapped types: `{ [K in keyof T]?: ... }`, with what the properties of T say of themselves where K comes from them.
import { keysOf } from './keys.ts';
import { bare, force, lazy, literal, NUMBER, UNDEFINED } from './types.ts';
import { membersOf, unionOf, unsupported } from './unions.ts';

import type { TSMappedType } from './ast.ts';
import type { Site } from './site.ts';
import type { Position } from './source-file.ts';
import type { IndexSignature, Members, Property, Type } from './types.ts';

/** The type of a mapped type. */
export function mapped(node: TSMappedType, site: Site): Type {
  const source = sourceOf(node, site);
  if (source === undefined) return { kind: 'object', members: lazy(() => membersOfMapped(node, site, undefined)) };
  const { type, parameter } = source;
  if (parameter === undefined) return { kind: 'object', members: lazy(() => membersOfMapped(node, site, type)) };
  // Over a type parameter it is applied to each member of a union, and to the elements of arrays.
  const members = membersOf(type);
  return unionOf(
    members.map((one): Type => {
      const inner = members.length === 1 && one === type ? site : site.with([[parameter, { type: one }]]);
      const of = bare(one);
      if (of.kind === 'object') return { kind: 'object', members: lazy(() => membersOfMapped(node, inner, one)) };
      if (of.kind === 'array') return { kind: 'array', element: lazy(() => valueAt(node, inner, NUMBER)) };
      if (of.kind !== 'tuple') return one;
      const elements = lazy(() =>
        of.elements().map((element, index) => ({
          ...element,
          optional: node.optional === '-' ? false : element.optional || node.optional !== false,
          type: lazy(() => valueAt(node, inner, literal(String(index)))),
        })),
      );
      return { kind: 'tuple', elements };
    }),
  );
}

/** What a key is mapped to. */
function valueAt(node: TSMappedType, site: Site, key: Type): Type {
  const { typeAnnotation } = node;
  if (typeAnnotation === null) return site.unsupported(node, 'this mapped type has no type');
  return site.with([[node.key.name, { type: key }]]).type(typeAnnotation);
}

interface Source {
  readonly type: Type;
  /** The name of the type parameter that it is written as, by itself. */
  readonly parameter: string | undefined;
}

/** The type whose keys are mapped: `keyof T`, or a type parameter that extends `keyof T`. */
function sourceOf({ constraint }: TSMappedType, site: Site): Source | undefined {
  if (constraint.type === 'TSTypeOperator' && constraint.operator === 'keyof') {
    const of = constraint.typeAnnotation;
    const name = of.type === 'TSTypeReference' && of.typeName.type === 'Identifier' ? of.typeName.name : '';
    return { type: site.type(of), parameter: site.bindings.has(name) ? name : undefined };
  }
  if (constraint.type !== 'TSTypeReference' || constraint.typeName.type !== 'Identifier') return undefined;
  const declared = site.bindings.get(constraint.typeName.name)?.constraint;
  if (declared?.node.type !== 'TSTypeOperator' || declared.node.operator !== 'keyof') return undefined;
  return { type: declared.site.type(declared.node.typeAnnotation), parameter: undefined };
}

function membersOfMapped(node: TSMappedType, site: Site, source: Type | undefined): Members {
  const of = source === undefined ? undefined : bare(source);
  const from = of?.kind === 'object' ? of.members() : undefined;
  // A type parameter that extends `keyof T` may stand for some of the keys.
  const keys =
    node.constraint.type === 'TSTypeOperator' && source !== undefined
      ? keysOf(source, site.at(node))
      : site.type(node.constraint);
  const properties = new Map<string, Property>();
  const index: IndexSignature[] = [];
  const problems = [...(from?.problems ?? [])];
  for (const key of membersOf(keys)) {
    const at = bare(key);
    const inner = site.with([[node.key.name, { type: key }]]);
    const value = lazy(() => valueAt(node, site, key));
    const names = node.nameType === null ? [at] : membersOf(inner.type(node.nameType)).map(bare);
    const original = at.kind === 'literal' ? from?.properties.get(String(at.value)) : undefined;
    for (const name of names) {
      if (name.kind === 'unsupported') problems.push(name);
      else if (name.kind === 'literal')
        properties.set(String(name.value), property(String(name.value), node, value, original, site));
      else if (name.kind === 'template' || name.kind === 'keyword') index.push({ key: name, value });
      else problems.push(site.unsupported(node, 'the keys of this mapped type are not known'));
    }
  }
  return { properties, index, problems, symbols: false };
}

function property(
  name: string,
  node: TSMappedType,
  value: () => Type,
  original: Property | undefined,
  site: Site,
): Property {
  const wasOptional = original?.optional === true;
  const isOptional = node.optional === '-' ? false : node.optional !== false || wasOptional;
  // `T[K]` of an optional property is it or undefined, which an optional property is anyway.
  const type = !wasOptional ? value : lazy(() => unionOf(membersOf(value()).filter((one) => one !== UNDEFINED)));
  const docs = original?.docs;
  return {
    name,
    optional: isOptional,
    type,
    at: original?.at ?? site.at(node),
    ...(docs === undefined ? undefined : { docs }),
  };
}

/** An object type with each property changed or left out; of a union, each member. What is no object stays. */
export function mapProperties(
  type: Type,
  at: Position,
  change: (property: Property) => Property | undefined,
  keepIndex: (index: IndexSignature | undefined) => boolean = () => true,
): Type {
  const one = (member: Type): Type => {
    const of = bare(member);
    if (of.kind === 'array' || of.kind === 'tuple' || of.kind === 'keyword') return member;
    if (of.kind !== 'object') return of.kind === 'unsupported' ? of : unsupported(at, 'this is no object type');
    const members = lazy((): Members => {
      const from = of.members();
      const properties = new Map<string, Property>();
      for (const [name, given] of from.properties) {
        const changed = change(given);
        if (changed !== undefined) properties.set(name, changed);
      }
      return { ...from, properties, index: from.index.filter(keepIndex) };
    });
    return { kind: 'object', members };
  };
  return unionOf(membersOf(force(type)).map(one));
}
