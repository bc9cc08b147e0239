// Types of values: `typeof` of constants, fields without an annotation, keys of properties. Knows literals, objects and arrays
// of them, and what `as const` and `satisfies` make of them; what would have to be run or inferred is not known.
import { functionType } from './functions.ts';
import {
  bare,
  BOOLEAN,
  lazy,
  literal,
  NULL,
  NUMBER,
  objectOf,
  STRING,
  SYMBOL,
  UNDEFINED,
  BIGINT,
  DATE,
} from './types.ts';
import { unionOf } from './unions.ts';
import { siteOf } from './site.ts';
import { enumValue, memberName } from './enums.ts';

import type { Expression, Key, TSTypeQuery } from './ast.ts';
import type { Entity } from './project.ts';
import type { Site } from './site.ts';
import type { ValueDeclaration } from './scope.ts';
import type { Property, TupleElement, Type } from './types.ts';

/** `typeof a.b`. */
export function queryType(node: TSTypeQuery, site: Site): Type {
  const { exprName } = node;
  if (exprName.type === 'TSImportType') return site.unsupported(node, '`typeof import()` is not understood');
  const path: string[] = [];
  let at: { readonly type: string } = exprName;
  while (at.type === 'TSQualifiedName') {
    const { left, right } = at as unknown as { left: { type: string }; right: { name: string } };
    path.unshift(right.name);
    at = left;
  }
  if (at.type !== 'Identifier') return site.unsupported(node, '`typeof this` is not known here');
  path.unshift((at as unknown as { name: string }).name);
  return typeOfPath(path, site, node);
}

function typeOfPath(path: readonly string[], site: Site, node: { readonly start: number }): Type {
  const { project } = site.world;
  let entity = project.resolve(site.scope, path[0] ?? '');
  let used = 1;
  while (entity !== undefined && used < path.length) {
    const inner = project.member(entity, path[used] ?? '');
    if (inner === undefined) break;
    entity = inner;
    used += 1;
  }
  if (entity === undefined)
    return site.unsupported(node, `${path.join('.')} is not declared where its type can be read`);
  let type = typeOfEntity(entity, site, node);
  for (const name of path.slice(used)) {
    const holder = bare(type);
    if (holder.kind === 'unsupported') return holder;
    const property = holder.kind === 'object' ? holder.members().properties.get(name) : undefined;
    if (property === undefined) return site.unsupported(node, `${path.join('.')} is not known here`);
    type = property.type();
  }
  return type;
}

function typeOfEntity(entity: Entity, site: Site, node: { readonly start: number }): Type {
  if (entity.kind === 'missing') return site.unsupported(node, entity.message);
  if (entity.kind === 'expression') return valueType(entity.expression, siteOf(site.world, entity.scope), true);
  if (entity.kind !== 'declared') return site.unsupported(node, 'the type of a module has no JSON form');
  const { declared } = entity;
  const [value] = declared.values;
  if (value !== undefined) return typeOfValue(value, site);
  const [type] = declared.types;
  if (type?.node.type === 'TSEnumDeclaration') {
    const at = siteOf(site.world, type.scope);
    const members = type.node.body.members.map((member): Property => {
      const name = memberName(member.id);
      return { name, optional: false, type: () => enumValue(declared, name, at) ?? UNDEFINED, at: at.at(member) };
    });
    return objectOf(members);
  }
  return site.unsupported(node, `${declared.name} is a type, not a value`);
}

function typeOfValue({ node, scope, constant }: ValueDeclaration, { world }: Site): Type {
  const site = siteOf(world, scope);
  if (node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction')
    return functionType(node, site, 'a function');
  if (node.type !== 'VariableDeclarator')
    return site.unsupported(node, 'a class has no JSON form: its name alone means an instance');
  const annotation = 'typeAnnotation' in node.id ? node.id.typeAnnotation : undefined;
  if (annotation !== null && annotation !== undefined) return site.type(annotation.typeAnnotation);
  if (node.init === null) return site.unsupported(node, 'this variable has neither a type nor a value');
  return valueType(node.init, site, constant);
}

/** The type of an expression; literal where it cannot change. */
export function valueType(node: Expression, site: Site, isConstant: boolean): Type {
  return typeOf(node, site, isConstant, false);
}

/** `exact`: inside of `as const`. */
function typeOf(node: Expression, site: Site, isConstant: boolean, exact: boolean): Type {
  switch (node.type) {
    case 'Literal':
      return literalType(node, isConstant || exact);
    case 'TemplateLiteral':
      if (node.expressions.length > 0) return STRING;
      return isConstant || exact ? literal(node.quasis[0]?.value.cooked ?? '') : STRING;
    case 'UnaryExpression': {
      const of = node.operator === '-' ? typeOf(node.argument, site, true, true) : undefined;
      if (of?.kind !== 'literal' || (typeof of.value !== 'number' && typeof of.value !== 'bigint')) break;
      const value = literal(typeof of.value === 'number' ? -of.value || 0 : -of.value);
      return isConstant || exact ? value : typeof of.value === 'number' ? NUMBER : BIGINT;
    }
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const to = node.typeAnnotation;
      const isConst =
        to.type === 'TSTypeReference' && to.typeName.type === 'Identifier' && to.typeName.name === 'const';
      return isConst ? typeOf(node.expression, site, true, true) : site.type(to);
    }
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return typeOf(node.expression, site, isConstant, exact);
    case 'ArrayExpression':
      return arrayType(node, site, exact);
    case 'ObjectExpression':
      return objectType(node, site, exact);
    case 'Identifier':
      if (node.name === 'undefined') return UNDEFINED;
      return typeOfPath([node.name], site, node);
    case 'MemberExpression': {
      const path = pathOf(node);
      if (path === undefined) break;
      const [first = '', second = ''] = path;
      const entity = site.world.project.resolve(site.scope, first);
      const member =
        path.length === 2 && entity?.kind === 'declared' ? enumValue(entity.declared, second, site) : undefined;
      return member ?? typeOfPath(path, site, node);
    }
    case 'NewExpression':
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date') return DATE;
      break;
    case 'CallExpression': {
      // `Object.freeze(x)` is x.
      const path = node.callee.type === 'MemberExpression' ? pathOf(node.callee) : undefined;
      const [argument] = node.arguments;
      if (path?.join('.') === 'Object.freeze' && argument !== undefined && argument.type !== 'SpreadElement') {
        return typeOf(argument, site, true, exact);
      }
      break;
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return functionType(node, site, 'a function');
    default:
  }
  return site.unsupported(node, 'the type of this expression is not known without running it: declare one');
}

function pathOf(node: Expression): readonly string[] | undefined {
  if (node.type === 'Identifier') return [node.name];
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined;
  const left = pathOf(node.object);
  return left === undefined ? undefined : [...left, node.property.name];
}

function literalType(node: Extract<Expression, { type: 'Literal' }>, isExact: boolean): Type {
  if ('bigint' in node) return isExact ? literal(BigInt(node.bigint)) : BIGINT;
  if (node.value === null) return NULL;
  if (typeof node.value === 'string') return isExact ? literal(node.value) : STRING;
  if (typeof node.value === 'number') return isExact ? literal(node.value) : NUMBER;
  if (typeof node.value === 'boolean') return isExact ? literal(node.value) : BOOLEAN;
  return SYMBOL;
}

function arrayType({ elements }: Extract<Expression, { type: 'ArrayExpression' }>, site: Site, exact: boolean): Type {
  const types = elements.map((element): TupleElement => {
    if (element === null) return { type: () => UNDEFINED, optional: false, rest: false };
    const isSpread = element.type === 'SpreadElement';
    const type = lazy(() => typeOf(isSpread ? element.argument : element, site, false, exact));
    return { type, optional: false, rest: isSpread };
  });
  const spread = (element: TupleElement): readonly TupleElement[] => {
    const of = element.rest ? bare(element.type()) : undefined;
    if (of === undefined) return [element];
    if (of.kind === 'tuple') return of.elements();
    return of.kind === 'array' ? [{ type: of.element, optional: false, rest: true }] : [{ ...element, rest: false }];
  };
  const flat = lazy(() => types.flatMap(spread));
  if (exact) return { kind: 'tuple', elements: flat };
  return { kind: 'array', element: lazy(() => unionOf(flat().map(({ type }) => type()))) };
}

function objectType(
  { properties }: Extract<Expression, { type: 'ObjectExpression' }>,
  site: Site,
  exact: boolean,
): Type {
  const members = lazy(() => {
    const all = new Map<string, Property>();
    for (const node of properties) {
      if (node.type === 'SpreadElement') {
        const of = bare(typeOf(node.argument, site, false, exact));
        if (of.kind !== 'object')
          return {
            properties: all,
            index: [],
            problems: [site.unsupported(node, 'what is spread here is not known')],
            symbols: false,
          };
        for (const [name, property] of of.members().properties) all.set(name, property);
        continue;
      }
      const key = staticKey(node, site);
      if (typeof key !== 'string') continue;
      const type = lazy(() => typeOf(node.value as Expression, site, false, exact));
      all.set(key, { name: key, optional: false, type, at: site.at(node) });
    }
    return { properties: all, index: [], problems: [], symbols: false };
  });
  return { kind: 'object', members };
}

/** The key of a property; a symbol for those whose key is one, `undefined` where it is not known. */
export function staticKey(
  node: { readonly key: Key; readonly computed: boolean },
  site: Site,
): string | symbol | undefined {
  const { key, computed } = node;
  if (key.type === 'PrivateIdentifier') return Symbol.for(key.name);
  if (!computed && key.type === 'Identifier') return key.name;
  if (key.type === 'Literal') {
    if ('bigint' in key) return key.bigint;
    return typeof key.value === 'string' || typeof key.value === 'number' ? String(key.value) : undefined;
  }
  if (!computed) return undefined;
  const path = pathOf(key);
  if (path?.[0] === 'Symbol') return Symbol.for(path.join('.'));
  const type = bare(valueType(key, site, true));
  if (type.kind === 'literal') return String(type.value);
  return type === SYMBOL ? Symbol.for(path?.join('.') ?? '') : undefined;
}
