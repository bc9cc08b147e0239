// A directory of files for tests, at rest since 1994, and requests for them.
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { answerFile, StaticFiles } from '../../js/files/static-files.ts';

import type { FileAnswer, FileRequest } from '../../js/files/file-answer.ts';
import type { StaticOptions } from '../../js/files/static-options.ts';

/** Sun, 06 Nov 1994 08:49:37 GMT */
export const MTIME: Date = new Date('1994-11-06T08:49:37Z');

/** A directory that goes when the test ends. */
export async function makeSite(
  test: { after(act: () => Promise<void>): void },
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'nexure-files-')));
  test.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await put(join(directory, name), content);
  return directory;
}

/** Writes a file, changed last at `mtime`. */
export async function put(path: string, content: string | Uint8Array, mtime: Date = MTIME): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, mtime, mtime);
}

/** A request as the handler gets it. */
export function asks(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): FileRequest {
  return { method, url, get: (name) => headers[name] };
}

/** An answer with its content read, or the error instead. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: Buffer;
  readonly length: number | undefined;
  readonly code: string | undefined;
}

/** Asks for a path below the mount `/`. Errors that are answers are given as such; others are thrown. */
export async function fetchFile(
  files: StaticFiles | string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', ...options }: StaticOptions & { method?: string } = {},
): Promise<ReadAnswer> {
  const site = typeof files === 'string' ? new StaticFiles(files, options) : files;
  const raw = path.split('?', 1)[0] ?? '';
  return read(answerFile(site, raw, asks(`/${path}`, headers, method)));
}

/** Reads an answer to its end. */
export async function read(pending: Promise<FileAnswer>): Promise<ReadAnswer> {
  let answer: FileAnswer;
  try {
    answer = await pending;
  } catch (error) {
    const {
      status,
      code,
      headers = {},
    } = error as { status?: number; code?: string; headers?: Record<string, string> };
    if (status === undefined) throw error;
    return { status, headers: lower(Object.entries(headers)), text: '', bytes: Buffer.of(), length: undefined, code };
  }
  const chunks: Uint8Array[] = [];
  if (answer.body instanceof Uint8Array) chunks.push(answer.body);
  // A chunk is valid until the next is asked for.
  else for await (const chunk of answer.body ?? []) chunks.push(Uint8Array.from(chunk));
  const bytes = Buffer.concat(chunks);
  const { status, length } = answer;
  return { status, headers: lower(answer.headers), text: bytes.toString(), bytes, length, code: undefined };
}

function lower(lines: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value]));
}
