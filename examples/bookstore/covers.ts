// The covers of the books: uploads on disk, each under a name of its own, so that a name never gets another content.
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { BadRequestError, UnsupportedMediaTypeError } from 'nexurejs';

import type { Context } from 'nexurejs';

/** Bytes of a cover. */
const MAX_COVER_BYTES = 2_000_000;

/** What the files of the formats we take begin with. What a client says of its file is no fact. */
const FORMATS: Readonly<Record<string, string>> = { '.png': '89504e470d0a1a0a', '.jpg': 'ffd8ff' };

/** A folder of covers. */
export class Covers {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Saves the file of a form; gives its name in the folder. Throws a 400, 413 or 415. */
  async save(context: Context<unknown>): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    for await (const part of context.parts({ maxFiles: 1, maxFileBytes: MAX_COVER_BYTES })) {
      if (!part.isFile) continue;
      const { path, name } = await part.saveTo(this.folder);
      if (await isImage(path, name)) return name;
      await this.remove(name);
      throw new UnsupportedMediaTypeError('A cover is a PNG or JPEG, named .png or .jpg.', { code: 'BOOKSTORE_COVER' });
    }
    throw new BadRequestError('The form has no file.', { code: 'BOOKSTORE_COVER' });
  }

  /** Removes a cover, if there is one. */
  async remove(name: string | undefined): Promise<void> {
    if (name !== undefined) await rm(join(this.folder, name), { force: true });
  }
}

/** Whether a file has the content that its extension promises. */
async function isImage(path: string, name: string): Promise<boolean> {
  const beginning = FORMATS[name.slice(name.lastIndexOf('.'))];
  if (beginning === undefined) return false;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(beginning.length / 2));
    return buffer.toString('hex') === beginning;
  } finally {
    await file.close();
  }
}
