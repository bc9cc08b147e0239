// compression: content that is rewritten on its way, whatever the handler has answered with.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { gunzipSync, createGunzip } from 'node:zlib';

import compression from 'compression';

import { fromExpress } from '../../js/express/index.ts';
import { ask, compare, ours, theirs } from './pair.ts';

const TEXT = 'a sentence that repeats. '.repeat(2000);
const GZIP = { 'Accept-Encoding': 'gzip' };

describe('compression', () => {
  test('compresses what Express would, and leaves what Express would', async (t) => {
    const ports = [
      await ours(t, (app) => {
        app.use(fromExpress(compression()));
        app.get('/long', (ctx) => ctx.response.type('text/plain; charset=utf-8').send(TEXT));
        app.get('/short', (ctx) => ctx.response.type('text/plain; charset=utf-8').send('short'));
        app.get('/image', (ctx) => ctx.response.type('image/png').send(Buffer.from(TEXT)));
        app.get('/empty', (ctx) => ctx.response.status(204));
        app.get('/no-transform', (ctx) =>
          ctx.response.set('Cache-Control', 'no-transform').type('text/plain; charset=utf-8').send(TEXT),
        );
        app.get('/stream', (ctx) => ctx.response.type('text/plain; charset=utf-8').stream(pieces()));
      }),
      await theirs(t, (app) => {
        app.set('etag', false);
        app.use(compression());
        app.get('/long', (_, res) => res.type('text').send(TEXT));
        app.get('/short', (_, res) => res.type('text').send('short'));
        app.get('/image', (_, res) => res.type('png').send(Buffer.from(TEXT)));
        app.get('/empty', (_, res) => res.status(204).end());
        app.get('/no-transform', (_, res) => res.set('Cache-Control', 'no-transform').type('text').send(TEXT));
        app.get('/stream', async (_, res) => {
          res.type('text');
          for await (const piece of pieces()) res.write(piece);
          res.end();
        });
      }),
    ] as const;
    for (const path of ['/long', '/short', '/image', '/empty', '/no-transform', '/stream']) {
      for (const method of ['GET', 'HEAD']) {
        for (const headers of [GZIP, {}, { 'Accept-Encoding': 'gzip;q=0, *;q=0' }]) {
          // The bytes of a stream depend on when it was flushed.
          const [answer] = await compare(ports, [{ path, method, headers }], { body: path !== '/stream' });
          if (method === 'GET' && answer?.headers['content-encoding'] === 'gzip') {
            assert.equal(gunzipSync(answer.body).toString(), TEXT);
          }
        }
      }
    }
    assert.equal((await ask(ports[0], { path: '/long', headers: GZIP })).headers['content-encoding'], 'gzip');
  });

  test('compresses what a problem document holds, if it is long', async (t) => {
    const port = await ours(t, (app) => {
      app.use(fromExpress(compression({ threshold: 0 })));
      app.get('/', () => {
        throw new Error('x');
      });
    });
    const answer = await ask(port, { headers: GZIP });
    assert.equal(answer.status, 500);
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.equal((JSON.parse(gunzipSync(answer.body).toString()) as { status: number }).status, 500);
  });

  test('lets each chunk of a stream without a known length through at once', async (t) => {
    let go: () => void = () => undefined;
    const port = await ours(t, (app) => {
      app.use(fromExpress(compression()));
      app.get('/', (ctx) =>
        ctx.response.type('text/plain').stream(
          (async function* () {
            yield 'first';
            await new Promise<void>((resolve) => {
              go = resolve;
            });
            yield 'second';
          })(),
        ),
      );
    });
    const text = await new Promise<string>((resolve, reject) => {
      let seen = '';
      const sent = request({ port, headers: GZIP, agent: false }, (answer) => {
        assert.equal(answer.headers['content-encoding'], 'gzip');
        answer
          .pipe(createGunzip())
          .on('data', (chunk: Buffer) => {
            seen += chunk.toString();
            // The second is given only when the first was read.
            if (seen.includes('first')) go();
          })
          .on('end', () => resolve(seen))
          .on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
    assert.match(text, /first[^]*second/);
  });
});

async function* pieces(): AsyncGenerator<string> {
  for (let at = 0; at < TEXT.length; at += 10_000) yield TEXT.slice(at, at + 10_000);
}
