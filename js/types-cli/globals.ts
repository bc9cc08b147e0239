// Types that every file knows: utility types, arrays, `Date`; and those of the platform that have no JSON form.
import { conditionalOn } from './conditional.ts';
import { indexed, keysOf } from './keys.ts';
import { mapProperties } from './mapped.ts';
import { changeCase } from './templates.ts';
import { bare, DATE, force, lazy, NEVER, NULL, STRING, UNDEFINED, UNKNOWN, NUMBER } from './types.ts';
import { literalsOf, membersOf, unionOf } from './unions.ts';

import type { Site } from './site.ts';
import type { IndexSignature, Property, Type } from './types.ts';

type Node = { readonly start: number };
type Evaluate = (given: readonly Type[], site: Site, node: Node) => Type;

/** Number of arguments, and what to make of them. */
const GLOBALS: Readonly<Record<string, readonly [count: number, evaluate: Evaluate]>> = {
  Array: [1, ([element = UNKNOWN]) => ({ kind: 'array', element: () => element })],
  ReadonlyArray: [1, ([element = UNKNOWN]) => ({ kind: 'array', element: () => element })],
  Date: [0, () => DATE],
  Partial: [
    1,
    ([of = NEVER], site, node) => mapProperties(of, site.at(node), (property) => ({ ...property, optional: true })),
  ],
  Required: [1, ([of = NEVER], site, node) => mapProperties(of, site.at(node), required)],
  Readonly: [1, ([of = NEVER]) => of],
  NoInfer: [1, ([of = NEVER]) => of],
  Pick: [2, ([of = NEVER, keys = NEVER], site, node) => select(of, keys, true, site, node)],
  Omit: [2, ([of = NEVER, keys = NEVER], site, node) => select(of, keys, false, site, node)],
  Record: [2, record],
  Exclude: [
    2,
    ([of = NEVER, out = NEVER], site, node) =>
      conditionalOn(of, out, { yes: () => NEVER, no: (one) => one }, site.at(node)),
  ],
  Extract: [
    2,
    ([of = NEVER, kept = NEVER], site, node) =>
      conditionalOn(of, kept, { yes: (one) => one, no: () => NEVER }, site.at(node)),
  ],
  NonNullable: [1, ([of = NEVER]) => unionOf(membersOf(of).filter((one) => one !== NULL && one !== UNDEFINED))],
  Awaited: [1, ([of = NEVER]) => unionOf(membersOf(of).map(awaited))],
  ReturnType: [1, ([of = NEVER], site, node) => ofFunction(of, site, node, ({ returns }) => returns())],
  Parameters: [1, ([of = NEVER], site, node) => ofFunction(of, site, node, ({ parameters }) => parameters())],
  Uppercase: [1, ([of = NEVER], site, node) => changeCase('Uppercase', of, site.at(node))],
  Lowercase: [1, ([of = NEVER], site, node) => changeCase('Lowercase', of, site.at(node))],
  Capitalize: [1, ([of = NEVER], site, node) => changeCase('Capitalize', of, site.at(node))],
  Uncapitalize: [1, ([of = NEVER], site, node) => changeCase('Uncapitalize', of, site.at(node))],
  PropertyKey: [0, () => unionOf([STRING, NUMBER])],
};

/** What has no JSON form, and what may be meant in its place. */
const FOREIGN: Readonly<Record<string, string>> = {
  Map: 'Record<string, ...>',
  ReadonlyMap: 'Record<string, ...>',
  Set: 'an array with UniqueItems',
  ReadonlySet: 'an array with UniqueItems',
  RegExp: "string & Format<'regex'>",
  URL: "string & Format<'uri'>",
  Buffer: 'a string of base64, or read the body as bytes',
  Uint8Array: 'a string of base64, or read the body as bytes',
  ArrayBuffer: 'a string of base64, or read the body as bytes',
  Promise: 'Awaited<...>',
  PromiseLike: 'Awaited<...>',
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  BigInt: 'bigint',
  Symbol: 'string',
  Object: 'Record<string, unknown>',
  Function: '',
  Error: '',
  Blob: 'ctx.parts()',
  File: 'ctx.parts()',
  FormData: 'ctx.parts()',
  ReadableStream: 'ctx.request.stream',
};

/** The message for a type of the platform. */
export function foreignMessage(name: string): string {
  const meant = Object.hasOwn(FOREIGN, name) ? FOREIGN[name] : undefined;
  return `${name} has no JSON form${meant === undefined || meant === '' ? '' : `; is ${meant} meant?`}`;
}

/** The type of a name that no file of the project declares. */
export function globalType(name: string, given: readonly Type[], site: Site, node: Node): Type {
  const known = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : undefined;
  if (known !== undefined) {
    const [count, evaluate] = known;
    if (given.length !== count)
      return site.unsupported(node, `${name} takes ${count} type arguments, not ${given.length}`);
    const broken = given.map(force).find((one) => one.kind === 'unsupported');
    return broken !== undefined && !name.endsWith('Array') ? broken : evaluate(given, site, node);
  }
  if (Object.hasOwn(FOREIGN, name)) return { kind: 'foreign', name, at: site.at(node), arguments: given };
  return site.unsupported(node, `${name} is neither declared in the project nor a global type with a JSON form`);
}

function required(property: Property): Property {
  const type = lazy(() => unionOf(membersOf(property.type()).filter((one) => one !== UNDEFINED)));
  return { ...property, optional: false, type };
}

/** `Pick` and `Omit`: with the keys of a union's members in common, as TypeScript does. */
function select(of: Type, keys: Type, picks: boolean, site: Site, node: Node): Type {
  const names = new Set(
    literalsOf(unionOf(membersOf(keys).filter((one) => bare(one).kind === 'literal')))?.map(({ value }) =>
      String(value),
    ),
  );
  const kept = (name: string): boolean => names.has(name) === picks;
  const at = force(of);
  const wide = membersOf(keys).some((one) => bare(one).kind === 'keyword');
  if (bare(at).kind !== 'union') {
    return mapProperties(
      at,
      site.at(node),
      (property) => (kept(property.name) ? property : undefined),
      (index) => (picks ? wide : !wide) || index === undefined,
    );
  }
  const common = keysOf(at, site.at(node));
  const properties = membersOf(common).flatMap((key): Property[] => {
    const one = bare(key);
    if (one.kind !== 'literal' || !kept(String(one.value))) return [];
    const name = String(one.value);
    return [{ name, optional: false, type: lazy(() => indexed(at, one, site.at(node))), at: site.at(node) }];
  });
  return {
    kind: 'object',
    members: () => ({
      properties: new Map(properties.map((one) => [one.name, one])),
      index: [],
      problems: [],
      symbols: false,
    }),
  };
}

function record([keys = NEVER, value = NEVER]: readonly Type[], site: Site, node: Node): Type {
  const properties = new Map<string, Property>();
  const index: IndexSignature[] = [];
  for (const key of membersOf(keys)) {
    const at = bare(key);
    if (at.kind === 'literal') {
      const name = String(at.value);
      properties.set(name, { name, optional: false, type: () => value, at: site.at(node) });
    } else if (at.kind === 'template' || (at.kind === 'keyword' && ['string', 'number', 'symbol'].includes(at.name))) {
      index.push({ key: at, value: () => value });
    } else if (at.kind === 'keyword' && at.name === 'any') {
      index.push({ key: STRING, value: () => value });
    } else {
      return at.kind === 'unsupported' ? at : site.unsupported(node, 'the keys of a Record are texts or numbers');
    }
  }
  return { kind: 'object', members: () => ({ properties, index, problems: [], symbols: false }) };
}

function awaited(type: Type): Type {
  const at = bare(type);
  const [inner] = at.kind === 'foreign' && /^Promise(Like)?$/.test(at.name) ? at.arguments : [];
  return inner === undefined ? type : unionOf(membersOf(inner).map(awaited));
}

function ofFunction(of: Type, site: Site, node: Node, take: (type: Type & { kind: 'function' }) => Type): Type {
  const at = bare(of);
  return at.kind === 'function' ? take(at) : site.unsupported(node, 'this is no function');
}
