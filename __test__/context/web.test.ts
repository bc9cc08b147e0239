// The web's own Request and Response: `ctx.webRequest`, `app.fetch`, and fetch handlers below a path.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { Gate, leave, open, requestBytes, serve, transports } from '../harness/server.ts';

/** Tells what it was asked. */
async function tell(request: Request): Promise<Response> {
  const { method, url, headers } = request;
  const asked = { method, url, kind: headers.get('x-kind'), text: await request.text() };
  return Response.json(asked, { status: 201, headers: { 'X-By': 'fetch' } });
}

for (const transport of transports) {
  describe(`web requests over ${transport}`, () => {
    const host = transport === 'inject' ? 'localhost' : 'test';

    test('ctx.webRequest has method, URL, fields and body', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/a/:id', (ctx) => tell(ctx.webRequest));
      });
      const body = 'é'.repeat(50_000);
      for (const chunkBytes of [undefined, 7000]) {
        const sent = { method: 'POST', headers: { 'X-Kind': 'web' }, body, ...(chunkBytes && { chunkBytes }) };
        const answer = await ask('/a/7?x=%20', sent);
        assert.deepEqual([answer.status, answer.field('x-by')], [201, 'fetch']);
        assert.deepEqual(answer.json(), { method: 'POST', url: `http://${host}/a/7?x=%20`, kind: 'web', text: body });
      }
    });

    test('ctx.webRequest refuses a Host that is no host of a URL', async (t) => {
      const errors: unknown[] = [];
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', (ctx) => ctx.webRequest.url);
          app.mount('/web', (request) => new Response(request.url));
        },
        { logger: { error: (_, error) => errors.push(error) }, server: { trustProxy: 'loopback' } },
      );
      for (const told of ['1.2.3.4.5', '256.1.1.1', 'xn--']) {
        for (const path of ['/', '/web/x']) {
          const answer = await ask(path, { headers: { 'X-Forwarded-Host': told } });
          assert.deepEqual([answer.status, (answer.json() as { code: string }).code], [400, 'ERR_NEXURE_HTTP_HOST']);
        }
      }
      assert.deepEqual(errors, []);
    });

    test('ctx.webRequest is one object, without a body where there is none', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => [ctx.webRequest === ctx.webRequest, ctx.webRequest.body === null]);
        app.post('/', (ctx) => [ctx.webRequest.body === null, ctx.webRequest.signal.aborted]);
      });
      assert.deepEqual((await ask('/')).json(), [true, true]);
      assert.deepEqual((await ask('/', { method: 'POST' })).json(), [true, false]);
    });

    test('who reads only its head leaves the body to ctx', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/', async (ctx) => [ctx.webRequest.headers.get('x-kind'), await ctx.text()]);
        app.post('/twice', async (ctx) => [await ctx.text(), await ctx.webRequest.text()]);
      });
      const sent = { method: 'POST', headers: { 'X-Kind': 'a' }, body: 'text' };
      assert.deepEqual((await ask('/', sent)).json(), ['a', 'text']);
      assert.deepEqual((await ask('/twice', sent)).json(), ['text', 'text']);
    });

    test('a fetch handler that is mounted sees the path behind its prefix', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.mount('/api', tell);
      });
      for (const [path, url] of [
        ['/api/users/%2F?page=2', '/users/%2F?page=2'],
        ['/api/', '/'],
      ] as const) {
        const answer = await ask(path, { method: 'POST', headers: { 'X-Kind': 'k' }, body: 'b' });
        assert.deepEqual(answer.json(), { method: 'POST', url: `http://${host}${url}`, kind: 'k', text: 'b' });
      }
    });
  });
}

test('the signal of ctx.webRequest aborts when the client goes', async (t) => {
  const aborted = new Gate<boolean>();
  const begun = new Gate();
  const { connect } = await serve(t, 'uv', (app) => {
    app.get('/', (ctx) => {
      const { signal } = ctx.webRequest;
      signal.addEventListener('abort', () => aborted.open(signal.aborted));
      begun.open();
      return new Promise(() => undefined);
    });
  });
  const client = await connect();
  client.write(requestBytes('/'));
  await begun.promise;
  await leave(client);
  assert.equal(await aborted.promise, true);
});

describe('app.fetch', () => {
  const app = createApp({ logger: false });
  app.all('/tell', (ctx) => tell(ctx.webRequest));
  app.get('/secure', ({ request }) => [request.protocol, request.secure, request.host]);
  const { fetch } = app;

  test('answers a web Request, without its `this`', async () => {
    const request = new Request('http://a.example/tell?x=1', { method: 'PUT', body: 'b', headers: { 'X-Kind': 'k' } });
    const response = await fetch(request);
    assert.equal(response.status, 201);
    assert.deepEqual(await response.json(), { method: 'PUT', url: 'http://a.example/tell?x=1', kind: 'k', text: 'b' });
  });

  test('takes an https URL for an encrypted connection', async () => {
    const [secure, plain] = ['https', 'http'].map((protocol) =>
      fetch(new Request(`${protocol}://a.example:81/secure`)),
    );
    assert.deepEqual(await (await secure)?.json(), ['https', true, 'a.example:81']);
    assert.deepEqual(await (await plain)?.json(), ['http', false, 'a.example:81']);
  });

  test('is a fetch handler that another application can mount', async () => {
    const outer = createApp();
    outer.mount('/inner', fetch);
    const response = await outer.request('/inner/tell', { method: 'POST', body: 'b' });
    assert.equal(((await response.json()) as { url: string }).url, 'http://localhost/tell');
  });

  test('rejects what is no Request', async () => {
    await assert.rejects(fetch(7 as unknown as Request), { code: 'ERR_NEXURE_REQUEST_INVALID' });
  });
});
