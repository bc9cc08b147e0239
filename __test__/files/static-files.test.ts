// From a request to the file that answers it, on a real directory.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { answerFile, StaticFiles } from '../../js/files/static-files.ts';
import { asks, fetchFile, makeSite, MTIME, put } from '../harness/site.ts';

const isWindows = process.platform === 'win32';
const onWindows = isWindows ? 'Windows has no such files, or asks for a privilege' : false;

describe('a directory that is served', () => {
  test('gives a file with its type, validators and length', async (t) => {
    const site = await makeSite(t, { 'a.txt': 'hello' });
    const answer = await fetchFile(site, 'a.txt');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, 'hello');
    assert.equal(answer.length, 5);
    assert.deepEqual(answer.headers, {
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=0',
      etag: `"5-${(BigInt(MTIME.getTime()) * 1_000_000n).toString(16)}"`,
      'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  test('gives files whose names are escaped, and only decodes once', async (t) => {
    const names = ['café.txt', 'a b.txt', '100%.txt', '%2e.txt', 'q?#.txt', '日本.txt', "it's.txt", 'a+b.txt', '..a'];
    const usable = isWindows ? names.filter((name) => !name.includes('?')) : names;
    const site = await makeSite(t, Object.fromEntries(usable.map((name) => [name, name])));
    const files = new StaticFiles(site, { dotfiles: 'allow' });
    for (const name of usable) {
      assert.equal((await fetchFile(files, encodeURIComponent(name))).text, name);
    }
    assert.equal((await fetchFile(files, '%252e.txt')).text, '%2e.txt');
    assert.equal((await fetchFile(files, '100%.txt')).status, 400);
  });

  test('gives the index of a directory, the first that is there', async (t) => {
    const site = await makeSite(t, {
      'index.html': 'root',
      'docs/index.html': 'docs',
      'old/index.htm': 'old',
      'bare/x': '',
    });
    assert.equal((await fetchFile(site, '')).text, 'root');
    assert.equal((await fetchFile(site, 'docs/')).text, 'docs');
    assert.equal((await fetchFile(site, 'docs/')).headers['content-type'], 'text/html; charset=utf-8');
    assert.equal((await fetchFile(site, 'old/')).status, 404);
    assert.equal((await fetchFile(site, 'old/', {}, { index: ['index.html', 'index.htm'] })).text, 'old');
    assert.equal((await fetchFile(site, 'docs/', {}, { index: false })).status, 404);
    assert.equal((await fetchFile(site, 'bare/')).status, 404);
  });

  test('redirects a directory to itself, and to nowhere else', async (t) => {
    const site = await makeSite(t, { 'docs/index.html': 'docs', 'a/evil.com/index.html': '' });
    const redirected = await fetchFile(site, 'docs?a=1');
    assert.deepEqual([redirected.status, redirected.headers['location']], [301, './docs/?a=1']);
    assert.equal((await fetchFile(site, 'docs', {}, { redirect: false })).status, 404);
    const evil = await answerFile(new StaticFiles(join(site, 'a')), 'evil.com', asks('//evil.com'));
    const location = evil.headers.find(([name]) => name === 'Location')?.[1] ?? '';
    assert.equal(new URL(location, 'http://host//evil.com').host, 'host');
    // The root, asked for by the mount without its slash.
    const root = await answerFile(new StaticFiles(site), '', asks('/assets'));
    assert.deepEqual([root.status, root.headers], [301, [['Location', './assets/']]]);
  });

  test('tries extensions for names that are not there', async (t) => {
    const site = await makeSite(t, { 'about.html': 'page', about2: 'plain', 'about2.html': 'page' });
    const options = { extensions: ['htm', 'html'] };
    assert.equal((await fetchFile(site, 'about', {}, options)).text, 'page');
    assert.equal((await fetchFile(site, 'about2', {}, options)).text, 'plain');
    assert.equal((await fetchFile(site, 'about/', {}, options)).status, 404);
    assert.equal((await fetchFile(site, 'about')).status, 404);
  });

  test('falls back for paths that lead nowhere, but not for what looks like a file', async (t) => {
    const site = await makeSite(t, { 'index.html': 'app', 'docs/x': '' });
    const options = { fallback: 'index.html' };
    for (const path of ['users/7', 'docs/', 'users/']) {
      const answer = await fetchFile(site, path, {}, options);
      assert.deepEqual([answer.status, answer.text], [200, 'app'], path);
    }
    assert.equal((await fetchFile(site, 'missing.js', {}, options)).status, 404);
    assert.equal((await fetchFile(site, '../x', {}, options)).status, 400);
    assert.equal((await fetchFile(site, '.git', {}, options)).status, 404);
  });

  test('treats dotfiles as the option says', async (t) => {
    const site = await makeSite(t, { '.env': 'secret', '.well-known/x': 'known' });
    for (const path of ['.env', '%2Eenv', '.well-known/x', '.missing']) {
      const statuses = [];
      for (const dotfiles of ['ignore', 'deny', 'allow'] as const) {
        statuses.push((await fetchFile(site, path, {}, { dotfiles })).status);
      }
      assert.deepEqual(statuses, [404, 403, path === '.missing' ? 404 : 200], path);
    }
    assert.equal((await fetchFile(join(site, '.well-known'), 'x')).text, 'known');
  });

  test('says 404 where there is no file', async (t) => {
    const site = await makeSite(t, { 'a.txt': '' });
    for (const path of ['missing', 'a.txt/', 'a.txt/b', 'x'.repeat(300), `${'d/'.repeat(3000)}x`]) {
      const answer = await fetchFile(site, path);
      assert.deepEqual([answer.status, answer.code], [404, 'ERR_NEXURE_FILE_NOT_FOUND'], path.slice(0, 40));
    }
    assert.equal((await fetchFile(join(site, 'nowhere'), 'a.txt')).status, 404);
  });

  test('says 403 where reading is not allowed', { skip: onWindows }, async (t) => {
    const site = await makeSite(t, { 'a.txt': '' });
    await chmod(site, 0o755);
    await chmod(join(site, 'a.txt'), 0);
    // The super-user may read everything, so somebody else asks.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      assert.equal((await fetchFile(site, 'a.txt')).code, 'ERR_NEXURE_FILE_FORBIDDEN');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('refuses links that leave the root', { skip: onWindows }, async (t) => {
    const outside = await makeSite(t, { secret: 'secret', 'd/index.html': 'secret' });
    const site = await makeSite(t, { 'a.txt': 'inside', 'deep/b.txt': 'inside' });
    await symlink(join(outside, 'secret'), join(site, 'file'));
    await symlink(join(outside, 'd'), join(site, 'directory'));
    await symlink('a.txt', join(site, 'within'));
    await symlink('loop', join(site, 'loop'));
    await symlink(`${site}-other`, join(site, 'prefix'));
    await mkdir(`${site}-other`);
    t.after(() => rm(`${site}-other`, { recursive: true }));
    await put(join(`${site}-other`, 'x'), 'secret');
    for (const path of ['file', 'directory', 'directory/', 'directory/index.html', 'loop', 'loop/x', 'prefix/x']) {
      assert.equal((await fetchFile(site, path)).status, 404, path);
    }
    assert.equal((await fetchFile(site, 'within')).text, 'inside');
    assert.equal((await fetchFile(site, 'file', {}, { followSymlinks: true })).text, 'secret');
  });

  test('serves a root that is a link, also when the link is moved', { skip: onWindows }, async (t) => {
    const site = await makeSite(t, { 'one/a.txt': 'one', 'two/a.txt': 'two!' });
    await symlink('one', join(site, 'current'));
    const files = new StaticFiles(join(site, 'current'));
    assert.equal((await fetchFile(files, 'a.txt')).text, 'one');
    await symlink('two', join(site, 'next'));
    await rename(join(site, 'next'), join(site, 'current'));
    assert.equal((await fetchFile(files, 'a.txt')).text, 'two!');
  });

  test('never opens a pipe or a device', { skip: onWindows, timeout: 10_000 }, async (t) => {
    const site = await makeSite(t, {});
    await promisify(execFile)('mkfifo', [join(site, 'pipe')]);
    await symlink('/dev/zero', join(site, 'device'));
    for (const path of ['pipe', 'device']) {
      assert.equal((await fetchFile(site, path, {}, { followSymlinks: true })).status, 404, path);
    }
  });

  test('gives the best variant that the request accepts', async (t) => {
    const site = await makeSite(t, {
      'a.js': 'original',
      'a.js.br': 'brotli',
      'a.js.gz': 'gzip',
      'b.js': 'original',
      'c.js.br': 'brotli',
    });
    const files = new StaticFiles(site, { precompressed: ['br', 'zstd', 'gzip'] });
    const get = async (path: string, accept?: string): Promise<(string | undefined)[]> => {
      const { text, headers } = await fetchFile(files, path, accept === undefined ? {} : { 'accept-encoding': accept });
      assert.equal(headers['vary'], text === '' ? undefined : 'Accept-Encoding');
      if (text !== '') assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
      return [text, headers['content-encoding']];
    };
    assert.deepEqual(await get('a.js', 'gzip, deflate, br, zstd'), ['brotli', 'br']);
    assert.deepEqual(await get('a.js', 'gzip'), ['gzip', 'gzip']);
    assert.deepEqual(await get('a.js', 'br;q=0, *'), ['gzip', 'gzip']);
    assert.deepEqual(await get('a.js', 'zstd'), ['original', undefined]);
    assert.deepEqual(await get('a.js'), ['original', undefined]);
    assert.deepEqual(await get('b.js', 'br'), ['original', undefined]);
    assert.deepEqual(await get('c.js', 'br'), ['', undefined]);
    const tags = new Set<string | undefined>();
    for (const accept of ['br', 'gzip', '']) {
      tags.add((await fetchFile(files, 'a.js', { 'accept-encoding': accept })).headers['etag']);
    }
    assert.equal(tags.size, 3);
    // Without the option nobody looks.
    const plain = await fetchFile(site, 'a.js', { 'accept-encoding': 'br' });
    assert.deepEqual([plain.text, plain.headers['vary']], ['original', undefined]);
  });

  test('leaves a variant alone that is older than its original', async (t) => {
    const site = await makeSite(t, { 'a.js.br': 'old' });
    const options = { precompressed: ['br'] } as const;
    for (const [later, text] of [
      [2000, 'old'],
      [3000, 'new'],
    ] as const) {
      await put(join(site, 'a.js'), 'new', new Date(MTIME.getTime() + later));
      assert.equal((await fetchFile(site, 'a.js', { 'accept-encoding': 'br' }, options)).text, text);
    }
  });

  test('says how long a file may be kept', async (t) => {
    const site = await makeSite(t, { a: '' });
    for (const [options, value] of [
      [{ maxAgeMs: 3_600_999 }, 'public, max-age=3600'],
      [{ maxAgeMs: 31_536_000_000, immutable: true }, 'public, max-age=31536000, immutable'],
      [{ cacheControl: 'no-store' }, 'no-store'],
      [{ cacheControl: false }, undefined],
    ] as const) {
      assert.equal((await fetchFile(site, 'a', {}, options)).headers['cache-control'], value);
    }
  });
});
