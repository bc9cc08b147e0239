// Requests that no route answers: middleware, hooks and handlers that concern them see them, as users of Express expect;
// where there is nothing of the kind, they never reach JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HttpError, NotFoundError, Router } from '../../js/index.ts';
import { open, serve, transports } from '../harness/server.ts';

import type { Middleware } from '../../js/index.ts';
import type { Setup } from '../harness/server.ts';

const UNMATCHED: readonly (readonly [method: string, path: string, status: number, allow: string | undefined])[] = [
  ['GET', '/none', 404, undefined],
  ['HEAD', '/none', 404, undefined],
  ['DELETE', '/users/7', 405, 'GET, HEAD, POST, OPTIONS'],
  ['OPTIONS', '/users/7', 204, 'GET, HEAD, POST, OPTIONS'],
  ['GET', '/users/%zz', 400, undefined],
];

const routes: Setup = (app) => {
  app.get('/users/:id', (context) => context.params.id);
  app.post('/users/:id', () => 'posted');
};

const passing: Middleware = (_context, next) => next();

for (const transport of transports) {
  test(`${transport}: an answer is the same whether the core or JavaScript gives it`, async (t) => {
    const core = await open(t, transport, routes);
    const chain = await open(t, transport, (app) => {
      app.use(passing);
      routes(app);
    });
    for (const [method, path, status, allow] of UNMATCHED) {
      const [one, other] = [await core.ask(path, { method }), await chain.ask(path, { method })];
      assert.equal(one.status, status, `${method} ${path}`);
      assert.equal(one.field('allow'), allow);
      const parts = (answer: typeof one): unknown => [
        answer.status,
        answer.text(),
        answer.field('allow'),
        answer.field('content-type'),
        answer.field('content-length'),
      ];
      assert.deepEqual(parts(other), parts(one), `${method} ${path}`);
    }
    assert.equal(core.app.getMetrics().http.answers.native, UNMATCHED.length);
    assert.equal(chain.app.getMetrics().http.answers.native, 0);
  });

  test(`${transport}: middleware runs in the order of its declaration, whatever stands between`, async (t) => {
    const seen: string[] = [];
    const named =
      (name: string): Middleware =>
      (context, next) => {
        seen.push(`${name} ${context.request.method} ${context.request.path}`);
        return next();
      };
    const { ask } = await open(t, transport, (app) => {
      app.onRequest(() => {
        seen.push('hook');
      });
      app.use(named('first'));
      routes(app);
      app.use('/users', named('users'));
      app.use('/other', named('other'));
      app.use(named('last'));
    });
    for (const [method, path, below] of [
      ['GET', '/none', []],
      ['DELETE', '/users/7', ['users']],
      ['GET', '/OTHER', ['other']],
    ] as const) {
      seen.length = 0;
      await ask(path, { method });
      const expected = ['first', ...below, 'last'].map((name) => `${name} ${method} ${path}`);
      assert.deepEqual(seen, ['hook', ...expected]);
    }
  });

  test(`${transport}: what middleware has set is on the answer, and it may answer itself`, async (t) => {
    const { ask } = await open(t, transport, (app) => {
      app.use((context, next) => {
        context.response.set('X-Frame-Options', 'DENY').append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2');
        context.response.type('text/html');
        if (context.request.method === 'OPTIONS') return context.response.status(200).send('preflight');
        return next();
      });
      routes(app);
    });
    const missing = await ask('/none');
    assert.equal(missing.field('x-frame-options'), 'DENY');
    assert.deepEqual(missing.fields.get('set-cookie'), ['a=1', 'b=2']);
    assert.equal(missing.field('content-type'), 'application/problem+json');
    const preflight = await ask('/none', { method: 'OPTIONS' });
    assert.equal(preflight.status, 200);
    assert.equal(preflight.text(), 'preflight');
  });

  test(`${transport}: the error handler is given an error with status, code and Allow`, async (t) => {
    const errors: unknown[] = [];
    const { ask } = await open(t, transport, (app) => {
      routes(app);
      app.onError((error, context) => {
        errors.push(error);
        const { status, code, headers } = error as HttpError;
        return context.response.status(status).json({ code, allow: headers?.['Allow'] });
      });
    });
    assert.equal((await ask('/none')).text(), '{"code":"ERR_NEXURE_ROUTE_NOT_FOUND"}');
    const allow = 'GET, HEAD, POST, OPTIONS';
    assert.equal(
      (await ask('/users/7', { method: 'PUT' })).text(),
      JSON.stringify({ code: 'ERR_NEXURE_METHOD_NOT_ALLOWED', allow }),
    );
    assert.equal((await ask('/users/%zz')).text(), '{"code":"ERR_NEXURE_PATH_ENCODING"}');
    assert.ok(errors[0] instanceof NotFoundError && errors.every((error) => error instanceof HttpError));
    // That a path supports OPTIONS is no error.
    assert.equal((await ask('/users/7', { method: 'OPTIONS' })).status, 204);
    assert.equal(errors.length, 3);
  });

  test(`${transport}: a handler for what is not found answers with 404 unless it says otherwise`, async (t) => {
    const { ask, app } = await open(t, transport, (application) => {
      routes(application);
      application.notFound(async (context) => {
        const { path, query } = { path: context.request.path, query: context.query };
        if (path === '/moved') return context.response.redirect('/users/1');
        if (path === '/echo') return { sent: await context.text() };
        return path === '/nothing' ? undefined : { path, query };
      });
    });
    const missing = await ask('/none?a=b');
    assert.equal(missing.status, 404);
    assert.deepEqual(JSON.parse(missing.text()), { path: '/none', query: { a: 'b' } });
    assert.equal((await ask('/moved')).status, 302);
    assert.equal((await ask('/echo', { method: 'POST', body: 'content' })).text(), '{"sent":"content"}');
    const nothing = await ask('/nothing');
    assert.equal(nothing.status, 404);
    assert.match(nothing.text(), /ERR_NEXURE_ROUTE_NOT_FOUND/);
    const native = app.getMetrics().http.answers.native;
    assert.equal((await ask('/users/1', { method: 'PUT' })).status, 405);
    assert.equal(app.getMetrics().http.answers.native, native + 1, 'a wrong method is found');
  });

  test(`${transport}: content that is too long is given to the error handler of its route`, async (t) => {
    const { ask } = await open(t, transport, (app) => {
      const inner = new Router();
      inner.onError((error, context) => context.response.status(413).json({ code: (error as HttpError).code }));
      inner.post('/handled', { maxBodyBytes: 5 }, (context) => context.text());
      app.mount('/in', inner);
      app.post('/plain', { maxBodyBytes: 5 }, (context) => context.text());
    });
    assert.equal((await ask('/in/handled', { method: 'POST', body: '12345' })).text(), '12345');
    const handled = await ask('/in/handled', { method: 'POST', body: '123456' });
    assert.deepEqual([handled.status, handled.text()], [413, '{"code":"ERR_NEXURE_BODY_TOO_LARGE"}']);
    assert.equal(handled.field('connection'), 'close');
    const plain = await ask('/plain', { method: 'POST', body: '123456' });
    assert.match(plain.text(), /"detail":"The content is larger than this server accepts\."/);
  });

  test(`${transport}: middleware of a mounted router sees what is below it and no more`, async (t) => {
    const seen: string[] = [];
    const { ask } = await open(t, transport, (app) => {
      const api = new Router();
      api.use((context, next) => {
        seen.push(context.request.path);
        return next();
      });
      api.get('/users', () => 'users');
      app.mount('/api', api);
    });
    for (const path of ['/api/none', '/apis', '/none', '/api/users']) await ask(path);
    assert.deepEqual(seen, ['/api/none', '/api/users']);
  });
}

test('a context without a route says so in its errors, and its parameters are empty', async (t) => {
  const reports: string[] = [];
  const logger = { error: (message: string) => reports.push(message) };
  const { ask } = await serve(
    t,
    'uv',
    (app) => {
      app.use((context) => {
        assert.deepEqual(context.params, {});
        throw new Error('broken');
      });
    },
    { logger },
  );
  assert.equal((await ask('/none', { method: 'PATCH' })).status, 500);
  assert.deepEqual(reports, ['PATCH (unmatched) failed:']);
});

test('OPTIONS * is about the server and is answered natively', async (t) => {
  const { ask } = await serve(t, 'uv', (app) => {
    app.use(() => 'middleware');
  });
  assert.equal((await ask('*', { method: 'OPTIONS' })).status, 204);
});

test('pipelined requests with and without a route are answered in their order', async (t) => {
  const { connect } = await serve(t, 'uv', (app) => {
    app.use(passing);
    routes(app);
  });
  const client = await connect();
  const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  client.write(one('/none') + one('/users/1') + one('/none') + one('/users/2'));
  const statuses = (await client.answers(4)).map(({ status }) => status);
  assert.deepEqual(statuses, [404, 200, 404, 200]);
});
