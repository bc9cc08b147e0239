// Compressed answers and bodies on the wire: what is negotiated, what is said of it, and what is left alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

import { noise, pause } from '../harness/content.ts';
import { open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';
import type { Asked } from '../harness/server.ts';

const LONG = 'a line of text that becomes shorter\n'.repeat(100);
const HUGE = 'a line of text that becomes shorter\n'.repeat(10_000);
const gzip = promisify(zlib.gzip);

function decoded(answer: Answer): string {
  const coding = answer.field('content-encoding');
  if (coding === undefined) return answer.text();
  if (coding === 'gzip') return zlib.gunzipSync(answer.body).toString();
  assert.equal(coding, 'br');
  return zlib.brotliDecompressSync(answer.body).toString();
}

function setup(app: Nexure): void {
  app.get('/long', () => LONG);
  app.get('/huge', () => HUGE);
  app.get('/short', () => 'short');
  app.get('/json', () => ({ text: LONG }));
  app.get('/bytes', () => Buffer.from(LONG));
  app.get('/image', (ctx) => ctx.response.type('image/png').send(Buffer.from(LONG)));
  app.get('/etag', (ctx) => ctx.response.set('ETag', '"a"').send(LONG));
  app.get('/weak', (ctx) => ctx.response.set('ETag', 'W/"a"').set('Vary', 'Origin').send(LONG));
  app.get('/fixed', (ctx) => ctx.response.set('Cache-Control', 'public, no-transform').send(LONG));
  app.get('/coded', (ctx) => ctx.response.set('Content-Encoding', 'gzip').send(zlib.gzipSync(LONG)));
  app.get('/length', (ctx) => ctx.response.set('Content-Length', LONG.length).send(LONG));
  app.get('/web', () => new Response(LONG, { headers: { 'Content-Type': 'text/plain' } }));
  app.get('/part', (ctx) => ctx.response.status(206).set('Content-Range', 'bytes 0-9/99').send(LONG));
  app.get('/none', { compression: false }, () => LONG);
  app.get('/br', { compression: { codings: ['br'], minBytes: 1 } }, () => 'short');
  app.get('/error', () => {
    throw new Error(LONG);
  });
  app.head('/long', () => LONG);
  app.head('/stream', (ctx) => ctx.response.type('text/plain').send([LONG][Symbol.iterator]()));
  app.get('/stream', (ctx) => {
    ctx.response.type('text/plain');
    return (async function* () {
      for (const line of HUGE.slice(0, 10_000).split('\n')) yield `${line}\n`;
    })();
  });
}

const accepts = (field: string): { headers: Record<string, string> } => ({ headers: { 'Accept-Encoding': field } });

for (const transport of transports) {
  describe(`compression over ${transport}`, () => {
    const opened = (t: Parameters<typeof open>[0]): Promise<Asked> => open(t, transport, setup, { compression: true });

    test('what the client accepts decides, and every answer that could differ says so', async (t) => {
      const { ask } = await opened(t);
      for (const [field, coding] of [
        ['gzip', 'gzip'],
        ['br', 'br'],
        ['gzip, deflate, br', 'gzip'],
        ['gzip;q=0.5, br;q=0.9', 'br'],
        ['gzip;q=0, br;q=0', undefined],
        ['*', 'gzip'],
        ['identity', undefined],
        ['', undefined],
        ['nonsense', undefined],
        ['GZIP', 'gzip'],
      ] as const) {
        for (const path of ['/long', '/huge', '/json', '/web']) {
          const answer = await ask(path, accepts(field));
          assert.equal(answer.field('content-encoding'), coding, `${path} for ${field}`);
          assert.equal(answer.field('vary'), 'Accept-Encoding', path);
          const expected = path === '/json' ? JSON.stringify({ text: LONG }) : path === '/huge' ? HUGE : LONG;
          assert.equal(decoded(answer), expected);
          if (coding !== undefined) assert.ok(answer.body.length < expected.length / 4);
          if (path === '/json') assert.equal(answer.field('content-type'), 'application/json');
          if (path === '/long') assert.equal(answer.field('content-type'), 'text/plain; charset=utf-8');
        }
      }
      const nothing = await ask('/long');
      assert.deepEqual([nothing.field('content-encoding'), nothing.field('vary')], [undefined, 'Accept-Encoding']);
    });

    test('short, fixed, coded, partial and binary answers are left alone', async (t) => {
      const { ask } = await opened(t);
      for (const path of ['/short', '/image', '/fixed', '/part', '/bytes', '/none']) {
        const answer = await ask(path, accepts('gzip, br'));
        assert.equal(answer.field('content-encoding'), undefined, path);
        assert.equal(answer.field('vary'), undefined, path);
        assert.equal(answer.text(), path === '/short' ? 'short' : LONG);
      }
      const coded = await ask('/coded', accepts('br'));
      assert.equal(coded.field('content-encoding'), 'gzip');
      assert.equal(decoded(coded), LONG);
    });

    test('a route may compress otherwise than the application', async (t) => {
      const { ask } = await opened(t);
      const answer = await ask('/br', accepts('gzip;q=1, br;q=0.1'));
      assert.equal(answer.field('content-encoding'), 'br');
      assert.equal(decoded(answer), 'short');
    });

    test('a route may compress though the application does not', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', { compression: true }, () => LONG);
        app.get('/plain', () => LONG);
      });
      assert.equal((await ask('/', accepts('gzip'))).field('content-encoding'), 'gzip');
      assert.equal((await ask('/plain', accepts('gzip'))).field('content-encoding'), undefined);
    });

    test('a strong ETag becomes weak, a weak one stays, and Vary keeps what it has', async (t) => {
      const { ask } = await opened(t);
      const strong = await ask('/etag', accepts('gzip'));
      assert.equal(strong.field('etag'), 'W/"a"');
      const weak = await ask('/weak', accepts('gzip'));
      assert.equal(weak.field('etag'), 'W/"a"');
      assert.equal(weak.field('vary'), 'Origin, Accept-Encoding');
      assert.equal((await ask('/etag')).field('etag'), '"a"');
    });

    test('Content-Length is that of what is sent', async (t) => {
      const { ask } = await opened(t);
      const answer = await ask('/length', accepts('gzip'));
      assert.equal(decoded(answer), LONG);
      assert.equal((await ask('/length')).field('content-length'), String(LONG.length));
    });

    test('HEAD tells the coding that GET has, and no length of the plain body', async (t) => {
      const { ask } = await opened(t);
      for (const path of ['/long', '/stream']) {
        const head = await ask(path, { method: 'HEAD', ...accepts('gzip') });
        assert.equal(head.field('content-encoding'), 'gzip', path);
        assert.equal(head.field('vary'), 'Accept-Encoding');
        assert.equal(head.field('content-length'), undefined);
        assert.equal(head.body.length, 0);
      }
    });

    test('streams are compressed as they come', async (t) => {
      const { ask } = await opened(t);
      for (const field of ['gzip', 'br']) {
        const answer = await ask('/stream', accepts(field));
        assert.equal(answer.field('content-encoding'), field);
        assert.equal(decoded(answer), `${HUGE.slice(0, 10_000)}\n`);
      }
    });

    test('chunks of every kind are compressed as they are sent', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', (ctx) => {
            ctx.response.type('text/plain');
            const letters = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
            return ['a', letters('b'), letters('c').buffer, new DataView(letters('d').buffer), ''][Symbol.iterator]();
          });
        },
        { compression: true },
      );
      assert.equal(decoded(await ask('/', accepts('gzip'))), 'abcd');
      assert.equal(decoded(await ask('/')), 'abcd');
    });

    test('HEAD ends a source that would be compressed, and never asks it', async (t) => {
      const seen: string[] = [];
      const setupHead = (app: Nexure): void => {
        app.head('/', (ctx) => {
          ctx.response.type('text/plain');
          return {
            [Symbol.asyncIterator]() {
              return this;
            },
            next: async () => ({ done: seen.push('next') > 0, value: undefined }),
            return: async () => ({ done: seen.push('return') > 0, value: undefined }),
          };
        });
      };
      const { ask } = await open(t, transport, setupHead, { compression: true });
      await ask('/', { method: 'HEAD', ...accepts('gzip') });
      assert.deepEqual(seen, ['return']);
    });

    test('problem documents are not compressed', async (t) => {
      const { ask } = await opened(t);
      const answer = await ask('/error', accepts('gzip'));
      assert.deepEqual([answer.status, answer.field('content-encoding')], [500, undefined]);
    });

    test('a long body is compressed beside the loop, which goes on meanwhile', async (t) => {
      const big = noise(8_000_000).toString('latin1');
      const { ask } = await open(t, transport, (app) => void app.get('/', () => big), { compression: true });
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 1);
      const answer = await ask('/', accepts('gzip'));
      clearInterval(timer);
      assert.equal(decoded(answer), big);
      assert.ok(turns > 20, `${turns} turns while 8 MB were encoded`);
    });
  });

  describe(`decompression over ${transport}`, () => {
    const encoders: Record<string, (bytes: Buffer) => Buffer> = {
      gzip: (bytes) => zlib.gzipSync(bytes),
      'x-gzip': (bytes) => zlib.gzipSync(bytes),
      deflate: (bytes) => zlib.deflateSync(bytes),
      br: (bytes) => zlib.brotliCompressSync(bytes),
      identity: (bytes) => bytes,
    };
    const json = { 'Content-Type': 'application/json' };
    const routes = (app: Nexure): void => {
      app.post('/json', async (ctx) => ctx.json());
      app.post('/body', (ctx) => ctx.body);
      app.post('/stream', { body: 'stream' }, async (ctx) => {
        let text = '';
        for await (const chunk of ctx.stream()) text += Buffer.from(chunk).toString('latin1');
        return ctx.response.type('application/json').send(text);
      });
    };
    const body = (length: number): Buffer => Buffer.from(JSON.stringify({ a: 'x'.repeat(length) }));

    for (const [coding, encode] of Object.entries(encoders)) {
      test(`${coding} is decoded for every reader`, async (t) => {
        const { ask } = await open(t, transport, routes, { decompression: true });
        for (const length of [0, 100, 900_000]) {
          for (const path of ['/json', '/stream', '/body']) {
            const sent = encode(body(length));
            const headers = { ...json, 'Content-Encoding': coding };
            const answer = await ask(path, { method: 'POST', headers, body: sent });
            assert.equal(answer.text(), body(length).toString(), `${path} ${length}`);
          }
        }
      });

      test(`${coding} that decodes to more than maxBodyBytes is refused with 413`, async (t) => {
        const server = { maxBodyBytes: 100_000 };
        const { ask } = await open(t, transport, routes, { decompression: true, server });
        for (const path of ['/json', '/stream', '/body']) {
          const headers = { ...json, 'Content-Encoding': coding };
          const sent = encode(body(coding === 'identity' ? 100_001 : 5_000_000));
          const answer = await ask(path, { method: 'POST', headers, body: sent.subarray(0, 100_001) });
          assert.equal(answer.status, 413, path);
          assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_BODY_TOO_LARGE');
        }
      });
    }

    test('what is no content of its coding is refused with 400, cut or corrupt', async (t) => {
      const { ask } = await open(t, transport, routes, { decompression: true });
      const whole = await gzip(noise(10_000));
      const corrupt = Buffer.from(whole);
      corrupt[5000] = (corrupt[5000] ?? 0) ^ 0xff;
      for (const path of ['/json', '/stream', '/body']) {
        for (const sent of [whole.subarray(0, -1), corrupt, Buffer.from('plain'), Buffer.concat([whole, noise(10)])]) {
          const headers = { ...json, 'Content-Encoding': 'gzip' };
          const answer = await ask(path, { method: 'POST', headers, body: sent });
          assert.equal(answer.status, 400, path);
          assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_BODY_DECODING');
        }
      }
    });

    test('codings that are unknown, several or not asked for are refused with 415', async (t) => {
      for (const [decompression, coding] of [
        [true, 'compress'],
        [true, 'gzip, gzip'],
        [true, 'gzip, identity'],
        [false, 'gzip'],
        [false, 'compress'],
      ] as const) {
        const { ask } = await open(t, transport, routes, { decompression });
        for (const path of ['/json', '/stream', '/body']) {
          const headers = { ...json, 'Content-Encoding': coding };
          const answer = await ask(path, { method: 'POST', headers, body: zlib.gzipSync('{}') });
          assert.equal(answer.status, 415, `${path} ${coding}`);
          assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_BODY_ENCODING');
          if (decompression) assert.match(answer.field('accept-encoding') ?? '', /gzip/);
        }
      }
    });
  });
}

for (const transport of socketTransports) {
  describe(`compressed streams over ${transport}`, () => {
    test('each chunk of a stream can be read when it was given', async (t) => {
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.get('/', (ctx) => {
            ctx.response.type('text/plain');
            return (async function* () {
              for (let count = 0; count < 3; count += 1) {
                yield `chunk ${count};`;
                await pause(150);
              }
            })();
          });
        },
        { compression: true },
      );
      const client = await connect();
      client.write(requestBytes('/', accepts('gzip')));
      const inflate = zlib.createGunzip();
      let text = '';
      const seen: string[] = [];
      inflate.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        seen.push(text);
      });
      let at = -1;
      client.socket.on('data', () => {
        const bytes = client.bytes();
        if (at === -1) at = bytes.indexOf('\r\n\r\n') + 4;
        for (;;) {
          const end = bytes.indexOf('\r\n', at);
          const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
          if (end === -1 || !(size > 0) || bytes.length < end + 4 + size) return;
          inflate.write(bytes.subarray(end + 2, end + 2 + size));
          at = end + 4 + size;
        }
      });
      const answer = await client.answer();
      assert.equal(decoded(answer), 'chunk 0;chunk 1;chunk 2;');
      assert.deepEqual(seen.slice(0, 3), ['chunk 0;', 'chunk 0;chunk 1;', 'chunk 0;chunk 1;chunk 2;']);
    });

    test('a reader that leaves a compressed stream ends its source', async (t) => {
      let ended = false;
      const { app, connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', (ctx) => {
            ctx.response.type('text/plain');
            return (async function* () {
              try {
                for (;;) {
                  yield LONG;
                  await pause(5);
                }
              } finally {
                ended = true;
              }
            })();
          });
        },
        { compression: true },
      );
      const client = await connect();
      client.write(requestBytes('/', accepts('gzip')));
      await client.until('a chunk', () => (client.received > 400 ? true : undefined));
      client.socket.resetAndDestroy();
      await pause(100);
      assert.equal(ended, true);
      assert.equal(app.getMetrics().queue.inFlight, 0);
    });
  });
}
