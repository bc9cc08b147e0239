// Programs that are wrong fail where they are wrong, with a message that says how it is meant.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { composeMiddleware, createApp, Router } from '../../js/index.ts';
import { open, serve, transports } from '../harness/server.ts';

import type { Middleware, NexureError } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

/** What JavaScript lets one write, without the compiler's objections. */
type Untyped = Record<string, (...values: readonly unknown[]) => Untyped>;

const handler = (): string => 'x';
const express = (_request: unknown, _response: unknown, next: () => void): void => next();

const WRONG: Record<string, [declare: (app: Untyped) => unknown, code: string, message: RegExp]> = {
  'middleware of a group that is no array': [
    (app) => app.group?.('/a', handler, handler),
    'ERR_NEXURE_ROUTE_HANDLER',
    /as an array: app\.group\('\/a', \[middleware\]/,
  ],
  'no middleware': [(app) => app.use?.(), 'ERR_NEXURE_ROUTE_HANDLER', /no middleware/],
  'Express middleware': [(app) => app.use?.(express), 'ERR_NEXURE_ROUTE_HANDLER', /fromExpress/],
  'Express middleware of a route': [
    (app) => app.get?.('/', express, handler),
    'ERR_NEXURE_ROUTE_HANDLER',
    /fromExpress/,
  ],
  'a router as middleware': [(app) => app.use?.('/a', new Router()), 'ERR_NEXURE_ROUTE_HANDLER', /app\.mount/],
  'a promise of middleware': [
    (app) => app.use?.(Promise.resolve(handler)),
    'ERR_NEXURE_ROUTE_HANDLER',
    /is an await missing/,
  ],
  'a prefix with an escape': [(app) => app.use?.('/%61', handler), 'ERR_NEXURE_ROUTE_SYNTAX', /"%61"/],
  'a prefix with a question mark': [(app) => app.group?.('/a?b', handler), 'ERR_NEXURE_ROUTE_SYNTAX', /'\?'/],
  'no route': [(app) => app.route?.(), 'ERR_NEXURE_OPTION_INVALID', /an object/],
  'a decoration without a name': [(app) => app.decorate?.(), 'ERR_NEXURE_CONTEXT_ADDITION', /undefined/],
};

describe('declarations', () => {
  for (const [name, [declare, code, message]] of Object.entries(WRONG)) {
    test(`${name} is refused`, () => {
      assert.throws(
        () => declare(createApp() as unknown as Untyped),
        (error: NexureError) => error.code === code && message.test(error.message),
      );
    });
  }

  test('an error handler of a router that is mounted already is refused', () => {
    const router = new Router().get('/', handler);
    createApp().mount('/a', router);
    assert.throws(() => router.onError(() => 'never'), { code: 'ERR_NEXURE_ROUTE_LATE' });
  });

  test('an async group is refused once, whatever its promise does', async () => {
    const app = createApp() as unknown as Untyped;
    const declare = async (): Promise<void> => {
      throw new Error('of the group');
    };
    assert.throws(() => app.group?.('/a', declare), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
    // An unhandled rejection would fail the test.
    await new Promise(setImmediate);
  });
});

for (const transport of transports) {
  describe(`wrong programs over ${transport}`, () => {
    class User {
      readonly name = 'ada';
    }
    const ADDITIONS = [new Error('denied'), new Date(), Promise.resolve({}), new Map(), new User(), Object.create({})];
    for (const [at, added] of ADDITIONS.entries()) {
      const kind = ['an error', 'a date', 'a promise', 'a map', 'an object of a class', 'an heir'][at] ?? '';
      test(`next with ${kind} lets nothing pass`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.use((_, next) => next(added as object));
          app.get('/', () => 'reached');
        });
        const answer: Answer = await ask('/');
        assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_CONTEXT_ADDITION');
      });
    }

    test('next with an object without a prototype adds its properties', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.use((_, next) => next(Object.assign(Object.create(null) as object, { user: 'ada' })));
        app.get('/', (ctx) => (ctx as unknown as { user: string }).user);
      });
      assert.equal((await ask('/')).text(), 'ada');
    });

    test('what fails behind composed middleware that has answered is logged, below a path too', async (t) => {
      const answering: Middleware = (_, next) => {
        void next();
        return 'answered';
      };
      const errors: string[] = [];
      const { ask } = await open(
        t,
        transport,
        (app) => {
          const composed = composeMiddleware(answering);
          app.use('/a', composed);
          app.use('/b', (ctx, next) => composed(ctx as never, next));
          app.get('/:any', async () => {
            throw new Error('behind');
          });
        },
        { logger: { error: (...line: readonly unknown[]) => void errors.push(line.join(' ')) } },
      );
      for (const path of ['/a', '/b']) assert.equal((await ask(path)).text(), 'answered', path);
      await new Promise(setImmediate);
      // Of the second, by the one that was called and the one that called it.
      assert.equal(errors.length, 3);
    });
  });
}

test('a hook that is declared behind files runs for every request to them, those in memory included', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'nexure-hot-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'a.txt'), 'of the file');
  utimesSync(join(directory, 'a.txt'), 1_000_000_000, 1_000_000_000);
  let runs = 0;
  const app = createApp({ logger: false }).static('/files', directory);
  for (let time = 0; time < 3; time += 1) await (await app.request('/files/a.txt')).text();
  app.onRequest(() => void (runs += 1));
  for (let time = 0; time < 3; time += 1) await (await app.request('/files/a.txt')).text();
  assert.equal(runs, 3);
  const { ask } = await serve(t, 'uv', (served) => {
    served.static('/files', directory);
    served.onRequest(() => void (runs += 1));
  });
  for (let time = 0; time < 3; time += 1) assert.equal((await ask('/files/a.txt')).text(), 'of the file');
  assert.equal(runs, 6);
});
