// part.saveTo: a file that was not there before, under a name that stays in its folder, and nothing left of a failure.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { chmod, mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { readParts } from '../../js/body/multipart.ts';
import { writeAll } from '../../js/body/save.ts';
import { codes } from '../../js/errors/codes.ts';
import { field, file, form, Source, TYPE } from './forms.ts';

import type { PartsOptions } from '../../js/body/parts-options.ts';
import type { SavedFile, SaveOptions } from '../../js/body/save.ts';

const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

describe('saveTo', () => {
  let dir = '';
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'nexurejs-uploads-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Saves the first part of a body. */
  async function save(body: string | Source, options?: SaveOptions, limits?: PartsOptions): Promise<SavedFile> {
    const source = typeof body === 'string' ? new Source(body, 16) : body;
    for await (const part of readParts(source, TYPE, limits)) return await part.saveTo(dir, options);
    throw new Error('there is no part');
  }

  test('writes the content under a name nobody can guess, with the extension that was sent', async () => {
    const body = form(file('f', '../../My Cat.PNG', 'content', 'Content-Type: image/png'));
    const saved = await save(body);
    const again = await save(body);
    assert.match(saved.name, /^[0-9a-f]{32}\.png$/);
    assert.notEqual(saved.name, again.name);
    assert.deepEqual(saved, { path: join(resolve(dir), saved.name), name: saved.name, size: 7, type: 'image/png' });
    assert.equal(await readFile(saved.path, 'utf8'), 'content');
    if (!isWindows) assert.equal((await stat(saved.path)).mode & 0o777, 0o600);
  });

  test('keeps no extension that is more than letters and digits', async () => {
    for (const filename of ['f', 'f.', 'f.a b', 'f.%00', 'f.abcdefghijk', '.h/t', 'f.ä', 'f.p\\hp', '', '..']) {
      const { name } = await save(form(file('f', filename, '')));
      assert.match(name, /^[0-9a-f]{32}$/, filename);
    }
  });

  test('saves fields, empty files and relative folders alike', async () => {
    const { size, path, type } = await save(form(field('a', '')));
    assert.deepEqual([size, type, (await stat(path)).size], [0, 'text/plain', 0]);
    for await (const part of readParts(new Source(form(field('a', '1'))), TYPE)) {
      const saved = await part.saveTo(relative(process.cwd(), dir), { name: 'a' });
      assert.equal(saved.path, join(resolve(dir), 'a'));
    }
  });

  test('saves under a name of choice', async () => {
    for (const name of ['a', 'a.txt', '.hidden', 'ä b', '...a', 'console', 'com', 'nul1', 'x'.repeat(255)]) {
      const saved = await save(form(file('f', 'g', 'x')), { name });
      assert.deepEqual([saved.name, dirname(saved.path)], [name, resolve(dir)]);
    }
  });

  test('refuses names that leave the folder or mean something else', async () => {
    const names = [
      '',
      '.',
      '..',
      '../a',
      '/a',
      'a/',
      'a/b',
      'a\\b',
      '..\\a',
      'a\0',
      'a\n',
      'a:b',
      'C:',
      'a.',
      'a ',
      '. .',
    ];
    const devices = ['CON', 'nul', 'Aux.txt', 'com1', 'LPT9.tar.gz', 'COM\u00b9', 'prn .x', 'CONIN$'];
    for (const name of [...names, ...devices, 'x'.repeat(256), 'ä'.repeat(128)]) {
      await assert.rejects(save(form(file('f', 'g', 'x')), { name }), { code: 'ERR_NEXURE_UPLOAD_NAME' }, name);
    }
    assert.deepEqual(await readdir(dir), []);
  });

  test('refuses what is no option and no folder', async () => {
    for (const options of [{ name: 1 }, { nmae: 'a' }, null]) {
      const saving = save(form(field('a', '1')), options as unknown as SaveOptions);
      await assert.rejects(saving, { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
    for await (const part of readParts(new Source(form(field('a', '1'))), TYPE)) {
      for (const folder of ['', 'a\0b', undefined, 1]) {
        await assert.rejects(part.saveTo(folder as string), { code: 'ERR_NEXURE_OPTION_INVALID' });
      }
      assert.equal(await part.text(), '1', 'what was refused has not begun to read');
    }
  });

  test('overwrites nothing, and follows no link', async () => {
    await writeFile(join(dir, 'there'), 'before');
    const links = isWindows ? [] : ['link', 'dangling'];
    if (!isWindows) {
      await symlink(join(dir, 'there'), join(dir, 'link'));
      await symlink(join(dir, 'nowhere'), join(dir, 'dangling'));
    }
    for (const name of ['there', ...links]) {
      await assert.rejects(save(form(file('f', 'g', 'x')), { name }), (error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'ERR_NEXURE_UPLOAD_EXISTS');
        assert.ok(!error.message.includes(dir), 'a client may read this');
        return true;
      });
    }
    assert.equal(await readFile(join(dir, 'there'), 'utf8'), 'before');
    assert.deepEqual((await readdir(dir)).sort(), ['there', ...links].sort());
  });

  test('says what the system does when it cannot write', async (t) => {
    for await (const part of readParts(new Source(form(field('a', '1'))), TYPE)) {
      await assert.rejects(part.saveTo(join(dir, 'nowhere')), (error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'ERR_NEXURE_UPLOAD_FAILED');
        assert.match(error.message, /nowhere.*ENOENT/);
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
        return true;
      });
      assert.equal((await part.saveTo(dir)).size, 1, 'it can be saved elsewhere');
    }
    if (isWindows || isRoot) return t.diagnostic('who may write everywhere has no EACCES');
    await chmod(dir, 0o500);
    await assert.rejects(save(form(field('a', '1'))), { code: 'ERR_NEXURE_UPLOAD_FAILED', message: /EACCES/ });
  });

  test(
    'tells a full disk from other failures',
    { skip: process.platform !== 'linux' && 'needs /dev/full' },
    async () => {
      const full = await open('/dev/full', 'w');
      await assert.rejects(writeAll(full, '/dev/full', new Uint8Array(1)), { code: 'ERR_NEXURE_UPLOAD_NO_SPACE' });
      await full.close();
      assert.equal(codes.ERR_NEXURE_UPLOAD_NO_SPACE.status, 507);
    },
  );

  test('leaves nothing of an upload that fails', async () => {
    const body = form(file('f', 'f', 'x'.repeat(200)));
    const gone = new Error('the client has gone');
    await assert.rejects(save(new Source(body.slice(0, 150), 16, gone)), gone);
    await assert.rejects(save(body.slice(0, 150)), { code: 'ERR_NEXURE_MULTIPART_TRUNCATED' });
    await assert.rejects(save(body, {}, { maxFileBytes: 100 }), { code: 'ERR_NEXURE_MULTIPART_FILE_TOO_LARGE' });
    await assert.rejects(save(body, {}, { maxTotalBytes: 100 }), { code: 'ERR_NEXURE_MULTIPART_TOO_LARGE' });
    assert.deepEqual(await readdir(dir), []);
  });

  test('leaves nothing of an upload that the loop has left behind', async () => {
    const saving: Promise<unknown>[] = [];
    const body = form(file('f', 'f', 'x'.repeat(2000)), file('g', 'g', 'y'.repeat(2000)));
    for await (const part of readParts(new Source(body, 16), TYPE)) {
      saving.push(assert.rejects(part.saveTo(dir), { code: 'ERR_NEXURE_PART_CONSUMED' }));
    }
    assert.equal(saving.length, 2);
    await Promise.all(saving);
    assert.deepEqual(await readdir(dir), []);
  });

  test('keeps little of a large upload in memory', async () => {
    // One chunk again and again, so that garbage of the source itself is not measured.
    const chunk = randomFillSync(new Uint8Array(65_536));
    async function* large(): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from(file('f', 'f', '').slice(0, -2));
      for (let sent = 0; sent < 1024; sent += 1) yield chunk;
      yield Buffer.from('\r\n--B--');
    }
    await save(form(file('f', 'f', 'x')));
    const before = process.memoryUsage.rss();
    let most = 0;
    for await (const part of readParts(large(), TYPE)) {
      const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 1);
      const { size } = await part.saveTo(dir);
      clearInterval(timer);
      assert.equal(size, 1024 * 65_536);
    }
    assert.ok(most < 20 * 1024 * 1024, `${most} bytes more for 64 MiB`);
  });
});
