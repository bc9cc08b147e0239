// The file that `nexure types` writes, as it is read again: schemas by the call they are for, or by name. It belongs to the
// application: what is in it is trusted, but checked against the sources where these are there.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the file is called, beside package.json. */
export const REGISTRY_NAME = 'nexure.types.json';

/** The form of the file; another one is refused. */
export const REGISTRY_VERSION = 1;

/** The schema of a call. */
export interface RegisteredCall {
  /** `body`, `query` and so on. */
  readonly kind: string;
  /** The type, as it is written. */
  readonly type: string;
  readonly schema: unknown;
}

/** A source file. */
export interface RegisteredFile {
  /** SHA-256 of its text with line feeds, in hexadecimal. */
  readonly sha256: string;
  /** Files that its types come from. */
  readonly needs?: readonly string[];
  /** By `line:column`, both from 1. */
  readonly calls?: Readonly<Record<string, RegisteredCall>>;
}

/** A schema with a name. */
export interface RegisteredName {
  readonly type: string;
  readonly schema: unknown;
  /** Files that it comes from. */
  readonly needs: readonly string[];
}

/** All of it. Paths are relative to the folder of the file, with `/`. */
export interface Registry {
  readonly version: number;
  readonly files: Readonly<Record<string, RegisteredFile>>;
  readonly names: Readonly<Record<string, RegisteredName>>;
}

/** SHA-256 of a text in hexadecimal, the same for all line ends: checkouts differ in them. */
export function hashOf(text: string): string {
  return createHash('sha256')
    .update(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
    .digest('hex');
}

/** Where the registry of a folder is: as `nexure.types` of its package.json says, or `nexure.types.json` beside that. */
export function registryPath(folder: string): string {
  const manifest = join(folder, 'package.json');
  const { nexure } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly nexure?: { readonly types?: unknown } })
    : {};
  return join(folder, typeof nexure?.types === 'string' ? nexure.types : REGISTRY_NAME);
}
