// Answers that are written step by step: every kind of source, exactly, and with the right framing.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';

import { digest, noise, pause } from '../harness/content.ts';
import { Gate, open, requestBytes, serve, socketTransports, transports, turn } from '../harness/server.ts';

import type { Context } from '../../js/index.ts';

const CONTENT = noise(300_000);
const TEXT = 'zß水🍌'.repeat(1000);

function* slices(size: number): Generator<Uint8Array> {
  for (let at = 0; at < CONTENT.length; at += size) yield CONTENT.subarray(at, at + size);
}

async function* later(size: number): AsyncGenerator<Uint8Array> {
  for (const slice of slices(size)) {
    await turn();
    yield slice;
  }
}

function webStream(): ReadableStream<Uint8Array> {
  const source = slices(10_000);
  return new ReadableStream({
    pull(controller) {
      const { done, value } = source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** An iterator that is not iterable asynchronously, and gives views of every kind. */
function views(): Iterator<unknown> {
  return [
    'text ',
    new Uint8Array([1, 2]),
    new Uint16Array([0x0403]),
    new DataView(new Uint8Array([5, 6]).buffer),
    new Uint8Array([7]).buffer,
    '',
    new Uint8Array(0),
    Buffer.from('end'),
  ][Symbol.iterator]();
}

const sources: Record<string, { readonly make: () => unknown; readonly expected: Buffer }> = {
  'a generator': { make: () => slices(9999), expected: CONTENT },
  'an async generator': { make: () => later(50_000), expected: CONTENT },
  'a Node Readable': { make: () => Readable.from(slices(20_000), { objectMode: false }), expected: CONTENT },
  'a web ReadableStream': { make: webStream, expected: CONTENT },
  'a promise of a stream': { make: async () => webStream(), expected: CONTENT },
  'chunks of text': {
    make: () =>
      (async function* () {
        for (const character of TEXT) yield character;
      })(),
    expected: Buffer.from(TEXT),
  },
  'chunks of every kind': { make: views, expected: Buffer.from('text \x01\x02\x03\x04\x05\x06\x07end') },
  'a chunk of 3 MB': { make: () => [noise(3_000_000)][Symbol.iterator](), expected: noise(3_000_000) },
  'no chunk': { make: () => [][Symbol.iterator](), expected: Buffer.alloc(0) },
};

for (const transport of transports) {
  describe(`bodies that go out over ${transport}`, () => {
    for (const [name, { make, expected }] of Object.entries(sources)) {
      test(`${name}: returned, sent and behind a status, in chunks`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.get('/returned', () => make());
          app.get('/sent', async (ctx) => ctx.response.status(201).send(await make()));
          app.get('/typed', (ctx) => {
            ctx.response.type('text/x').set('X-A', 'b');
            return make();
          });
        });
        for (const [path, status, type] of [
          ['/returned', 200, 'application/octet-stream'],
          ['/sent', 201, 'application/octet-stream'],
          ['/typed', 200, 'text/x'],
        ] as const) {
          const answer = await ask(path);
          assert.equal(answer.status, status);
          assert.equal(answer.field('content-type'), type);
          assert.equal(answer.field('transfer-encoding'), 'chunked');
          assert.equal(digest(answer.body), digest(expected));
        }
      });

      test(`${name} with its Content-Length goes without chunks`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.get('/', (ctx) => {
            ctx.response.set('Content-Length', expected.length);
            return make();
          });
        });
        const answer = await ask('/');
        assert.equal(answer.field('transfer-encoding'), undefined);
        assert.equal(answer.field('content-length'), String(expected.length));
        assert.equal(digest(answer.body), digest(expected));
      });
    }

    test('a web Response keeps its status, its fields and both its cookies', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', () => {
          const headers = new Headers({ 'X-A': 'b', 'Content-Type': 'text/html', Connection: 'upgrade' });
          headers.append('Set-Cookie', 'a=1; Path=/');
          headers.append('Set-Cookie', 'b=2');
          return new Response('made', { status: 418, headers });
        });
        app.get('/empty', () => new Response(null, { status: 204 }));
        app.get('/null', () => new Response(null));
        app.get('/json', () => Response.json({ a: 1 }));
        app.get('/stream', () => new Response(webStream()));
        app.get('/redirect', () => Response.redirect('http://a/b', 303));
        app.get('/read', async () => {
          const response = new Response('x');
          await response.text();
          return response;
        });
        app.get('/added', (ctx) => {
          ctx.response.set('X-B', 'c');
          return new Response('x', { headers: { 'X-A': 'b' } });
        });
      });
      const answer = await ask('/');
      assert.deepEqual([answer.status, answer.text(), answer.field('x-a')], [418, 'made', 'b']);
      assert.deepEqual(answer.fields.get('set-cookie'), ['a=1; Path=/', 'b=2']);
      assert.equal(answer.field('content-type'), 'text/html');
      assert.equal((await ask('/empty')).status, 204);
      const nothing = await ask('/null');
      assert.deepEqual([nothing.status, nothing.text()], [200, '']);
      const json = await ask('/json');
      assert.deepEqual([json.field('content-type'), json.text()], ['application/json', '{"a":1}']);
      assert.equal(digest((await ask('/stream')).body), digest(CONTENT));
      const redirect = await ask('/redirect');
      assert.deepEqual([redirect.status, redirect.field('location')], [303, 'http://a/b']);
      const read = await ask('/read');
      assert.equal((read.json() as { code: string }).code, 'ERR_NEXURE_ANSWER_TYPE');
      const added = await ask('/added');
      assert.deepEqual([added.field('x-a'), added.field('x-b')], ['b', 'c']);
    });

    test('a promise that is sent, and not awaited, is refused: nobody would wait for it', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => ctx.response.send(Promise.resolve('x')));
      });
      assert.equal(((await ask('/')).json() as { code: string }).code, 'ERR_NEXURE_ANSWER_TYPE');
    });

    test('bytes of every kind and a Blob are sent with their length', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/blob', () => new Blob([CONTENT], { type: 'image/png' }));
        app.get('/untyped', () => new Blob(['x']));
        app.get('/buffer', () => new Uint8Array([1, 2, 3]).buffer);
        app.get('/view', () => new Uint16Array([0x0201]));
        app.get('/part', () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1));
      });
      const blob = await ask('/blob');
      assert.equal(blob.field('content-type'), 'image/png');
      assert.equal(blob.field('content-length'), String(CONTENT.length));
      assert.equal(digest(blob.body), digest(CONTENT));
      assert.equal((await ask('/untyped')).field('content-type'), 'application/octet-stream');
      assert.deepEqual([...(await ask('/buffer')).body], [1, 2, 3]);
      assert.deepEqual([...(await ask('/view')).body], [1, 2]);
      assert.deepEqual([...(await ask('/part')).body], [2]);
    });

    test('HEAD and 304 tell what a GET would, and never ask the source', async (t) => {
      let asked = 0;
      let returned = 0;
      const source = (): AsyncIterableIterator<string> => ({
        [Symbol.asyncIterator]() {
          return this;
        },
        next: async () => ({ done: (asked += 1) > 1, value: 'x' }),
        return: async () => ({ done: true, value: (returned += 1) }),
      });
      const { ask } = await open(t, transport, (app) => {
        app.route({ method: ['GET', 'HEAD'], path: '/', handler: () => source() });
        app.head('/length', (ctx) => {
          ctx.response.set('Content-Length', 12);
          return source();
        });
        app.get('/304', (ctx) => {
          ctx.response.status(304).set('ETag', '"a"');
          return source();
        });
      });
      const head = await ask('/', { method: 'HEAD' });
      assert.equal(head.field('transfer-encoding'), 'chunked');
      const length = await ask('/length', { method: 'HEAD' });
      assert.equal(length.field('content-length'), '12');
      const unchanged = await ask('/304');
      assert.equal(unchanged.field('etag'), '"a"');
      for (const answer of [head, length, unchanged]) assert.equal(answer.body.length, 0);
      assert.deepEqual([asked, returned], [0, 3]);
    });

    for (const [name, make] of Object.entries<() => unknown>({
      'an async generator': () =>
        // oxlint-disable-next-line require-yield -- it fails before it can
        (async function* () {
          throw new Error('failed');
        })(),
      'a generator': () =>
        // oxlint-disable-next-line require-yield -- it fails before it can
        (function* () {
          throw new Error('failed');
        })(),
      'a web stream': () => new ReadableStream({ pull: (controller) => controller.error(new Error('failed')) }),
      'a Node stream': () => Readable.from([]).destroy(new Error('failed')),
      'a source that fails after some turns': () =>
        // oxlint-disable-next-line require-yield -- it fails before it can
        (async function* () {
          await pause(20);
          throw new Error('failed');
        })(),
      'a chunk that is no bytes': () => [5][Symbol.iterator](),
    })) {
      test(`${name} whose first chunk fails is answered 500, and is reported once`, async (t) => {
        const reported: unknown[] = [];
        const { ask } = await open(
          t,
          transport,
          (app) => {
            app.get('/', (ctx) => {
              ctx.response.status(201).set('X-A', 'b');
              return make();
            });
            app.get('/after', () => 'fine');
          },
          { logger: { error: (_, error) => reported.push(error) } },
        );
        const answer = await ask('/');
        assert.equal(answer.status, 500);
        assert.equal(answer.field('content-type'), 'application/problem+json');
        assert.equal(answer.field('x-a'), undefined);
        assert.equal(reported.length, 1);
        assert.equal((await ask('/after')).text(), 'fine');
      });
    }

    test('a source that has nothing yet after a while has its head sent, and its chunks when they come', async (t) => {
      const gate = new Gate();
      const { app } = await open(t, transport, (it) => {
        it.get('/', async function* () {
          await gate.promise;
          yield 'late';
        });
      });
      const response = await app.request('/');
      assert.equal(response.status, 200);
      gate.open();
      assert.equal(await response.text(), 'late');
    });

    for (const [name, make] of Object.entries<(ctx: Context) => unknown>({
      'a source that fails later': () =>
        (async function* () {
          yield 'begun';
          await turn();
          throw new Error('failed');
        })(),
      'a chunk that is no bytes': () =>
        (async function* () {
          yield 'begun';
          yield 5;
        })(),
      'a Node stream that is destroyed': () => {
        const stream = new Readable({ read: () => undefined });
        stream.push('begun');
        setImmediate(() => stream.destroy(new Error('failed')));
        return stream;
      },
      'a web stream that errors': () =>
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(Buffer.from('begun'));
            await turn();
            controller.error(new Error('failed'));
          },
        }),
      'more bytes than Content-Length says': (ctx) => {
        ctx.response.set('Content-Length', 3);
        return ['begun'][Symbol.iterator]();
      },
      'fewer bytes than Content-Length says': (ctx) => {
        ctx.response.set('Content-Length', 9);
        return ['begun'][Symbol.iterator]();
      },
    })) {
      test(`${name} cuts the connection, and is reported once`, async (t) => {
        const reported: unknown[] = [];
        const logger = { error: (...args: unknown[]) => void reported.push(args) };
        const setup = { logger };
        const cut = new Gate<string>();
        if (transport === 'inject') {
          const { app } = await open(t, transport, (it) => void it.get('/', make), setup);
          const response = await app.request('/').catch((error: NodeJS.ErrnoException) => error.code);
          if (typeof response === 'object') {
            await response.text().catch((error: NodeJS.ErrnoException) => cut.open(String(error.code)));
          } else cut.open(String(response));
          assert.equal(await cut.promise, 'ERR_NEXURE_REQUEST_ABORTED');
        } else {
          const { app, connect } = await serve(t, transport, (it) => void it.get('/', make), setup);
          const client = await connect();
          client.write(requestBytes('/'));
          await client.until('the end', () => (client.ended ? true : undefined));
          const text = client.bytes().toString();
          assert.ok(!text.endsWith('0\r\n\r\n'), 'no last chunk');
          assert.ok(!text.includes('500'), 'no second answer');
          await pause(20);
          assert.equal(app.getMetrics().queue.inFlight, 0);
        }
        await turn();
        assert.equal(reported.length, 1);
      });
    }
  });
}

for (const transport of socketTransports) {
  describe(`framing of streams over ${transport}`, () => {
    test('a client of HTTP/1.0 gets a stream that the end of the connection delimits', async (t) => {
      const { connect } = await serve(t, transport, (app) => void app.get('/', () => later(30_000)));
      for (const fields of ['', 'Connection: keep-alive\r\n']) {
        const client = await connect();
        client.write(`GET / HTTP/1.0\r\nHost: a\r\n${fields}\r\n`);
        const [answer] = await client.closed();
        assert.equal(answer?.field('transfer-encoding'), undefined);
        assert.equal(answer?.field('connection'), 'close');
        assert.equal(digest(answer.body), digest(CONTENT));
      }
    });

    test('a client of HTTP/1.0 with keep-alive gets a stream of known length and goes on', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', (ctx) => {
          ctx.response.set('Content-Length', CONTENT.length);
          return later(30_000);
        });
      });
      const client = await connect();
      for (let count = 1; count <= 2; count += 1) {
        client.write('GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n');
        const answer = (await client.answers(count))[count - 1];
        assert.equal(answer?.field('connection'), 'keep-alive');
        assert.equal(digest(answer.body), digest(CONTENT));
      }
    });

    test('streams of pipelined requests follow each other, whichever is ready first', async (t) => {
      const gates = [new Gate(), new Gate(), new Gate()];
      const { connect } = await serve(t, transport, (app) => {
        app.get('/:n', (ctx) =>
          (async function* () {
            yield `${ctx.params.n} begins `;
            await gates[Number(ctx.params.n)]?.promise;
            yield `${ctx.params.n} ends`;
          })(),
        );
        app.get('/plain', () => 'plain');
      });
      const client = await connect();
      client.write(Buffer.concat(['/0', '/1', '/plain', '/2'].map((path) => requestBytes(path))));
      for (const gate of gates.toReversed()) {
        gate.open();
        await turn();
      }
      assert.deepEqual(
        (await client.answers(4)).map((answer) => answer.text()),
        ['0 begins 0 ends', '1 begins 1 ends', 'plain', '2 begins 2 ends'],
      );
    });

    test('a stream behind another, which fails before its turn, becomes a problem document', async (t) => {
      const gate = new Gate();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/slow', async () => (await gate.promise, 'slow'));
        app.get('/fails', () =>
          (async function* () {
            yield 'begun';
            throw new Error('failed');
          })(),
        );
      });
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/slow'), requestBytes('/fails')]));
      await pause(20);
      gate.open();
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, 500],
      );
    });
  });
}
