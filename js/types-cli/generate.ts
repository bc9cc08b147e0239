// Makes the registry of a project: for each call with a type its schema. The same sources give the same text.
import { readFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

import { hashOf, REGISTRY_VERSION } from '../validation/types-registry.ts';
import { findCalls, mayCall } from './calls.ts';
import { isDeclaration } from './sources.ts';
import { createWorld } from './world.ts';

import type { RegisteredCall, RegisteredFile, RegisteredName, Registry } from '../validation/types-registry.ts';
import type { Parse } from './ast.ts';
import type { TypeCall } from './calls.ts';
import type { TypeProblem } from './emit.ts';
import type { World } from './site.ts';
import type { Position } from './source-file.ts';

/** What `nexure types` has made of a project. */
export interface Generated {
  /** The registry, as it is written. */
  readonly text: string;
  readonly calls: number;
  /** Every error, as `file:line:column: path: message`. */
  readonly problems: readonly string[];
}

/** Reads sources and makes the registry that stands at a path. */
export function generateRegistry(files: readonly string[], out: string, parse: Parse): Generated {
  const world = createWorld(parse);
  const folder = dirname(out);
  const nameOf = (path: string): string => relative(folder, path).split(sep).join('/');
  /** With the call that each was found for first. */
  const problems = new Map<string, string>();
  const found = new Map<string, readonly TypeCall[]>();
  const texts = new Map(files.map((path) => [path, readFileSync(path, 'utf8')]));
  for (const [path, content] of texts) {
    // What declares globals is known before anything asks for them.
    if (isDeclaration(path) || content.includes('declare global')) world.project.open(path);
  }
  for (const [path, content] of texts) {
    if (isDeclaration(path) || !mayCall(content)) continue;
    const calls = findCalls(path, world);
    if (calls.length > 0) found.set(path, calls);
    for (const call of calls) {
      for (const problem of call.problems) {
        const text = problemText(problem, nameOf);
        if (!problems.has(text)) problems.set(text, originOf(problem, call, nameOf));
      }
    }
  }
  for (const { path, errors, locate } of syntaxErrors(world)) {
    for (const { message, offset } of errors) {
      const { line, column } = locate(offset);
      problems.set(`${nameOf(path)}:${line}:${column}: ${message}`, '');
    }
  }
  const registry = registryOf(found, world, nameOf, problems);
  return {
    text: `${JSON.stringify(registry, undefined, 1)}\n`,
    calls: [...found.values()].flat().length,
    problems: Array.from(problems, ([text, origin]) => text + origin),
  };
}

/** Where something stands, for people. */
export function placeText({ file, offset }: Position, nameOf: (path: string) => string): string {
  const { line, column } = file.locate(offset);
  return `${nameOf(file.path)}:${line}:${column}`;
}

/** A problem as a line. */
export function problemText({ at, path, message }: TypeProblem, nameOf: (path: string) => string): string {
  const segments = path.split('.');
  const shown = segments.length > 12 ? [...segments.slice(0, 4), '...', ...segments.slice(-3)].join('.') : path;
  return `${placeText(at, nameOf)}: ${shown}: ${message}`;
}

/** The call that a problem is found for, where it stands in another file. */
function originOf({ at }: TypeProblem, call: TypeCall, nameOf: (path: string) => string): string {
  return at.file === call.at.file ? '' : ` (${call.kind}<${call.type}> at ${placeText(call.at, nameOf)})`;
}

interface Malformed {
  readonly path: string;
  readonly errors: readonly { readonly message: string; readonly offset: number }[];
  readonly locate: (offset: number) => { readonly line: number; readonly column: number };
}

function syntaxErrors(world: World): readonly Malformed[] {
  return world.project.files
    .filter(({ path, errors }) => errors.length > 0 && !isOfPackage(path))
    .map((file) => ({ path: file.path, errors: file.errors, locate: (offset) => file.locate(offset) }));
}

/** Files of packages change by their version, which a lock file holds. */
function isOfPackage(path: string): boolean {
  return path.split(sep).includes('node_modules');
}

function registryOf(
  found: ReadonlyMap<string, readonly TypeCall[]>,
  world: World,
  nameOf: (path: string) => string,
  problems: Map<string, string>,
): Registry {
  const files: Record<string, RegisteredFile> = {};
  const names: Record<string, RegisteredName> = {};
  const hashes = new Map<string, string>();
  for (const { path, text } of world.project.files) hashes.set(path, hashOf(text));
  for (const [path, calls] of found) {
    const needs = [...world.project.usedBy(path)].filter((one) => !isOfPackage(one)).sort();
    const byPlace: Record<string, RegisteredCall> = {};
    for (const { kind, type, schema, name, at } of calls) {
      if (name === undefined) {
        const { line, column } = at.file.locate(at.offset);
        byPlace[`${line}:${column}`] = { kind, type, schema };
      } else {
        const known = names[name];
        if (known !== undefined && JSON.stringify(known.schema) !== JSON.stringify(schema)) {
          problems.set(
            `${placeText(at, nameOf)}: the name ${JSON.stringify(name)} has another schema elsewhere (${known.needs[0]})`,
            '',
          );
        }
        names[name] ??= { type, schema, needs: [path, ...needs].map(nameOf) };
      }
    }
    for (const one of [path, ...needs]) files[nameOf(one)] ??= { sha256: hashes.get(one) ?? '' };
    files[nameOf(path)] = {
      sha256: hashes.get(path) ?? '',
      ...(needs.length === 0 ? undefined : { needs: needs.map(nameOf) }),
      ...(Object.keys(byPlace).length === 0 ? undefined : { calls: byPlace }),
    };
  }
  return { version: REGISTRY_VERSION, files: sorted(files), names: sorted(names) };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
