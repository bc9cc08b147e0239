// ctx.request and ctx.body: what the client sent, parsed by its type.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open, serve, socketTransports, transports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const FORM = 'application/x-www-form-urlencoded';

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('latin1') };
  return value === undefined ? { undefined: true } : { value };
}

function setup(app: Nexure): void {
  app.post('/body', (ctx) => shown(ctx.body));
  app.post('/later', async (ctx) => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return shown(ctx.body);
  });
  app.post('/json', async (ctx) => shown(await ctx.request.json()));
  app.post('/text', async (ctx) => shown(await ctx.request.text()));
  app.post('/twice', async (ctx) => [
    ctx.body === ctx.request.body,
    await ctx.request.text(),
    await ctx.request.text(),
  ]);
}

const code = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;

const LONG = 'é'.repeat(20_000);

/** Type and body of a request, and what ctx.body is. */
const BODIES: Record<string, [type: string | undefined, body: string | Uint8Array, expected: unknown]> = {
  JSON: ['application/json', '{"a":[1,"é"]}', { value: { a: [1, 'é'] } }],
  'JSON with a charset': ['application/json; charset="UTF-8"', '1', { value: 1 }],
  'JSON by suffix': ['application/problem+json', 'null', { value: null }],
  'JSON in capitals': ['APPLICATION/JSON', '"x"', { value: 'x' }],
  'JSON with a harmless constructor': ['application/json', '{"constructor":1}', { value: { constructor: 1 } }],
  'long JSON': ['application/json', JSON.stringify({ LONG }), { value: { LONG } }],
  text: ['text/plain', 'é€😀', { value: 'é€😀' }],
  'text that is not UTF-8': ['text/plain', Uint8Array.of(0x61, 0xff, 0x62), { value: 'a\ufffdb' }],
  'long text': ['text/html', LONG, { value: LONG }],
  'a form': [FORM, 'a=1&b=%C3%A9+x&a=2&c', { value: { a: ['1', '2'], b: 'é x', c: '' } }],
  'a form with names of objects': [FORM, 'toString=1&constructor=2', { value: { toString: '1', constructor: '2' } }],
  bytes: ['application/octet-stream', Uint8Array.of(0, 255), { bytes: '\0\xff' }],
  'long bytes': ['image/png', new Uint8Array(50_000).fill(7), { bytes: '\x07'.repeat(50_000) }],
  'a body without a type': ['', 'x', { bytes: 'x' }],
  'a type that is none': ['nonsense', 'x', { bytes: 'x' }],
  'no body': ['application/json', '', { undefined: true }],
};

for (const transport of transports) {
  describe(`bodies in handlers over ${transport}`, () => {
    for (const [name, [type, body, expected]] of Object.entries(BODIES)) {
      test(`${name} is parsed, at once and later`, async (t) => {
        const { ask } = await open(t, transport, setup);
        const headers = type === undefined ? {} : { 'Content-Type': type };
        for (const path of ['/body', '/later']) {
          assert.deepEqual((await ask(path, { method: 'POST', headers, body })).json(), expected, path);
        }
      });
    }

    test('JSON that is none is answered 400 ERR_NEXURE_BODY_JSON, by body and by json()', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const body of ['{', '{"a":1,}', 'undefined', "{'a':1}", '1 2', '\ufeff{}', '"\n"']) {
        for (const path of ['/body', '/later', '/json']) {
          const answer = await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
          assert.deepEqual([answer.status, code(answer)], [400, 'ERR_NEXURE_BODY_JSON'], `${path} ${body}`);
        }
      }
    });

    test('json() of no body is answered 400, text() is empty', async (t) => {
      const { ask } = await open(t, transport, setup);
      assert.equal((await ask('/json', { method: 'POST' })).status, 400);
      assert.deepEqual((await ask('/text', { method: 'POST' })).json(), { value: '' });
    });

    test('content codings and other charsets are answered 415', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const headers of [
        { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
        { 'Content-Type': 'text/plain; charset=latin1' },
        { 'Content-Type': 'application/json; charset=utf-16' },
      ]) {
        const answer = await ask('/body', { method: 'POST', headers, body: '1' });
        assert.deepEqual([answer.status, code(answer)], [415, 'ERR_NEXURE_BODY_ENCODING']);
      }
      const identity = { 'Content-Type': 'text/plain', 'Content-Encoding': 'identity' };
      assert.equal((await ask('/body', { method: 'POST', headers: identity, body: '1' })).status, 200);
    });

    test('a body may be read again', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const body of ['{"a":1}', JSON.stringify(LONG)]) {
        const answer = await ask('/twice', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
        assert.deepEqual(answer.json(), [true, body, body]);
      }
    });

    test('the bytes of a body are the application’s own', async (t) => {
      const kept: Uint8Array[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.post('/', async (ctx) => {
          const first = await ctx.request.bytes();
          kept.push(first);
          first.fill(0);
          return ctx.request.text();
        });
      });
      for (const length of [10, 50_000]) {
        const body = 'x'.repeat(length);
        assert.equal((await ask('/', { method: 'POST', body })).text(), body);
      }
      for (const bytes of kept) assert.equal(bytes.buffer.byteLength, bytes.byteLength);
    });

    test('method, path, query, fields and host are what was sent', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/a/:b', ({ request, query }) => [
          request.method,
          request.path,
          request.url,
          query,
          request.headers['x-two'],
          request.get('X-TWO'),
          request.has('x-none'),
          request.get('x-none'),
          request.headers['cookie'],
          typeof request.host,
        ]);
      });
      const headers = { 'X-Two': 'a', 'x-two': 'b', Cookie: 'c=1' };
      const answer = await ask('/a/%C3%A9?x=1&y=%zz&x=2&=e&&z', {
        headers: transport === 'inject' ? { 'X-Two': 'a, b', Cookie: 'c=1' } : headers,
      });
      assert.deepEqual(answer.json(), [
        'GET',
        '/a/%C3%A9',
        '/a/%C3%A9?x=1&y=%zz&x=2&=e&&z',
        { x: ['1', '2'], y: '%zz', '': 'e', z: '' },
        'a, b',
        'a, b',
        false,
        null,
        'c=1',
        'string',
      ]);
    });
  });
}

for (const transport of socketTransports) {
  test(`ctx.request.ip is the address of the peer over ${transport}`, async (t) => {
    const { ask } = await serve(t, transport, (app) => {
      app.get('/sync', (ctx) => String(ctx.request.ip));
      app.get('/async', async (ctx) => {
        await undefined;
        return String(ctx.request.ip);
      });
    });
    assert.equal((await ask('/sync')).text(), '127.0.0.1');
    assert.equal((await ask('/async')).text(), '127.0.0.1');
  });

  test(`several Cookie fields are joined with a semicolon over ${transport}`, async (t) => {
    const { connect } = await serve(t, transport, (app) => {
      app.get('/', (ctx) => `${ctx.request.get('cookie')} ${ctx.request.headers['cookie']}`);
    });
    const client = await connect();
    client.write('GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n');
    assert.equal((await client.answer()).text(), 'a=1; b=2 a=1; b=2');
  });
}
