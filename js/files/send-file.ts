// A single file that a handler names: `ctx.file()`.
import { basename, isAbsolute, resolve } from 'node:path';

import { checkNames, invalidOption } from '../option-checks.ts';
import { native } from '../native.ts';
import { attachment } from './content-disposition.ts';
import { answerWith, fileError, missingError, nativeRoot, problemError } from './file-answer.ts';
import { findFile, RootDirectory } from './open-file.ts';
import { FILE_OPTIONS, resolveFileOptions } from './static-options.ts';

import type { FileRoot } from '../native.ts';
import type { FileAnswer, FileRequest } from './file-answer.ts';
import type { Found } from './open-file.ts';
import type { FileAnswerOptions, ResolvedFileOptions } from './static-options.ts';

/** How a single file is answered. The object is read once: give the same one again, and it is not read again. */
export interface FileOptions extends FileAnswerOptions {
  /** The directory the path is below. With it the path may come from a client; without it, it must be absolute. */
  readonly root?: string;
  /** Offers the file to be saved, under this name or (`true`) its own; default `false`. */
  readonly download?: boolean | string;
  /** `Content-Type`; default by the extension of the name. */
  readonly type?: string;
}

interface Resolved {
  readonly options: ResolvedFileOptions;
  readonly native: FileRoot;
  readonly root: RootDirectory | undefined;
}

const WHOLE_BYTES = 64 * 1024;
const DEFAULTS: FileOptions = {};
const known = new WeakMap<FileOptions, Resolved>();

/**
 * Answers a GET or HEAD with a file. Below a `root` the path is judged like that of a request, though not decoded; an
 * absolute path is the application's own: hidden files are served and links followed, only `..` is refused.
 *
 * Rejects with an `HttpError` of 400, 403, 404, 412 or 416, with `ERR_NEXURE_OPTION_INVALID`, or with the system's error.
 */
export async function sendFile(
  path: string,
  request: FileRequest,
  options: FileOptions = DEFAULTS,
): Promise<FileAnswer> {
  const resolved = resolveOptions(options);
  const { root } = resolved;
  if (typeof path !== 'string') throw invalidOption('file', 'a path', path);
  const find = root === undefined ? findFile : (inside: string): Promise<Found> => root.findAt(inside);
  const found = await (root === undefined ? findFile(absolute(path)) : root.find(relative(resolved.native, path)));
  if (found.kind !== 'file') throw missingError(found.kind);
  const { file } = found;
  const { download = false, type = native.mediaTypeOf(file.path) } = options;
  const disposition = download === false ? undefined : attachment(download === true ? basename(file.path) : download);
  const chosen = {
    file,
    mediaType: type,
    findVariant: (variant: string): Promise<Found> => find(variant),
    maxWholeBytes: WHOLE_BYTES,
    ...(disposition === undefined ? undefined : { disposition }),
  };
  return answerWith(resolved.native, resolved.options, chosen, request);
}

function resolveOptions(options: FileOptions): Resolved {
  const before = known.get(options);
  if (before !== undefined) return before;
  checkNames('file', options, [...FILE_OPTIONS, 'root', 'download', 'type']);
  const { root, download = false, type } = options;
  if (root !== undefined && (typeof root !== 'string' || root === '' || root.includes('\0'))) {
    throw invalidOption('file.root', 'the path of a directory', root);
  }
  if (typeof download !== 'boolean' && typeof download !== 'string') {
    throw invalidOption('file.download', 'a boolean or a name', download);
  }
  if (type !== undefined && (typeof type !== 'string' || !/^[!-~]([ -~]*[!-~])?$/.test(type))) {
    throw invalidOption('file.type', 'a media type', type);
  }
  const checked = resolveFileOptions(options, 'file');
  const resolved: Resolved = {
    options: checked,
    native: nativeRoot(checked),
    root: root === undefined ? undefined : new RootDirectory(resolve(root), checked.followSymlinks),
  };
  known.set(options, resolved);
  return resolved;
}

/** A path of the application's own. */
function absolute(path: string): string {
  if (!isAbsolute(path)) throw invalidOption('file', 'an absolute path, or one below the option root', path);
  // A part of it may come from a client all the same.
  if (path.includes('\0') || path.split(/[/\\]/).includes('..')) throw fileError('ERR_NEXURE_FILE_PATH');
  return path;
}

/** A path below a root. It is escaped to be judged by the one place that judges paths. */
function relative(root: FileRoot, path: string): string {
  if (!path.isWellFormed()) throw fileError('ERR_NEXURE_FILE_PATH');
  const { path: checked, problem } = root.resolve(path.split('/').map(encodeURIComponent).join('/'));
  if (problem !== undefined) throw problemError(problem);
  return checked ?? '';
}
