// What handlers throw, and what is answered and reported.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createHttpError, HttpError, NotFoundError } from '../../js/index.ts';
import { open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { ErrorLogger } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

class Reports implements ErrorLogger {
  readonly errors: unknown[] = [];
  readonly messages: string[] = [];

  error(message: string, error: unknown): void {
    this.messages.push(message);
    this.errors.push(error);
  }
}

/** What is thrown that says nothing about an answer; made anew for each handler. */
const THROWN: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  'a string': () => 'thrown',
  'a number': () => 0,
  'a symbol': () => Symbol('thrown'),
  'a promise': () => Promise.resolve('thrown'),
  'a frozen object': () => Object.freeze({ status: 400, message: 'secret' }),
  'an object without a prototype': () => Object.create(null),
  'a frozen error': () => Object.freeze(new Error('secret')),
  'an Error': () => new Error('secret'),
  'a TypeError': () => new TypeError('secret'),
  'an error that looks like an HttpError': () => Object.assign(new Error('secret'), { status: 404, code: 'X' }),
  'an error whose message cannot be read': () =>
    Object.defineProperty(new Error('secret'), 'message', {
      get() {
        throw new Error('unreadable');
      },
    }),
  'an object whose prototype cannot be read': () =>
    new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error('unreadable');
        },
      },
    ),
};

const code = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;

for (const transport of transports) {
  describe(`errors over ${transport}`, () => {
    for (const [name, make] of Object.entries(THROWN)) {
      test(`${name} that is thrown or rejected is answered 500, says nothing, and is reported`, async (t) => {
        const logger = new Reports();
        const { ask } = await open(
          t,
          transport,
          (app) => {
            app.get('/sync', () => {
              throw make();
            });
            app.get('/async', async () => {
              await undefined;
              throw make();
            });
            app.get('/reject', () => new Promise((_, reject) => setImmediate(reject, make())));
            app.get(
              '/middleware',
              () => {
                throw make();
              },
              () => 'never',
            );
          },
          { logger },
        );
        for (const path of ['/sync', '/async', '/reject', '/middleware']) {
          const answer = await ask(path);
          assert.equal(answer.status, 500, path);
          assert.equal(answer.field('content-type'), 'application/problem+json');
          assert.deepEqual(answer.json(), {
            type: 'about:blank',
            title: 'Internal Server Error',
            status: 500,
            code: 'ERR_NEXURE_INTERNAL',
          });
        }
        // What cannot even be read is reported together with why.
        assert.equal(logger.errors.length, 4, 'each once');
        assert.deepEqual(logger.messages[0], 'GET /sync failed:');
      });
    }

    test('an HttpError is answered with its status, message, code, extensions and fields, unreported', async (t) => {
      const logger = new Reports();
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/plain', () => {
            throw new NotFoundError('no such book');
          });
          app.get('/rich', async () => {
            throw new HttpError(429, 'slow down', {
              code: 'SHOP_LIMIT',
              extensions: { limit: 5, title: 'Wait' },
              headers: { 'Retry-After': '30', 'Content-Language': 'en' },
            });
          });
          app.get('/teapot', () => {
            throw createHttpError(418);
          });
        },
        { logger },
      );
      assert.deepEqual((await ask('/plain')).json(), {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'no such book',
        code: 'ERR_NEXURE_HTTP_ERROR',
      });
      const rich = await ask('/rich');
      assert.deepEqual([rich.status, rich.field('retry-after'), rich.field('content-language')], [429, '30', 'en']);
      assert.deepEqual(rich.json(), {
        type: 'about:blank',
        title: 'Wait',
        status: 429,
        detail: 'slow down',
        code: 'SHOP_LIMIT',
        limit: 5,
      });
      assert.equal((await ask('/teapot')).status, 418);
      assert.deepEqual(logger.errors, []);
    });

    test('an HttpError of 5xx is reported and keeps its message to itself', async (t) => {
      const logger = new Reports();
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', () => {
            throw new HttpError(503, 'the database at 10.0.0.7 is down', { code: 'SHOP_DOWN' });
          });
        },
        { logger },
      );
      const answer = await ask('/');
      assert.deepEqual(answer.json(), {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'SHOP_DOWN',
      });
      assert.equal((logger.errors[0] as Error).message, 'the database at 10.0.0.7 is down');
    });

    test('an HttpError with fields or extensions that cannot be sent is answered without them', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/fields', () => {
          throw new HttpError(400, 'x', { headers: { 'X-A': 'a\r\nX-B: b' } });
        });
        app.get('/extensions', () => {
          throw new HttpError(400, 'x', { extensions: { big: 1n } });
        });
      });
      for (const path of ['/fields', '/extensions']) {
        const answer = await ask(path);
        assert.equal(answer.status, 400);
        assert.equal(answer.field('content-type'), 'application/problem+json');
        assert.match(String(code(answer)), /^ERR_NEXURE_/);
        assert.equal(answer.fields.has('x-b'), false);
      }
    });

    test('an HttpError with `Connection: close` ends the connection', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', () => {
          throw new HttpError(400, 'x', { headers: { Connection: 'close' } });
        });
      });
      assert.equal((await ask('/')).field('connection'), 'close');
    });

    test('an HttpError has a status from 400 to 599', () => {
      for (const status of [200, 399, 600, 404.5, Number.NaN, '404' as unknown as number]) {
        assert.throws(() => new HttpError(status), RangeError);
      }
    });

    test('what was prepared before the throw is no part of the problem', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => {
          ctx.response.status(201).set('X-Secret', 'x').send('half an answer');
          throw new NotFoundError('gone');
        });
      });
      const answer = await ask('/');
      assert.deepEqual(
        [answer.status, answer.field('x-secret'), code(answer)],
        [404, undefined, 'ERR_NEXURE_HTTP_ERROR'],
      );
    });

    test('onError answers by value, by ctx.response, or by promise, and gets what was thrown as it was', async (t) => {
      const thrown: unknown[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.get('/:kind', () => {
          throw undefined;
        });
        app.onError((error, ctx) => {
          thrown.push(error);
          const kind = ctx.params['kind'];
          if (kind === 'value') return { handled: true };
          if (kind === 'response') return ctx.response.status(502).text('handled');
          if (kind === 'async') return Promise.resolve('handled later');
          if (kind === 'status') return void ctx.response.status(599);
          return undefined;
        });
      });
      assert.deepEqual((await ask('/value')).json(), { handled: true });
      const response = await ask('/response');
      assert.deepEqual([response.status, response.text()], [502, 'handled']);
      assert.equal((await ask('/async')).text(), 'handled later');
      assert.equal((await ask('/status')).status, 599);
      assert.equal(code(await ask('/nothing')), 'ERR_NEXURE_INTERNAL');
      assert.deepEqual(thrown, [undefined, undefined, undefined, undefined, undefined]);
    });

    test('an error handler that fails is answered with its own failure', async (t) => {
      const logger = new Reports();
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/:kind', () => {
            throw new Error('first');
          });
          app.setErrorHandler((_, ctx) => {
            if (ctx.params['kind'] === 'sync') throw new NotFoundError('of the handler');
            if (ctx.params['kind'] === 'async') return Promise.reject(new NotFoundError('of the handler'));
            return 1n;
          });
        },
        { logger },
      );
      assert.equal((await ask('/sync')).status, 404);
      assert.equal((await ask('/async')).status, 404);
      assert.equal(code(await ask('/bigint')), 'ERR_NEXURE_ANSWER_TYPE');
    });

    test('a logger that throws takes no answer with it', async (t) => {
      t.mock.method(console, 'error', () => undefined);
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', () => {
            throw new Error('x');
          });
        },
        {
          logger: {
            error() {
              throw new Error('the logger failed');
            },
          },
        },
      );
      assert.equal((await ask('/')).status, 500);
    });
  });
}

for (const transport of socketTransports) {
  describe(`errors and time over ${transport}`, () => {
    test('a handler that never answers is answered 503 after handlerTimeoutMs, and what it says later is dropped', async (t) => {
      let answerLate: (value: string) => void = () => undefined;
      const { app, connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/', () => new Promise((resolve) => (answerLate = resolve)));
          it.get('/fast', () => 'fast');
        },
        { server: { handlerTimeoutMs: 1000 } },
      );
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/fast'), requestBytes('/'), requestBytes('/fast')]));
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, 503],
      );
      assert.equal(code(answers[1] as Answer), 'ERR_NEXURE_HANDLER_TIMEOUT');
      assert.equal(answers[1]?.field('connection'), 'close');
      answerLate('too late');
      assert.equal(app.getMetrics().http.timeouts, 1);
    });

    test('a head that does not end is answered 408 after headTimeoutMs, and a body after bodyTimeoutMs', async (t) => {
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.post('/', () => 'never');
        },
        { server: { headTimeoutMs: 1000, bodyTimeoutMs: 1000 } },
      );
      const [head, body, silent] = await Promise.all([connect(), connect(), connect()]);
      head.write('GET / HTTP/1.1\r\nHos');
      body.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
      for (const client of [head, body]) {
        const [answer] = await client.closed();
        assert.deepEqual([answer?.status, code(answer as Answer)], [408, 'ERR_NEXURE_REQUEST_TIMEOUT']);
      }
      assert.deepEqual(await silent.closed(), []);
    });

    test('a connection is closed keepAliveTimeoutMs after its last answer', async (t) => {
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.get('/', () => 'x');
        },
        { server: { keepAliveTimeoutMs: 1000 } },
      );
      const client = await connect();
      client.write(requestBytes('/'));
      await client.answer();
      assert.equal((await client.closed()).length, 1);
    });
  });
}
