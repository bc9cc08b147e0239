// Streaming a file that may change meanwhile: never more or less than promised, and never a handle left open.
import assert from 'node:assert/strict';
import { appendFile, open, stat, truncate } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { FileBody } from '../../js/files/file-body.ts';
import { answerFile, StaticFiles } from '../../js/files/static-files.ts';
import { asks, fetchFile, makeSite } from '../harness/site.ts';

import type { FileHandle } from 'node:fs/promises';

const BIG = Buffer.alloc(300_000, 'abcdefghijklmnop');

/** The body of a file that is too large to be read at once, and the handle it opens when it is first asked. */
async function bodyOf(path: string): Promise<{ body: FileBody; handle: () => FileHandle | undefined; length: number }> {
  const { size: length } = await stat(path);
  let handle: FileHandle | undefined;
  const body = new FileBody(async () => (handle = await open(path)), [{ start: 0, end: length }]);
  return { body, handle: () => handle, length };
}

/** A closed `FileHandle` has no descriptor, and one that was never opened needs none. */
const isClosed = (handle: () => FileHandle | undefined): boolean => (handle()?.fd ?? -1) === -1;

describe('the body of a file', () => {
  test('gives each byte once, in chunks of at most 64 KiB, and closes', async (t) => {
    const site = await makeSite(t, { big: BIG });
    const answer = await fetchFile(site, 'big');
    assert.ok(answer.bytes.equals(BIG));
    assert.equal(answer.length, BIG.length);
    const { body, handle } = await bodyOf(join(site, 'big'));
    const lengths = [];
    for await (const chunk of body) lengths.push(chunk.length);
    assert.deepEqual(lengths, [65_536, 65_536, 65_536, 65_536, 37_856]);
    assert.ok(isClosed(handle));
    assert.deepEqual(await body.next(), { done: true, value: undefined });
  });

  test('gives any parts with what stands between them', async (t) => {
    const site = await makeSite(t, { big: BIG });
    for (const [ranges, max] of [
      [[[0, 1]], 1],
      [
        [
          [65_535, 65_537],
          [0, 131_072],
        ],
        9,
      ],
      [
        [
          [299_999, 300_000],
          [5, 70_000],
        ],
        9,
      ],
    ] as const) {
      const handle = await open(join(site, 'big'));
      const parts = ranges.flatMap(([start, end]) => [Buffer.from(`|${max}|`), { start, end }]);
      const chunks: Buffer[] = [];
      for await (const chunk of new FileBody(async () => handle, parts)) chunks.push(Buffer.from(chunk));
      const expected = ranges.flatMap(([start, end]) => [Buffer.from(`|${max}|`), BIG.subarray(start, end)]);
      assert.ok(Buffer.concat(chunks).equals(Buffer.concat(expected)));
      assert.ok(isClosed(() => handle));
    }
  });

  test('uses its memory again', async (t) => {
    const site = await makeSite(t, { big: BIG });
    const memories = new Set<ArrayBufferLike>();
    for (let round = 0; round < 5; round++) {
      const { body } = await bodyOf(join(site, 'big'));
      for await (const chunk of body) memories.add(chunk.buffer);
    }
    assert.equal(memories.size, 1);
  });

  test('rejects when the file becomes shorter, and closes', async (t) => {
    const site = await makeSite(t, { big: BIG });
    const { body, handle } = await bodyOf(join(site, 'big'));
    assert.equal((await body.next()).value?.length, 65_536);
    await truncate(join(site, 'big'), 100_000);
    assert.equal((await body.next()).value?.length, 34_464);
    await assert.rejects(body.next(), { code: 'ERR_NEXURE_FILE_TRUNCATED' });
    assert.ok(isClosed(handle));
    assert.deepEqual(await body.next(), { done: true, value: undefined });
  });

  test('does not send what the file grows by', async (t) => {
    const site = await makeSite(t, { big: BIG });
    const { body, length } = await bodyOf(join(site, 'big'));
    let sent = 0;
    for await (const chunk of body) {
      sent += chunk.length;
      await appendFile(join(site, 'big'), 'more');
    }
    assert.equal(sent, length);
  });

  test('closes when it is left: before, while and after it is read', async (t) => {
    const site = await makeSite(t, { big: BIG });
    for (const chunks of [0, 1, 5, 6]) {
      const { body, handle } = await bodyOf(join(site, 'big'));
      for (let at = 0; at < chunks; at++) await body.next();
      assert.deepEqual(await body.return(), { done: true, value: undefined });
      assert.ok(isClosed(handle), `${chunks}`);
      assert.deepEqual(await body.return(), { done: true, value: undefined });
    }
    const { body, handle } = await bodyOf(join(site, 'big'));
    await assert.rejects(body.throw(new Error('mine')), /mine/);
    assert.ok(isClosed(handle));
  });

  test('closes behind reads that are under way, whose chunks stay whole', async (t) => {
    const site = await makeSite(t, { big: BIG, other: Buffer.alloc(300_000, 'x') });
    const { body, handle } = await bodyOf(join(site, 'big'));
    const first = body.next();
    const end = body.return();
    assert.equal((await first).value?.length, 65_536);
    assert.equal((await end).done, true);
    assert.ok(isClosed(handle));
  });

  test(
    'leaves no file open, whatever the answer',
    { skip: process.platform !== 'linux' && 'counts /proc/self/fd' },
    async (t) => {
      const site = await makeSite(t, { big: BIG, small: 'x', 'd/x': '' });
      const files = new StaticFiles(site, { hot: false });
      const count = (): number => readdirSync('/proc/self/fd').length;
      await fetchFile(files, 'big');
      const before = count();
      for (let round = 0; round < 20; round++) {
        for (const path of ['big', 'small', 'missing', 'd', 'd/', '..', 'small/']) {
          for (const headers of [
            {},
            { range: 'bytes=0-1' },
            { range: 'bytes=0-1,900-901' },
            { range: 'bytes=999999-' },
            { 'if-match': '"x"' },
            { 'if-none-match': '*' },
          ]) {
            await fetchFile(files, path, headers as Record<string, string>, {});
            await fetchFile(files, path, headers as Record<string, string>, { method: 'HEAD' } as object);
          }
        }
        const { body } = await answerFile(files, 'big', asks('/big'));
        assert.ok(body instanceof FileBody);
        await body.return();
      }
      assert.ok(count() <= before, `${count()} files are open, ${before} were`);
    },
  );
});
