// What those who come from other frameworks write first: it works, or says at once what to write.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { createApp, isHttpError, NotFoundError, Router } from '../../js/index.ts';

import type { Nexure } from '../../js/index.ts';

describe('what other frameworks take', () => {
  const router = new Router();
  const refused: Record<string, readonly [declare: (app: Nexure) => unknown, code: string, message: RegExp]> = {
    'an error handler of Express': [
      (app) => app.use(((_error: unknown, _req: unknown, _res: unknown, _next: unknown) => 0) as never),
      'ERR_NEXURE_ROUTE_HANDLER',
      /app\.onError\(\)/,
    ],
    'middleware of Express': [
      (app) => app.use(((_req: unknown, _res: unknown, _next: unknown) => 0) as never),
      'ERR_NEXURE_ROUTE_HANDLER',
      /fromExpress\(\)/,
    ],
    'a handler of Express with next': [
      (app) => app.get('/a', ((_req: unknown, _res: unknown, _next: unknown) => 0) as never),
      'ERR_NEXURE_ROUTE_HANDLER',
      /route \/a .* fromExpress\(\)/,
    ],
    'a router in use': [
      (app) => app.use('/r', router as never),
      'ERR_NEXURE_ROUTE_HANDLER',
      /app\.mount\(path, router\)/,
    ],
    'a list of middleware': [
      (app) => app.get('/a', [() => undefined] as never, () => 1),
      'ERR_NEXURE_ROUTE_HANDLER',
      /route \/a .*an array: give them one by one/,
    ],
    'a list of patterns': [(app) => app.get(['/a', '/b'] as never, () => 1), 'ERR_NEXURE_ROUTE_SYNTAX', /for each/],
    'a pattern that is an expression': [(app) => app.get(/a/ as never, () => 1), 'ERR_NEXURE_ROUTE_SYNTAX', /\/:id\(/],
    'no handler': [(app) => app.get('/a', undefined as never), 'ERR_NEXURE_ROUTE_HANDLER', /not undefined/],
  };
  for (const [what, [declare, code, message]] of Object.entries(refused)) {
    test(`refuses ${what} with what stands for it`, () => {
      assert.throws(() => declare(createApp() as Nexure), { code, message });
    });
  }

  test('refuses an error handler of a router that is mounted already', () => {
    const late = new Router().get('/', () => 'x');
    createApp().mount('/r', late);
    assert.throws(() => late.onError(() => 'never asked'), {
      code: 'ERR_NEXURE_ROUTE_LATE',
      message: /to what is mounted/,
    });
  });

  test('knows text, json and html as types, as Express does', async () => {
    const app = createApp().get('/', (ctx) => ctx.request.accepts('html', 'text', 'json') ?? 'none');
    for (const [accept, chosen] of [
      ['text/plain', 'text'],
      ['application/json', 'json'],
      ['text/html', 'html'],
      ['image/png', 'none'],
    ] as const) {
      assert.equal(await (await app.request('/', { headers: { accept } })).text(), chosen);
    }
  });

  test('an error without a message is called what its status is called, and says so once', async () => {
    assert.equal(new NotFoundError().message, 'Not Found');
    const seen: string[] = [];
    const app = createApp()
      .onError((error) => void seen.push((error as Error).message))
      .get('/', () => {
        throw new NotFoundError();
      });
    const answer = await app.request('/');
    assert.deepEqual(seen, ['Not Found']);
    assert.deepEqual(await answer.json(), {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'ERR_NEXURE_HTTP_ERROR',
    });
  });
});

describe('applications for hosts', () => {
  function site(): Nexure {
    const admin = new Router()
      .use((ctx) => void ctx.response.set('x-admin', 'yes'))
      .get('/', () => 'admin')
      .get('/own', { host: 'own.example.com' }, () => 'own');
    const customers = createApp().get('/', (ctx) => `customer ${ctx.request.subdomains[0]}`);
    return createApp()
      .mount('/', admin, { host: 'admin.example.com' })
      .mount('/', customers, { host: '*.example.com' })
      .mount('/', (request) => new Response(new URL(request.url).pathname), { host: 'web.org' })
      .get('/', () => 'everybody');
  }
  const cases: readonly (readonly [host: string, path: string, status: number, text: string | undefined])[] = [
    ['admin.example.com', '/', 200, 'admin'],
    ['admin.example.com', '/own', 404, undefined],
    ['own.example.com', '/own', 200, 'own'],
    ['kiwi.example.com', '/', 200, 'customer kiwi'],
    ['web.org', '/a/b', 200, '/a/b'],
    ['elsewhere.net', '/', 200, 'everybody'],
    ['elsewhere.net', '/none', 404, undefined],
  ];
  for (const [host, path, status, text] of cases) {
    test(`answers ${host}${path} with ${text ?? status}`, async () => {
      const answer = await site().request(path, { headers: { host } });
      assert.equal(answer.status, status);
      if (text !== undefined) assert.equal(await answer.text(), text);
      // Middleware of one host runs for that host.
      assert.equal(answer.headers.has('x-admin'), text === 'admin' || text === 'own');
    });
  }

  test('refuses what is no constraint, before anything is mounted', async () => {
    const router = new Router().get('/', () => 'x');
    const app = createApp();
    assert.throws(() => app.mount('/', router, { hots: 'a.example' } as never), {
      code: 'ERR_NEXURE_OPTION_INVALID',
      message: /mount\.hots is unknown/,
    });
    assert.equal(app.mount('/', router).routes().length, 1);
  });
});

describe('files that are not there', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(folder, 'a.txt'), 'a');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('are answered by app.notFound, as other requests without a route', async () => {
    const app = createApp()
      .static('/', folder)
      .notFound((ctx) => ctx.html(`<p>No ${ctx.request.path}`));
    assert.equal(await (await app.request('/a.txt')).text(), 'a');
    const answer = await app.request('/none.txt');
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(await answer.text(), '<p>No /none.txt');
    assert.equal((await app.request('/..%2fa.txt')).status, 400);
  });

  test('are left to onError with their own code by a notFound that says nothing', async () => {
    const codes: unknown[] = [];
    const app = createApp()
      .static('/files', folder)
      .notFound(() => undefined)
      .onError((error) => void (isHttpError(error) && codes.push(error.code)));
    assert.equal((await app.request('/files/none.txt')).status, 404);
    assert.equal((await app.request('/none')).status, 404);
    assert.deepEqual(codes, ['ERR_NEXURE_FILE_NOT_FOUND', 'ERR_NEXURE_ROUTE_NOT_FOUND']);
  });
});
