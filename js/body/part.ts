// One part of a form: read once, while the loop over the parts stands at it.
import { NexureError } from '../errors/nexure-error.ts';
import { parseJson } from '../http/json.ts';
import { collect } from './reader.ts';
import { saveUpload } from './save.ts';

import type { MultipartHead } from '../native.ts';
import type { PartReader } from './part-reader.ts';
import type { SavedFile, SaveOptions } from './save.ts';

/** A field or a file of a form. */
export class Part implements AsyncIterable<Uint8Array> {
  readonly #head: MultipartHead;
  readonly #reader: PartReader;
  readonly #turn: number;
  #headers: Readonly<Record<string, string>> | undefined;
  #begun = false;

  /** @internal */
  constructor(head: MultipartHead, reader: PartReader) {
    this.#head = head;
    this.#reader = reader;
    this.#turn = reader.turn;
  }

  /** The name of the field. */
  get name(): string {
    return this.#head.name;
  }

  /**
   * The name of the file without its path, `undefined` for a field, and empty if no file was chosen. It has no separator
   * or control character and is not `..`, but is the client's word: no name to save under.
   */
  get filename(): string | undefined {
    return this.#head.filename;
  }

  /** The name of the file as it was sent: it may hold a path, and anything else. */
  get rawFilename(): string | undefined {
    return this.#head.rawFilename;
  }

  /** The media type as it was sent, the client's word; default `text/plain` (RFC 7578 §4.4). */
  get type(): string {
    return this.#head.contentType ?? 'text/plain';
  }

  /** All header fields of the part by lower-case name; one that repeats is joined with `, `. */
  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= headersOf(this.#head.fields));
  }

  /** Whether the part has a file name. */
  get isFile(): boolean {
    return this.#head.filename !== undefined;
  }

  /**
   * The content, as it arrives. Each chunk may share the memory of the one the source gave.
   *
   * Its first `next` rejects with `ERR_NEXURE_PART_CONSUMED` if the part has been read; each does once the loop has
   * moved on.
   */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#begun) throw new NexureError('ERR_NEXURE_PART_CONSUMED', 'the part has been read before');
    this.#begun = true;
    for (;;) {
      const chunk = await this.#reader.nextContent(this.#turn);
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  /** The same as `stream()`. */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.stream();
  }

  /** The content in memory of its own. Of a file, that is as much as `maxFileBytes` and the limit of the body allow. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await collect(this.stream()));
  }

  /** The content as UTF-8; what is not becomes U+FFFD. */
  async text(): Promise<string> {
    const { buffer } = await this.bytes();
    return Buffer.from(buffer).toString();
  }

  /** The content as JSON, whatever its type. Rejects with a 400, as `ctx.request.json()` does. */
  async json(): Promise<unknown> {
    return parseJson(await this.text());
  }

  /**
   * Writes the content to a new file in `dir`, which must be there, as it arrives; only the owner may read it (mode 0600).
   * Nothing is left behind when that fails, the client leaves or a limit is passed.
   *
   * Rejects with `ERR_NEXURE_UPLOAD_NAME` (400) for a name that is none, `ERR_NEXURE_UPLOAD_EXISTS` (409) if there is
   * a file of that name, `ERR_NEXURE_UPLOAD_NO_SPACE` (507), `ERR_NEXURE_UPLOAD_FAILED` (500) for what else the system
   * says, and with what `stream()` does.
   */
  async saveTo(dir: string, options?: SaveOptions): Promise<SavedFile> {
    const { path, name, size } = await saveUpload(this, dir, this.filename, options);
    return { path, size, name, type: this.type };
  }
}

function headersOf(fields: readonly string[]): Readonly<Record<string, string>> {
  // Without a prototype: the names are the client's.
  const headers = Object.create(null) as Record<string, string>;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? '';
    const value = fields[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}
