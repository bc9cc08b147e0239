// Middleware: its order, what it passes on, and what it must not do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { Gate, open, transports } from '../harness/server.ts';

import type { Middleware, Next } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const code = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;

for (const transport of transports) {
  describe(`middleware over ${transport}`, () => {
    test('runs in the order of its declaration, outside in and inside out', async (t) => {
      const order: string[] = [];
      const note =
        (name: string): Middleware =>
        (_, next) => {
          order.push(`${name} in`);
          const result = next();
          order.push(`${name} out`);
          return result;
        };
      const { ask } = await open(t, transport, (app) => {
        app.use(note('first'), note('second'));
        app.get('/', note('own'), () => {
          order.push('handler');
          return 'x';
        });
        app.use(note('late'));
        app.route({ method: 'GET', path: '/late', use: [note('of the route')], handler: () => 'late' });
      });
      assert.equal((await ask('/')).text(), 'x');
      assert.deepEqual(order, ['first in', 'second in', 'own in', 'handler', 'own out', 'second out', 'first out']);
      order.length = 0;
      assert.equal((await ask('/late')).text(), 'late');
      assert.deepEqual(order.slice(0, 4), ['first in', 'second in', 'late in', 'of the route in']);
    });

    test('a chain of synchronous middleware stays synchronous', async (t) => {
      let seen: unknown;
      let within = false;
      const { ask } = await open(t, transport, (app) => {
        app.use((_, next) => {
          within = true;
          seen = next();
          within = false;
          return seen;
        });
        app.use(() => undefined);
        app.use((_, next) => void next());
        app.get('/', () => `in the same turn: ${within}`);
      });
      assert.equal((await ask('/')).text(), 'in the same turn: true');
      assert.equal(seen, 'in the same turn: true');
    });

    const SHAPES: Record<string, [middleware: Middleware, expected: string]> = {
      'one that takes no next lets the request go on': [() => undefined, 'handler'],
      'one that takes no next and answers ends it': [() => 'middleware', 'middleware'],
      'an async one that takes no next lets the request go on': [async () => undefined, 'handler'],
      'an async one that takes no next and answers ends it': [async () => 'middleware', 'middleware'],
      'one that returns nothing passes on what next gave': [(_, next) => void next(), 'handler'],
      'one that awaits next and returns nothing passes on what it gave': [
        async (_, next) => {
          await next();
        },
        'handler',
      ],
      'one that returns the awaited next passes it on': [async (_, next) => await next(), 'handler'],
      'one that answers in place of what next gave is heard': [
        (_, next) => {
          void next();
          return 'middleware';
        },
        'middleware',
      ],
      'one that changes what next gave is heard': [
        async (_, next) => `${String(await next())} changed`,
        'handler changed',
      ],
    };
    for (const [name, [middleware, expected]] of Object.entries(SHAPES)) {
      test(`${name}`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.use(middleware);
          app.get('/sync', () => 'handler');
          app.get('/async', async () => 'handler');
        });
        assert.equal((await ask('/sync')).text(), expected);
        if (!name.includes('in place of')) assert.equal((await ask('/async')).text(), expected);
      });
    }

    test('one that takes next, does not call it and returns nothing is answered 204', async (t) => {
      let ran = false;
      const { ask } = await open(t, transport, (app) => {
        app.use((ctx, next) => void [ctx, next]);
        app.get('/', () => {
          ran = true;
          return 'x';
        });
      });
      assert.equal((await ask('/')).status, 204);
      assert.equal(ran, false);
    });

    test('next called twice is ERR_NEXURE_NEXT_CALLED_TWICE, and the handler runs once', async (t) => {
      let runs = 0;
      const { ask } = await open(t, transport, (app) => {
        app.get(
          '/sync',
          (_, next) => {
            void next();
            return next();
          },
          () => void (runs += 1),
        );
        app.get(
          '/async',
          async (_, next) => {
            await next();
            return next();
          },
          async () => void (runs += 1),
        );
      });
      for (const path of ['/sync', '/async']) {
        const answer = await ask(path);
        assert.deepEqual([answer.status, code(answer)], [500, 'ERR_NEXURE_NEXT_CALLED_TWICE']);
      }
      assert.equal(runs, 2);
    });

    test('next called after the answer throws to its caller, and the handler does not run', async (t) => {
      const late = new Gate<Next>();
      let ran = false;
      const { ask } = await open(t, transport, (app) => {
        app.get(
          '/',
          (_, next) => {
            late.open(next);
            return 'answered';
          },
          () => {
            ran = true;
          },
        );
      });
      assert.equal((await ask('/')).text(), 'answered');
      const next = await late.promise;
      assert.throws(() => next(), { code: 'ERR_NEXURE_NEXT_CALLED_TWICE' });
      assert.equal(ran, false);
    });

    test('an error of the handler reaches a middleware that catches it', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use(async (_, next) => {
          try {
            return await next();
          } catch (error) {
            return `caught ${(error as Error).message}`;
          }
        });
        app.get('/sync', () => {
          throw new Error('sync');
        });
        app.get('/async', async () => {
          throw new Error('async');
        });
      });
      assert.equal((await ask('/sync')).text(), 'caught sync');
      assert.equal((await ask('/async')).text(), 'caught async');
    });

    test('state is carried along and belongs to one request', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use((ctx) => void (ctx.state['count'] = Number(ctx.state['count'] ?? 0) + 1));
        app.use(async (ctx) => void (ctx.state['user'] = ctx.query['user']));
        app.get('/', (ctx) => ctx.state);
      });
      const answers = await Promise.all(['a', 'b', 'c'].map((user) => ask(`/?user=${user}`)));
      assert.deepEqual(
        answers.map((answer) => answer.json()),
        ['a', 'b', 'c'].map((user) => ({ count: 1, user })),
      );
    });

    test('middleware sets fields for the handler’s answer', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use((ctx) => void ctx.response.set('X-From', 'middleware'));
        app.get('/text', () => 'text');
        app.get('/nothing', () => undefined);
      });
      assert.equal((await ask('/text')).field('x-from'), 'middleware');
      const nothing = await ask('/nothing');
      assert.deepEqual([nothing.status, nothing.field('x-from')], [204, 'middleware']);
    });
  });
}

test('middleware and handlers that are no functions are refused when they are declared', () => {
  const app = createApp();
  for (const wrong of [undefined, null, 'x', {}, Promise.resolve()]) {
    const handler = wrong as unknown as () => void;
    assert.throws(() => app.use(handler), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
    assert.throws(() => app.get('/', handler), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
    assert.throws(() => app.get('/', () => undefined, handler), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
    assert.throws(() => app.onError(handler), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
  }
  assert.throws(() => Reflect.apply(app.get, app, ['/']), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
});
