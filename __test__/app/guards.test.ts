// Middleware that guards a path stands in front of a request however the path is spelled.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { below } from '../../js/prefix.ts';
import { open, serve } from '../harness/server.ts';

const SPELLINGS = [
  '/private/s.txt',
  '/PRIVATE/s.txt',
  '/%70rivate/s.txt',
  '/%50%72ivate/s.txt',
  '//private/s.txt',
  '/./private/s.txt',
  '/x/../private/s.txt',
  '/x/%2e%2e/private/s.txt',
  '/x%2f..%2fprivate/s.txt',
  '/private%2fs.txt',
  '/private%5cs.txt',
];

describe('A guard of a path', () => {
  test('stands in front of files, mounted handlers and wildcards', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'nexure-guards-'));
    t.after(() => rm(directory, { recursive: true }));
    await mkdir(join(directory, 'private'));
    await writeFile(join(directory, 'private', 's.txt'), 'secret');
    const inner = createApp().get('/private/*', () => 'secret');
    const { ask } = await serve(t, 'uv', (app) => {
      for (const prefix of ['/files', '/inner', '/any']) {
        app.use(`${prefix}/private`, () => new Response('guarded', { status: 401 }));
      }
      app.static('/files', directory);
      app.mount('/inner', inner.fetch);
      app.get('/any/*', () => 'secret');
    });
    for (const prefix of ['/files', '/inner', '/any']) {
      for (const spelling of SPELLINGS) {
        const target = prefix + spelling;
        assert.equal((await ask(target)).status, 401, target);
      }
    }
  });

  test('lets pass what lies elsewhere', async (t) => {
    const { ask } = await open(t, 'inject', (app) => {
      app.use('/any/private', () => 'guarded').get('/any/*', () => 'free');
    });
    for (const path of ['/any/public', '/any/privates', '/any/%2570rivate', '/any/x/private', '/any/private;a']) {
      assert.equal((await ask(path)).text(), 'free', path);
    }
  });

  test('with a parameter is for any segment there', () => {
    for (const path of ['/a/1/b', '/a/%31/b', '/a/x%2fy/b', '/a//1/b']) {
      assert.ok(below(['a', ':id', 'b'])(path), path);
    }
    for (const path of ['/a/b', '/a//b', '/a/1/c']) assert.ok(!below(['a', ':id', 'b'])(path), path);
  });
});
