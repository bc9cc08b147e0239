// How a request goes through a list: next, errors, handlers for errors, answers of the middleware's own, and its ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { expressRequest, expressResponse, fromExpress } from '../../js/express/index.ts';
import { open, transports } from '../harness/server.ts';

import type { ExpressErrorMiddleware, ExpressMiddleware } from '../../js/express/index.ts';

const later = (act: () => void): void => void setTimeout(act, 5);
const code = (answer: { json(): unknown }): unknown => (answer.json() as { code: unknown }).code;

for (const transport of transports) {
  describe(`Express middleware over ${transport}`, () => {
    test('runs in its order and stays synchronous', async (t) => {
      const order: string[] = [];
      let seen: unknown;
      const note =
        (name: string): ExpressMiddleware =>
        (_, __, next) => {
          order.push(name);
          next();
        };
      const { ask: send } = await open(t, transport, (app) => {
        app.use((_, next) => (seen = next()));
        app.use(fromExpress(note('a'), note('b')));
        app.get('/', fromExpress(note('c')), () => {
          order.push('handler');
          return 'x';
        });
      });
      assert.equal((await send('/')).text(), 'x');
      assert.deepEqual(order, ['a', 'b', 'c', 'handler']);
      assert.equal(seen, 'x');
    });

    test('shares one request and one response between all of one context', async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app
          .use(
            fromExpress<{ user: string; greet: () => string }>((req, res, next) => {
              Object.assign(req, { user: 'Ada', greet: (): string => `hello ${(req as { user?: string }).user}` });
              res.locals['seen'] = true;
              next();
            }),
          )
          .get(
            '/',
            fromExpress((req, res, next) => {
              (req as { user?: string }).user += '!';
              assert.equal(res.locals['seen'], true);
              next();
            }),
            (ctx) => {
              const before = [ctx.user, ctx.greet()];
              ctx.user = 'Bob';
              return [...before, expressRequest(ctx)['user'], expressResponse(ctx).locals['seen']];
            },
          );
      });
      assert.deepEqual((await send('/')).json(), ['Ada!', 'hello Ada!', 'Bob', true]);
    });

    const ANSWERS: Record<string, [ExpressMiddleware, number, string]> = {
      'at once': [(_, res) => res.end('own'), 200, 'own'],
      later: [(_, res) => later(() => res.end('own')), 200, 'own'],
      'in pieces': [
        (_, res) => {
          res.writeHead(201, { 'X-One': '1' });
          res.write('a');
          later(() => res.end('b'));
        },
        201,
        'ab',
      ],
      'with nothing': [(_, res) => res.writeHead(204).end(), 204, ''],
      'and lets the request go on, which is too late': [
        (_, res, next) => {
          res.end('own');
          next();
        },
        200,
        'own',
      ],
      'behind a promise': [
        async (_, res) => {
          await new Promise((resolve) => {
            setTimeout(resolve, 1);
          });
          res.end('own');
        },
        200,
        'own',
      ],
      'behind next, before the handler does': [
        (_, res, next) => {
          next();
          res.statusCode = 503;
          res.end('own');
        },
        503,
        'own',
      ],
    };
    for (const [how, [middleware, status, text]] of Object.entries(ANSWERS)) {
      test(`may answer ${how}`, async (t) => {
        const ran: string[] = [];
        const { ask: send } = await open(t, transport, (app) => {
          app.use(fromExpress(middleware));
          app.get('/', async () => {
            ran.push('handler');
            await new Promise((resolve) => {
              setTimeout(resolve, 50);
            });
            return 'handler';
          });
        });
        const answer = await send('/');
        assert.equal(answer.status, status);
        assert.equal(answer.text(), text);
        assert.deepEqual(ran, how.startsWith('behind next') ? ['handler'] : []);
      });
    }

    const FAILURES: Record<string, ExpressMiddleware> = {
      'next(error)': (_, __, next) => next(new Error('broken')),
      'a later next(error)': (_, __, next) => later(() => next(new Error('broken'))),
      throwing: () => {
        throw new Error('broken');
      },
      'a rejection': async () => {
        throw new Error('broken');
      },
    };
    for (const [how, middleware] of Object.entries(FAILURES)) {
      test(`fails by ${how}, which the application handles`, async (t) => {
        const { ask: send } = await open(t, transport, (app) => {
          app.onError((error, ctx) => ctx.response.status(418).send((error as Error).message));
          app.use(fromExpress(middleware));
          app.get('/', () => 'handler');
        });
        const answer = await send('/');
        assert.equal(answer.status, 418);
        assert.equal(answer.text(), 'broken');
      });

      test(`fails by ${how}, which a handler with four parameters handles`, async (t) => {
        const skipped: string[] = [];
        const { ask: send } = await open(t, transport, (app) => {
          app.use(
            fromExpress([
              middleware,
              () => skipped.push('middleware'),
              (error: Error, _req: unknown, _res: unknown, next: (error?: unknown) => void) => {
                next(new Error(`${error.message} twice`));
              },
              (error: Error, _req: unknown, res: { end(text: string): void; statusCode: number }, _next: unknown) => {
                res.statusCode = 400;
                res.end(error.message);
              },
            ]),
          );
          app.get('/', () => 'handler');
        });
        const answer = await send('/');
        assert.equal(answer.status, 400);
        assert.equal(answer.text(), 'broken twice');
        assert.deepEqual(skipped, []);
      });
    }

    test('recovers from an error when its handler calls next without one', async (t) => {
      const fails: ExpressMiddleware = (_, __, next) => next(new Error('x'));
      const recovers: ExpressErrorMiddleware = (_error, _req, _res, next) => next();
      const { ask: send } = await open(t, transport, (app) => {
        app.use(fromExpress(fails, recovers));
        app.get('/', () => 'handler');
      });
      assert.equal((await send('/')).text(), 'handler');
    });

    test('handles the errors of what stands behind the list', async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app.use(
          fromExpress(((error, req, res, next) => {
            if (req.url === '/passed') next(error);
            else if (req.url === '/recovered') next();
            else {
              res.statusCode = 400;
              res.end((error as Error).message);
            }
          }) satisfies ExpressErrorMiddleware),
        );
        for (const path of ['/passed', '/recovered', '/handled']) {
          app.get(path, async () => {
            throw new Error('broken');
          });
        }
        app.get('/thrown', () => {
          throw new Error('broken');
        });
      });
      assert.equal((await send('/handled')).text(), 'broken');
      assert.equal((await send('/thrown')).text(), 'broken');
      assert.equal((await send('/passed')).status, 500);
      assert.equal((await send('/recovered')).status, 500);
    });

    test("skips the rest of the list by next('route')", async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app.use(
          fromExpress(
            (_, __, next) => next('route'),
            (_, res) => res.end('not skipped'),
          ),
        );
        app.get('/', () => 'handler');
      });
      assert.equal((await send('/')).text(), 'handler');
    });

    test('answers 404 in the place of a handler when it lets the request go on', async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app.get(
          '/',
          fromExpress((_, __, next) => next()),
        );
      });
      const answer = await send('/');
      assert.equal(answer.status, 404);
      assert.equal(code(answer), 'ERR_NEXURE_ROUTE_NOT_FOUND');
    });

    test('runs no handler twice when next is called twice', async (t) => {
      let runs = 0;
      const reported: unknown[] = [];
      const { ask: send } = await open(
        t,
        transport,
        (app) => {
          app.use(
            fromExpress(function twice(_, __, next) {
              next();
              later(() => next());
              later(() => next(new Error('late')));
            }),
          );
          app.get('/', () => {
            runs += 1;
            return 'x';
          });
        },
        { logger: { error: (_, error) => void reported.push(error) } },
      );
      assert.equal((await send('/')).text(), 'x');
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      assert.equal(runs, 1);
      assert.match(String(reported[0]), /twice/);
      assert.match(String(reported[1]), /late/);
    });

    test('has its answer taken by outer middleware like any other', async (t) => {
      let seen: unknown;
      const { ask: send } = await open(t, transport, (app) => {
        app.use(async (ctx, next) => {
          seen = await next();
          ctx.response.set('X-Outer', 'yes');
          return seen as never;
        });
        app.use(fromExpress((_, res) => later(() => res.end('own'))));
        app.get('/', () => 'handler');
      });
      const answer = await send('/');
      assert.equal(answer.text(), 'own');
      assert.equal(answer.field('x-outer'), 'yes');
    });

    test('answers 500 when it destroys the response before there is one', async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app.use(fromExpress((_, res) => void res.destroy()));
        app.get('/', () => 'handler');
      });
      assert.equal((await send('/')).status, 500);
    });

    test('fails the answer, not the process, when what it has patched throws', async (t) => {
      const { ask: send } = await open(t, transport, (app) => {
        app.use(
          fromExpress((_, res, next) => {
            res.setHeader('X-One', '1');
            res.end = () => {
              throw new Error('patched badly');
            };
            next();
          }),
        );
        app.get('/', () => 'handler');
      });
      const answer = await send('/');
      assert.equal(answer.status, 500);
    });
  });
}
