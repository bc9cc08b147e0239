// The document and its page as an application serves them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp, Router } from '../../js/index.ts';
import { checkDocument } from './documents.ts';

import type { OpenApiDocument } from '../../js/index.ts';

const handler = (): string => 'x';

describe('a served document', () => {
  test('is there when it is switched on, and tells of the routes that are declared behind it', async () => {
    const app = createApp({ openapi: true }).get('/books', handler);
    const answer = await app.request('/openapi.json');
    assert.equal(answer.headers.get('content-type'), 'application/json');
    const document = (await answer.json()) as OpenApiDocument;
    await checkDocument(document);
    assert.deepEqual(document, app.openapi());
    assert.deepEqual(Object.keys(document.paths), ['/books']);
    assert.equal((await app.request('/docs')).status, 200);
  });

  test('is not there by default', async () => {
    for (const app of [
      createApp(),
      createApp({ openapi: false }),
      createApp({ openapi: { path: false, docs: false } }),
    ]) {
      app.get('/books', handler);
      assert.equal((await app.request('/openapi.json')).status, 404);
      assert.equal((await app.request('/docs')).status, 404);
    }
  });

  test('may be elsewhere, and below a prefix', async () => {
    const app = createApp({ globalPrefix: '/v1', openapi: { path: '/meta/api.json', docs: '/meta' } }).get(
      '/a',
      handler,
    );
    assert.equal((await app.request('/v1/meta/api.json')).status, 200);
    assert.match(await (await app.request('/v1/meta')).text(), /href="\/v1\/meta\/api\.json"/);
  });

  for (const path of ['/openapi.json', '/docs']) {
    test(`${path} is not sent again to whoever has it`, async () => {
      const app = createApp({ openapi: true }).get('/a', handler);
      const first = await app.request(path);
      const etag = first.headers.get('etag') ?? '';
      assert.match(etag, /^"[\w-]{22}"$/);
      assert.equal(first.headers.get('cache-control'), 'no-cache');
      const second = await app.request(path, { headers: { 'if-none-match': `"other", W/${etag}` } });
      assert.deepEqual([second.status, await second.text(), second.headers.get('etag')], [304, '', etag]);
      const other = await app.request(path, { headers: { 'if-none-match': '"other"' } });
      assert.equal(other.status, 200);
      assert.equal(await other.text(), await first.text());
      const head = await app.request(path, { method: 'HEAD' });
      assert.deepEqual([head.status, head.headers.get('etag')], [200, etag]);
      app.get('/b', handler);
      const changed = await app.request(path, { headers: { 'if-none-match': etag } });
      assert.equal(changed.status, 200);
    });
  }

  test('says where it is mounted', async () => {
    const api = createApp({ openapi: true }).get('/books', handler);
    const app = createApp().mount('/v1', api);
    const document = (await (await app.request('/v1/openapi.json')).json()) as OpenApiDocument;
    await checkDocument(document);
    assert.deepEqual([document.servers, Object.keys(document.paths)], [[{ url: '/v1' }], ['/books']]);
    assert.deepEqual(Object.keys(app.openapi().paths), ['/v1/books']);
  });

  test('does not get in the way of routes, but says so', () => {
    const app = createApp({ openapi: true });
    assert.throws(() => app.get('/docs', handler), { code: 'ERR_NEXURE_ROUTE_CONFLICT' });
  });

  test('that contradicts itself keeps the application from starting', async () => {
    const app = createApp({ openapi: { security: [{ lost: [] }] } }).get('/a', handler);
    await assert.rejects(app.start(0), { code: 'ERR_NEXURE_OPENAPI' });
  });

  test('may be answered behind middleware of the application', async () => {
    const app = createApp();
    const docs = new Router()
      .use((ctx, next) => (ctx.get('x-key') === 'k' ? next() : ctx.response.status(401).send('')))
      .get('/openapi.json', { openapi: false }, () => app.openapi());
    app.get('/books', handler).mount('/internal', docs);
    assert.equal((await app.request('/internal/openapi.json')).status, 401);
    const answer = await app.request('/internal/openapi.json', { headers: { 'x-key': 'k' } });
    assert.deepEqual(Object.keys(((await answer.json()) as OpenApiDocument).paths), ['/books']);
  });
});
