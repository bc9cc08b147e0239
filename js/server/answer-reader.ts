// Reads the bytes of an answer of our own core as they come: head, and content by its length, in chunks or until the
// connection ends (RFC 9112 §6.3). Trusts what it reads: it is not a parser for answers of strangers.
const CRLF = '\r\n';
const NOTHING: Buffer = Buffer.alloc(0);

/** The head of a final answer. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** Whether the answer has no content by its kind: it is one to HEAD, or of 204, 205 or 304. */
  readonly isBodiless: boolean;
}

/** Is told what was read. */
export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** Content, never empty; it shares the memory of the bytes that were pushed. */
  onContent(bytes: Uint8Array): void;
}

/** What the next byte belongs to. */
type State = 'head' | 'content' | 'chunk-head' | 'chunk' | 'chunk-end' | 'until-close' | 'complete';

/** Reads one final answer, and the interim ones before it. */
export class AnswerReader {
  readonly #isHead: boolean;
  readonly #listener: AnswerListener;
  #state: State = 'head';
  /** Bytes of a line that is not complete. */
  #rest: Buffer = NOTHING;
  /** Bytes that are left of the content or of the chunk. */
  #left = 0;

  constructor(isHead: boolean, listener: AnswerListener) {
    this.#isHead = isHead;
    this.#listener = listener;
  }

  /** Whether the last byte of the answer was read. */
  get isComplete(): boolean {
    return this.#state === 'complete';
  }

  /** Reads bytes; those behind the answer are dropped. */
  push(bytes: Uint8Array): void {
    const more = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rest = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    this.#rest = NOTHING;
    while (rest.length > 0 && !this.isComplete) {
      const used = this.#read(rest);
      if (used === 0) {
        this.#rest = rest;
        return;
      }
      rest = rest.subarray(used);
    }
  }

  /** The connection has ended, which is the end of some answers. */
  finish(): void {
    if (this.#state === 'until-close') this.#state = 'complete';
  }

  /** Reads one thing; returns its length, 0 while it is not complete. */
  #read(bytes: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'content':
      case 'chunk':
        return this.#readContent(bytes);
      case 'until-close':
        this.#listener.onContent(plain(bytes));
        return bytes.length;
      default:
        return this.#readLine(bytes);
    }
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf(CRLF + CRLF);
    if (end === -1) return 0;
    const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split(CRLF);
    const status = Number(statusLine.slice(9, 12));
    // Interim answers go before the final one.
    if (status < 200) return end + 4;
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const isBodiless = this.#isHead || status === 204 || status === 205 || status === 304;
    const length = headers.get('content-length');
    if (isBodiless) this.#state = 'complete';
    else if (headers.has('transfer-encoding')) this.#state = 'chunk-head';
    else if (length === null) this.#state = 'until-close';
    else {
      this.#left = Number(length);
      this.#state = this.#left === 0 ? 'complete' : 'content';
    }
    this.#listener.onHead({ status, statusText: statusLine.slice(13), headers, isBodiless });
    return end + 4;
  }

  #readContent(bytes: Buffer): number {
    const content = bytes.subarray(0, this.#left);
    this.#left -= content.length;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'complete';
    this.#listener.onContent(plain(content));
    return content.length;
  }

  /** The line before a chunk, the empty one behind it, or the two at the end: our core sends no trailers. */
  #readLine(bytes: Buffer): number {
    const end = bytes.indexOf(CRLF);
    if (end === -1) return 0;
    if (this.#state === 'chunk-end') {
      this.#state = 'chunk-head';
      return 2;
    }
    this.#left = Number.parseInt(bytes.toString('latin1', 0, end), 16);
    if (this.#left > 0) this.#state = 'chunk';
    else if (bytes.length < end + 4) return 0;
    else this.#state = 'complete';
    return end + 2;
  }
}

/** A `Buffer` has methods that applications should not come to rely on. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
