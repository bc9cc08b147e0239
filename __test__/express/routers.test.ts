// Whole routers and applications of Express, and middleware that answers by itself.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import express from 'express';
import morgan from 'morgan';

import { fromExpress, mountExpress } from '../../js/express/index.ts';
import { ask, compare, ours, theirs } from './pair.ts';

import type { ServerResponse } from 'node:http';
import type { RequestHandler, Router } from 'express';
import type { Asked } from './pair.ts';

// What compression, morgan and others listen with.
const load = createRequire(import.meta.url);
const onHeaders = load('on-headers') as (res: ServerResponse, listener: () => void) => void;
const onFinished = load('on-finished') as (res: ServerResponse, listener: () => void) => void;

/** Every way to answer that Express has. */
function answers(router: Router, folder: string): Router {
  router.use(express.json());
  router.get('/send', (_, res) => {
    res.send('<p>text</p>');
  });
  router.get('/json', (_, res) => {
    res.json({ a: [1, null, 'x'] });
  });
  router.get('/jsonp', (_, res) => {
    res.jsonp({ a: 1 });
  });
  router.get('/buffer', (_, res) => {
    res.send(Buffer.from('bytes'));
  });
  router.get('/status', (_, res) => {
    res.sendStatus(404);
  });
  router.get('/redirect', (_, res) => {
    res.redirect(303, '/else where');
  });
  router.get('/cookie', (_, res) => {
    res.cookie('a', 'b c', { httpOnly: true, sameSite: 'lax' }).clearCookie('gone').cookie('j', { x: 1 }).end('set');
  });
  router.get('/format', (_, res) => {
    res.format({ text: () => res.send('text'), json: () => res.send({ kind: 'json' }) });
  });
  router.get('/headers', (_, res) => {
    res
      .vary('Accept')
      .links({ next: '/2', last: '/9' })
      .append('X-List', 'a')
      .append('X-List', 'b')
      .location('/there')
      .type('json');
    res.attachment('a.txt').end('{}');
  });
  router.get('/written', (_, res) => {
    res.writeHead(201, { 'Content-Type': 'text/plain', 'X-Written': 'yes' });
    res.write('one ');
    setTimeout(() => {
      res.write('two ');
      res.end('three');
    }, 5);
  });
  router.get('/pieces', async (_, res) => {
    res.type('text');
    for (let count = 0; count < 50; count += 1) {
      if (!res.write('x'.repeat(20_000))) {
        await new Promise((resolve) => {
          res.once('drain', () => resolve(undefined));
        });
      }
    }
    res.end();
  });
  router.get('/file', (_, res) => {
    res.sendFile(join(folder, 'a.txt'), { lastModified: false, etag: false, cacheControl: false });
  });
  router.get('/params/:id', (req, res) => {
    res.json([
      req.params.id,
      req.query,
      req.path,
      req.originalUrl,
      req.method,
      req.hostname,
      req.protocol,
      req.xhr,
      req.accepts('json', 'html'),
      req.is('json'),
    ]);
  });
  router.post('/echo', (req, res) => {
    res.json([req.body, req.is('json'), req.get('X-Sent') ?? null]);
  });
  router.get('/throws', () => {
    throw Object.assign(new Error('no tea'), { status: 418 });
  });
  router.get('/rejects', async () => {
    throw Object.assign(new Error('gone'), { statusCode: 410 });
  });
  router.get('/chunked', (_, res) => {
    res.setHeader('Transfer-Encoding', 'chunked');
    res.write('a');
    res.end('bc');
  });
  return router;
}

const REQUESTS: readonly Asked[] = [
  { path: '/send' },
  { path: '/send', method: 'HEAD' },
  { path: '/json' },
  { path: '/jsonp?callback=cb' },
  { path: '/buffer' },
  { path: '/status' },
  { path: '/redirect' },
  { path: '/redirect', headers: { Accept: 'text/html' } },
  { path: '/cookie' },
  { path: '/format', headers: { Accept: 'application/json, text/plain;q=0.5' } },
  { path: '/format', headers: { Accept: '*/*' } },
  { path: '/headers' },
  { path: '/written' },
  { path: '/pieces' },
  { path: '/file' },
  { path: '/file', headers: { Range: 'bytes=1-3' } },
  {
    path: '/params/7?a=1&b=2&b=3',
    headers: { 'X-Requested-With': 'XMLHttpRequest', Accept: 'text/html;q=0.3, application/*' },
  },
  { path: '/echo', method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Sent': 'yes' }, body: '{"b":1}' },
  { path: '/chunked' },
];

/** A name may be quoted or not (RFC 6266 §4.1). */
const blur = (text: string): string => text.replace('filename="a.txt"', 'filename=a.txt');

/** Express has the ETag of a file on or off for all; and what was written in chunks is sent whole if it is there. */
const EXCEPT = ['etag', 'content-length'];

async function folderOf(t: { after(act: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexure-express-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'a.txt'), 'a file of text');
  return folder;
}

describe('an Express router', () => {
  for (const [kind, make] of [
    ['router', () => express.Router()],
    ['application', () => express().disable('x-powered-by').set('env', 'test') as unknown as Router],
  ] as const) {
    test(`answers as it does in Express: a whole ${kind}, mounted`, async (t) => {
      const folder = await folderOf(t);
      const ports = [
        await ours(t, (app) => app.register(mountExpress('/old', answers(make(), folder)))),
        await theirs(t, (app) => {
          app.use('/old', answers(make(), folder));
        }),
      ] as const;
      for (const asked of REQUESTS) {
        await compare(ports, [{ ...asked, path: `/old${asked.path}` }], { blur, except: EXCEPT });
      }
    });
  }

  test('has the methods of Express when there is no Express application', async (t) => {
    const folder = await folderOf(t);
    const handlers: RequestHandler[] = [answers(express.Router(), folder)];
    const ports = [
      await ours(t, (app) => {
        app.all('/*', fromExpress(handlers));
      }),
      await theirs(t, (app) => {
        app.use(...handlers);
      }),
    ] as const;
    for (const asked of REQUESTS) await compare(ports, [asked], { blur, except: EXCEPT });
    for (const [path, status] of [
      ['/throws', 418],
      ['/rejects', 410],
      ['/nowhere', 404],
    ] as const) {
      const [our, their] = await Promise.all(ports.map((port) => ask(port, { path })));
      assert.equal(our?.status, status);
      assert.equal(their?.status, status);
      assert.equal(our?.headers['content-type'], 'application/problem+json');
    }
  });

  test('lets requests go on that it does not answer', async (t) => {
    const port = await ours(t, (app) => {
      const router = express.Router();
      router.get('/theirs', (_, res) => {
        res.send('theirs');
      });
      const nested = express();
      nested.use((_, res, next) => {
        res.set('X-Nested', 'yes');
        next();
      });
      app.use(fromExpress(router, nested));
      app.get('/theirs', () => 'ours');
      app.get('/ours', () => 'ours');
    });
    assert.equal((await ask(port, { path: '/theirs' })).text(), 'theirs');
    const answer = await ask(port, { path: '/ours' });
    assert.equal(answer.text(), 'ours');
    assert.equal(answer.headers['x-nested'], 'yes');
  });

  test('serves files by express.static', async (t) => {
    const folder = await folderOf(t);
    const ports = [
      await ours(t, (app) => app.register(mountExpress('/files', express.static(folder)))),
      await theirs(t, (app) => {
        app.use('/files', express.static(folder));
      }),
    ] as const;
    const [whole] = await compare(ports, [
      { path: '/files/a.txt' },
      { path: '/files/a.txt', method: 'HEAD' },
      { path: '/files/a.txt', headers: { Range: 'bytes=2-' } },
    ]);
    assert.equal(whole?.text(), 'a file of text');
    const headers = { 'If-None-Match': String(whole.headers['etag']) };
    await compare(ports, [{ path: '/files/a.txt', headers }]);
    assert.equal((await ask(ports[0], { path: '/files/nothing' })).status, 404);
    assert.equal((await ask(ports[0], { path: '/files/../pair.ts' })).status, 404);
  });
});

describe('middleware that watches the answer', () => {
  test('logs by morgan what Express logs', async (t) => {
    const lines: [string[], string[]] = [[], []];
    const logging = (to: string[]): RequestHandler =>
      morgan(':method :url :status :res[content-length] :remote-addr :req[x-sent]', {
        stream: { write: (line) => void to.push(line) },
      });
    const ports = [
      await ours(t, (app) => {
        app.use(fromExpress(logging(lines[0])));
        app.get('/text', () => 'text');
        app.get('/fails', () => {
          throw Object.assign(new Error('x'), { status: 500 });
        });
        app.get('/later', async () => ({ a: 1 }));
        app.get('/stream', () => ['a', 'b'][Symbol.iterator]());
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        app.use(logging(lines[1]));
        app.get('/text', (_, res) => res.send('text'));
        app.get('/later', (_, res) => res.json({ a: 1 }));
        app.get('/stream', (_, res) => {
          res.write('a');
          res.end('b');
        });
      }),
    ] as const;
    for (const path of ['/text', '/later?a=b', '/stream']) {
      await compare(ports, [{ path, headers: { 'X-Sent': 'here' } }], { except: ['content-type'] });
    }
    assert.equal((await ask(ports[0], { path: '/fails' })).status, 500);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    const address = (line: string): string => line.replace('::ffff:', '');
    assert.deepEqual(lines[0].slice(0, 3).map(address), lines[1].map(address));
    assert.match(lines[0][3] ?? '', /^GET \/fails 500 /);
  });

  test('hears of head, finish and close, once and in this order', async (t) => {
    const seen: string[] = [];
    const port = await ours(t, (app) => {
      app.use(
        fromExpress((req, res, next) => {
          onHeaders(res, () => seen.push('headers'));
          onFinished(res, () => seen.push('finished'));
          res.on('finish', () => seen.push('finish')).on('close', () => seen.push('close'));
          req.on('aborted', () => seen.push('aborted'));
          next();
        }),
      );
      app.get('/text', () => 'text');
      app.get('/stream', async function () {
        return (async function* () {
          yield 'a';
        })();
      });
      app.get(
        '/own',
        fromExpress((_, res) => res.end('own')),
      );
    });
    for (const path of ['/text', '/stream', '/own']) {
      seen.length = 0;
      await ask(port, { path });
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      assert.deepEqual(seen, ['headers', 'finished', 'finish', 'close'], path);
    }
  });
});
