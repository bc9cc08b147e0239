// Request bodies by every reader: short ones that are there, and long ones that are read while they arrive.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { digest, digestOf, noise } from '../harness/content.ts';
import { open, transports } from '../harness/server.ts';

import type { Context, Nexure } from '../../js/index.ts';
import type { Asked, Parts } from '../harness/server.ts';

const SERVER = { maxBodyBytes: 10_000_000 };
/** In the record, kept beside it, and read while it arrives. */
const SIZES = [20, 100_000, 3_000_000];
const BOUNDARY = 'edge';
const PARTS_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const JSON_TYPE = { 'Content-Type': 'application/json' };

function form(content: Uint8Array): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** The code of what `act` fails with; what it gives when it does not. */
async function codeOf(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

const readers: Record<string, (ctx: Context) => unknown> = {
  json: async (ctx) => digest(Buffer.from(((await ctx.json()) as { a: string }).a)),
  text: async (ctx) => digest(Buffer.from(await ctx.text())),
  bytes: async (ctx) => digest(await ctx.bytes()),
  stream: (ctx) => digestOf(ctx.stream() as unknown as AsyncIterable<Uint8Array>),
  parts: async (ctx) => {
    const seen: string[] = [];
    for await (const part of ctx.parts()) seen.push(`${part.name} ${part.filename} ${await digestOf(part)}`);
    return seen.join();
  },
  formData: async (ctx) => {
    const file = (await ctx.formData()).get('f') as File;
    return `f ${file.name} ${digest(new Uint8Array(await file.arrayBuffer()))}`;
  },
};

function setup(app: Nexure): void {
  for (const [name, read] of Object.entries(readers)) {
    app.post(`/${name}`, read);
    app.post(`/${name}/early`, { body: 'stream' }, read);
  }
}

/** What to send to a reader, and what it should see. */
function sample(reader: string, length: number): { parts: Parts; expected: string } {
  const content = noise(length);
  if (reader === 'json' || reader === 'text') {
    const text = 'zß水🍌'.repeat(Math.ceil(length / 10));
    const body = reader === 'json' ? JSON.stringify({ a: text }) : text;
    return { parts: { method: 'POST', headers: JSON_TYPE, body }, expected: digest(Buffer.from(text)) };
  }
  if (reader === 'parts' || reader === 'formData') {
    const headers = { 'Content-Type': PARTS_TYPE };
    return { parts: { method: 'POST', headers, body: form(content) }, expected: `f x.bin ${digest(content)}` };
  }
  return { parts: { method: 'POST', body: content }, expected: digest(content) };
}

async function code(asked: Asked, path: string, parts: Parts): Promise<[number, unknown]> {
  const answer = await asked.ask(path, parts);
  return [answer.status, (answer.json() as { code?: unknown }).code];
}

for (const transport of transports) {
  describe(`bodies that come in over ${transport}`, () => {
    for (const reader of Object.keys(readers)) {
      for (const length of SIZES) {
        for (const chunkBytes of [undefined, 1009, 70_000]) {
          if (length > 1e6 && chunkBytes === 1009) continue;
          const how = chunkBytes === undefined ? 'with its length' : `in chunks of ${chunkBytes}`;
          test(`ctx.${reader}() reads ${length} bytes ${how}, collected or while they arrive`, async (t) => {
            const { ask } = await open(t, transport, setup, { server: SERVER });
            const { parts, expected } = sample(reader, length);
            const sent = chunkBytes === undefined ? parts : { ...parts, chunkBytes };
            assert.equal((await ask(`/${reader}`, sent)).text(), expected);
            assert.equal((await ask(`/${reader}/early`, sent)).text(), expected);
          });
        }
      }
    }

    test('an empty body is empty for every reader', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          for (const [path, settings] of [
            ['/whole', {}],
            ['/early', { body: 'stream' }],
          ] as const) {
            app.post(path, settings, async (ctx) => [
              await ctx.text(),
              (await ctx.bytes()).byteLength,
              await codeOf(() => ctx.json()),
            ]);
            app.post(`${path}/stream`, settings, (ctx) => digestOf(ctx.stream()));
          }
        },
        { server: SERVER },
      );
      for (const path of ['/whole', '/early']) {
        for (const parts of [{}, { body: '' }, { body: '', chunkBytes: 1 }]) {
          const answer = await ask(path, { method: 'POST', ...parts });
          assert.deepEqual(answer.json(), ['', 0, 'ERR_NEXURE_BODY_JSON'], path);
          const stream = await ask(`${path}/stream`, { method: 'POST', ...parts });
          assert.equal(stream.text(), digest(Buffer.alloc(0)), path);
        }
      }
    });

    test('ctx.body is parsed up to maxBufferedBodyBytes, and says above it what to use', async (t) => {
      const asked = await open(t, transport, (app) => void app.post('/', (ctx) => [typeof ctx.body]), {
        server: { ...SERVER, maxBufferedBodyBytes: 100_000 },
      });
      const send = (length: number): Parts => ({
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: 'x'.repeat(length),
      });
      assert.deepEqual((await asked.ask('/', send(100_000))).json(), ['string']);
      assert.deepEqual(await code(asked, '/', send(100_001)), [500, 'ERR_NEXURE_BODY_STREAMED']);
      const chunks = { ...send(1_000_000), chunkBytes: 1000 };
      assert.deepEqual(await code(asked, '/', chunks), [500, 'ERR_NEXURE_BODY_STREAMED']);
    });

    for (const length of SIZES) {
      for (const encoded of [false, true]) {
        const what = `${length} bytes${encoded ? ' under a content coding' : ''}`;
        test(`text(), json() and bytes() may follow each other: ${what}`, async (t) => {
          const app = (it: Nexure): void => {
            it.post('/', async (ctx) => {
              const first = await ctx.bytes();
              const expected = digest(first);
              // What one reader does to its copy is nothing to the next.
              first.fill(0);
              const text = await ctx.text();
              const again = await ctx.bytes();
              const parsed = (await ctx.json()) as unknown[];
              return [expected, digest(Buffer.from(text)), digest(again), parsed.length];
            });
          };
          const { ask } = await open(t, transport, app, { server: SERVER, decompression: true });
          const { gzipSync } = await import('node:zlib');
          const body = Buffer.from(JSON.stringify(['x'.repeat(length)]));
          const headers: Record<string, string> = encoded ? { 'Content-Encoding': 'gzip' } : {};
          const answer = await ask('/', { method: 'POST', headers, body: encoded ? gzipSync(body) : body });
          assert.deepEqual(answer.json(), [digest(body), digest(body), digest(body), 1]);
        });
      }
    }

    const used: Record<string, (ctx: Context) => unknown> = {
      'stream() after stream()': (ctx) => [ctx.stream(), ctx.stream()],
      'text() after stream()': (ctx) => [ctx.stream(), ctx.text()][1],
      'bytes() after parts()': (ctx) => [ctx.parts(), ctx.bytes()][1],
      'parts() after formData()': async (ctx) => {
        await ctx.formData();
        for await (const part of ctx.parts()) return part.name;
        return 'none';
      },
      'formData() after stream()': (ctx) => [ctx.stream(), ctx.formData()][1],
    };
    for (const [name, read] of Object.entries(used)) {
      for (const body of [undefined, 'stream'] as const) {
        test(`${name} fails with ERR_NEXURE_BODY_USED, ${body ?? 'collected'}`, async (t) => {
          const asked = await open(t, transport, (app) => {
            app.post('/', body === undefined ? {} : { body }, (ctx) => read(ctx));
          });
          const parts = { method: 'POST', headers: { 'Content-Type': PARTS_TYPE }, body: form(noise(10)) };
          assert.deepEqual(await code(asked, '/', parts), [500, 'ERR_NEXURE_BODY_USED']);
        });
      }
    }

    test('malformed JSON and a form of another type are the client’s fault', async (t) => {
      const asked = await open(t, transport, setup, { server: SERVER });
      for (const path of ['/json', '/json/early']) {
        assert.deepEqual(await code(asked, path, { method: 'POST', body: '{' }), [400, 'ERR_NEXURE_BODY_JSON']);
      }
      for (const path of ['/parts', '/formData', '/parts/early', '/formData/early']) {
        const text = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' };
        assert.deepEqual(await code(asked, path, text), [415, 'ERR_NEXURE_MULTIPART_TYPE']);
        const cut = { method: 'POST', headers: { 'Content-Type': PARTS_TYPE }, body: form(noise(99)).subarray(0, -9) };
        assert.deepEqual(await code(asked, path, cut), [400, 'ERR_NEXURE_MULTIPART_TRUNCATED']);
      }
    });

    test('a body above its limit is refused with 413, told by its length or found in its chunks', async (t) => {
      let ran = 0;
      const asked = await open(
        t,
        transport,
        (app) => {
          app.post('/', () => (ran += 1));
          app.post('/route', { maxBodyBytes: 100 }, async (ctx) => (await ctx.bytes()).byteLength);
          app.post('/stream', { body: 'stream' }, async (ctx) => (await ctx.bytes()).byteLength);
          app.post('/more', { maxBodyBytes: 5000 }, async (ctx) => (await ctx.bytes()).byteLength);
        },
        { server: { maxBodyBytes: 1000 } },
      );
      for (const [path, limit] of [
        ['/', 1000],
        ['/route', 100],
        ['/stream', 1000],
        ['/more', 5000],
      ] as const) {
        for (const chunkBytes of [undefined, 7, 100_000]) {
          const how = chunkBytes === undefined ? {} : { chunkBytes };
          const ok = await asked.ask(path, { method: 'POST', body: noise(limit), ...how });
          assert.equal(ok.status, 200, path);
          const refused = await code(asked, path, { method: 'POST', body: noise(limit + 1), ...how });
          assert.deepEqual(refused, [413, 'ERR_NEXURE_BODY_TOO_LARGE'], `${path} ${chunkBytes}`);
        }
      }
      assert.equal(ran, 3, 'no handler runs for a collected body above the limit');
    });
  });
}
