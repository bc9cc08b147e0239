// What middleware, handlers and clients do wrong: it costs one answer, and never the process.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import compression from 'compression';
import express from 'express';

import { fromExpress, mountExpress } from '../../js/express/index.ts';
import { eventually } from '../harness/server.ts';
import { ask, ours } from './pair.ts';

import type { TestContext } from 'node:test';
import type { AppOptions } from '../../js/index.ts';

/** A logger that keeps what it is told. */
function keeping(): { readonly errors: unknown[]; readonly options: AppOptions } {
  const errors: unknown[] = [];
  return { errors, options: { logger: { error: (_, error) => void errors.push(error) } } };
}

describe('What Express middleware does wrong', () => {
  for (const [when, write] of Object.entries({
    'at once': (act: () => void): void => act(),
    later: (act: () => void): void => void setTimeout(act, 5),
  })) {
    test(`a write behind the end is told, ${when}`, async (t) => {
      const { errors, options } = keeping();
      const declare = (app: Parameters<Parameters<typeof ours>[1]>[0]): unknown =>
        app.get(
          '/',
          fromExpress((_, res) => {
            res.end('done');
            write(() => res.write('more'));
          }),
        );
      const port = await ours(t, declare, options);
      assert.equal((await ask(port)).text(), 'done');
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      assert.equal((await ask(port)).text(), 'done');
      assert.ok(errors.every((error) => (error as { code?: string }).code === 'ERR_STREAM_WRITE_AFTER_END'));
    });
  }

  test('one that answers while a stream is written has its answer', async (t) => {
    let isEnded = false;
    const port = await ours(t, (app) => {
      app.use(
        fromExpress(compression(), (_, res, next) => {
          setTimeout(() => res.end('early'), 10);
          next();
        }),
      );
      app.get('/', () =>
        (async function* () {
          try {
            for (let count = 0; ; count += 1) {
              await new Promise((resolve) => {
                setTimeout(resolve, 30);
              });
              yield `${count}`;
            }
          } finally {
            isEnded = true;
          }
        })(),
      );
    });
    assert.equal((await ask(port)).text(), 'early');
    await eventually('the stream is ended', () => isEnded);
  });
});

describe('A stream that is compressed by middleware', () => {
  const fails = (chunks: number) =>
    async function* (): AsyncGenerator<string> {
      for (let count = 0; count < chunks; count += 1) yield 'x';
      throw new Error('broken');
    };

  async function serve(t: TestContext, chunks: number): Promise<[port: number, errors: unknown[], handled: unknown[]]> {
    const { errors, options } = keeping();
    const handled: unknown[] = [];
    const port = await ours(
      t,
      (app) => {
        app.use(fromExpress(compression()));
        app.onError((error) => void handled.push(error));
        app.get('/', (ctx) => ctx.response.set('ETag', '"of the stream"').send(fails(chunks)()));
      },
      options,
    );
    return [port, errors, handled];
  }

  test('and fails before its first chunk is an error like any other', async (t) => {
    const [port, errors, handled] = await serve(t, 0);
    const { status, headers } = await ask(port, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.deepEqual([status, headers['content-type'], headers.etag], [500, 'application/problem+json', undefined]);
    assert.deepEqual([errors, handled].map(String), ['Error: broken', 'Error: broken']);
  });

  test('and fails behind it is told once', async (t) => {
    const [port, errors] = await serve(t, 3);
    await ask(port, { headers: { 'Accept-Encoding': 'gzip' } }).catch(() => undefined);
    assert.deepEqual(errors.map(String), ['Error: broken']);
  });
});

describe('A client that closes its half of the connection', () => {
  test('keeps no connection open whose answer was given up', async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'nexure-express-'));
    t.after(() => rm(directory, { recursive: true }));
    // So much that it cannot be on its way before the server knows; a hole, which takes no room.
    const BYTES = 1_000_000_000;
    await writeFile(join(directory, 'big'), '');
    await truncate(join(directory, 'big'), BYTES);
    const { errors, options } = keeping();
    const port = await ours(t, (app) => app.register(mountExpress('/', express.static(directory))), options);
    for (const afterBytes of [0, 1_000_000]) {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      t.after(() => socket.destroy());
      socket.on('error', () => undefined);
      let bytes = 0;
      socket.on('data', (data) => {
        bytes += data.length;
        if (bytes > afterBytes && !socket.writableEnded) socket.end();
      });
      socket.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n');
      if (afterBytes === 0) socket.end();
      await eventually('the connection is closed', () => socket.closed, 5000);
      assert.ok(bytes < BYTES, `${bytes} bytes`);
    }
    assert.deepEqual(errors, []);
  });

  test('ends a stream that middleware has given up', async (t) => {
    let running = 0;
    const port = await ours(t, (app) => {
      app.use(fromExpress(compression({ threshold: 0 })));
      app.get('/', () =>
        (async function* () {
          running += 1;
          try {
            for (;;) {
              yield 'x'.repeat(1000);
              await new Promise((resolve) => {
                setTimeout(resolve, 1);
              });
            }
          } finally {
            running -= 1;
          }
        })(),
      );
    });
    for (const patienceMs of [0, 3, 10, 20, 10, 3, 0]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n');
      await new Promise((resolve) => {
        setTimeout(resolve, patienceMs);
      });
      socket.destroy();
    }
    await eventually('every stream is ended', () => running === 0, 3000);
  });

  test('has the answer of middleware that does not mind', async (t) => {
    const port = await ours(t, (app) => {
      app.get(
        '/',
        fromExpress((_, res) => void setTimeout(() => res.end('late'), 30)),
      );
    });
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    await once(socket, 'end');
    assert.ok(text.endsWith('late'), text);
  });
});

test('what a handler throws because its client has gone is not reported, whichever way it went', async (t) => {
  const { errors, options } = keeping();
  let calls = 0;
  const port = await ours(
    t,
    (app) => {
      app.get('/', async (ctx) => {
        await new Promise((resolve) => void ctx.signal.addEventListener('abort', resolve));
        calls += 1;
        throw ctx.signal.reason;
      });
    },
    options,
  );
  for (const leave of ['end', 'destroy'] as const) {
    const socket = connect(port, '127.0.0.1').resume();
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n', () => void setTimeout(() => socket[leave](), 20));
    await eventually('it is closed', () => socket.closed);
  }
  await eventually('both were told', () => calls === 2);
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  assert.deepEqual(errors, []);
});

test('req.ip, ips, host and hostname are what trusted proxies tell', async (t) => {
  const port = await ours(
    t,
    (app) => {
      app.get(
        '/',
        fromExpress((req, res) => {
          const { ip, ips, host, hostname, protocol } = req as unknown as Record<string, unknown>;
          res.end(JSON.stringify([ip, ips, host, hostname, protocol]));
        }),
      );
    },
    { server: { trustProxy: 'loopback' } },
  );
  const headers = {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Host': 'shop.example:8443',
    'X-Forwarded-Proto': 'https',
  };
  const answer = await ask(port, { headers });
  assert.deepEqual(answer.json(), ['203.0.113.7', ['203.0.113.7'], 'shop.example:8443', 'shop.example', 'https']);
});
