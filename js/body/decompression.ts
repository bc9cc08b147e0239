// Request bodies out of their coding (RFC 9110 §8.4). One coding at most: a chain multiplies what few bytes become, and
// nobody sends one. What comes out is counted against a limit while it comes. Read beside raw bodies: only for requests
// whose application has asked for it.
import { codes } from '../errors/codes.ts';
import { HttpError } from '../errors/http-error.ts';
import { native } from '../native.ts';
import { PIECE_BYTES, transform } from './streams.ts';

import type { Decoder } from '../native.ts';
import type { Transformer } from './streams.ts';

const NOTHING = new Uint8Array(0);

/** What a 415 tells the client that it can send (RFC 9110 §15.5.16). */
const ACCEPTED = native
  .codings()
  .map(({ name }) => name)
  .join(', ');

/**
 * The coding that a `Content-Encoding` names: `gzip`, `deflate`, `br` or `zstd`; `undefined` without one, and for
 * `identity`.
 *
 * @throws HttpError 415 `ERR_NEXURE_BODY_ENCODING` for one that we do not have, or several
 */
export function requestCoding(contentEncoding: string | undefined): string | undefined {
  if (contentEncoding === undefined) return undefined;
  const name = contentEncoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const coding = native.codingOf(name);
  if (coding !== null) return coding;
  throw new HttpError(415, `the content must have one of these codings, once: ${ACCEPTED}`, {
    code: 'ERR_NEXURE_BODY_ENCODING',
    headers: { 'accept-encoding': ACCEPTED },
  });
}

/**
 * The content of `source`, in pieces of at most 64 KiB; at most `maxBytes` in all. Without a coding it is the source
 * itself, uncounted. `return` and `throw` go to the source.
 *
 * @throws HttpError 415 at once; while it is read, 413 `ERR_NEXURE_BODY_TOO_LARGE` and 400 `ERR_NEXURE_BODY_DECODING`
 */
export function decompress(
  source: AsyncIterable<Uint8Array>,
  contentEncoding: string | undefined,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  const coding = requestCoding(contentEncoding);
  if (coding === undefined) return source;
  return transform(source, new Decompressor(new native.Decoder(coding, maxBytes)));
}

/**
 * The content of a body that is there in full, decoded on the thread pool; without a coding, the body itself.
 *
 * @throws HttpError as `decompress` does, all by rejection
 */
export async function decompressBody(
  body: Uint8Array,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  const coding = requestCoding(contentEncoding);
  if (coding === undefined) return body;
  const { bytes, failure } = await native.decodeLater(coding, body, maxBytes);
  if (failure !== undefined) throw decodingError(failure);
  return bytes;
}

/**
 * The content of a short body that is there in full, decoded at once on this thread.
 *
 * @throws HttpError as `decompress` does
 */
export function decompressAll(body: Uint8Array, contentEncoding: string, maxBytes: number): Uint8Array {
  const coding = requestCoding(contentEncoding);
  if (coding === undefined) return body;
  const decompressor = new Decompressor(new native.Decoder(coding, maxBytes));
  const pieces: Uint8Array[] = [];
  try {
    decompressor.take(body);
    while (decompressor.hasMore) pieces.push(decompressor.next());
    pieces.push(decompressor.finish());
  } finally {
    decompressor.close();
  }
  return Buffer.concat(pieces);
}

class Decompressor implements Transformer {
  readonly #decoder: Decoder;
  #piece: Uint8Array | undefined;
  #at = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  get hasMore(): boolean {
    return this.#piece !== undefined;
  }

  take(piece: Uint8Array): void {
    this.#piece = piece;
    this.#at = 0;
  }

  next(): Uint8Array {
    const { bytes, consumed, more, failure } = this.#decoder.write(this.#piece ?? NOTHING, this.#at, PIECE_BYTES);
    if (failure !== undefined) throw decodingError(failure);
    this.#at += consumed;
    if (!more) this.#piece = undefined;
    return bytes;
  }

  finish(): Uint8Array {
    const failure = this.#decoder.finish();
    if (failure !== null) throw decodingError(failure);
    return NOTHING;
  }

  close(): void {
    this.#piece = undefined;
    this.#decoder.close();
  }
}

function decodingError(failure: string): HttpError {
  if (failure === 'ERR_NEXURE_BODY_TOO_LARGE') {
    return new HttpError(codes[failure].status, 'the content is too large when it is decoded', { code: failure });
  }
  const code = 'ERR_NEXURE_BODY_DECODING';
  return new HttpError(codes[code].status, 'the content is not in the coding that it should be in', { code });
}
