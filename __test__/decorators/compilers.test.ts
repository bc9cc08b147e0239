// One source of controllers, compiled by every compiler in both dialects: the same routes, the same answers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createApp } from '../../js/index.ts';
import { compilers, importFixture } from './compilers.ts';

import type { Constructor, InjectInit } from '../../js/index.ts';
import type { Compiler, Dialect } from './compilers.ts';

const DIALECTS: readonly Dialect[] = ['standard', 'legacy'];

const REQUESTS: readonly (readonly [target: string, init: InjectInit, status: number, body: string])[] = [
  ['/books', {}, 200, '{"list":["Emma","Ulysses"],"trail":["class","inherited"]}'],
  ['/books/1', {}, 200, '{"title":"Ulysses","trail":["class","method"]}'],
  ['/books/9', {}, 404, 'no such book'],
  ['/books/inherited', {}, 200, 'of the child'],
  ['/books/inherited', { headers: { 'x-no': '1' } }, 403, 'ERR_NEXURE_GUARD_REFUSED'],
  ['/books/1', { headers: { 'x-key': 'wrong' } }, 403, 'ERR_NEXURE_GUARD_REFUSED'],
  ['/books', { method: 'POST', json: { title: ' x ' } }, 201, '{"added":"x"}'],
  ['/books', { method: 'POST', json: { title: 1 } }, 422, '"pointer":"/title"'],
  ['/books', { method: 'POST', json: { title: 1 }, headers: { 'x-key': 'wrong' } }, 403, 'GUARD_REFUSED'],
  ['/books/7?page=3', { method: 'PUT', json: { title: 't' } }, 200, '{"id":7,"title":"t","page":3}'],
  ['/books/7', { method: 'PUT', json: { title: 't' } }, 200, '{"id":7,"title":"t","page":1}'],
  ['/books/x', { method: 'PUT', json: {} }, 400, 'param id: It must be an integer.'],
  [
    '/books/3?a=1',
    { method: 'PATCH', headers: { cookie: 'sid=abc', 'x-one': '1' } },
    202,
    '{"params":{"id":"3"},"one":"1","sid":"abc","method":"PATCH","query":{"a":"1"}}',
  ],
  ['/books/2', { method: 'DELETE' }, 204, ''],
  ['/books/head/only', { method: 'HEAD' }, 200, ''],
  ['/books/head/only', { method: 'OPTIONS' }, 200, 'options'],
  ['/books/any', { method: 'DELETE' }, 200, 'DELETE'],
  ['/books/one', { method: 'POST' }, 200, '/books/one'],
  ['/books/two', {}, 200, '/books/two'],
  ['/books/moved', {}, 301, ''],
  ['/books/caught', {}, 200, '{"caught":"far"}'],
  ['/visits', {}, 200, '{"same":true,"is":true}'],
];

const ROUTES = [
  'GET /books',
  'GET /books/inherited',
  'GET /books/:id',
  'POST /books',
  'PUT /books/:id',
  'PATCH /books/:id',
  'DELETE /books/:id',
  'HEAD /books/head/only',
  'OPTIONS /books/head/only',
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => `${method} /books/any`),
  'GET /books/one',
  'POST /books/one',
  'GET /books/two',
  'POST /books/two',
  'GET /books/moved',
  'GET /books/caught',
  'GET /visits',
];

for (const [name, compiler] of Object.entries(compilers)) {
  for (const dialect of DIALECTS) {
    describe(`controllers compiled by ${name}, ${dialect} dialect`, () => {
      test('have the same routes and answers as any other', () => checkBooks(compiler, dialect));
    });
  }

  test(`decorators of parameters compiled by ${name}`, async () => {
    const { LegacyBooks } = await importFixture('legacy-books.ts', compiler, 'legacy');
    const app = createApp().register(LegacyBooks as Constructor);
    assert.deepEqual(await (await app.request('/legacy/4?q=x')).json(), {
      id: 4,
      q: 'x',
      path: '/legacy/4',
      shelf: 'shelf',
      missing: true,
    });
    const added = await app.request('/legacy', { method: 'POST', json: { a: 1 } });
    assert.deepEqual(await added.json(), { body: { a: 1 }, a: 1 });
    assert.equal(await (await app.request('/legacy/mixed/7')).text(), 'GET 7');
  });
}

for (const dialect of DIALECTS) {
  test(`controllers run by tsx, ${dialect} dialect`, async (t) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'nexure-tsx-'));
    t.after(() => rm(directory, { recursive: true }));
    const config = path.join(directory, 'tsconfig.json');
    const paths = { nexurejs: [fileURLToPath(new URL('../../js/index.ts', import.meta.url))] };
    const compilerOptions = { target: 'es2022', experimentalDecorators: dialect === 'legacy', paths };
    await writeFile(config, JSON.stringify({ compilerOptions }));
    const program = fileURLToPath(new URL('fixtures/routes.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, TSX_TSCONFIG_PATH: config },
    });
    assert.deepEqual(JSON.parse(stdout), [ROUTES, { title: 'Ulysses', trail: ['class', 'method'] }]);
  });
}

async function checkBooks(compiler: Compiler, dialect: Dialect): Promise<void> {
  const { Books, Visits, Visit } = await importFixture('books.ts', compiler, dialect);
  const app = createApp()
    .register(Books as Constructor)
    .register(Visits as Constructor);
  assert.deepEqual(
    app.routes().map((route) => `${route.method} ${route.path}`),
    ROUTES,
  );
  for (const [target, init, status, body] of REQUESTS) {
    const response = await app.request(target, init);
    assert.equal(response.status, status, `${init.method ?? 'GET'} ${target}`);
    assert.ok((await response.text()).includes(body), `${init.method ?? 'GET'} ${target}`);
  }
  assert.equal((await app.request('/books/moved')).headers.get('location'), '/books');
  assert.equal((await app.request('/books/1', { method: 'DELETE' })).headers.get('x-gone'), 'yes');
  await app.request('/visits');
  assert.equal((Visit as { made: number }).made, 2, 'a request-scoped controller is made for each request');
}
