// What `ctx.response` says about an answer, and bodies that are written piece by piece.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ResponseBuilder } from '../../js/index.ts';
import { eventually, Gate, leave, open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { Context } from '../../js/index.ts';

const made = (build: (response: ResponseBuilder) => unknown): string => {
  const response = new ResponseBuilder();
  build(response);
  return response.$fields();
};

const FIELDS: Record<string, [build: (response: ResponseBuilder) => unknown, fields: string]> = {
  'appends no second Content-Type': [
    (it) => it.append('Content-Type', 'a/b').append('content-type', 'c/d'),
    'content-type: c/d\r\n',
  ],
  'appends no second Location or ETag': [
    (it) => it.location('/a').append('Location', '/b').etag('a').append('ETag', '"b"'),
    'Location: /b\r\nETag: "b"\r\n',
  ],
  'appends other fields': [(it) => it.append('X-A', '1').append('x-a', '2'), 'X-A: 1\r\nx-a: 2\r\n'],
  'takes an extension for a type': [(it) => it.type('html'), 'Content-Type: text/html; charset=utf-8\r\n'],
  'takes an extension with its dot for a type': [(it) => it.type('.json'), 'Content-Type: application/json\r\n'],
  'merges Vary': [
    (it) => it.vary('Accept').vary('accept', 'Origin').vary('Cookie, Origin'),
    'Vary: Accept, Origin, Cookie\r\n',
  ],
  'lets * swallow Vary': [(it) => it.vary('Accept').vary('*').vary('Origin'), 'Vary: *\r\n'],
  'escapes a location': [(it) => it.location('/é\r\nX: y'), 'Location: /%C3%A9%0D%0AX:%20y\r\n'],
  'escapes a backslash, which browsers take for a slash': [
    (it) => it.location('/\\a.example'),
    'Location: /%5Ca.example\r\n',
  ],
  'offers to save': [(it) => it.attachment(), 'Content-Disposition: attachment\r\n'],
  'offers to save under a name': [
    (it) => it.attachment('a"é.csv'),
    `Content-Type: text/csv; charset=utf-8\r\nContent-Disposition: attachment; filename="a\\"_.csv"; filename*=UTF-8''a%22%C3%A9.csv\r\n`,
  ],
  links: [
    (it) => it.links({ next: '/?page=2', last: '/>' }).links({ self: '/' }),
    'Link: </?page=2>; rel="next", </%3E>; rel="last"\r\nLink: </>; rel="self"\r\n',
  ],
  'quotes a tag': [(it) => it.etag('abc'), 'ETag: "abc"\r\n'],
  'keeps the quotes of a tag': [(it) => it.etag('W/"abc"'), 'ETag: W/"abc"\r\n'],
  'makes a tag weak': [(it) => it.etag('abc', { weak: true }), 'ETag: W/"abc"\r\n'],
  dates: [(it) => it.lastModified(0), 'Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n'],
  caches: [
    (it) => it.cacheControl({ public: true, maxAge: 60, immutable: true, noCache: false, staleIfError: 5 }),
    'Cache-Control: public, immutable, max-age=60, stale-if-error=5\r\n',
  ],
  'caches as told': [(it) => it.cacheControl('no-store'), 'Cache-Control: no-store\r\n'],
};

const REFUSED: Record<string, (response: ResponseBuilder) => unknown> = {
  'a tag with a quote': (it) => it.etag('a"b'),
  'a tag with a line break': (it) => it.etag('a\r\nb'),
  'a date that is none': (it) => it.lastModified('yesterday'),
  'public and private': (it) => it.cacheControl({ public: true, private: true }),
  'an unknown directive': (it) => it.cacheControl({ maxage: 1 } as object),
  'half a second': (it) => it.cacheControl({ maxAge: 0.5 }),
  'a Vary that is no name': (it) => it.vary('a b'),
  'a relation with a quote': (it) => it.links({ 'a"b': '/' }),
  'a status of 199': (it) => it.status(199),
  'a status of 600 that is assigned': (it) => {
    it.status = 600;
  },
  'a status that is none': (it) => {
    it.status = '200' as unknown as number;
  },
};

describe('ResponseBuilder', () => {
  for (const [name, [build, fields]] of Object.entries(FIELDS)) {
    test(name, () => assert.equal(made(build), fields));
  }
  for (const [name, build] of Object.entries(REFUSED)) {
    test(`refuses ${name}`, () => assert.throws(() => made(build), { code: /^ERR_NEXURE_/ }));
  }

  test('has a status that is called and assigned', () => {
    const response = new ResponseBuilder();
    assert.equal(response.status(201), response);
    assert.equal(response.statusCode, 201);
    response.status = 202;
    assert.equal(response.statusCode, 202);
    response.statusCode = 203;
    assert.equal(response.status(204).statusCode, 204);
  });
});

for (const transport of transports) {
  describe(`bodies that are written over ${transport}`, () => {
    const WRITTEN: Record<string, (ctx: Context) => unknown> = {
      awaited: async ({ response }) => {
        response.status(201).type('text/plain');
        for (const piece of ['a', 'b', 'c']) assert.equal(await response.write(piece), true);
        return response.end('d');
      },
      'at once': ({ response }) => {
        response.status(201).type('text/plain');
        void response.write('a');
        void response.write(Buffer.from('bc'));
        return response.end('d');
      },
      'without an end': async ({ response }) => {
        response.status(201).type('text/plain');
        await response.write('ab');
        void response.write('cd');
      },
    };
    for (const [name, handler] of Object.entries(WRITTEN)) {
      test(`${name} are sent in their order`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.get('/', handler);
        });
        const answer = await ask('/');
        assert.deepEqual([answer.status, answer.field('content-type'), answer.text()], [201, 'text/plain', 'abcd']);
      });
    }

    test('end(text) without write is the answer', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => ctx.response.end('all'));
      });
      const answer = await ask('/');
      assert.deepEqual([answer.text(), answer.field('content-length')], ['all', '3']);
    });

    test('a write behind the end is not taken, and a value beside what was written is an error that is reported', async (t) => {
      const reported: unknown[] = [];
      const taken: boolean[] = [];
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/late', async ({ response }) => {
            await response.write('a');
            response.end();
            taken.push(await response.write('b'));
          });
          app.get('/beside', async ({ response }) => {
            await response.write('a');
            response.end();
            return 'b';
          });
        },
        { logger: { error: (_, error) => reported.push((error as { code?: unknown }).code) } },
      );
      assert.equal((await ask('/late')).text(), 'a');
      assert.deepEqual(taken, [false]);
      assert.equal((await ask('/beside')).text(), 'a');
      assert.deepEqual(reported, ['ERR_NEXURE_ANSWERED_TWICE']);
    });
  });
}

for (const transport of socketTransports) {
  describe(`bodies that are written over sockets of ${transport}`, () => {
    test('the first piece arrives while the handler still runs', async (t) => {
      const gate = new Gate();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', async ({ response }) => {
          await response.write('first');
          await gate.promise;
          await response.write('second');
        });
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await eventually('the first piece', () => client.bytes().toString('latin1').includes('first'));
      assert.equal(client.bytes().toString('latin1').includes('second'), false);
      gate.open();
      await eventually('the second piece', () => client.bytes().toString('latin1').includes('second'));
    });

    test('a handler that fails cuts what it has written, and is reported once', async (t) => {
      const reported: unknown[] = [];
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.get('/', async ({ response }) => {
            await response.write('first');
            throw new Error('failed');
          });
        },
        { logger: { error: (_, error) => reported.push((error as Error).message) } },
      );
      const client = await connect();
      client.write(requestBytes('/'));
      await eventually('the cut', () => client.ended);
      assert.equal(client.bytes().toString('latin1').endsWith('0\r\n\r\n'), false);
      assert.deepEqual(reported, ['failed']);
    });

    test('a client that goes has write tell so', async (t) => {
      const told = new Gate<boolean>();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', async ({ response }) => {
          let taken = true;
          while (taken) taken = await response.write(Buffer.alloc(65_536));
          told.open(taken);
        });
      });
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      await eventually('something', () => client.socket.bytesRead > 0);
      await leave(client);
      assert.equal(await told.promise, false);
    });
  });
}

for (const transport of socketTransports) {
  test(`an echo of a body that waits for 100-continue does not wait for itself over ${transport}`, async (t) => {
    const { connect } = await serve(t, transport, (app) => {
      app.post('/', { body: 'stream' }, (ctx) => ctx.stream());
    });
    const client = await connect();
    client.write(
      'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    );
    await eventually('100 Continue', () => client.bytes().toString('latin1').startsWith('HTTP/1.1 100 '));
    client.write('echo');
    await eventually('the end', () => client.ended);
    assert.match(client.bytes().toString('latin1'), /\r\n\r\nHTTP\/1\.1 200 [^]*echo/);
  });
}

test('a 206 says what the 200 depends on', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'nexure-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'a.txt'), 'x'.repeat(5000));
  await writeFile(join(dir, 'a.png'), 'x'.repeat(5000));
  const { ask } = await open(
    t,
    'uv',
    (app) => {
      app.static('/', dir);
    },
    { compression: true },
  );
  const headers = { Range: 'bytes=0-9', 'Accept-Encoding': 'gzip' };
  const part = await ask('/a.txt', { headers });
  assert.deepEqual(
    [part.status, part.field('vary'), part.field('content-encoding')],
    [206, 'Accept-Encoding', undefined],
  );
  assert.equal((await ask('/a.txt', { headers: { 'Accept-Encoding': 'gzip' } })).field('vary'), 'Accept-Encoding');
  assert.equal((await ask('/a.png', { headers })).field('vary'), undefined);
});
