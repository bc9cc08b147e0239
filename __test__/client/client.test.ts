// The typed client: what it sends, what it makes of answers, in process and over a socket.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ConflictError, createApp } from '../../js/index.ts';
import { createClient, expandPath } from '../../js/client/index.ts';

import type { Fetch } from '../../js/client/index.ts';

const makeApp = () =>
  createApp({ logger: false })
    .get('/books/:id', (ctx) => ({ id: ctx.params.id, query: ctx.query, since: new Date(0) }))
    .post('/books', async (ctx) => {
      ctx.response.status(201);
      return { made: await ctx.json() };
    })
    .put('/text', async (ctx) => `got ${await ctx.text()} as ${ctx.request.get('content-type')}`)
    .delete('/books/:id', () => undefined)
    .patch('/taken', () => {
      throw new ConflictError('taken', { code: 'BOOK_TAKEN' });
    })
    .get('/bytes', () => new Uint8Array([1, 2, 3]))
    .get('/files/*path', (ctx) => ctx.params.path)
    .get('/headers', (ctx) => ctx.request.headers)
    .get('/bad', (ctx) => ctx.response.status(502).text('no upstream'));

for (const place of ['process', 'socket'] as const) {
  describe(`a client over a ${place}`, () => {
    const app = makeApp();
    const clientOf = async () => {
      const options = { headers: { 'x-client': 'one' } };
      if (place === 'process') return createClient<typeof app>(app, options);
      if (app.address() === undefined) await app.start(0);
      return createClient<typeof app>(app.address()?.url as string, options);
    };
    test.after(() => app.stop({ timeoutMs: 0 }));

    test('sends parameters, query and body, and gives data', async () => {
      const client = await clientOf();
      const book = await client.get('/books/:id', { params: { id: 'a/b?' }, query: { a: 1, b: [1, 2], c: undefined } });
      assert.ok(book.ok);
      const expected = { id: 'a/b?', query: { a: '1', b: ['1', '2'] }, since: '1970-01-01T00:00:00.000Z' };
      assert.deepEqual(book.data, expected);
      const made = await client.post('/books', { json: { title: 'x' } });
      assert.deepEqual([made.status, made.data], [201, { made: { title: 'x' } }]);
      const text = await client.put('/text', { body: 'plain', headers: { 'content-type': 'text/plain' } });
      assert.equal(text.data, 'got plain as text/plain');
      const gone = await client.delete('/books/:id', { params: { id: 1 } });
      assert.deepEqual([gone.ok, gone.status, gone.data], [true, 204, undefined]);
      assert.deepEqual((await client.get('/bytes')).data, new Uint8Array([1, 2, 3]));
      assert.equal((await client.get('/files/*path', { params: { path: 'a b/c' } })).data, 'a b/c');
    });

    test('gives the problem document of an answer that is no success', async () => {
      const client = await clientOf();
      const { ok, status, error, data } = await client.patch('/taken');
      assert.deepEqual([ok, status, data], [false, 409, undefined]);
      assert.deepEqual([error?.code, error?.title, error?.detail], ['BOOK_TAKEN', 'Conflict', 'taken']);
      const bad = await client.get('/bad');
      assert.deepEqual([bad.error?.status, bad.error?.['body']], [502, 'no upstream']);
    });

    test('sends its headers with each request, and those of a call in their place', async () => {
      const client = await clientOf();
      assert.equal(((await client.get('/headers')).data as Record<string, string>)['x-client'], 'one');
      const { data } = await client.get('/headers', { headers: { 'X-Client': 'two' } });
      assert.equal((data as Record<string, string>)['x-client'], 'two');
    });
  });
}

test('a client rejects when there is no answer', async () => {
  const fails: Fetch = () => Promise.reject(new TypeError('fetch failed'));
  const client = createClient<ReturnType<typeof makeApp>>('http://localhost', { fetch: fails });
  await assert.rejects(client.get('/bytes'), /fetch failed/);
  await assert.rejects(client.post('/books', { json: 1, body: 'x' }), { code: 'ERR_NEXURE_REQUEST_INVALID' });
  assert.throws(() => createClient('not a url'), { code: 'ERR_NEXURE_OPTION_INVALID' });
});

test('a base path stays in front of paths', async () => {
  const urls: string[] = [];
  const fetch: Fetch = async (url) => {
    urls.push(url);
    return Response.json({});
  };
  const client = createClient<ReturnType<typeof makeApp>>('https://example.com/api/', { fetch });
  await client.get('/bytes');
  await client.get('/books/:id', { params: { id: 1 }, query: { q: 'ä' } });
  assert.deepEqual(urls, ['https://example.com/api/bytes', 'https://example.com/api/books/1?q=%C3%A4']);
});

describe('paths', () => {
  const cases: [pattern: string, values: Record<string, string | number | boolean>, path: string][] = [
    ['/', {}, '/'],
    ['/users/:id', { id: 7 }, '/users/7'],
    ['/users/:id(int)/x', { id: 7 }, '/users/7/x'],
    ['/users/:id(^\\d{1,(3)}\\)$)', { id: 'a/b' }, '/users/a%2Fb'],
    ['/posts/:slug?', {}, '/posts'],
    ['/posts/:slug?', { slug: 'x' }, '/posts/x'],
    ['/:slug?', {}, '/'],
    ['/range/:from-:to', { from: 1, to: 2 }, '/range/1-2'],
    ['/file/:name.:ext', { name: 'a', ext: 'b' }, '/file/a.b'],
    ['/escaped::x', {}, '/escaped:x'],
    ['/flag/:on(bool)', { on: false }, '/flag/false'],
    ['/*', { '*': 'a/b c' }, '/a/b%20c'],
    ['/w/*rest', { rest: '' }, '/w/'],
  ];
  for (const [pattern, values, path] of cases) {
    test(`${pattern} becomes ${path}`, () => assert.equal(expandPath(pattern, values), path));
  }
  for (const value of [undefined, null, '', '.', '..']) {
    test(`${String(value) || 'an empty value'} cannot stand in a path`, () => {
      const values = { id: value as string };
      assert.throws(() => expandPath('/a/:id/b', values), { code: 'ERR_NEXURE_CLIENT_PARAM' });
    });
  }
  test('a wildcard does not lead out of its place', () => {
    assert.throws(() => expandPath('/files/*', { '*': 'a/../../secret' }), { code: 'ERR_NEXURE_CLIENT_PARAM' });
  });
});
