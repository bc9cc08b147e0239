// An answer in pieces, compressed as they come.
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { PIECE_BYTES, transform } from './streams.ts';

import type { ContentCoding, ResolvedCompression } from './compression.ts';
import type { Encoder } from '../native.ts';
import type { Transformer } from './streams.ts';

const NOTHING = new Uint8Array(0);

/**
 * The encoded form of `source`. With `flushEach` a client can read each piece as soon as it has its encoded form, as an
 * event stream needs it; without, the encoder gives something when it has enough. `return` and `throw` go to the source.
 */
export function compressStream(
  resolved: ResolvedCompression,
  source: AsyncIterable<Uint8Array>,
  coding: ContentCoding,
  flushEach: boolean,
): AsyncIterableIterator<Uint8Array> {
  return transform(source, new Compressor(new native.Encoder(coding, resolved.levels[coding]), flushEach));
}

class Compressor implements Transformer {
  readonly #encoder: Encoder;
  readonly #flushEach: boolean;
  #rest: Uint8Array | undefined;

  constructor(encoder: Encoder, flushEach: boolean) {
    this.#encoder = encoder;
    this.#flushEach = flushEach;
  }

  get hasMore(): boolean {
    return this.#rest !== undefined;
  }

  take(piece: Uint8Array): void {
    if (!(piece instanceof Uint8Array)) {
      throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `the pieces of a body are Uint8Array, not ${typeof piece}`);
    }
    // An empty piece has nothing to be flushed.
    if (piece.byteLength > 0) this.#rest = piece;
  }

  next(): Uint8Array {
    const rest = this.#rest ?? NOTHING;
    const isLast = rest.byteLength <= PIECE_BYTES;
    this.#rest = isLast ? undefined : rest.subarray(PIECE_BYTES);
    const encoded = this.#encoder.write(isLast ? rest : rest.subarray(0, PIECE_BYTES));
    return isLast && this.#flushEach ? joined(encoded, this.#encoder.flush()) : encoded;
  }

  finish(): Uint8Array {
    return this.#encoder.finish();
  }

  close(): void {
    this.#rest = undefined;
    this.#encoder.close();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.byteLength === 0) return second;
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
