// Which coding an answer gets, and what node:zlib reads of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as zlib from 'node:zlib';

import {
  addVary,
  chooseCoding,
  compressLater,
  compressNow,
  isLong,
  resolveCompression,
  weakEtag,
} from '../../js/body/compression.ts';

import { decompressAll } from '../../js/body/decompression.ts';
import type {
  CodingDecision,
  CompressionOptions,
  ContentCoding,
  ResolvedCompression,
} from '../../js/body/compression.ts';

function resolved(options: CompressionOptions = {}): ResolvedCompression {
  const result = resolveCompression(options);
  assert.ok(result);
  return result;
}

interface Answer {
  status?: number;
  bytes?: number | undefined;
  contentType?: string | undefined;
  headers?: Record<string, string>;
}

function choose(accept: string | undefined, answer: Answer = {}, options?: CompressionOptions): CodingDecision {
  const { status = 200, headers = {} } = answer;
  const bytes = 'bytes' in answer ? answer.bytes : 5000;
  const contentType = 'contentType' in answer ? answer.contentType : 'application/json';
  return chooseCoding(resolved(options), accept, { status, bytes, contentType, header: (name) => headers[name] });
}

const CODED: CodingDecision = { coding: 'gzip', varies: true, isAcceptable: true };
const VARIES: CodingDecision = { coding: undefined, varies: true, isAcceptable: true };
const PLAIN: CodingDecision = { coding: undefined, varies: false, isAcceptable: true };

describe('options of compression', () => {
  test('have defaults, and none for false', () => {
    assert.equal(resolveCompression(false), undefined);
    assert.deepEqual(resolveCompression(true), resolveCompression({}));
    const { codings, minBytes, levels } = resolved();
    assert.deepEqual(
      { codings, minBytes, levels },
      {
        codings: ['gzip', 'br'],
        minBytes: 1024,
        levels: { br: 5, gzip: 4, zstd: 1 },
      },
    );
  });

  const WRONG: Record<string, unknown> = {
    'an unknown name': { level: 3 },
    'an unknown coding': { codings: ['deflate'] },
    'no codings': { codings: [] },
    'a coding twice': { codings: ['br', 'br'] },
    'codings that are no array': { codings: 'br' },
    'a negative threshold': { minBytes: -1 },
    'a threshold that is no number': { minBytes: '1kb' },
    'a level of gzip above 9': { levels: { gzip: 10 } },
    'a level of gzip that compresses nothing': { levels: { gzip: 0 } },
    'a level of br above 11': { levels: { br: 12 } },
    'a level of zstd, which has one': { levels: { zstd: 1 } },
    null: null,
  };
  for (const [name, options] of Object.entries(WRONG)) {
    test(`refuse ${name}`, () => {
      assert.throws(() => resolveCompression(options as CompressionOptions), { code: 'ERR_NEXURE_OPTION_INVALID' });
    });
  }
});

describe('the coding of an answer', () => {
  const CASES: readonly [claim: string, CodingDecision, CodingDecision][] = [
    ['is what the client prefers', choose('br, gzip;q=0.5'), { ...CODED, coding: 'br' }],
    ['is the first of ours when the client has no preference', choose('br, zstd, gzip'), CODED],
    [
      'follows the order of the option',
      choose('gzip, br', {}, { codings: ['br', 'gzip'] }),
      { ...CODED, coding: 'br' },
    ],
    ['is none without Accept-Encoding, and varies', choose(undefined), VARIES],
    ['is none for a client that lists none of ours', choose('compress'), VARIES],
    ['is not zstd unless it is offered', choose('zstd'), VARIES],
    ['is zstd when it is offered', choose('zstd', {}, { codings: ['gzip', 'zstd'] }), { ...CODED, coding: 'zstd' }],
    ['is none below the threshold', choose('gzip', { bytes: 1023 }), PLAIN],
    ['begins at the threshold', choose('gzip', { bytes: 1024 }), CODED],
    ['is there below the threshold for who refuses plain content', choose('gzip, identity;q=0', { bytes: 1 }), CODED],
    ['is there for streams, however long', choose('gzip', { bytes: undefined }), CODED],
    ['is there for event streams', choose('gzip', { bytes: undefined, contentType: 'text/event-stream' }), CODED],
    ['is none for images', choose('gzip', { contentType: 'image/png' }), PLAIN],
    ['is none without a type', choose('gzip', { contentType: undefined }), PLAIN],
    ['is there for errors', choose('gzip', { status: 404, contentType: 'application/problem+json' }), CODED],
    ['is none with 204', choose('gzip', { status: 204 }), PLAIN],
    ['is none with 205', choose('gzip', { status: 205 }), PLAIN],
    ['is none with 206', choose('gzip', { status: 206 }), PLAIN],
    ['is none with 304, which varies as the 200 does', choose('gzip', { status: 304 }), VARIES],
    ['is none with Content-Range', choose('gzip', { headers: { 'content-range': 'bytes 0-1/2' } }), PLAIN],
    ['is none where there is one already', choose('gzip', { headers: { 'content-encoding': 'br' } }), PLAIN],
    ['is none with no-transform', choose('gzip', { headers: { 'cache-control': 'public,No-Transform' } }), PLAIN],
    ['is there with other directives', choose('gzip', { headers: { 'cache-control': 'x-no-transform' } }), CODED],
    [
      'is none for a client that accepts nothing, which is told',
      choose('*;q=0'),
      { coding: undefined, varies: true, isAcceptable: false },
    ],
  ];
  for (const [claim, decision, expected] of CASES) test(claim, () => assert.deepEqual(decision, expected));

  test('reads the header function as a method', () => {
    const answer = {
      status: 200,
      bytes: 5000,
      contentType: 'text/plain',
      coding: 'br',
      header(name: string): string | undefined {
        return name === 'content-encoding' ? this.coding : undefined;
      },
    };
    assert.deepEqual(chooseCoding(resolved(), 'gzip', answer), PLAIN);
  });

  test('is remembered for few fields only', () => {
    const options = resolved();
    const answer = { status: 200, bytes: 5000, contentType: 'text/plain', header: () => undefined };
    for (let i = 0; i < 1000; i++) {
      assert.deepEqual(chooseCoding(options, `gzip;q=0.${i}`, answer).varies, true);
      chooseCoding(options, `${'x'.repeat(200)}${i}`, answer);
    }
    assert.ok(options.choices.size <= 64);
    assert.ok([...options.choices.keys()].every((key) => key.length <= 128));
  });
});

describe('headers beside a coding', () => {
  test('ETags become weak once', () => {
    assert.equal(weakEtag('"a"'), 'W/"a"');
    assert.equal(weakEtag('W/"a"'), 'W/"a"');
  });

  test('Vary names Accept-Encoding once', () => {
    assert.equal(addVary(undefined), 'Accept-Encoding');
    assert.equal(addVary(''), 'Accept-Encoding');
    assert.equal(addVary('Origin'), 'Origin, Accept-Encoding');
    assert.equal(addVary('origin, accept-encoding'), 'origin, accept-encoding');
    assert.equal(addVary('*'), '*');
  });
});

// Since Node 22.15; the types are those of the oldest Node. Where it is missing our own decoder reads, which the core tests
// hold against what `zstd` itself wrote.
const nodeZstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Buffer }).zstdDecompressSync;
const READERS: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  zstd: nodeZstd ?? ((bytes) => Buffer.from(decompressAll(bytes, 'zstd', 100_000_000))),
};
const CONTENTS: Record<string, string> = {
  nothing: '',
  'a letter': 'a',
  'a text': 'the quick brown fox, '.repeat(1000),
  'a text of more than a window': Array.from({ length: 60_000 }, (_, i) => `${i}:${(i * 7919) % 10_007}`).join(),
  'characters of all lengths': 'aé€😀'.repeat(500),
};

for (const [coding, read] of Object.entries(READERS) as [ContentCoding, (typeof READERS)[string]][]) {
  const reader = coding === 'zstd' && nodeZstd === undefined ? 'the decoder' : 'node:zlib';
  describe(`${reader} reads ${coding}`, () => {
    for (const [name, content] of Object.entries(CONTENTS)) {
      test(`of ${name}, from text or bytes, now or later`, async () => {
        const options = resolved();
        const bytes = Buffer.from(content);
        const all = [
          compressNow(options, coding, content),
          compressNow(options, coding, bytes),
          await compressLater(options, coding, content),
          await compressLater(options, coding, bytes),
        ];
        for (const encoded of all) {
          assert.equal(read(encoded).toString(), content);
          assert.equal(encoded.byteLength, encoded.buffer.byteLength, 'memory of its own');
        }
      });
    }
  });
}

test('each level of br and gzip is another effort', () => {
  const content = CONTENTS['a text of more than a window'] ?? '';
  const length = (levels: CompressionOptions['levels'], coding: ContentCoding): number =>
    compressNow(resolved({ levels: levels ?? {} }), coding, content).byteLength;
  assert.ok(length({ gzip: 9 }, 'gzip') < length({ gzip: 1 }, 'gzip'));
  assert.ok(length({ br: 9 }, 'br') < length({ br: 0 }, 'br'));
});

test('what is encoded later is what it was when it was given', async () => {
  const bytes = new Uint8Array(100_000).fill(1);
  const encoded = compressLater(resolved(), 'gzip', bytes);
  bytes.fill(2);
  assert.ok(zlib.gunzipSync(await encoded).every((byte) => byte === 1));
});

test('long bodies are those that would hold up the loop', () => {
  assert.equal(isLong('gzip', 65_536), false);
  assert.equal(isLong('gzip', 65_537), true);
  assert.equal(isLong('br', 32_769), true);
});
