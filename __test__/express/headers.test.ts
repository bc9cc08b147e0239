// Middleware that adds to the head of whatever is answered behind it: helmet, cors, and fields set by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import cors from 'cors';
import helmet from 'helmet';

import { fromExpress } from '../../js/express/index.ts';
import { ask, compare, ours, theirs } from './pair.ts';

import type { RequestHandler } from 'express';

const setsFields: RequestHandler = (_, res, next) => {
  res.setHeader('X-One', 'by middleware');
  res.append('Set-Cookie', 'a=1');
  res.append('Set-Cookie', 'b=2');
  next();
};

describe('fields that Express middleware sets', () => {
  test('are those of Express, with helmet', async (t) => {
    const ports = [
      await ours(t, (app) => {
        app.use(fromExpress(helmet()));
        app.get('/', (ctx) => ctx.response.json({ a: 1 }));
        app.get('/text', () => 'text');
        app.post('/', (ctx) => ctx.response.status(201).json({ made: true }));
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        app.use(helmet());
        app.get('/', (_, res) => res.type('application/json').json({ a: 1 }));
        app.get('/text', (_, res) => res.type('text').send('text'));
        app.post('/', (_, res) => res.status(201).type('application/json').json({ made: true }));
      }),
    ] as const;
    const [answer] = await compare(
      ports,
      [{}, { path: '/text' }, { method: 'POST' }, { path: '/text', method: 'HEAD' }],
      { except: ['content-type'] },
    );
    assert.match(String(answer?.headers['content-security-policy']), /default-src 'self'/);
  });

  test('are those of Express, with cors, for simple requests and for preflights', async (t) => {
    const options = { origin: ['https://a.example'], credentials: true, maxAge: 60, exposedHeaders: ['X-One'] };
    const ports = [
      await ours(t, (app) => {
        app.use(fromExpress(cors(options)));
        app.options('/', () => undefined);
        app.get('/', () => 'text');
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        app.use(cors(options));
        app.get('/', (_, res) => res.type('text/plain; charset=utf-8').send('text'));
      }),
    ] as const;
    const preflight = { 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'X-Two' };
    const [allowed, refused, plain, asked] = await compare(ports, [
      { headers: { Origin: 'https://a.example' } },
      { headers: { Origin: 'https://evil.example' } },
      {},
      { method: 'OPTIONS', headers: { Origin: 'https://a.example', ...preflight } },
      { method: 'OPTIONS', headers: { Origin: 'https://evil.example', ...preflight } },
    ]);
    assert.equal(allowed?.headers['access-control-allow-origin'], 'https://a.example');
    assert.equal(refused?.headers['access-control-allow-origin'], undefined);
    assert.equal(plain?.headers['vary'], 'Origin');
    assert.equal(asked?.status, 204);
  });

  test('are in every kind of answer', async (t) => {
    const port = await ours(t, (app) => {
      app.use(fromExpress(setsFields));
      app.get('/text', () => 'text');
      app.get('/json', () => ({ a: 1 }));
      app.get('/bytes', () => new Uint8Array([1, 2, 3]));
      app.get('/nothing', () => undefined);
      app.get('/stream', () => ['a', 'b'][Symbol.iterator]());
      app.get('/response', () => new Response('web', { headers: { 'X-Two': '2' } }));
      app.get('/later', async () => 'later');
      app.get('/throws', () => {
        throw new Error('x');
      });
      app.get('/rejects', async () => {
        throw new Error('x');
      });
    });
    for (const path of ['text', 'json', 'bytes', 'nothing', 'stream', 'response', 'later', 'throws', 'rejects']) {
      const { headers, status } = await ask(port, { path: `/${path}` });
      assert.equal(headers['x-one'], 'by middleware', path);
      assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2'], path);
      assert.equal(status, path === 'nothing' ? 204 : path === 'throws' || path === 'rejects' ? 500 : 200);
    }
  });

  test('give way to those of the handler, but cookies stand beside each other and Vary is joined', async (t) => {
    const port = await ours(t, (app) => {
      app.use(
        fromExpress(setsFields, (_, res, next) => {
          res.setHeader('Vary', 'Origin, Accept');
          res.statusCode = 202;
          next();
        }),
      );
      app.get('/', (ctx) => {
        ctx.response.set('x-one', 'by handler').set('Vary', 'Accept-Encoding, accept').cookie('c', '3');
        return 'x';
      });
    });
    const { headers, status } = await ask(port);
    assert.equal(status, 202);
    assert.equal(headers['x-one'], 'by handler');
    assert.equal(headers['vary'], 'Origin, Accept, Accept-Encoding');
    assert.deepEqual([...(headers['set-cookie'] ?? [])].sort(), ['a=1', 'b=2', 'c=3']);
  });

  test('are in the answer of an error handler', async (t) => {
    const port = await ours(t, (app) => {
      app.use(fromExpress(setsFields));
      app.onError((_, ctx) => ctx.response.status(418).json({ short: true }));
      app.get('/', () => {
        throw new Error('x');
      });
    });
    const { headers, status } = await ask(port);
    assert.equal(status, 418);
    assert.equal(headers['x-one'], 'by middleware');
  });
});
