// What a request for a file is answered with: the file is found here, the answer is planned by the native core.
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { FileBody, readWhole, truncated } from './file-body.ts';
import { isNewer, openFile } from './open-file.ts';

import type { FileHandle } from 'node:fs/promises';
import type { ErrorCode } from '../errors/codes.ts';
import type { FileFacts, FileRequestFields, FileRoot, NativeProblem, PlannedFile } from '../native.ts';
import type { FilePart } from './file-body.ts';
import type { FileTimes, Found, FoundFile } from './open-file.ts';
import type { ResolvedFileOptions } from './static-options.ts';

/** What of a request matters; a `RequestView` is one. */
export interface FileRequest {
  /** `GET` or `HEAD`. */
  readonly method: string;
  /** Raw path and query, the mount included. */
  readonly url: string;
  /** A field value by lower-case name, lines joined by `, `. */
  get(name: string): string | undefined;
}

/** An answer. */
export interface FileAnswer {
  /** 200, 206, 301 or 304. */
  readonly status: number;
  /** Without `Content-Length` and `Date`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Memory of its own, or chunks as {@link FileBody} describes; nothing for HEAD, 301 and 304. */
  readonly body: Uint8Array | FileBody | undefined;
  /** `Content-Length`, also of a HEAD; nothing for 304. */
  readonly length: number | undefined;
}

/** A file to answer with. */
export interface Chosen {
  /** The original. */
  readonly file: FoundFile;
  readonly mediaType: string;
  readonly disposition?: string;
  /** Looks for a variant by its path. */
  readonly findVariant: (path: string) => Promise<Found>;
  /** Files up to this length are read at once, into memory. */
  readonly maxWholeBytes: number;
  /** Told of a file that was read at once. */
  readonly onWhole?: (whole: WholeFile) => void;
}

/** A file that was read at once. */
export interface WholeFile {
  readonly bytes: Uint8Array;
  readonly facts: FileFacts;
  /** The codings the request accepts, of those the root has. */
  readonly accepted: string[];
  /** The file that was read, and the original if it is a variant. */
  readonly watched: readonly FoundFile[];
}

/** The native root for these options. */
export function nativeRoot(options: ResolvedFileOptions): FileRoot {
  const { dotfiles, etag, lastModified, acceptRanges, maxRanges, precompressed, cacheControl } = options;
  const rest = cacheControl === undefined ? {} : { cacheControl };
  return new native.FileRoot({
    dotfiles,
    etag,
    lastModified,
    acceptRanges,
    maxRanges,
    precompressed: [...precompressed],
    ...rest,
  });
}

/** The error that a problem of the native core is answered with. */
export function problemError(problem: NativeProblem, headers?: Record<string, string>): HttpError {
  return new HttpError(problem.status, problem.detail, {
    code: problem.code,
    ...(headers === undefined ? undefined : { headers }),
  });
}

const problems: ReadonlyMap<string, NativeProblem> = new Map(
  native.fileProblems().map((problem) => [problem.code, problem]),
);

/** The error with one of the codes of the native core. */
export function fileError(code: ErrorCode): HttpError {
  const problem = problems.get(code);
  if (problem === undefined) throw new NexureError('ERR_NEXURE_NATIVE_MISMATCH', `the native binary has no ${code}`);
  return problemError(problem);
}

/** The error of a file that was not found or may not be read. */
export function missingError(kind: 'directory' | 'missing' | 'forbidden'): HttpError {
  return fileError(kind === 'forbidden' ? 'ERR_NEXURE_FILE_FORBIDDEN' : 'ERR_NEXURE_FILE_NOT_FOUND');
}

/**
 * Answers with a file, or the best variant of it. Rejects with an `HttpError` of 403, 404, 412 or 416, or with the
 * system's error; no file is open then.
 */
export async function answerWith(
  root: FileRoot,
  options: ResolvedFileOptions,
  chosen: Chosen,
  request: FileRequest,
): Promise<FileAnswer> {
  const { precompressed } = options;
  const accepted = precompressed.length === 0 ? [] : root.accepted(request.get('accept-encoding') ?? '');
  const variant = await findVariant(chosen, accepted);
  const file = variant?.file ?? chosen.file;
  const opened = await openFile(file);
  if (typeof opened === 'string') throw missingError(opened);
  const facts: FileFacts = {
    ...opened.facts,
    mediaType: chosen.mediaType,
    varies: precompressed.length > 0,
    ...(variant === undefined ? undefined : { coding: variant.coding }),
    ...(chosen.disposition === undefined ? undefined : { disposition: chosen.disposition }),
  };
  try {
    const plan = root.plan(requestFields(request), facts);
    if (plan.problem !== undefined) throw problemError(plan.problem, Object.fromEntries(linesOf(plan.fields)));
    const { slices, contentLength: length } = plan;
    const answer = { status: plan.status, headers: linesOf(plan.fields), length };
    if (slices.length === 0) return { ...answer, body: undefined };
    if (plan.status === 200 && facts.length <= chosen.maxWholeBytes) {
      const bytes = await readWhole(opened.handle, facts.length);
      const watched = variant === undefined ? [file] : [file, chosen.file];
      chosen.onWhole?.({ bytes, facts, accepted, watched });
      return { ...answer, body: bytes };
    }
    return { ...answer, body: new FileBody(() => reopen(file, opened.facts), partsOf(plan)) };
  } finally {
    await opened.handle.close();
  }
}

/** Opens a file whose answer was planned; rejects when it is no longer the same. */
async function reopen(file: FoundFile, facts: FileTimes): Promise<FileHandle> {
  const again = await openFile(file);
  if (typeof again === 'string') throw truncated();
  const { length, mtimeSeconds, mtimeNanos } = again.facts;
  const isSame = length === facts.length && mtimeSeconds === facts.mtimeSeconds && mtimeNanos === facts.mtimeNanos;
  if (isSame) return again.handle;
  await again.handle.close();
  throw truncated();
}

/** The first accepted variant that is there and not older than the original. */
async function findVariant(
  chosen: Chosen,
  accepted: readonly string[],
): Promise<{ file: FoundFile; coding: string } | undefined> {
  for (const coding of accepted) {
    const found = await chosen.findVariant(chosen.file.path + native.codingSuffix(coding));
    if (found.kind === 'file' && !isNewer(chosen.file.facts, found.file.facts)) return { file: found.file, coding };
  }
  return undefined;
}

const FIELDS: readonly (readonly [Exclude<keyof FileRequestFields, 'isHead'>, string])[] = [
  ['ifMatch', 'if-match'],
  ['ifNoneMatch', 'if-none-match'],
  ['ifModifiedSince', 'if-modified-since'],
  ['ifUnmodifiedSince', 'if-unmodified-since'],
  ['ifRange', 'if-range'],
  ['range', 'range'],
];

function requestFields(request: FileRequest): FileRequestFields {
  const fields: FileRequestFields = { isHead: request.method === 'HEAD' };
  for (const [key, name] of FIELDS) {
    const value = request.get(name);
    if (value !== undefined) fields[key] = value;
  }
  return fields;
}

function linesOf(fields: string): [name: string, value: string][] {
  const lines = fields.split('\r\n');
  lines.pop();
  return lines.map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
}

/** With frames, one before each slice and one behind the last. */
function partsOf({ slices, frames }: PlannedFile): FilePart[] {
  const parts: FilePart[] = [];
  for (let at = 0; at < slices.length; at += 2) {
    const frame = frames[at / 2];
    if (frame !== undefined) parts.push(Buffer.from(frame));
    parts.push({ start: slices[at] ?? 0, end: slices[at + 1] ?? 0 });
  }
  const closing = frames[slices.length / 2];
  if (closing !== undefined) parts.push(Buffer.from(closing));
  return parts;
}
