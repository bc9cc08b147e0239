// What object types have: members of type literals and interfaces, fields of classes.
import { functionType } from './functions.ts';
import { docsAt } from './jsdoc.ts';
import { bare, lazy, UNKNOWN } from './types.ts';
import { membersOf } from './unions.ts';
import { staticKey, valueType } from './values.ts';

import type { Class, TSSignature } from './ast.ts';
import type { Site } from './site.ts';
import type { IndexSignature, Members, Property, Type, Unsupported } from './types.ts';

/** Members while they are collected. */
export interface Collected {
  readonly properties: Map<string, Property>;
  readonly index: IndexSignature[];
  readonly problems: Unsupported[];
  symbols: boolean;
}

export function noMembers(): Collected {
  return { properties: new Map(), index: [], problems: [], symbols: false };
}

/** The members of a type literal or of the body of an interface. */
export function membersOfSignatures(signatures: readonly TSSignature[], site: Site): Members {
  const into = noMembers();
  addSignatures(into, signatures, site);
  return into;
}

/** Adds members; they go before those that are there. */
export function addSignatures(into: Collected, signatures: readonly TSSignature[], site: Site): void {
  for (const node of signatures) {
    switch (node.type) {
      case 'TSPropertySignature': {
        const annotation = node.typeAnnotation;
        const type = (): Type =>
          annotation === null
            ? site.unsupported(node, 'this property has no type, so it is `any`')
            : site.type(annotation.typeAnnotation);
        addProperty(into, node, type, node.optional, site);
        break;
      }
      case 'TSMethodSignature': {
        if (node.kind === 'get' && node.returnType !== null) {
          const { returnType } = node;
          addProperty(into, node, () => site.type(returnType.typeAnnotation), false, site);
        } else if (node.kind === 'method') {
          addProperty(into, node, () => functionType(node, site, 'a method'), node.optional, site);
        }
        break;
      }
      case 'TSIndexSignature':
        addIndex(into, node, site);
        break;
      default:
        into.problems.push(site.unsupported(node, 'an object that can be called has no JSON form'));
    }
  }
}

function addProperty(
  into: Collected,
  node: Parameters<typeof staticKey>[0] & { readonly start: number },
  type: () => Type,
  optional: boolean,
  site: Site,
): void {
  const key = staticKey(node, site);
  if (key === undefined) {
    into.problems.push(site.unsupported(node, 'the name of this property is computed, and not known here'));
  } else if (typeof key === 'symbol') {
    into.symbols = true;
  } else {
    const at = site.at(node);
    const docs = docsAt(at);
    into.properties.set(key, {
      name: key,
      optional,
      type: lazy(type),
      at,
      ...(docs === undefined ? undefined : { docs }),
    });
  }
}

function addIndex(into: Collected, node: Extract<TSSignature, { type: 'TSIndexSignature' }>, site: Site): void {
  const [parameter] = node.parameters;
  if (parameter === undefined) return;
  const value = lazy(() => site.type(node.typeAnnotation.typeAnnotation));
  for (const key of membersOf(site.type(parameter.typeAnnotation.typeAnnotation))) into.index.push({ key, value });
}

/** Adds the public fields of instances of a class. Methods and accessors are no part of what is sent. */
export function addClassFields(into: Collected, node: Class, site: Site): void {
  for (const element of node.body.body) {
    if (element.type === 'TSIndexSignature') {
      addIndex(into, element, site);
    } else if (
      element.type === 'PropertyDefinition' ||
      element.type === 'TSAbstractPropertyDefinition' ||
      element.type === 'AccessorProperty'
    ) {
      const { accessibility, typeAnnotation, value } = element;
      if (element.static || accessibility === 'private' || accessibility === 'protected') continue;
      if (element.key.type === 'PrivateIdentifier') continue;
      const type = (): Type => {
        if (typeAnnotation !== null && typeAnnotation !== undefined) return site.type(typeAnnotation.typeAnnotation);
        return value === null
          ? site.unsupported(element, 'this field has no type, so it is `any`')
          : valueType(value, site, 'readonly' in element && element.readonly);
      };
      addProperty(into, element, type, 'optional' in element && element.optional === true, site);
    } else if (element.type === 'MethodDefinition' && element.kind === 'constructor') {
      for (const parameter of element.value.params) {
        if (parameter.type !== 'TSParameterProperty') continue;
        if (parameter.accessibility === 'private' || parameter.accessibility === 'protected') continue;
        const given = parameter.parameter;
        const binding =
          (given as { readonly type: string }).type === 'AssignmentPattern'
            ? (given as unknown as { left: typeof given }).left
            : given;
        if (binding.type !== 'Identifier') continue;
        const annotation = binding.typeAnnotation;
        const type = (): Type =>
          annotation === null || annotation === undefined
            ? site.unsupported(parameter, 'this field has no type, so it is `any`')
            : site.type(annotation.typeAnnotation);
        const at = site.at(parameter);
        into.properties.set(binding.name, {
          name: binding.name,
          optional: (binding as { readonly optional?: boolean }).optional === true,
          type: lazy(type),
          at,
        });
      }
    }
  }
}

/** Adds what a parent has, unless it is there. */
export function inherit(into: Collected, parent: Type, problem: (message: string) => Unsupported): void {
  const at = bare(parent);
  if (at === UNKNOWN) return;
  if (at.kind === 'unsupported') {
    into.problems.push(at);
  } else if (at.kind !== 'object') {
    into.problems.push(problem('it extends what is no object type'));
  } else {
    const members = at.members();
    for (const [name, property] of members.properties) {
      if (!into.properties.has(name)) into.properties.set(name, property);
    }
    into.index.push(...members.index.filter(({ key }) => !into.index.some((own) => own.key === key)));
    into.problems.push(...members.problems);
    into.symbols ||= members.symbols;
  }
}
