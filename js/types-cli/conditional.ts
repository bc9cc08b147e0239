// Conditional types, where it can be decided from the structure of types which way they go.
import { matches } from './assignable.ts';
import { bare, NEVER, UNKNOWN } from './types.ts';
import { membersOf, unionOf, unsupported } from './unions.ts';

import type { TSConditionalType, TSType } from './ast.ts';
import type { Binding, Site } from './site.ts';
import type { Position } from './source-file.ts';
import type { Type } from './types.ts';

/** `A extends B ? C : D`; over a union where A is a type parameter by itself. */
export function conditional(node: TSConditionalType, site: Site): Type {
  const { checkType, extendsType, trueType, falseType } = node;
  const parameter =
    checkType.type === 'TSTypeReference' && checkType.typeName.type === 'Identifier' ? checkType.typeName.name : '';
  const binding = site.bindings.get(parameter);
  const names = inferred(extendsType);
  const decide = (checked: Type, at: Site): Type => {
    const found = new Map<string, Type[]>();
    const verdict = matches(checked, at.type(extendsType), found);
    if (verdict === undefined) return undecided(checked, at.at(node));
    if (!verdict) return at.type(falseType);
    const bindings = names.map((name): [string, Binding] => {
      const types = found.get(name);
      return [name, { type: types === undefined ? UNKNOWN : unionOf(types) }];
    });
    return (bindings.length === 0 ? at : at.with(bindings)).type(trueType);
  };
  if (binding === undefined) return decide(site.type(checkType), site);
  const members = membersOf(binding.type);
  if (members.length === 0) return NEVER;
  // The same site where there is nothing to distribute: what it has evaluated is used again.
  if (members.length === 1 && members[0] === binding.type) return decide(binding.type, site);
  return unionOf(members.map((one) => decide(one, site.with([[parameter, { ...binding, type: one }]]))));
}

/** What `Exclude` and `Extract` do: decides for each member of a union. */
export function conditionalOn(
  type: Type,
  target: Type,
  { yes, no }: { readonly yes: (member: Type) => Type; readonly no: (member: Type) => Type },
  at: Position,
): Type {
  return unionOf(
    membersOf(type).map((one) => {
      const verdict = matches(one, target, new Map());
      if (verdict === undefined) return undecided(one, at);
      return verdict ? yes(one) : no(one);
    }),
  );
}

function undecided(checked: Type, at: Position): Type {
  const of = bare(checked);
  return of.kind === 'unsupported'
    ? of
    : unsupported(at, 'which way this conditional type goes cannot be decided without a type checker');
}

/** The names behind `infer` in a pattern. */
function inferred(pattern: TSType): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, typeParameter } = node as {
      readonly type?: unknown;
      readonly typeParameter?: { readonly name: { readonly name: string } };
    };
    if (type === 'TSInferType' && typeParameter !== undefined) names.add(typeParameter.name.name);
    for (const value of Object.values(node)) visit(value);
  };
  visit(pattern);
  return [...names];
}
