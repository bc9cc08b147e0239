// `res.sendFile` and `res.download`: the files of this framework, answered through the response of Express.
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { sendFile } from '../files/send-file.ts';

import type { ServerResponse } from 'node:http';
import type { Dotfiles } from '../files/static-options.ts';
import type { ExpressNext } from './types.ts';

/** Is called when a file has been sent, or could not be. */
export type FileCallback = (error?: unknown) => void;

/** What `res.download` takes behind the path. */
export type DownloadArguments = [
  name?: string | object | FileCallback | null,
  options?: object | FileCallback | null,
  callback?: FileCallback,
];

/** The options of Express that there are here; `maxAge` is in milliseconds. */
interface SendOptions {
  readonly root?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxAge?: number;
  readonly dotfiles?: Dotfiles;
  readonly immutable?: boolean;
  readonly cacheControl?: boolean;
  readonly etag?: boolean;
  readonly lastModified?: boolean;
  readonly acceptRanges?: boolean;
  readonly download?: string | true;
}

/** Sends a file; what cannot be sent goes to the callback, or to `next`. Never rejects. */
export async function sendFileTo(
  res: ServerResponse,
  path: string,
  options: SendOptions,
  callback: FileCallback | undefined,
): Promise<void> {
  const { req } = res;
  const { headers = {}, maxAge, root, ...rest } = options;
  try {
    const names = ['dotfiles', 'immutable', 'cacheControl', 'etag', 'lastModified', 'acceptRanges', 'download'];
    const known = Object.fromEntries(
      Object.entries(rest).filter(([name, value]) => names.includes(name) && value !== undefined),
    );
    const answer = await sendFile(
      root === undefined ? path : path.replace(/^\/+/, ''),
      {
        method: req.method ?? 'GET',
        url: req.url ?? '/',
        get: (name) => {
          const value = req.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
      },
      {
        ...known,
        ...(root === undefined ? undefined : { root: resolve(root) }),
        ...(maxAge === undefined ? undefined : { maxAgeMs: maxAge }),
      },
    );
    res.statusCode = answer.status;
    for (const [name, value] of [...answer.headers, ...Object.entries(headers)]) {
      if (name.toLowerCase() === 'content-type' && res.hasHeader(name)) continue;
      res.setHeader(name, value);
    }
    if (answer.length !== undefined) res.setHeader('Content-Length', answer.length);
    const { body } = answer;
    if (body === undefined || body instanceof Uint8Array) {
      await new Promise<void>((done) => {
        res.end(body ?? '', () => done());
      });
    } else await pipeline(body, res);
    callback?.();
  } catch (error) {
    const { next } = req as { next?: ExpressNext };
    if (callback !== undefined) callback(error);
    else if (!res.headersSent) next?.(error);
  }
}

/** Reads what `res.download` was given. */
export function downloadArguments([first, second, third]: DownloadArguments): {
  readonly name: string | true;
  readonly options: object;
  readonly callback: FileCallback | undefined;
} {
  const callback = [first, second, third].find((value): value is FileCallback => typeof value === 'function');
  const options = [first, second].find((value): value is object => typeof value === 'object' && value !== null) ?? {};
  return { name: typeof first === 'string' && first !== '' ? first : true, options, callback };
}
