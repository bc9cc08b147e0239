// A single file that a handler names.
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { attachment } from '../../js/files/content-disposition.ts';
import { sendFile } from '../../js/files/send-file.ts';
import { asks, makeSite, read } from '../harness/site.ts';

import type { FileOptions } from '../../js/files/send-file.ts';

const GET = asks('/download');

describe('a file by its path', () => {
  test('is given with its type, conditions and ranges', async (t) => {
    const site = await makeSite(t, { 'a.css': 'a { }' });
    const path = join(site, 'a.css');
    const answer = await read(sendFile(path, GET));
    assert.deepEqual([answer.status, answer.text], [200, 'a { }']);
    assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8');
    assert.equal((await read(sendFile(path, asks('/', { range: 'bytes=0-0' })))).text, 'a');
    assert.equal(
      (await read(sendFile(path, asks('/', { 'if-none-match': answer.headers['etag'] ?? '' })))).status,
      304,
    );
    assert.equal((await read(sendFile(path, GET, { type: 'text/x' }))).headers['content-type'], 'text/x');
  });

  test('is hidden or reached by a link, if the application says so', async (t) => {
    const site = await makeSite(t, { '.hidden': 'h' });
    assert.equal((await read(sendFile(join(site, '.hidden'), GET))).text, 'h');
    if (process.platform === 'win32') return;
    await symlink('.hidden', join(site, 'link'));
    assert.equal((await read(sendFile(join(site, 'link'), GET))).text, 'h');
  });

  test('is 404 where there is none, and 400 with a step up', async (t) => {
    const site = await makeSite(t, { secret: 's', 'd/a': 'a' });
    for (const [path, status] of [
      ['missing', 404],
      ['d', 404],
      ['d/../secret', 400],
      ['d/a\0', 400],
    ] as const) {
      assert.equal((await read(sendFile(`${site}/${path}`, GET))).status, status, path);
    }
  });

  test('is below the root, whoever wrote its path', async (t) => {
    const site = await makeSite(t, { secret: 's', 'd/a b%20.txt': 'a', 'd/.x': 'x' });
    const options: FileOptions = { root: join(site, 'd') };
    assert.equal((await read(sendFile('a b%20.txt', GET, options))).text, 'a');
    for (const [path, status] of [
      ['../secret', 400],
      ['..', 400],
      ['a\\b', 400],
      ['a\0', 400],
      ['\ud800', 400],
      [join(site, 'secret'), 404],
      ['.x', 404],
      ['', 404],
      ['%2e%2e/secret', 404],
      ['//a', 404],
    ] as const) {
      const answer = await read(sendFile(path, GET, options));
      assert.equal(answer.status, status, JSON.stringify(path));
    }
  });

  test('is refused with options or paths that are none', async () => {
    for (const [path, options, named] of [
      ['relative', {}, 'file'],
      [7, {}, 'file'],
      ['/a', { root: '' }, 'file.root'],
      ['/a', { download: 1 }, 'file.download'],
      ['/a', { type: 'a\r\nb' }, 'file.type'],
      ['/a', { dotfiles: 'no' }, 'file.dotfiles'],
      ['/a', { index: 'x' }, 'file.index'],
    ] as const) {
      await assert.rejects(sendFile(path as string, GET, options as FileOptions), (error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'ERR_NEXURE_OPTION_INVALID');
        assert.ok(error.message.includes(`option ${named} `), error.message);
        return true;
      });
    }
  });

  test('is offered to be saved, under its own name or another', async (t) => {
    const site = await makeSite(t, { 'report.pdf': '' });
    const name = async (download: boolean | string): Promise<string | undefined> =>
      (await read(sendFile(join(site, 'report.pdf'), GET, { download }))).headers['content-disposition'];
    assert.equal(await name(true), 'attachment; filename="report.pdf"');
    assert.equal(await name('r.pdf'), 'attachment; filename="r.pdf"');
    assert.equal(await name(false), undefined);
  });
});

describe('the name to save a file under', () => {
  for (const [name, value] of [
    ['plain name.txt', 'attachment; filename="plain name.txt"'],
    ['', 'attachment'],
    ['a/b\\c.txt', 'attachment; filename="c.txt"'],
    ['../../etc/passwd', 'attachment; filename="passwd"'],
    ['say "hi".txt', 'attachment; filename="say \\"hi\\".txt"; filename*=UTF-8\'\'say%20%22hi%22.txt'],
    ['naïve.txt', 'attachment; filename="na_ve.txt"; filename*=UTF-8\'\'na%C3%AFve.txt'],
    ['€ rates.txt', 'attachment; filename="_ rates.txt"; filename*=UTF-8\'\'%E2%82%AC%20rates.txt'],
    ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
    ["ü'(*)", "attachment; filename=\"_'(*)\"; filename*=UTF-8''%C3%BC%27%28%2A%29"],
    ['100%25.txt', 'attachment; filename="100%25.txt"; filename*=UTF-8\'\'100%2525.txt'],
    ['100%.txt', 'attachment; filename="100%.txt"'],
    ['a\r\nx: y', 'attachment; filename="a__x: y"'],
    ['a\u202etxt.exe', 'attachment; filename="a_txt.exe"'],
    ['😀', 'attachment; filename="_"; filename*=UTF-8\'\'%F0%9F%98%80'],
    ['\ud800', 'attachment; filename="_"; filename*=UTF-8\'\'%EF%BF%BD'],
  ] as const) {
    test(`${JSON.stringify(name)} is ${value}`, () => assert.equal(attachment(name), value));
  }
});
