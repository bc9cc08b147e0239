// Request bodies out of their coding: what node:zlib has encoded, and what nobody should have.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { decompress, decompressBody, requestCoding } from '../../js/body/decompression.ts';
import { codes } from '../../js/errors/codes.ts';
import { native } from '../../js/native.ts';

const zstd = (content: string | Uint8Array): Uint8Array => native.encode('zstd', 1, Buffer.from(content));
const ENCODERS: Record<string, (content: string | Uint8Array) => Uint8Array> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd,
};
const LIMIT = 1_000_000;
const TEXT = Array.from({ length: 30_000 }, (_, i) => `${i * 7919}`).join();

/** Bytes in pieces of `size`, noting whether the source was returned. */
async function* source(bytes: Uint8Array, size: number, told: string[] = []): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
    told.push('read');
  } finally {
    told.push('ended');
  }
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of stream) {
    assert.ok(piece.byteLength > 0 && piece.byteLength <= 65_536);
    all.push(piece);
  }
  return Buffer.concat(all).toString();
}

for (const [coding, encode] of Object.entries(ENCODERS)) {
  describe(`content in ${coding}`, () => {
    const encoded = encode(TEXT);

    test('is read in full and in pieces', async () => {
      assert.equal(Buffer.from(await decompressBody(encoded, coding, LIMIT)).toString(), TEXT);
      for (const size of [997, 65_536, encoded.byteLength]) {
        assert.equal(await read(decompress(source(encoded, size), coding.toUpperCase(), LIMIT)), TEXT);
      }
      assert.equal(await read(decompress(source(encode('short'), 1), coding, 5)), 'short');
      assert.equal(await read(decompress(source(encode(''), 1), coding, 0)), '');
    });

    const REFUSED: Record<string, readonly [bytes: Uint8Array, limit: number, code: keyof typeof codes]> = {
      'too large by one byte': [encoded, TEXT.length - 1, 'ERR_NEXURE_BODY_TOO_LARGE'],
      'a bomb': [encode(new Uint8Array(20_000_000)), LIMIT, 'ERR_NEXURE_BODY_TOO_LARGE'],
      'cut short': [encoded.subarray(0, -1), LIMIT, 'ERR_NEXURE_BODY_DECODING'],
      'not there at all': [new Uint8Array(0), LIMIT, 'ERR_NEXURE_BODY_DECODING'],
      'followed by something': [Buffer.concat([encoded, Buffer.from('{"a":1}')]), LIMIT, 'ERR_NEXURE_BODY_DECODING'],
      'something else': [Buffer.from('{"a":1}'), LIMIT, 'ERR_NEXURE_BODY_DECODING'],
    };
    for (const [name, [bytes, limit, code]] of Object.entries(REFUSED)) {
      test(`is refused when it is ${name}`, async () => {
        const refusal = { name: 'HttpError', code, status: codes[code].status };
        await assert.rejects(decompressBody(bytes, coding, limit), refusal);
        for (const size of [1000, 1_000_000]) {
          const told: string[] = [];
          const stream = decompress(source(bytes, size, told), coding, limit);
          await assert.rejects(read(stream), refusal);
          assert.equal(told.at(-1), 'ended', 'the source is told');
        }
      });
    }
  });
}

test('deflate is the zlib format: a bare stream is refused', async () => {
  await assert.rejects(decompressBody(deflateRawSync(TEXT), 'deflate', LIMIT), { code: 'ERR_NEXURE_BODY_DECODING' });
});

test('several gzip members are one body', async () => {
  const members = Buffer.concat(['one, ', '', 'two'].map((text) => gzipSync(text)));
  assert.equal(Buffer.from(await decompressBody(members, 'gzip', LIMIT)).toString(), 'one, two');
});

describe('Content-Encoding', () => {
  test('names a coding, in any case, or none', () => {
    assert.deepEqual(
      [undefined, '', 'identity', 'Identity', 'GZIP', ' x-gzip ', 'br', 'deflate', 'zstd'].map(requestCoding),
      [undefined, undefined, undefined, undefined, 'gzip', 'gzip', 'br', 'deflate', 'zstd'],
    );
  });

  test('with a coding we do not have, or several, is refused with 415 and what we have', async () => {
    const refusal = {
      code: 'ERR_NEXURE_BODY_ENCODING',
      status: 415,
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    };
    for (const field of ['compress', 'gzip, gzip', 'gzip,br', 'gzip,', 'identity, gzip', 'aws-chunked', 'ſ']) {
      assert.throws(() => requestCoding(field), refusal, field);
      assert.throws(() => decompress(source(gzipSync(TEXT), 100), field, LIMIT), refusal);
      await assert.rejects(decompressBody(gzipSync(TEXT), field, LIMIT), refusal);
    }
  });

  test('of none leaves the body as it is', async () => {
    const bytes = Buffer.from(TEXT);
    assert.equal(await decompressBody(bytes, undefined, LIMIT), bytes);
    const given = source(bytes, 10);
    assert.equal(decompress(given, 'identity', LIMIT), given);
  });
});
