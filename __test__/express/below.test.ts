// Express middleware below a path, held against Express: what it sees of the path, and who sees it behind it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import cors from 'cors';
import express from 'express';
import helmet from 'helmet';

import { createApp, Router } from '../../js/index.ts';
import { expressRequest, fromExpress, mountExpress } from '../../js/express/index.ts';
import { ask, compare, ours, theirs } from './pair.ts';

import type { ErrorRequestHandler, RequestHandler } from 'express';

const tell: RequestHandler = (req, res) => {
  res.json([req.baseUrl, req.url, req.originalUrl, req.path, req.query]);
};

function nested(): express.Router {
  const inner = express.Router();
  inner.get('/deep/:id', (req, res) => {
    res.json([req.baseUrl, req.url, req.params]);
  });
  const router = express.Router();
  router.get('/', tell).get('/seen', tell);
  router.use('/inner', inner);
  router.get('/broken', () => {
    throw new Error('broken');
  });
  router.get('/rewritten', (req, _, next) => {
    req.url = '/elsewhere';
    next('router');
  });
  const onError: ErrorRequestHandler = (error, req, res, _next) => {
    res.status(500).json([String(error), req.baseUrl, req.url]);
  };
  router.use(onError);
  return router;
}

const REQUESTS = [
  { path: '/old' },
  { path: '/old/' },
  { path: '/old?a=1' },
  { path: '/old/seen?a=1' },
  { path: '/OLD/seen' },
  { path: '/old/inner/deep/7?x=y' },
  { path: '/old/broken' },
  { path: '/old/rewritten' },
  { path: '/old/passed/7?q=1' },
  { path: '/older' },
];

describe('Express middleware below a path', () => {
  test('sees what it sees in Express, and hides nothing from who stands behind it', async (t) => {
    const ports = [
      await ours(t, (app) => {
        app.use('/old', fromExpress(nested()));
        app.get('/old/passed/:id', fromExpress(tell));
        app.notFound((ctx) => {
          const { baseUrl, url } = expressRequest(ctx);
          return ctx.response.status(200).json(['behind', baseUrl, url]);
        });
      }),
      await theirs(t, (app) => {
        app.use('/old', nested());
        app.get('/old/passed/:id', tell);
        app.use((req, res) => {
          res.json(['behind', req.baseUrl, req.url]);
        });
      }),
    ] as const;
    await compare(ports, REQUESTS, { except: ['content-type', 'etag'] });
  });

  test('sees no path of the groups and routers that it stands in', async (t) => {
    const below = new Router().use('/x', fromExpress(nested()));
    const mounted = new Router();
    mounted.register(mountExpress('/x', nested()));
    const port = await ours(t, (app) => {
      app.group('/groups/:id', (group) => void group.use('/x', fromExpress(nested())));
      app.group('/tenants/:id', (group) => void group.register(mountExpress('/x', nested())));
      app.mount('/routers', below);
      app.mount('/mounted', mounted);
    });
    for (const prefix of ['/groups/a%20b/x', '/tenants/a%20b/x', '/routers/x', '/mounted/x']) {
      for (const [path, url] of [
        ['', '/'],
        ['/seen?a=1', '/seen?a=1'],
      ]) {
        const answer = await ask(port, { path: prefix + path });
        assert.equal(answer.status, 200, prefix + path);
        assert.deepEqual((answer.json() as string[]).slice(0, 2), [prefix, url]);
      }
    }
  });

  test('handles errors behind it with the path it knows', async (t) => {
    const onError: ErrorRequestHandler = (error, req, res, _next) => {
      res.json([String(error), req.baseUrl, req.url]);
    };
    const fails: RequestHandler = (req) => {
      throw new Error(`at ${req.url}`);
    };
    const port = await ours(t, (app) => {
      app.use('/old', fromExpress(onError)).get('/old/fails', fromExpress(fails));
    });
    assert.deepEqual((await ask(port, { path: '/old/fails' })).json(), ['Error: at /old/fails', '/old', '/fails']);
  });
});

test('helmet and cors reach what no route answers', async () => {
  const app = createApp()
    .use(fromExpress(helmet(), cors({ origin: 'https://a.example' })))
    .get('/', () => 'here');
  for (const [method, path, status] of [
    ['GET', '/', 200],
    ['GET', '/nowhere', 404],
    ['POST', '/', 405],
    ['OPTIONS', '/', 204],
    ['OPTIONS', '/nowhere', 204],
    ['GET', '/%zz', 400],
  ] as const) {
    const { status: given, headers } = await app.request(path, { method, headers: { Origin: 'https://a.example' } });
    assert.equal(given, status, `${method} ${path}`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', `${method} ${path}`);
    assert.equal(headers.get('access-control-allow-origin'), 'https://a.example', `${method} ${path}`);
  }
});
