// Middleware below a path guards it: no spelling of a path gets past it, whatever pattern the route has.
import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { createApp, Router } from '../../js/index.ts';
import { mountExpress } from '../../js/express/index.ts';
import { open, transports } from '../harness/server.ts';

import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import type { AppOptions, Nexure, NexureError } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const SPELLINGS = [
  '/admin/secret.txt',
  '/admin/',
  '/admin',
  '/ADMIN/secret.txt',
  '/%61dmin/secret.txt',
  '/%41dmin/secret.txt',
  '//admin/secret.txt',
  '///admin//secret.txt',
  '/./admin/secret.txt',
  '/.//admin/secret.txt',
  '/x/../admin/secret.txt',
  '/x/%2e%2e/admin/secret.txt',
  '/x/.%2E/admin/secret.txt',
  '/admin%2Fsecret.txt',
  '/%2fadmin/secret.txt',
  '/\\admin/secret.txt',
  '/x\\..\\admin/secret.txt',
  '/admin%5Csecret.txt',
  '/x%2f..%2fadmin%2fsecret.txt',
];

const OPTIONS: Record<string, AppOptions> = {
  'as it is': {},
  'with everything alike': { routing: { caseSensitive: false, strict: false, duplicateSlashes: 'merge' } },
};

/** Routes that a path below `/admin` may find, by patterns of every kind. */
const ROUTES: Record<string, (app: Nexure, directory: string) => void> = {
  'a route of its own': (app) => void app.get('/admin/secret.txt', () => 'reached'),
  'a wildcard': (app) => void app.get('/*', () => 'reached'),
  'a wildcard for the whole path': (app) => void app.get('*', () => 'reached'),
  'a wildcard behind text': (app) => void app.get('/adm*', () => 'reached'),
  parameters: (app) => void app.get('/:first/:second', () => 'reached'),
  'an optional parameter': (app) => void app.get('/:first/:second?', () => 'reached'),
  'a constraint with a slash': (app) => void app.get('/:first([^/]+)/:second([^/]+)', () => 'reached'),
  'a constraint with a slash and text': (app) => void app.get('/:first([^/]+)/secret.txt', () => 'reached'),
  'several in a segment': (app) => void app.get('/:first/:name.:extension', () => 'reached'),
  files: (app, directory) => void app.static('/', directory),
  'a fetch handler': (app) => void app.mount('/', () => new Response('reached')),
  'a router that is mounted': (app) =>
    void app.mount(
      '/',
      new Router().get('*', () => 'reached'),
    ),
};

const paths = { '/admin': SPELLINGS, '/admin/secret.txt': SPELLINGS.filter((path) => !/^\/admin\/?$/.test(path)) };

for (const [manner, options] of Object.entries(OPTIONS)) {
  for (const [name, declare] of Object.entries(ROUTES)) {
    for (const [prefix, spellings] of Object.entries(paths)) {
      test(`middleware below ${prefix} stands before ${name}, ${manner}`, async (t) => {
        const directory = mkdtempSync(join(tmpdir(), 'nexure-prefix-'));
        t.after(() => rmSync(directory, { recursive: true }));
        mkdirSync(join(directory, 'admin'));
        writeFileSync(join(directory, 'admin', 'secret.txt'), 'reached');
        const { ask } = await open(
          t,
          'uv',
          (app) => declare(app.use(prefix, () => 'denied') as Nexure, directory),
          options,
        );
        for (const spelling of spellings) {
          const answer = await ask(spelling);
          assert.notEqual(answer.text(), 'reached', spelling);
        }
        assert.equal((await ask('/admin/secret.txt')).text(), 'denied');
      });
    }
  }
}

for (const transport of transports) {
  describe(`prefixes over ${transport}`, () => {
    test('middleware below a path leaves alone what lies elsewhere', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use('/admin', () => 'denied');
        app.use('/::plain', () => 'denied');
        app.get('/*', () => 'reached');
      });
      for (const path of ['/', '/a%20b', '/administrator', '/a//admin', '/repositories/a%2Fb', '/other', '/x/admin']) {
        assert.equal((await ask(path)).text(), 'reached', path);
      }
      assert.equal((await ask('/:plain/x')).text(), 'denied');
    });

    test('middleware below a path with an optional parameter is for the path without it, too', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use('/api/:version?', () => 'denied');
        app.get('/api', () => 'reached').get('/api/:version', () => 'reached');
      });
      for (const path of ['/api', '/api/1']) assert.equal((await ask(path)).text(), 'denied', path);
    });

    test('what is mounted in a router sees the path without every prefix', async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'nexure-prefix-'));
      t.after(() => rmSync(directory, { recursive: true }));
      writeFileSync(join(directory, 'a.txt'), 'of the file');
      const { ask } = await open(
        t,
        transport,
        (app) => {
          const router = new Router()
            .static('/files', directory)
            .mount('/web', (request) => new Response(request.url.replace(/^http:\/\/[^/]*/, '')))
            .register(
              mountExpress(
                '/old',
                (req: ExpressRequest, res: ExpressResponse) => void res.end(`${req.baseUrl} ${req.url}`),
              ),
            )
            .get('*rest', (ctx) => ctx.params.rest);
          app.group('/:tenant', (tenant) => void tenant.mount('/in', router));
        },
        { routing: { duplicateSlashes: 'merge' } },
      );
      const text = async (path: string): Promise<string> => (await ask(path)).text();
      assert.equal(await text('/a/in/files/a.txt'), 'of the file');
      assert.equal(await text('//a//in//files/a.txt'), 'of the file');
      assert.equal(await text('/longer/in/web/x/y?z=1'), '/x/y?z=1');
      assert.equal(await text('/a/%69n/web'), '/');
      assert.equal(await text('/longer/%69n/old/x?y'), '/longer/%69n/old /x?y');
      assert.equal(await text('/a/in/x/y'), 'x/y');
    });

    test('a host that no URL has is a 400 for a fetch handler, and no failure', async (t) => {
      const { ask } = await open(t, transport, (app) => void app.mount('/', () => new Response('reached')));
      if (transport !== 'inject') {
        const answer: Answer = await ask('/', { headers: { host: 'a%2fb' } });
        assert.equal(answer.status, 400);
      }
    });
  });
}

describe('paths within a prefix', () => {
  const REFUSED: Record<string, (app: Nexure) => unknown> = {
    'a route of a group that would continue its prefix': (app) =>
      app.group('/api', (group) => void group.get('users', () => 'x')),
  };
  for (const [name, declare] of Object.entries(REFUSED)) {
    test(`${name} is refused`, () => {
      assert.throws(
        () => declare(createApp() as Nexure),
        (error: NexureError) => error.code === 'ERR_NEXURE_ROUTE_SYNTAX' && error.message.includes("begin with '/'"),
      );
    });
  }

  test('a wildcard in a group takes what lies below it, and nothing beside it', async () => {
    const app = createApp().group('/api', (group) => group.get('*rest', (ctx) => ctx.params.rest));
    assert.deepEqual(
      app.routes().map(({ path }) => path),
      ['/api/*rest'],
    );
    assert.equal((await app.request('/apiary')).status, 404);
  });
});
