// Enums: their members are literals, of texts or of numbers that count on.
import { siteOf } from './site.ts';
import { literal } from './types.ts';
import { unionOf } from './unions.ts';

import type { Expression, TSEnumDeclaration } from './ast.ts';
import type { Declared } from './scope.ts';
import type { Site } from './site.ts';
import type { Type } from './types.ts';

type Value = string | number;

/** The union of all members. */
export function enumType(declared: Declared, site: Site): Type {
  const values = [...valuesOf(declared, site).values()];
  return unionOf(values);
}

/** One member; `undefined` where there is none of that name. */
export function enumValue(declared: Declared, name: string, site: Site): Type | undefined {
  return valuesOf(declared, site).get(name);
}

function valuesOf(declared: Declared, site: Site): ReadonlyMap<string, Type> {
  const values = new Map<string, Value>();
  const types = new Map<string, Type>();
  for (const { node, scope } of declared.types) {
    if (node.type === 'TSEnumDeclaration') addMembers(node, siteOf(site.world, scope), declared.name, values, types);
  }
  return types;
}

function addMembers(
  node: TSEnumDeclaration,
  site: Site,
  name: string,
  values: Map<string, Value>,
  types: Map<string, Type>,
): void {
  let next: number | undefined = 0;
  for (const member of node.body.members) {
    const key = memberName(member.id);
    const value: Value | undefined =
      member.initializer === null ? next : evaluate(member.initializer, { name, values, site });
    if (value === undefined) {
      types.set(key, site.unsupported(member, `the value of ${name}.${key} is not known without running it`));
    } else {
      values.set(key, value);
      types.set(key, literal(value));
    }
    next = typeof value === 'number' ? value + 1 : undefined;
  }
}

/** The name of a member. */
export function memberName(id: TSEnumDeclaration['body']['members'][number]['id']): string {
  if (id.type === 'Identifier') return id.name;
  return id.type === 'Literal' ? id.value : (id.quasis[0]?.value.raw ?? '');
}

interface Known {
  readonly name: string;
  readonly values: ReadonlyMap<string, Value>;
  readonly site: Site;
}

/** A constant expression of an enum. */
function evaluate(node: Expression, known: Known): Value | undefined {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number' ? node.value : undefined;
    case 'ParenthesizedExpression':
      return evaluate(node.expression, known);
    case 'TemplateLiteral': {
      const values = node.expressions.map((one) => evaluate(one, known));
      if (values.includes(undefined)) return undefined;
      return node.quasis.map(({ value }, index) => (value.cooked ?? '') + String(values[index] ?? '')).join('');
    }
    case 'Identifier':
      return known.values.get(node.name);
    case 'MemberExpression':
      return memberValue(node, known);
    case 'UnaryExpression': {
      const value = evaluate(node.argument, known);
      if (typeof value !== 'number') return undefined;
      return node.operator === '-'
        ? -value
        : node.operator === '+'
          ? value
          : node.operator === '~'
            ? ~value
            : undefined;
    }
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateIdentifier') return undefined;
      return binary(node.operator, evaluate(node.left, known), evaluate(node.right, known));
    }
    default:
      return undefined;
  }
}

function memberValue(
  node: Extract<Expression, { type: 'MemberExpression' }>,
  { name, values, site }: Known,
): Value | undefined {
  if (node.object.type !== 'Identifier') return undefined;
  const key =
    node.property.type === 'Identifier' && !node.computed
      ? node.property.name
      : node.property.type === 'Literal'
        ? String(node.property.value)
        : '';
  if (node.object.name === name) return values.get(key);
  const other = site.world.project.resolve(site.scope, node.object.name);
  const type = other?.kind === 'declared' ? enumValue(other.declared, key, site) : undefined;
  return type?.kind === 'literal' && typeof type.value !== 'boolean' && typeof type.value !== 'bigint'
    ? type.value
    : undefined;
}

function binary(operator: string, left: Value | undefined, right: Value | undefined): Value | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'string' || typeof right === 'string') return operator === '+' ? `${left}${right}` : undefined;
  const compute = ARITHMETIC[operator];
  return compute?.(left, right);
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '**': (left, right) => left ** right,
  '|': (left, right) => left | right,
  '&': (left, right) => left & right,
  '^': (left, right) => left ^ right,
  '<<': (left, right) => left << right,
  '>>': (left, right) => left >> right,
  '>>>': (left, right) => left >>> right,
};
