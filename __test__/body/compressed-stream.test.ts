// Answers in pieces: what node:zlib reads of them, when, and what the source is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, gunzipSync } from 'node:zlib';

import { compressStream } from '../../js/body/compressed-stream.ts';
import { resolveCompression } from '../../js/body/compression.ts';

import type { ResolvedCompression } from '../../js/body/compression.ts';

const options = resolveCompression({ codings: ['br', 'gzip', 'zstd'] }) as ResolvedCompression;
const READERS = { gzip: gunzipSync, br: brotliDecompressSync } as const;

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** A source that notes what it is told. */
function noted(next: () => Promise<IteratorResult<Uint8Array>>, calls: string[]): AsyncIterable<Uint8Array> {
  const source: AsyncIterator<Uint8Array> = {
    next,
    return: async () => (calls.push('return'), { done: true, value: undefined }),
    throw: async (error: unknown) => (calls.push(`throw ${String(error)}`), { done: true, value: undefined }),
  };
  return { [Symbol.asyncIterator]: () => source };
}

const always = async (): Promise<IteratorResult<Uint8Array>> => ({ done: false, value: Buffer.from('x') });

describe('a compressed stream', () => {
  for (const [coding, read] of Object.entries(READERS) as ['gzip' | 'br', (bytes: Uint8Array) => Buffer][]) {
    for (const flushEach of [false, true]) {
      test(`in ${coding} is the content, ${flushEach ? 'flushed' : 'not flushed'}`, async () => {
        for (const texts of [[], [''], ['a'], ['a', '', 'bc'], ['long '.repeat(100_000), 'end']]) {
          const all: Uint8Array[] = [];
          for await (const piece of compressStream(options, pieces(...texts), coding, flushEach)) {
            assert.ok(piece.byteLength > 0, 'no piece is empty');
            all.push(piece);
          }
          assert.equal(read(Buffer.concat(all)).toString(), texts.join(''));
        }
      });
    }

    test(`in ${coding} gives each event as it comes when it is flushed`, async () => {
      const reader = coding === 'gzip' ? createGunzip() : createBrotliDecompress();
      const events = ['data: 1\n\n', 'data: 2\n\n', 'data: something longer than before\n\n'];
      const stream = compressStream(options, pieces(...events), coding, true);
      for (const event of events) {
        const { value } = (await stream.next()) as IteratorYieldResult<Uint8Array>;
        const decoded = once(reader, 'data') as Promise<[Buffer]>;
        reader.write(value);
        assert.equal((await decoded)[0].toString(), event);
      }
      await stream.return?.();
      reader.destroy();
    });
  }

  test('lets the loop turn between the parts of a long piece', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const _ of compressStream(options, pieces('0123456789'.repeat(100_000)), 'gzip', true));
    isOver = true;
    assert.ok(turns >= 10, `${turns} turns`);
  });

  test('tells the source when it is returned: in the middle, before it has begun, and while the source is waited for', async () => {
    for (const begin of [1, 0]) {
      const calls: string[] = [];
      const stream = compressStream(options, noted(always, calls), 'gzip', true);
      if (begin === 1) await stream.next();
      assert.deepEqual(await stream.return?.(), { done: true, value: undefined });
      assert.deepEqual(await stream.return?.(), { done: true, value: undefined });
      assert.deepEqual(await stream.next(), { done: true, value: undefined });
      assert.deepEqual(calls, ['return']);
    }
    const calls: string[] = [];
    let give: (result: IteratorResult<Uint8Array>) => void = () => {};
    const stream = compressStream(
      options,
      noted(() => new Promise((resolve) => (give = resolve)), calls),
      'gzip',
      true,
    );
    const next = stream.next();
    await stream.return?.();
    assert.deepEqual(calls, ['return']);
    give({ done: false, value: Buffer.from('late') });
    assert.deepEqual(await next, { done: true, value: undefined });
  });

  test('is returned by a loop that is left', async () => {
    const calls: string[] = [];
    for await (const _ of compressStream(options, noted(always, calls), 'br', true)) break;
    assert.deepEqual(calls, ['return']);
  });

  test('passes what is thrown into it to the source', async () => {
    const calls: string[] = [];
    const stream = compressStream(options, noted(always, calls), 'gzip', true);
    await stream.next();
    await assert.rejects(async () => stream.throw?.(new Error('gone')), /gone/);
    assert.deepEqual(calls, ['throw Error: gone']);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
  });

  test('fails with the error of its source, and has then ended', async () => {
    const calls: string[] = [];
    const stream = compressStream(
      options,
      noted(() => Promise.reject(new Error('broken')), calls),
      'gzip',
      false,
    );
    await assert.rejects(stream.next(), /broken/);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
    assert.deepEqual(calls, [], 'an iterator that failed is not returned');
  });

  test('fails and returns the source when that gives something else than bytes', async () => {
    for (const value of ['text', {}, null]) {
      const calls: string[] = [];
      const source = noted(async () => ({ done: false, value: value as unknown as Uint8Array }), calls);
      await assert.rejects(compressStream(options, source, 'gzip', true).next(), { code: 'ERR_NEXURE_ANSWER_TYPE' });
      assert.deepEqual(calls, ['return']);
    }
  });
});
