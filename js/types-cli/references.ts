// Names of types: type parameters, declarations of any file, tags of this package, globals. Makes one type for each
// declaration and list of arguments.
import { docsAt } from './jsdoc.ts';
import { enumType, enumValue } from './enums.ts';
import { globalType } from './globals.ts';
import { addClassFields, addSignatures, inherit, noMembers } from './objects.ts';
import { bind, siteOf } from './site.ts';
import { tagType } from './tags.ts';
import { force, identify, lazy, named } from './types.ts';
import { valueType } from './values.ts';

import type {
  Class,
  Expression,
  TSImportType,
  TSTypeName,
  TSTypeParameterInstantiation,
  TSTypeReference,
} from './ast.ts';
import type { Entity } from './project.ts';
import type { Declared, TypeDeclaration } from './scope.ts';
import type { Site } from './site.ts';
import type { Docs, Members, ObjectType, Pending, Type } from './types.ts';

/** Deeper than types are nested by hand; a type that grows with each step reaches any depth. */
const MAX_DEPTH = 60;
/** As many types as a large project has, times ten. */
const MAX_INSTANCES = 500_000;

type Node = { readonly start: number };

/** The type of `A.B<C>`. */
export function reference(node: TSTypeReference, site: Site): Type {
  const path = pathOf(node.typeName);
  if (path === undefined) return site.unsupported(node, '`this` is not known here');
  return typeAt(path, argumentsOf(node.typeArguments, site), site, node);
}

/** The type of `import('./a').B<C>`. */
export function importType(node: TSImportType, site: Site): Type {
  const path: string[] = [];
  let at: { readonly type: string } | null = node.qualifier;
  while (at?.type === 'TSQualifiedName') {
    const { left, right } = at as unknown as { left: { type: string }; right: { name: string } };
    path.unshift(right.name);
    at = left;
  }
  if (at !== null) path.unshift((at as unknown as { name: string }).name);
  const entity = site.world.project.importedFrom(site.scope.file.path, {
    specifier: node.source.value,
    name: path[0] ?? '*',
  });
  return typeOfEntity(entity, path.slice(1), path.join('.'), argumentsOf(node.typeArguments, site), site, node);
}

function argumentsOf(node: TSTypeParameterInstantiation | null | undefined, site: Site): readonly Type[] {
  return node?.params.map((one) => site.type(one)) ?? [];
}

function pathOf(name: TSTypeName): string[] | undefined {
  if (name.type === 'Identifier') return [name.name];
  if (name.type !== 'TSQualifiedName') return undefined;
  const left = pathOf(name.left);
  return left === undefined ? undefined : [...left, name.right.name];
}

function typeAt(path: readonly string[], given: readonly Type[], site: Site, node: Node): Type {
  const [first = '', ...rest] = path;
  const binding = path.length === 1 ? site.bindings.get(first) : undefined;
  if (binding !== undefined) return binding.type;
  const entity = site.world.project.resolve(site.scope, first);
  if (entity === undefined) return globalType(path.join('.'), given, site, node);
  return typeOfEntity(entity, rest, path.join('.'), given, site, node);
}

function typeOfEntity(
  entity: Entity,
  rest: readonly string[],
  label: string,
  given: readonly Type[],
  site: Site,
  node: Node,
): Type {
  let at = entity;
  for (const [index, name] of rest.entries()) {
    const inner = site.world.project.member(at, name);
    if (inner === undefined && at.kind === 'declared' && index === rest.length - 1) {
      const value = enumValue(at.declared, name, site);
      if (value !== undefined) return value;
    }
    if (inner === undefined) return site.unsupported(node, `${label} is not declared: there is no ${name} in it`);
    at = inner;
  }
  switch (at.kind) {
    case 'missing':
      return site.unsupported(node, at.message);
    case 'builtin':
      return tagType(at.name, given, site, node);
    case 'module':
      return site.unsupported(node, `${label} is a module, not a type`);
    case 'expression':
      return valueType(at.expression, siteOf(site.world, at.scope), true);
    case 'declared':
      return instantiate(at.declared, given, site, node);
  }
}

function instantiate(declared: Declared, given: readonly Type[], site: Site, node: Node): Type {
  const { world } = site;
  if (declared.parameter === true) {
    return site.unsupported(node, `${declared.name} is a type parameter: what it stands for is not known here`);
  }
  const [first] = declared.types;
  if (first === undefined) {
    const hint = declared.values.length > 0 ? `a value: write \`typeof ${declared.name}\`` : 'a namespace';
    return site.unsupported(node, `${declared.name} is ${hint}, not a type`);
  }
  const key = `${numberOf(declared, world.numbers)}<${given.map(identify).join()}>`;
  const known = world.instances.get(key);
  if (known !== undefined) return known;
  world.made += 1;
  if (site.depth > MAX_DEPTH || world.made > MAX_INSTANCES) {
    return site.unsupported(node, `${declared.name} grows without end`);
  }
  const settled: { type?: Type } = {};
  const pending: Pending = {
    kind: 'pending',
    get: () => settled.type ?? site.unsupported(node, `${declared.name} refers to itself without anything between`),
  };
  world.instances.set(key, pending);
  const depth = given.length === 0 ? 0 : site.depth + 1;
  settled.type = typeOfDeclarations(declared, first, given, site, {
    node,
    depth,
    name: instanceName(declared.name, given),
  });
  world.instances.set(key, settled.type);
  return settled.type;
}

interface Wanted {
  readonly node: Node;
  readonly depth: number;
  readonly name: string;
}

function typeOfDeclarations(
  declared: Declared,
  first: TypeDeclaration,
  given: readonly Type[],
  site: Site,
  wanted: Wanted,
): Type {
  const { world } = site;
  const { node, depth, name } = wanted;
  const home = siteOf(world, first.scope);
  const docs = docsAt({ file: first.scope.file, offset: first.docsAt });
  if (first.node.type === 'TSEnumDeclaration') return documented(named(enumType(declared, home), name), docs, name);
  const inner = bind(home, first.node.typeParameters, given, depth);
  if (typeof inner === 'string') return site.unsupported(node, `${declared.name}: ${inner}`);
  if (first.node.type === 'TSTypeAliasDeclaration') {
    return documented(named(inner.type(first.node.typeAnnotation), name), docs, name);
  }
  const members = lazy(() => membersOfDeclarations(declared, given, site, wanted));
  const object: ObjectType = { kind: 'object', members, name, ...(docs === undefined ? undefined : { docs }) };
  return object;
}

/** What the comment of an alias says is said of its values. */
function documented(type: Type, docs: Docs | undefined, name: string): Type {
  if (docs === undefined) return type;
  const at = force(type);
  if (at.kind === 'object' && at.docs === undefined) return { ...at, docs };
  return { kind: 'tagged', base: type, docs, name };
}

/** Members of a class and of all interfaces of a name. */
function membersOfDeclarations(
  declared: Declared,
  given: readonly Type[],
  site: Site,
  { node, depth }: Wanted,
): Members {
  const into = noMembers();
  const parents: (() => void)[] = [];
  for (const { node: own, scope } of declared.types) {
    if (own.type === 'TSTypeAliasDeclaration' || own.type === 'TSEnumDeclaration') continue;
    const inner = bind(siteOf(site.world, scope), own.typeParameters, given, depth);
    if (typeof inner === 'string') {
      into.problems.push(site.unsupported(node, `${declared.name}: ${inner}`));
    } else if (own.type === 'TSInterfaceDeclaration') {
      addSignatures(into, own.body.body, inner);
      for (const { expression, typeArguments } of own.extends) {
        parents.push(() =>
          inherit(into, parentType(expression, typeArguments, inner), (message) =>
            inner.unsupported(expression, message),
          ),
        );
      }
    } else {
      addClassFields(into, own, inner);
      if (own.superClass !== null) parents.push(() => inheritClass(into, own, inner));
    }
  }
  for (const add of parents) add();
  return into;
}

function inheritClass(into: ReturnType<typeof noMembers>, { superClass, superTypeArguments }: Class, site: Site): void {
  if (superClass === null) return;
  inherit(into, parentType(superClass, superTypeArguments, site), (message) => site.unsupported(superClass, message));
}

function parentType(expression: Expression, given: TSTypeParameterInstantiation | null | undefined, site: Site): Type {
  const path: string[] = [];
  let at = expression;
  while (at.type === 'MemberExpression' && at.property.type === 'Identifier' && !at.computed) {
    path.unshift(at.property.name);
    at = at.object;
  }
  if (at.type !== 'Identifier')
    return site.unsupported(expression, 'what is extended here is not known without running it');
  return typeAt([at.name, ...path], argumentsOf(given, site), site, expression);
}

function numberOf(declared: object, numbers: WeakMap<object, number>): number {
  let number = numbers.get(declared);
  if (number === undefined) {
    nextNumber += 1;
    numbers.set(declared, (number = nextNumber));
  }
  return number;
}

let nextNumber = 0;

function instanceName(name: string, given: readonly Type[]): string {
  const own = name === 'default' ? 'Default' : name;
  return given.length === 0 ? own : [own, ...given.map(shortName)].join('_').slice(0, 80);
}

function shortName(type: Type): string {
  const at = force(type);
  if ('name' in at && at.name !== undefined) return at.name;
  if (at.kind === 'literal') return String(at.value).replaceAll(/[^\w.-]/g, '');
  if (at.kind === 'array') return `${shortName(at.element())}Array`;
  if (at.kind === 'tagged') return shortName(at.base);
  return at.kind === 'object' ? 'Object' : at.kind;
}
