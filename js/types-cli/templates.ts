// Template literal types: texts where all parts are known, else the pattern of texts.
import { bare, force, literal, NEVER, STRING } from './types.ts';
import { literalsOf, MAX_MEMBERS, membersOf, unionOf, unsupported } from './unions.ts';

import type { Position } from './source-file.ts';
import type { Type } from './types.ts';

/** The type of a template: one text more than types. */
export function templateType(texts: readonly string[], types: readonly Type[], at: Position): Type {
  const broken = types.map(force).find((type) => type.kind === 'unsupported');
  if (broken !== undefined) return broken;
  const alternatives = types.map((type) => literalsOf(expandBoolean(type)));
  if (alternatives.every((one) => one !== undefined)) {
    const count = alternatives.reduce((product, one) => product * one.length, 1);
    if (count > MAX_MEMBERS) return unsupported(at, `this template has ${count} texts: more than ${MAX_MEMBERS}`);
    let all = [texts[0] ?? ''];
    for (const [index, one] of alternatives.entries()) {
      const tail = texts[index + 1] ?? '';
      all = all.flatMap((head) => one.map(({ value }) => `${head}${String(value)}${tail}`));
    }
    return unionOf(all.map(literal));
  }
  if (types.length === 1 && texts.every((text) => text === '') && bare(types[0] as Type) === STRING) return STRING;
  return { kind: 'template', texts, types };
}

function expandBoolean(type: Type): Type {
  return unionOf(
    membersOf(type).map((one) =>
      one.kind === 'keyword' && one.name === 'boolean' ? unionOf([literal(false), literal(true)]) : one,
    ),
  );
}

const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  Uppercase: (text) => text.toUpperCase(),
  Lowercase: (text) => text.toLowerCase(),
  Capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  Uncapitalize: (text) => text.slice(0, 1).toLowerCase() + text.slice(1),
};

/** `Uppercase` and its kind. */
export function changeCase(name: string, type: Type, at: Position): Type {
  const change = CHANGES[name];
  const literals = literalsOf(type);
  if (change === undefined || literals === undefined) {
    return unsupported(at, `${name} is understood of literals only`);
  }
  return literals.length === 0 ? NEVER : unionOf(literals.map(({ value }) => literal(change(String(value)))));
}
