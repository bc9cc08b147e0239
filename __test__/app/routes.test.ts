// What applications, routers and groups declare: scopes, prefixes, hooks, mounts and plugins.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { composeMiddleware, createApp, REGISTER, Router } from '../../js/index.ts';
import { open, transports } from '../harness/server.ts';

import type { Middleware, Registrable } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const code = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;

/** Middleware that adds its name to the `x-seen` field. */
const named =
  (name: string): Middleware =>
  (ctx, next) => {
    ctx.response.append('x-seen', name);
    return next();
  };
const seen = (answer: Answer): readonly string[] =>
  answer.fields.get('x-seen')?.flatMap((line) => line.split(', ')) ?? [];

for (const transport of transports) {
  describe(`declarations over ${transport}`, () => {
    test('a group has a prefix, its parameters, and middleware that nothing outside has', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use(named('app'));
        app.group('/shops/:shop', [named('group')], (shops) => {
          shops.get('/', (ctx) => ctx.params.shop);
          shops.use(named('used'));
          shops.group('/items', (items) => items.get('/:item', (ctx) => `${ctx.params.shop} ${ctx.params.item}`));
        });
        app.get('/after', () => 'after');
      });
      const root = await ask('/shops/a');
      assert.deepEqual([root.text(), seen(root)], ['a', ['app', 'group']]);
      const inner = await ask('/shops/a/items/b');
      assert.deepEqual([inner.text(), seen(inner)], ['a b', ['app', 'group', 'used']]);
      assert.deepEqual(seen(await ask('/after')), ['app']);
    });

    test('middleware below a path runs for what lies below it, whatever the pattern', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use('/api', named('api'));
        app.use('/api/:version/admin', (ctx) => void ctx.response.append('x-seen', 'admin'));
        app.get('/api', () => 'root');
        app.get('/api/books', () => 'books');
        app.get('/apix', () => 'other');
        app.get('/:any/books/:id', (ctx) => ctx.params.any);
        app.get('/api/v1/admin/users', () => 'users');
        app.get('/*', () => 'rest');
      });
      const expected: [target: string, names: readonly string[]][] = [
        ['/api', ['api']],
        ['/api/books', ['api']],
        ['/apix', []],
        ['/api/books/1', ['api']],
        ['/other/books/1', []],
        ['/api/v1/admin/users', ['api', 'admin']],
        ['/api/v2/admin/x', ['api', 'admin']],
        ['/rest', []],
      ];
      for (const [target, names] of expected) assert.deepEqual(seen(await ask(target)), names, target);
    });

    test('what next is given is on the context for everything behind it, and for no other request', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get(
          '/first',
          (_, next) => next({ user: 'Ann' }),
          (ctx, next) => next({ greeting: `Hello ${ctx.user}` }),
          (ctx) => ctx.greeting,
        );
        app.get('/second', (ctx) => ({ user: 'user' in ctx }));
      });
      assert.equal((await ask('/first')).text(), 'Hello Ann');
      assert.deepEqual((await ask('/second')).json(), { user: false });
    });

    test('names that the framework has, and what is no object, cannot be added to a context', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        for (const name of ['params', 'request', 'json', 'constructor', 'then', 'hasOwnProperty']) {
          app.get(
            `/${name}`,
            (_, next) => next({ [name]: 1 }),
            () => 'reached',
          );
        }
        app.get(
          '/own',
          (_, next) => next(JSON.parse('{"__proto__": {"user": 1}}') as object),
          () => 'reached',
        );
        for (const [at, wrong] of [1, 'x', null, [1]].entries()) {
          app.get(
            `/wrong/${at}`,
            (_, next) => next(wrong as unknown as object),
            () => 'reached',
          );
        }
      });
      for (const name of ['params', 'request', 'json', 'constructor', 'then', 'hasOwnProperty', 'own']) {
        const answer = await ask(`/${name}`);
        assert.equal(answer.status, 500, name);
        assert.equal(code(answer), 'ERR_NEXURE_CONTEXT_RESERVED', name);
      }
      for (const at of [0, 1, 2, 3]) assert.equal(code(await ask(`/wrong/${at}`)), 'ERR_NEXURE_CONTEXT_ADDITION');
    });

    test('a value that decorates is on the context of what is declared after it', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/before', (ctx) => ({ clock: 'clock' in ctx }));
        app.decorate('clock', { now: () => 1 }).get('/', (ctx) => ({ now: ctx.clock.now() }));
      });
      assert.deepEqual((await ask('/')).json(), { now: 1 });
      assert.deepEqual((await ask('/before')).json(), { clock: false });
    });

    test('request hooks run before middleware, outer scopes first, and what they return is no answer', async (t) => {
      const order: string[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.use(() => void order.push('middleware'));
        app.group('/group', (group) => {
          group.get('/', () => void order.push('handler'));
          group.onRequest(async () => void order.push('inner'));
        });
        app.get('/plain', () => 'plain');
        app.onRequest(() => {
          order.push('outer');
          return 'ignored' as unknown as undefined;
        });
        app.group('/refused', (group) =>
          group
            .onRequest(() => {
              throw new RangeError('not today');
            })
            .onError((error) => (error as Error).message)
            .get('/', () => 'reached'),
        );
      });
      assert.equal((await ask('/group')).status, 204);
      assert.deepEqual(order, ['outer', 'inner', 'middleware', 'handler']);
      assert.equal((await ask('/plain')).text(), 'plain');
      assert.equal((await ask('/refused')).text(), 'not today');
    });

    test('errors go from the inner scope outward until a handler answers', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        const fails = (): never => {
          throw new Error('as planned');
        };
        app.onError((error, ctx) => ctx.response.status(418).text(`app: ${(error as Error).message}`));
        app.group('/answers', (group) => group.onError(() => 'group').get('/', fails));
        app.group('/declines', (group) => group.onError(() => undefined).get('/', fails));
        app.group('/fails', (group) =>
          group
            .onError(() => {
              throw new Error('worse');
            })
            .get('/', fails),
        );
        app.group('/rejects', (group) =>
          group.onError(async () => Promise.reject(new Error('later'))).get('/', async () => fails()),
        );
        app.group('/unsendable', (group) => group.onError(() => Symbol('x')).get('/', fails));
      });
      assert.deepEqual([(await ask('/answers')).status, (await ask('/answers')).text()], [200, 'group']);
      const outward: Record<string, string> = { declines: 'as planned', fails: 'worse', rejects: 'later' };
      for (const [path, message] of Object.entries(outward)) {
        const answer = await ask(`/${path}`);
        assert.deepEqual([answer.status, answer.text()], [418, `app: ${message}`], path);
      }
      assert.equal((await ask('/unsendable')).status, 418);
    });

    test('a router is mounted with everything it has, in several places and applications', async (t) => {
      const books = new Router()
        .use(named('books'))
        .use('/admin', named('admin'))
        .onError((error) => `books: ${(error as Error).message}`)
        .get('/', () => 'all')
        .get('/admin/x', () => 'x')
        .get('/:id', (ctx) => ctx.params.id)
        .post('/', () => {
          throw new Error('full');
        });
      const { ask } = await open(t, transport, (app) => {
        app.use(named('app')).mount('/books', books);
        app.group('/v2/:tenant', (v2) => v2.use(named('v2')).mount('/books', books));
        app.mount(
          '/',
          new Router().get('/root', () => 'root'),
        );
      });
      const first = await ask('/books/1');
      assert.deepEqual([first.text(), seen(first)], ['1', ['app', 'books']]);
      assert.deepEqual(seen(await ask('/books/admin/x')), ['app', 'books', 'admin']);
      const second = await ask('/v2/t/books');
      assert.deepEqual([second.text(), seen(second)], ['all', ['app', 'v2', 'books']]);
      assert.deepEqual(seen(await ask('/v2/t/books/admin/x')), ['app', 'v2', 'books', 'admin']);
      assert.equal((await ask('/v2/t/books', { method: 'POST' })).text(), 'books: full');
      assert.equal((await ask('/root')).text(), 'root');
      assert.equal((await ask('/books/1', { method: 'DELETE' })).status, 405);
    });

    test('a fetch handler is mounted: it sees the path behind the prefix, and the body', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.group('/in/:tenant', (group) =>
          group.mount('/fetch', async (request) => {
            const { pathname, search } = new URL(request.url);
            const body = request.body === null ? '' : await request.text();
            return Response.json({ method: request.method, path: pathname + search, body }, { status: 201 });
          }),
        );
        app.mount('/wrong', (() => 'no response') as unknown as () => Response);
      });
      const deep = await ask('/in/t/fetch/a%2Fb/c?d=e', { method: 'POST', body: 'text' });
      assert.equal(deep.status, 201);
      assert.deepEqual(deep.json(), { method: 'POST', path: '/a%2Fb/c?d=e', body: 'text' });
      assert.deepEqual((await ask('/in/t/fetch')).json(), { method: 'GET', path: '/', body: '' });
      assert.equal(code(await ask('/wrong/x')), 'ERR_NEXURE_ANSWER_TYPE');
    });

    test('plugins, async ones too, are done before the first request', async (t) => {
      const order: string[] = [];
      const controller: Registrable<{ readonly path: string }> = {
        [REGISTER]: (routes, options) => void routes.get(options?.path ?? '/', () => 'controller'),
      };
      const { ask } = await open(t, transport, (app) => {
        app.register(async (on) => {
          order.push('begins');
          await new Promise((resolve) => setTimeout(resolve, 10));
          on.get('/late', () => 'late');
          on.register(async (inner) => {
            await Promise.resolve();
            inner.get('/later', () => 'later');
          });
          order.push('ends');
        });
        app.register(controller, { path: '/controller' });
        app.register((on, { path }: { readonly path: string }) => on.get(path, () => 'options'), { path: '/options' });
      });
      assert.equal((await ask('/late')).text(), 'late');
      assert.equal((await ask('/later')).text(), 'later');
      assert.equal((await ask('/controller')).text(), 'controller');
      assert.equal((await ask('/options')).text(), 'options');
      assert.deepEqual(order, ['begins', 'ends']);
    });
  });
}

test('a global prefix stands in front of everything', async () => {
  const app = createApp({ globalPrefix: '/api', logger: false })
    .use(named('all'))
    .get('/', () => 'root')
    .get('/books/:id', (ctx) => ctx.params.id)
    .group('/g', (group) => group.get('/x', () => 'x'))
    .mount(
      '/m',
      new Router().get('/y', () => 'y'),
    );
  for (const [path, text] of [
    ['/api', 'root'],
    ['/api/books/7', '7'],
    ['/api/g/x', 'x'],
    ['/api/m/y', 'y'],
  ] as const) {
    const answer = await app.request(path);
    assert.deepEqual([await answer.text(), answer.headers.get('x-seen')], [text, 'all'], path);
  }
  assert.equal((await app.request('/books/7')).status, 404);
  for (const wrong of ['api', '/', '/api/', '/:tenant', 1]) {
    assert.throws(() => createApp({ globalPrefix: wrong as string }), { code: 'ERR_NEXURE_OPTION_INVALID' });
  }
});

test('composed middleware runs as its parts, and can be called like any other', async () => {
  const both = composeMiddleware(
    named('first'),
    composeMiddleware(named('second'), () => undefined),
  );
  const app = createApp({ logger: false })
    .use(both)
    .get('/', () => 'x')
    .get(
      '/by-hand',
      (ctx, next) => both(ctx, next),
      () => 'y',
    )
    .get('/fails', both, () => {
      throw new RangeError('as planned');
    })
    .onError((error) => (error as Error).message);
  assert.equal((await app.request('/')).headers.get('x-seen'), 'first, second');
  const byHand = await app.request('/by-hand');
  assert.deepEqual([await byHand.text(), byHand.headers.get('x-seen')], ['y', 'first, second, first, second']);
  assert.equal(await (await app.request('/fails')).text(), 'as planned');
  assert.throws(() => composeMiddleware(1 as unknown as Middleware), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
});

describe('declarations', () => {
  test('routes() lists what there is, in order', () => {
    const app = createApp()
      .get('/a/:id', () => 1)
      .group('/g', (group) => group.post('/', () => 1))
      .mount('/m', new Router().route({ method: ['PUT', 'PATCH'], path: '/*rest', handler: () => 1 }));
    assert.deepEqual(
      app.routes().map(({ method, path }) => `${method} ${path}`),
      ['GET /a/:id', 'POST /g', 'PUT /m/*rest', 'PATCH /m/*rest'],
    );
    assert.deepEqual(app.routes()[0]?.params, ['id']);
    const conditional = createApp().get('/', { host: 'api.test', version: '1.x' }, () => 1);
    conditional.get('/', { constraints: { host: 'web.test' } }, () => 1);
    const hosts = conditional.routes().map(({ host, version }) => [host, version]);
    assert.deepEqual(hosts, [
      ['api.test', '1.x'],
      ['web.test', undefined],
    ]);
  });

  test('a conflict names both routes, also through a mount', () => {
    const app = createApp().get('/books/:id', () => 1);
    const conflict = { code: 'ERR_NEXURE_ROUTE_CONFLICT', message: /\/books\/:name.*\/books\/:id/ };
    assert.throws(() => app.get('/books/:name', () => 1), conflict);
    const router = new Router().get('/:name', () => 1);
    assert.throws(() => app.mount('/books', router), conflict);
  });

  test('what is mounted, and what serves, can declare nothing more', async () => {
    const router = new Router().get('/', () => 1);
    const app = createApp().mount('/r', router);
    const late = { code: 'ERR_NEXURE_ROUTE_LATE' };
    assert.throws(() => router.get('/x', () => 1), late);
    await app.start(0);
    try {
      assert.throws(() => app.get('/x', () => 1), late);
      assert.throws(() => app.use(() => undefined), late);
      assert.throws(() => app.onRequest(() => undefined), late);
      assert.throws(() => app.mount('/y', new Router()), late);
      assert.throws(() => app.register(() => undefined), late);
      assert.throws(() => app.decorate('x', 1), late);
      assert.throws(() => app.onStart(() => undefined), late);
    } finally {
      await app.stop({ timeoutMs: 0 });
    }
    app.get('/x', () => 1);
  });

  test('prefixes and mounts that make no sense are refused with their value', () => {
    const app = createApp();
    const invalid = { code: 'ERR_NEXURE_OPTION_INVALID' };
    for (const wrong of ['', 'api', '/api/', '/api/*', '/*', undefined, 1]) {
      assert.throws(() => app.group(wrong as string, () => undefined), invalid, String(wrong));
      assert.throws(() => app.mount(wrong as string, new Router()), invalid, String(wrong));
      if (typeof wrong === 'string') assert.throws(() => app.use(wrong, () => undefined), invalid, wrong);
    }
    assert.throws(() => app.mount('/x', {} as Router), invalid);
    assert.throws(() => app.mount('/x', app), invalid);
    assert.throws(() => app.group('/x', async () => undefined), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
    assert.throws(() => app.decorate('request', 1), { code: 'ERR_NEXURE_CONTEXT_RESERVED' });
  });
});
