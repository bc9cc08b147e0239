// Which answers are offered to the files in memory.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { StaticFiles } from '../../js/files/static-files.ts';
import { fetchFile, makeSite, put } from '../harness/site.ts';

import type { StaticOptions } from '../../js/files/static-options.ts';

describe('files in memory', () => {
  /** How many files are kept after these requests. */
  async function kept(files: StaticFiles, ...paths: string[]): Promise<number> {
    for (const path of paths) await fetchFile(files, path);
    return files.hot?.statistics().files ?? -1;
  }

  test('are those that were sent whole', async (t) => {
    const site = await makeSite(t, {
      a: 'a',
      'index.html': 'i',
      big: Buffer.alloc(65_537),
      most: Buffer.alloc(65_536),
    });
    const files = new StaticFiles(site);
    assert.equal(await kept(files, 'a'), 1);
    assert.equal(await kept(files, 'a', ''), 2);
    assert.equal(await kept(files, 'big', 'missing'), 2);
    assert.equal(await kept(files, 'most'), 3);
    const others = new StaticFiles(site);
    for (const headers of [{ range: 'bytes=0-0' }, { 'if-none-match': '*' }, { 'if-match': '"x"' }]) {
      await fetchFile(others, 'a', headers as Record<string, string>);
    }
    assert.equal(await kept(others), 0);
  });

  test('are none whose path could lead to another file tomorrow', async (t) => {
    const site = await makeSite(t, { 'index.htm': 'i', 'a.html': 'a', 'app.html': 'app' });
    const options: StaticOptions = { index: ['index.html', 'index.htm'], extensions: ['html'], fallback: 'app.html' };
    const files = new StaticFiles(site, options);
    assert.equal(await kept(files, '', 'a', 'nowhere'), 0);
    assert.equal(await kept(files, 'a.html'), 1);
  });

  test('are none that were changed just now', async (t) => {
    const site = await makeSite(t, {});
    await put(join(site, 'a'), 'a', new Date());
    assert.equal(await kept(new StaticFiles(site), 'a'), 0);
  });

  test('stay within their limits', async (t) => {
    const site = await makeSite(t, { a: Buffer.alloc(1000), b: Buffer.alloc(1000), c: Buffer.alloc(10) });
    const small = new StaticFiles(site, { hot: { maxBytes: 2500, maxFileBytes: 1000 } });
    assert.equal(await kept(small, 'a', 'b'), 1);
    assert.ok((small.hot?.statistics().bytes ?? 0) <= 2500);
    assert.equal(await kept(new StaticFiles(site, { hot: { maxFileBytes: 10 } }), 'a', 'c'), 1);
    assert.equal(await kept(new StaticFiles(site, { hot: false }), 'a'), -1);
    const large = new StaticFiles(site, { hot: { maxBytes: 0 } });
    assert.equal(await kept(large, 'a', 'c'), 0);
  });
});
