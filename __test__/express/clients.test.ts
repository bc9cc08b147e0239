// Express middleware and clients that go, hang or do not read.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';

import { fromExpress } from '../../js/express/index.ts';
import { createApp } from '../../js/index.ts';
import { eventually } from '../harness/server.ts';
import { ask, ours } from './pair.ts';

import type { ExpressMiddleware } from '../../js/express/index.ts';

const code = (answer: { json(): unknown }): unknown => (answer.json() as { code: unknown }).code;

describe('Express middleware whose client goes', () => {
  test('hears close, and a handler that streams is ended', async (t) => {
    const seen: string[] = [];
    let ended = false;
    const port = await ours(t, (app) => {
      app.use(
        fromExpress((req, res, next) => {
          res.on('close', () => seen.push(`response closed, finished: ${res.writableFinished}`));
          req.on('aborted', () => seen.push('aborted'));
          if (req.url === '/hangs') return;
          next();
        }),
      );
      app.get('/hangs', () => 'never');
      app.get('/streams', () =>
        (async function* () {
          try {
            for (;;) {
              yield 'x'.repeat(1000);
              await new Promise((resolve) => {
                setTimeout(resolve, 2);
              });
            }
          } finally {
            ended = true;
          }
        })(),
      );
    });
    for (const path of ['/hangs', '/streams']) {
      seen.length = 0;
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await (path === '/hangs' ? new Promise((resolve) => void setTimeout(resolve, 30)) : once(socket, 'data'));
      socket.destroy();
      await new Promise((resolve) => {
        setTimeout(resolve, 80);
      });
      assert.ok(seen.includes('response closed, finished: false'), `${path}: ${seen.join()}`);
    }
    assert.equal(ended, true);
  });

  test('is given an aborted request while it reads a body', async (t) => {
    const seen: string[] = [];
    const port = await ours(t, (app) => {
      app.post(
        '/',
        { body: 'stream' },
        fromExpress((req) => {
          req.on('data', () => undefined).on('error', (error) => seen.push(error.message));
          req.on('aborted', () => seen.push(`aborted ${req.aborted}`)).on('close', () => seen.push('close'));
        }),
      );
    });
    const sent = request({ port, method: 'POST', headers: { 'Content-Length': '1000' }, agent: false });
    sent.on('error', () => undefined);
    sent.write('some of it');
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    sent.destroy();
    await eventually('the request is aborted and closed', () =>
      ['aborted true', 'close'].every((one) => seen.includes(one)),
    );
  });

  test('that neither answers nor calls next is bounded by the time of the handler', async (t) => {
    const port = await ours(t, (app) => {
      app.get(
        '/',
        { handlerTimeoutMs: 1000 },
        fromExpress(() => undefined),
        () => 'never',
      );
    });
    const answer = await ask(port);
    assert.equal(answer.status, 503);
    assert.equal(code(answer), 'ERR_NEXURE_HANDLER_TIMEOUT');
  });
});

describe('fromExpress', () => {
  test('refuses what is no middleware when it is registered', () => {
    const five = (_a: unknown, _b: unknown, _c: unknown, _d: unknown, _e: unknown): void => undefined;
    for (const given of [[], [null], ['text'], [{}], [Promise.resolve()], [five], [[]]]) {
      assert.throws(() => fromExpress(...(given as unknown as ExpressMiddleware[])), {
        code: 'ERR_NEXURE_EXPRESS_HANDLER',
      });
    }
  });

  test('holds back nothing of a client that does not read', async (t) => {
    let written = 0;
    const app = createApp({ logger: false });
    app.get(
      '/',
      fromExpress((_, res) => {
        const go = (): void => {
          while (written < 200) {
            written += 1;
            if (!res.write(Buffer.alloc(100_000))) {
              res.once('drain', go);
              return;
            }
          }
          res.end();
        };
        go();
      }),
    );
    t.after(() => app.stop({ timeoutMs: 0 }));
    const answer = await app.request('/');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    assert.ok(written < 20, `${written} pieces were written`);
    assert.equal((await answer.arrayBuffer()).byteLength, 20_000_000);
  });
});
