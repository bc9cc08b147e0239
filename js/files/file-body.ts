// The parts of an open file as a stream of chunks: read when they are asked for, into buffers that are used again.
import { NexureError } from '../errors/nexure-error.ts';

import type { FileHandle } from 'node:fs/promises';

/** One read; also what one write to a socket takes. */
const CHUNK_BYTES = 64 * 1024;
/** Buffers kept for the next file: 1 MiB. */
const MAX_FREE = 16;

const free: Uint8Array[] = [];
const DONE: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/** Some bytes, or a part of the file from `start` up to, not including, `end`. */
export type FilePart = Uint8Array | { readonly start: number; readonly end: number };

/**
 * Chunks of at most 64 KiB. **Each is valid until the next is asked for**, or the end: then its memory is used again.
 *
 * Opens the file and owns the handle: it is closed at the end, on an error, and by `return()` or `throw()`, one of which must be called if
 * the end is not reached. A file that has become shorter makes `next()` reject with `ERR_NEXURE_FILE_TRUNCATED`: its
 * length was promised, so the connection has to be cut. What a file has grown by is not sent.
 */
export class FileBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #open: () => Promise<FileHandle>;
  #handle: FileHandle | undefined;
  readonly #parts: readonly FilePart[];
  #part = 0;
  #offset = 0;
  #buffer: Uint8Array | undefined;
  #ended = false;
  /** The last call: calls take turns, so that no buffer is given away while it is read into. */
  #last: Promise<unknown> = Promise.resolve();

  /** `open` is called when the first chunk is asked for, so that an answer that is never sent holds no descriptor. */
  constructor(open: () => Promise<FileHandle>, parts: readonly FilePart[]) {
    this.#open = open;
    this.#parts = parts;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#inTurn(() => this.#next());
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#inTurn(() => this.#end());
  }

  throw(error?: unknown): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#inTurn(async () => {
      await this.#end();
      throw error;
    });
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return DONE;
    const part = this.#parts[this.#part];
    if (part === undefined) return this.#end();
    if (part instanceof Uint8Array) {
      this.#part++;
      return { done: false, value: part };
    }
    try {
      return { done: false, value: await this.#read(part.start + this.#offset, part.end) };
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #read(position: number, end: number): Promise<Uint8Array> {
    this.#buffer ??= free.pop() ?? new Uint8Array(new ArrayBuffer(CHUNK_BYTES));
    const length = Math.min(CHUNK_BYTES, end - position);
    this.#handle ??= await this.#open();
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, length, position);
    if (bytesRead === 0) throw truncated();
    this.#offset += bytesRead;
    if (position + bytesRead === end) {
      this.#part++;
      this.#offset = 0;
    }
    return this.#buffer.subarray(0, bytesRead);
  }

  async #end(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return DONE;
    this.#ended = true;
    if (this.#buffer !== undefined && free.length < MAX_FREE) free.push(this.#buffer);
    this.#buffer = undefined;
    await this.#handle?.close();
    return DONE;
  }
}

/** Reads all of a small file into memory of its own. Rejects like {@link FileBody}; leaves the handle open. */
export async function readWhole(handle: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, at);
    if (bytesRead === 0) throw truncated();
    at += bytesRead;
  }
  return bytes;
}

/** The error of a file that is no longer what its answer has promised. */
export function truncated(): NexureError {
  return new NexureError('ERR_NEXURE_FILE_TRUNCATED', 'a file became shorter while it was sent');
}
