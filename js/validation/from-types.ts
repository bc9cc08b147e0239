// Schemas made from types: `body<CreateUser>()` finds in the registry of `nexure types` what stands for its type, by the place
// of the call, or by a name. Where that is not sure it throws: nothing is ever let through unvalidated.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { NexureError } from '../errors/nexure-error.ts';
import { callSite, originalSite } from './call-site.ts';
import { hashOf, registryPath, REGISTRY_VERSION } from './types-registry.ts';

import type { ErrorCode } from '../errors/codes.ts';
import type { Called, CallSite } from './call-site.ts';
import type { Registry } from './types-registry.ts';

/** A registry that was read, and the folder that its paths begin at. */
interface Loaded {
  readonly registry: Registry;
  readonly path: string;
  readonly folder: string;
  /** Sources by whether they are as they were read; one that is not there is. */
  readonly fresh: Map<string, boolean>;
}

const loaded = new Map<string, Loaded | undefined>();
const COMMAND = 'run `nexure types`';

/**
 * The schema of a type, for the call of `called` that is running: by name, or else by its place. Throws
 * `ERR_NEXURE_TYPES_REGISTRY`, `ERR_NEXURE_TYPES_CALL` or `ERR_NEXURE_TYPES_STALE`.
 */
export function schemaFromTypes(
  kind: string,
  name: string | undefined,
  called: Called,
): Readonly<Record<string, unknown>> {
  const site = callSite(called);
  return asObject(name === undefined ? schemaAt(kind, site) : schemaNamed(kind, name, site));
}

/** Schemas that are `true` or `false`, as objects. */
function asObject(schema: unknown): Readonly<Record<string, unknown>> {
  if (typeof schema === 'object' && schema !== null) return schema as Readonly<Record<string, unknown>>;
  return schema === true ? {} : { not: {} };
}

function schemaAt(kind: string, site: CallSite | undefined): unknown {
  if (site === undefined) {
    throw failure(
      'ERR_NEXURE_TYPES_CALL',
      `this runtime does not tell where ${kind}<...>() is called: give it a name, as in ${kind}<T>('T')`,
    );
  }
  const found = findFile(site) ?? findOriginal(site);
  if (found === undefined) {
    const known = registryFor(dirname(site.path));
    if (known === undefined) {
      throw failure(
        'ERR_NEXURE_TYPES_REGISTRY',
        `${placeOf(site)}: ${kind}<...>() needs a nexure.types.json beside package.json: ${COMMAND}`,
      );
    }
    const compiled = /\.[cm]?js$/.test(site.path) ? ', compile with source maps, or give the call a name' : '';
    throw failure(
      'ERR_NEXURE_TYPES_CALL',
      `${placeOf(site)}: ${known.path} knows no call in this file: ${COMMAND}${compiled}`,
    );
  }
  const { from, file, at } = found;
  const { calls = {}, needs = [] } = from.registry.files[file] ?? {};
  checkFresh(from, [file, ...needs], at);
  const call = calls[`${at.line}:${at.column}`];
  if (call?.kind === kind) return call.schema;
  throw failure(
    'ERR_NEXURE_TYPES_CALL',
    `${placeOf(at)}: ${from.path} knows no ${kind}<...>() here: give it a type, and ${COMMAND}`,
  );
}

function schemaNamed(kind: string, name: string, site: CallSite | undefined): unknown {
  const folders = [...(site === undefined ? [] : [dirname(site.path)]), process.cwd()];
  const from = folders.map(registryFor).find((one) => one !== undefined);
  const place = site === undefined ? `${kind}('${name}')` : placeOf(site);
  if (from === undefined) {
    throw failure(
      'ERR_NEXURE_TYPES_REGISTRY',
      `${place}: ${kind}('${name}') needs a nexure.types.json beside package.json: ${COMMAND}`,
    );
  }
  const known = Object.hasOwn(from.registry.names, name) ? from.registry.names[name] : undefined;
  if (known === undefined) {
    throw failure(
      'ERR_NEXURE_TYPES_CALL',
      `${place}: ${from.path} knows no type by the name '${name}': write ${kind}<T>('${name}') once, and ${COMMAND}`,
    );
  }
  checkFresh(from, known.needs, site);
  return known.schema;
}

interface Found {
  readonly from: Loaded;
  /** As the registry calls it. */
  readonly file: string;
  readonly at: CallSite;
}

function findFile(at: CallSite): Found | undefined {
  const from = registryFor(dirname(at.path));
  if (from === undefined) return undefined;
  const file = relative(from.folder, at.path).split(sep).join('/');
  return Object.hasOwn(from.registry.files, file) ? { from, file, at } : undefined;
}

function findOriginal(site: CallSite): Found | undefined {
  const original = originalSite(site);
  return original === undefined ? undefined : findFile(original);
}

/** The registry of a folder, or of the nearest one above that has one. */
function registryFor(folder: string): Loaded | undefined {
  if (!loaded.has(folder)) {
    const own = readRegistry(folder);
    loaded.set(folder, own ?? (dirname(folder) === folder ? undefined : registryFor(dirname(folder))));
  }
  return loaded.get(folder);
}

function readRegistry(folder: string): Loaded | undefined {
  const path = registryPath(folder);
  const text = readSource(path);
  if (text === undefined) return undefined;
  let registry: Partial<Registry> | undefined;
  try {
    registry = JSON.parse(text) as Partial<Registry>;
  } catch (cause) {
    throw failure('ERR_NEXURE_TYPES_REGISTRY', `${path} is no JSON: ${COMMAND}`, cause);
  }
  const { version, files, names } = registry ?? {};
  if (version !== REGISTRY_VERSION || typeof files !== 'object' || typeof names !== 'object') {
    throw failure('ERR_NEXURE_TYPES_REGISTRY', `${path} is of another version of nexurejs: ${COMMAND}`);
  }
  return { registry: { version, files, names }, path, folder: dirname(path), fresh: new Map() };
}

/** What has changed since it was read may mean another type. Sources that are not deployed cannot have. */
function checkFresh(from: Loaded, files: readonly string[], at: CallSite | undefined): void {
  for (const file of files) {
    let fresh = from.fresh.get(file);
    if (fresh === undefined) {
      const text = readSource(join(from.folder, file));
      fresh = text === undefined || hashOf(text) === from.registry.files[file]?.sha256;
      from.fresh.set(file, fresh);
    }
    if (fresh) continue;
    const place = at === undefined ? '' : `${placeOf(at)}: `;
    throw failure('ERR_NEXURE_TYPES_STALE', `${place}${file} has changed since ${from.path} was written: ${COMMAND}`);
  }
}

function readSource(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as { readonly code?: unknown }).code))) return undefined;
    throw error;
  }
}

function placeOf({ path, line, column }: CallSite): string {
  return `${path}:${line}:${column}`;
}

function failure(code: ErrorCode, message: string, cause?: unknown): NexureError {
  return new NexureError(code, message, cause === undefined ? undefined : { cause });
}
