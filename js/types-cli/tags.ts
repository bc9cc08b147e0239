// The tags of `nexurejs/schema` as keywords: `Min<1>` and the others. They are known by the module that they are imported
// from, whatever they are called there.
import { SANITIZERS } from './jsdoc.ts';
import { bare, NUMBER } from './types.ts';

import type { Site } from './site.ts';
import type { Keywords, Type } from './types.ts';

/** Tags with a value: their keyword, and what is wrong with a value. */
const TAGS: Readonly<Record<string, readonly [keyword: string, wrong: (value: unknown) => string | undefined]>> = {
  Min: ['minimum', notNumber],
  Max: ['maximum', notNumber],
  Above: ['exclusiveMinimum', notNumber],
  Below: ['exclusiveMaximum', notNumber],
  MultipleOf: ['multipleOf', (value) => notNumber(value) ?? (Number(value) > 0 ? undefined : 'a number above 0')],
  MinLength: ['minLength', notCount],
  MaxLength: ['maxLength', notCount],
  Pattern: ['pattern', notPattern],
  Format: ['format', (value) => (typeof value === 'string' && value !== '' ? undefined : 'the name of a format')],
  MinItems: ['minItems', notCount],
  MaxItems: ['maxItems', notCount],
  Default: ['default', () => undefined],
  Sanitize: ['x-sanitize', notSteps],
};

/** The type of something that this package exports. */
export function tagType(name: string, given: readonly Type[], site: Site, node: { readonly start: number }): Type {
  if (name === 'Int') return { kind: 'tagged', base: NUMBER, docs: { keywords: { type: 'integer' }, problems: [] } };
  if (name === 'UniqueItems') return tag({ uniqueItems: true });
  const known = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
  if (known === undefined) return site.unsupported(node, `${name} of nexurejs has no schema`);
  const [keyword, wrong] = known;
  const [argument] = given;
  if (argument === undefined || given.length > 1) return site.unsupported(node, `${name} takes one type argument`);
  const value = valueOf(argument);
  if (value === undefined) return site.unsupported(node, `${name} takes a literal`);
  const complaint = wrong(value.value);
  return complaint === undefined
    ? tag({ [keyword]: value.value })
    : site.unsupported(node, `${name} takes ${complaint}`);
}

function tag(keywords: Keywords): Type {
  return { kind: 'tag', keywords };
}

/** The one value that a type has, as JSON; bigints as numbers where they are exact. */
function valueOf(type: Type): { readonly value: unknown } | undefined {
  const at = bare(type);
  if (at.kind === 'literal') {
    if (typeof at.value !== 'bigint') return { value: at.value };
    return Number.isSafeInteger(Number(at.value)) ? { value: Number(at.value) } : undefined;
  }
  if (at.kind === 'keyword') return at.name === 'null' ? { value: null } : undefined;
  if (at.kind === 'tuple') {
    const elements = at.elements().map((element) => (element.rest ? undefined : valueOf(element.type())));
    return elements.includes(undefined) ? undefined : { value: elements.map((one) => one?.value) };
  }
  if (at.kind !== 'object') return undefined;
  const members = at.members();
  const entries = [...members.properties.values()].map(({ name, type: of }) => [name, valueOf(of())] as const);
  if (members.index.length > 0 || entries.some(([, one]) => one === undefined)) return undefined;
  return { value: Object.fromEntries(entries.map(([name, one]) => [name, one?.value])) };
}

function notNumber(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number';
}

function notCount(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : 'a count';
}

function notPattern(value: unknown): string | undefined {
  try {
    return typeof value === 'string' && new RegExp(value, 'u').source !== '' ? undefined : 'a regular expression';
  } catch (error) {
    return `a regular expression: ${(error as Error).message}`;
  }
}

function notSteps(value: unknown): string | undefined {
  const steps = Array.isArray(value) && value.every((step) => SANITIZERS.includes(step as string));
  return steps ? undefined : `steps: ${SANITIZERS.join(', ')}`;
}
