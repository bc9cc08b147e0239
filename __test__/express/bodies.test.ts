// Middleware that reads bodies: express.json and its kin, multer.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import express from 'express';
import multer from 'multer';

import { expressRequest, fromExpress } from '../../js/express/index.ts';
import { ask, compare, ours, theirs } from './pair.ts';

import type { RequestHandler } from 'express';
import type { Asked } from './pair.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const LONG = JSON.stringify({ text: 'x'.repeat(90_000) });

const PARSERS: Record<string, RequestHandler> = {
  json: express.json(),
  form: express.urlencoded({ extended: true }),
  text: express.text(),
  raw: express.raw({ type: () => true }),
};

const REQUESTS: readonly Asked[] = [
  { path: '/json', headers: JSON_TYPE, body: '{"a":[1,2,{"b":"c"}]}' },
  { path: '/json', headers: JSON_TYPE, body: LONG },
  { path: '/json', headers: { 'Content-Type': 'text/plain' }, body: '{}' },
  { path: '/json', headers: { ...JSON_TYPE, 'Content-Length': '0' } },
  { path: '/form', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=1&b[c]=2&b[d]=3&a=4' },
  { path: '/text', headers: { 'Content-Type': 'text/plain' }, body: 'gr\u00fc\u00dfe' },
  { path: '/raw', headers: { 'Content-Type': 'application/octet-stream' }, body: Buffer.from([0, 1, 2, 255]) },
];

describe('body parsers', () => {
  test('give what they give in Express, to ctx.body as well', async (t) => {
    const digest = (value: unknown): string => {
      const text = Buffer.isBuffer(value) ? value.toString('hex') : JSON.stringify(value ?? null);
      return `${text.slice(0, 100)} ${createHash('sha1').update(text).digest('hex')}`;
    };
    const ports = [
      await ours(t, (app) => {
        for (const [name, parser] of Object.entries(PARSERS)) {
          app.post(`/${name}`, { body: 'stream' }, fromExpress(parser), (ctx) =>
            ctx.response.type('text/html; charset=utf-8').send(digest(expressRequest(ctx).body)),
          );
          app.post(`/ctx/${name}`, fromExpress(parser), (ctx) => digest(ctx.body));
        }
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        for (const [name, parser] of Object.entries(PARSERS)) {
          app.post(`/${name}`, parser, (req, res) => {
            res.send(digest(req.body));
          });
        }
      }),
    ] as const;
    for (const asked of REQUESTS) {
      const [answer] = await compare(ports, [{ method: 'POST', ...asked }]);
      assert.equal(answer?.status, 200);
      if (asked.path === '/json' && asked.headers !== JSON_TYPE) continue;
      assert.equal(
        (await ask(ports[0], { method: 'POST', ...asked, path: `/ctx${asked.path}` })).text(),
        answer.text(),
      );
    }
  });

  test('answer with the status that their errors say', async (t) => {
    const ports = [
      await ours(t, (app) => {
        app.use(fromExpress(express.json({ limit: 100 })));
        app.post('/', (ctx) => ctx.response.json(ctx.body));
      }),
      await theirs(t, (app) => {
        app.use(express.json({ limit: 100 }));
        app.post('/', (req, res) => {
          res.json(req.body);
        });
      }),
    ] as const;
    const cases: readonly (readonly [Asked, number])[] = [
      [{ headers: JSON_TYPE, body: '{"a":' }, 400],
      [{ headers: JSON_TYPE, body: `"${'x'.repeat(200)}"` }, 413],
      [{ headers: { 'Content-Type': 'application/json; charset=koi8-x' }, body: '{}' }, 415],
      [{ headers: { ...JSON_TYPE, 'Content-Encoding': 'lzw' }, body: '{}' }, 415],
      [{ headers: JSON_TYPE, body: '{"a":1}' }, 200],
    ];
    for (const [asked, status] of cases) {
      const [our, their] = await Promise.all(ports.map((port) => ask(port, { method: 'POST', ...asked })));
      assert.equal(their?.status, status);
      assert.equal(our?.status, status, our?.text());
      if (status !== 200) assert.match(our?.text() ?? '', /"code":"ERR_NEXURE_HTTP_ERROR"/);
    }
  });
});

/** A form in parts. */
async function form(
  fields: Record<string, string>,
  files: readonly (readonly [string, string, string])[],
): Promise<Asked> {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, file, content] of files) data.append(name, new Blob([content], { type: 'text/plain' }), file);
  const encoded = new Response(data);
  return {
    method: 'POST',
    headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
    body: new Uint8Array(await encoded.arrayBuffer()),
  };
}

const BIG = 'ab'.repeat(300_000);

describe('multer', () => {
  const summary = (req: { body?: unknown; file?: unknown; files?: unknown }): string =>
    JSON.stringify([req.body, req.file ?? null, req.files ?? null], (_, value: unknown) => {
      const plain = value as { type?: unknown; data?: unknown };
      return plain?.type === 'Buffer'
        ? createHash('sha1')
            .update(Buffer.from(plain.data as number[]))
            .digest('hex')
        : value;
    });

  test('keeps files in memory, as in Express: one, several, by fields, none', async (t) => {
    const upload = multer({ limits: { fileSize: 1_000_000 } });
    const kinds: Record<string, RequestHandler> = {
      single: upload.single('file'),
      array: upload.array('file', 2),
      fields: upload.fields([{ name: 'file' }, { name: 'other', maxCount: 1 }]),
      any: upload.any(),
      none: upload.none(),
    };
    const ports = [
      await ours(t, (app) => {
        for (const [kind, handler] of Object.entries(kinds)) {
          app.post(`/${kind}`, fromExpress(handler), (ctx) =>
            ctx.response.type('text/html; charset=utf-8').send(summary(expressRequest(ctx))),
          );
        }
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        for (const [kind, handler] of Object.entries(kinds)) {
          app.post(`/${kind}`, handler, (req, res) => {
            res.send(summary(req));
          });
        }
      }),
    ] as const;
    const one = await form({ a: '1' }, [['file', 'a.txt', 'content']]);
    const two = await form({ a: '1', b: '2' }, [
      ['file', 'a.txt', BIG],
      ['file', 'b.txt', 'b'],
    ]);
    const other = await form({}, [
      ['file', 'a.txt', 'a'],
      ['other', 'o.txt', 'o'],
    ]);
    const plain = await form({ a: '1' }, []);
    const [answer] = await compare(ports, [
      { ...one, path: '/single' },
      { ...two, path: '/array' },
      { ...other, path: '/fields' },
      { ...two, path: '/any' },
      { ...plain, path: '/none' },
      { ...plain, path: '/single' },
    ]);
    assert.match(answer?.text() ?? '', /"originalname":"a.txt"/);
  });

  test('refuses what breaks its limits, and the application sees its errors', async (t) => {
    const upload = multer({ limits: { fileSize: 1000 } });
    const port = await ours(t, (app) => {
      app.onError((error, ctx) => {
        if (error instanceof multer.MulterError) return ctx.response.status(400).json({ code: error.code });
        return undefined;
      });
      app.post('/', fromExpress(upload.single('file')), () => 'uploaded');
    });
    for (const [asked, code] of [
      [await form({}, [['file', 'a.txt', BIG]]), 'LIMIT_FILE_SIZE'],
      [await form({}, [['wrong', 'a.txt', 'a']]), 'LIMIT_UNEXPECTED_FILE'],
    ] as const) {
      const answer = await ask(port, asked);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.json(), { code });
    }
    assert.equal((await ask(port, await form({}, [['file', 'a.txt', 'short']]))).text(), 'uploaded');
  });

  test('writes files to disk, and shows them on ctx', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'nexure-multer-'));
    t.after(() => rm(folder, { recursive: true }));
    const upload = multer({
      storage: multer.diskStorage({ destination: folder, filename: (_, file, done) => done(null, file.originalname) }),
    });
    const port = await ours(t, (app) => {
      app.post('/', fromExpress<{ files: Express.Multer.File[] }>(upload.array('file')), (ctx) => [
        ctx.files.map(({ size }) => size),
        ctx.body,
      ]);
    });
    const answer = await ask(
      port,
      await form({ a: '1' }, [
        ['file', 'a.txt', BIG],
        ['file', 'b.txt', 'b'],
      ]),
    );
    assert.deepEqual(answer.json(), [[BIG.length, 1], { a: '1' }]);
    assert.deepEqual((await readdir(folder)).sort(), ['a.txt', 'b.txt']);
    assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), BIG);
  });
});
