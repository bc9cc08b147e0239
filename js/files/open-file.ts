// Finds and opens files below a root, links included. Only regular files are ever opened, and never in a way that waits:
// a pipe or a device is as if it were not there.
import { constants, open, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';

import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** A regular file, or why there is none. */
export type Found =
  | { readonly kind: 'file'; readonly file: FoundFile }
  | { readonly kind: 'directory' | 'missing' | 'forbidden' };

/** A regular file that was there a moment ago. */
export interface FoundFile {
  /** As it was asked for. */
  readonly path: string;
  /** With all links resolved. */
  readonly realPath: string;
  readonly facts: FileTimes;
}

/** Length and time of modification, as the native core takes them. */
export interface FileTimes {
  readonly length: number;
  /** Whole seconds, rounded down. */
  readonly mtimeSeconds: number;
  readonly mtimeNanos: number;
}

/** An open file; whoever has it closes it. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly facts: FileTimes;
}

/** As pillarjs/send has them; `ELOOP` (500 there) and `EINVAL` are no fault of the server's either. */
const MISSING: readonly (string | undefined)[] = ['ENOENT', 'ENAMETOOLONG', 'ENOTDIR', 'ELOOP', 'EINVAL'];
const FORBIDDEN: readonly (string | undefined)[] = ['EACCES', 'EPERM'];
// Not there on Windows, where nothing needs them: links need a privilege, and pipes are no files.
const FLAGS: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A directory that what is served lies in. */
export class RootDirectory {
  /** As it was given, absolute. */
  readonly path: string;
  readonly #prefix: string;
  readonly #followSymlinks: boolean;
  #realPath: string | undefined;

  constructor(path: string, followSymlinks: boolean) {
    this.path = path;
    this.#prefix = path.endsWith(sep) ? path : `${path}/`;
    this.#followSymlinks = followSymlinks;
  }

  /** Looks for a file by its checked path below the root. Rejects with the system's error when that cannot be told. */
  find(relative: string): Promise<Found> {
    return this.findAt(this.#prefix + relative);
  }

  /** The same, by a path that begins with the root's. */
  findAt(path: string): Promise<Found> {
    return findFile(path, this.#followSymlinks ? undefined : this);
  }

  /** Whether a path without links lies in the root, which may be a link that has been moved since. */
  async contains(realPath: string): Promise<boolean> {
    if (this.#realPath !== undefined && isWithin(this.#realPath, realPath)) return true;
    this.#realPath = await realpath(this.path);
    return isWithin(this.#realPath, realPath);
  }
}

/** Looks for a file by its absolute path; without a root, links may lead anywhere. */
export async function findFile(path: string, root?: RootDirectory): Promise<Found> {
  try {
    const [realPath, stats] = await Promise.all([realpath(path), stat(path, { bigint: true })]);
    if (root !== undefined && !(await root.contains(realPath))) return { kind: 'missing' };
    if (stats.isDirectory()) return { kind: 'directory' };
    // A trailing separator asks for a directory, even where the system does not mind.
    if (!stats.isFile() || path.endsWith('/')) return { kind: 'missing' };
    return { kind: 'file', file: { path, realPath, facts: timesOf(stats) } };
  } catch (error) {
    return { kind: refusalOf(error) };
  }
}

/** Opens what was found, unless something else is there by now. */
export async function openFile(found: FoundFile): Promise<OpenFile | 'missing' | 'forbidden'> {
  let handle: FileHandle;
  try {
    handle = await open(found.realPath, FLAGS);
  } catch (error) {
    return refusalOf(error);
  }
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) return { handle, facts: timesOf(stats) };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return 'missing';
}

/** Whether `left` was changed more than two seconds after `right`: the granularity of FAT, and the time of unpacking. */
export function isNewer(left: FileTimes, right: FileTimes): boolean {
  const nanos = (left.mtimeSeconds - right.mtimeSeconds) * 1e9 + left.mtimeNanos - right.mtimeNanos;
  return nanos > 2e9;
}

function refusalOf(error: unknown): 'missing' | 'forbidden' {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (MISSING.includes(code)) return 'missing';
  if (FORBIDDEN.includes(code)) return 'forbidden';
  throw error;
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function timesOf(stats: BigIntStats): FileTimes {
  const nanos = stats.mtimeNs % 1_000_000_000n;
  const mtimeNanos = Number(nanos < 0n ? nanos + 1_000_000_000n : nanos);
  return {
    length: Number(stats.size),
    mtimeSeconds: Number((stats.mtimeNs - BigInt(mtimeNanos)) / 1_000_000_000n),
    mtimeNanos,
  };
}
