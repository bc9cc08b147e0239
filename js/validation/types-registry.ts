// The file that `nexure types` writes, as it is read again: schemas by the call they are for, or by name. It belongs to the
// application: what is in it is trusted, but checked against the sources where these are there.

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
