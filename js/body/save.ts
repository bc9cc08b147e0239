// Uploads on disk: a name that cannot leave its folder, a file that was not there before, and nothing left of a failure.
import { open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { NexureError } from '../errors/nexure-error.ts';
import { crypto } from '../http/node-crypto.ts';
import { checkNames, invalidOption } from '../option-checks.ts';

import type { FileHandle } from 'node:fs/promises';

/** Options of `part.saveTo()`. */
export interface SaveOptions {
  /**
   * The name of the file in its folder. Default: 128 random bits, with the extension of the file name that was sent if
   * that is 1 to 10 letters and digits.
   */
  readonly name?: string;
}

/** A file that was saved. */
export interface SavedFile {
  /** The absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The name in its folder. */
  readonly name: string;
  /** The media type, as the client named it. */
  readonly type: string;
}

const EXTENSION = /\.[A-Za-z0-9]{1,10}$/;
/** Separators of any system, what Windows gives a meaning of its own, and controls. */
// oxlint-disable-next-line no-control-regex -- controls are what is refused
const FORBIDDEN = /[/\\:*?"<>|\x00-\x1f\x7f]/;
/** Devices of Windows, which have every extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;
/** What file systems have for a name. */
const MAX_NAME_BYTES = 255;

/** Writes chunks to a new file in `dir`. */
export async function saveUpload(
  chunks: AsyncIterable<Uint8Array>,
  dir: string,
  filename: string | undefined,
  options: SaveOptions = {},
): Promise<{ path: string; name: string; size: number }> {
  if (typeof dir !== 'string' || dir === '' || dir.includes('\0')) {
    throw invalidOption('saveTo.dir', 'the path of a folder', dir);
  }
  checkNames('saveTo', options, ['name']);
  const name = options.name === undefined ? randomName(filename) : checkFileName(options.name);
  const path = join(resolve(dir), name);
  // `wx` refuses what is there, also a link to elsewhere.
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw storageError(path, cause);
  });
  try {
    let size = 0;
    for await (const chunk of chunks) {
      await writeAll(file, path, chunk);
      size += chunk.length;
    }
    await file.close();
    return { path, name, size };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

function randomName(filename: string | undefined): string {
  const extension = EXTENSION.exec(filename ?? '')?.[0].toLowerCase() ?? '';
  return crypto().randomBytes(16).toString('hex') + extension;
}

/** Gives back a name that is one of a file, on every system. Throws `ERR_NEXURE_UPLOAD_NAME`. */
function checkFileName(name: string): string {
  if (typeof name !== 'string') throw invalidOption('saveTo.name', 'the name of a file', name);
  // Windows drops dots and spaces at the end, which makes `.` and `..` of more than these two.
  const isName = name !== '' && !FORBIDDEN.test(name) && !/[. ]$/.test(name) && !DEVICE.test(name);
  if (isName && Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw new NexureError('ERR_NEXURE_UPLOAD_NAME', 'A file cannot be saved under this name.');
}

/** Writes all of a chunk. */
export async function writeAll(file: FileHandle, path: string, chunk: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
  } catch (cause) {
    throw storageError(path, cause);
  }
}

function storageError(path: string, cause: unknown): NexureError {
  const reason = (cause as NodeJS.ErrnoException).code;
  if (reason === 'EEXIST') {
    return new NexureError('ERR_NEXURE_UPLOAD_EXISTS', 'There is a file of this name already.', { cause });
  }
  const isFull = reason === 'ENOSPC' || reason === 'EDQUOT';
  const code = isFull ? 'ERR_NEXURE_UPLOAD_NO_SPACE' : 'ERR_NEXURE_UPLOAD_FAILED';
  return new NexureError(code, `an upload could not be written to ${path}: ${reason ?? String(cause)}`, { cause });
}
