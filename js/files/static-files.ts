// A directory that is served: from the rest of a request path to the file that answers it.
import { resolve } from 'node:path';

import { invalidOption } from '../option-checks.ts';
import { native } from '../native.ts';
import { answerWith, missingError, nativeRoot, problemError } from './file-answer.ts';
import { RootDirectory } from './open-file.ts';
import { resolveStaticOptions } from './static-options.ts';

import type { FileRoot, HotFiles } from '../native.ts';
import type { FileAnswer, FileRequest, WholeFile } from './file-answer.ts';
import type { Found } from './open-file.ts';
import type { ResolvedStaticOptions, StaticOptions } from './static-options.ts';

/** Files up to this length are read at once even if none are kept: one chunk of a stream. */
const WHOLE_BYTES = 64 * 1024;

/** A directory and how it is served. The directory need not be there yet. */
export class StaticFiles {
  readonly root: RootDirectory;
  readonly options: ResolvedStaticOptions;
  /** The same options, where paths and answers are decided. */
  readonly native: FileRoot;
  /** The files kept in memory, for the engine to ask; filled by {@link answerFile}. */
  readonly hot: HotFiles | undefined;

  constructor(directory: string, options?: StaticOptions, path = 'static') {
    if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
      throw invalidOption(path, 'the path of a directory', directory);
    }
    this.options = resolveStaticOptions(options, path);
    this.root = new RootDirectory(resolve(directory), this.options.followSymlinks);
    this.native = nativeRoot(this.options);
    this.hot = this.options.hot === undefined ? undefined : new native.HotFiles(this.options.hot);
  }
}

/** A file that was found, and whether a request for the same path could never have led to another one. */
interface Candidate {
  readonly found: Found;
  readonly isFirst: boolean;
}

/**
 * Answers a GET or HEAD with a file below the root. `raw` is what of the request path follows the mount and its `/`,
 * percent-encoded as it came.
 *
 * Rejects with an `HttpError` of 400, 403, 404, 412 or 416, and with the system's own error when a file cannot be read.
 */
export async function answerFile(files: StaticFiles, raw: string, request: FileRequest): Promise<FileAnswer> {
  const { root, options } = files;
  const { path, problem } = files.native.resolve(raw);
  if (problem !== undefined) throw problemError(problem);
  const relative = path ?? '';
  const [urlPath = '', query] = splitQuery(request.url);
  // The root itself has no segment that could end with a slash.
  const asksForDirectory = relative === '' ? urlPath.endsWith('/') : relative.endsWith('/');
  let { found, isFirst } = await (asksForDirectory ? findIndex(files, relative) : findNamed(files, relative));
  if (found.kind === 'directory' && !asksForDirectory && options.redirect) return redirectTo(urlPath, query);
  if (found.kind !== 'file' && found.kind !== 'forbidden' && options.fallback !== undefined && !hasDot(relative)) {
    found = await root.find(options.fallback);
    isFirst = false;
  }
  if (found.kind !== 'file') throw missingError(found.kind);
  const { hot, maxWholeBytes } = { hot: isFirst ? files.hot : undefined, maxWholeBytes: wholeBytes(options) };
  const onWhole = ({ watched, accepted, facts, bytes }: WholeFile): void => {
    const asFound = watched.map((file) => ({ path: file.path, ...file.facts }));
    hot?.insert(files.native, relative, accepted, asFound, facts, bytes);
  };
  const { file } = found;
  const mediaType = native.mediaTypeOf(file.path);
  const findVariant = (variant: string): Promise<Found> => root.findAt(variant);
  return answerWith(files.native, options, { file, mediaType, findVariant, maxWholeBytes, onWhole }, request);
}

/** A file by its name, or with one of the extensions behind it. */
async function findNamed({ root, options }: StaticFiles, relative: string): Promise<Candidate> {
  const found = await root.find(relative);
  if (found.kind !== 'missing' || relative === '') return { found, isFirst: true };
  for (const extension of options.extensions) {
    const other = await root.find(`${relative}.${extension}`);
    if (other.kind === 'file') return { found: other, isFirst: false };
  }
  return { found, isFirst: false };
}

/** The first index that is there. */
async function findIndex({ root, options }: StaticFiles, relative: string): Promise<Candidate> {
  for (const [at, name] of options.index.entries()) {
    const found = await root.find(relative + name);
    if (found.kind === 'file' || found.kind === 'forbidden') return { found, isFirst: at === 0 };
  }
  return { found: { kind: 'missing' }, isFirst: false };
}

/** Permanently, as pillarjs/send does; the reference is relative and cannot lead to another host. */
function redirectTo(path: string, query: string | undefined): FileAnswer {
  const location = native.directoryLocation(path, query);
  return { status: 301, headers: [['Location', location]], body: undefined, length: 0 };
}

function splitQuery(url: string): [path: string, query: string | undefined] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
}

/** Whether the last segment looks like the name of a file. */
function hasDot(relative: string): boolean {
  return relative.slice(relative.lastIndexOf('/') + 1).includes('.');
}

function wholeBytes({ hot }: ResolvedStaticOptions): number {
  return Math.max(WHOLE_BYTES, hot?.maxFileBytes ?? 0);
}
