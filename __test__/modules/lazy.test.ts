// Modules that are loaded by the first request for one of their routes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';

import { createApp, defineModule, lazy, provide } from '../../js/index.ts';
import { t } from '../../js/schema/index.ts';
import { Gate } from '../harness/server.ts';

import type { LazyOptions, Module, RouteSettings } from '../../js/index.ts';

describe('a lazy module', () => {
  const reports = (log: string[], fails: () => boolean = () => false): Module =>
    defineModule({
      name: 'reports',
      providers: [
        provide('report', async () => {
          if (fails()) throw new Error('no database');
          return 'the report';
        }),
      ],
      setup: (routes, { get }) => {
        routes.use(() => void log.push('middleware'));
        routes.get('/reports/:id', (context) => `${get<string>('report')} ${context.params['id'] ?? ''}`);
        routes.get('/reports/broken', () => {
          throw new Error('broken');
        });
        routes.onError((error) => (error as Error).message);
      },
      onStart: () => void log.push('start'),
      onStop: () => void log.push('stop'),
    });
  const ROUTES: LazyOptions['routes'] = ['GET /reports/:id', 'GET /reports/broken'];

  test('has its routes before it is loaded, is loaded once, and stops with the application', async () => {
    const log: string[] = [];
    const gate = new Gate();
    const app = createApp({ logger: false });
    const load = async (): Promise<{ default: Module }> => {
      log.push('load');
      await gate.promise;
      return { default: reports(log) };
    };
    app.register(lazy({ name: 'reports', routes: ROUTES, load }));
    const refused = await app.request('/reports/1', { method: 'POST' });
    assert.equal(refused.status, 405);
    assert.equal(app.modules()[0]?.state, 'lazy');
    assert.deepEqual(log, []);
    const asked = Promise.all([app.request('/reports/1'), app.request('/reports/2')]);
    setImmediate(() => gate.open());
    const texts = await Promise.all((await asked).map((answer) => answer.text()));
    assert.deepEqual(texts, ['the report 1', 'the report 2']);
    assert.deepEqual(log, ['load', 'start', 'middleware', 'middleware']);
    assert.equal(await (await app.request('/reports/broken')).text(), 'broken');
    assert.equal(app.modules()[0]?.state, 'started');
    await app.stop();
    assert.equal(log.at(-1), 'stop');
  });

  test('that fails is a 503 with Retry-After, and is tried again', async () => {
    const log: string[] = [];
    let attempts = 0;
    const app = createApp({ logger: false });
    const load = (attempt: number): Module => {
      attempts = attempt;
      return reports(log, () => attempt === 1);
    };
    app.register(lazy({ name: 'reports', routes: ROUTES, retryAfterMs: 50, load }));
    const first = await app.request('/reports/1');
    assert.equal(first.status, 503);
    assert.equal(first.headers.get('retry-after'), '1');
    assert.equal(((await first.json()) as { code: string }).code, 'ERR_NEXURE_MODULE_UNAVAILABLE');
    assert.equal((await app.request('/reports/1')).status, 503);
    assert.equal(attempts, 1, 'not asked again at once');
    await new Promise((resolve) => {
      setTimeout(resolve, 60);
    });
    assert.equal(await (await app.request('/reports/1')).text(), 'the report 1');
    assert.equal(attempts, 2);
    assert.deepEqual(log, ['start', 'middleware']);
  });

  test('must declare the routes of its list', async () => {
    const errors: unknown[] = [];
    const app = createApp({ logger: { error: (_: string, error: unknown) => void errors.push(error) } as never });
    app.register(lazy({ name: 'reports', routes: ['GET /reports/:id', 'GET /other'], load: () => reports([]) }));
    assert.equal((await app.request('/other')).status, 503);
    assert.match(
      String((errors[0] as Error | undefined)?.message),
      /GET \/reports\/broken is declared and not in the list; GET \/other is in the list and not declared/,
    );
  });
});

describe('schemas of a lazy module', () => {
  const Order = () => t.object({ id: t.int() });
  const load = (settings: RouteSettings) => () =>
    defineModule({
      name: 'orders',
      setup: (routes) => {
        routes.post('/', settings, (context) => ({ body: context.body }));
      },
    });
  const ask = async (routes: LazyOptions['routes'], settings: RouteSettings, json: unknown): Promise<unknown> => {
    const app = createApp({ logger: false });
    app.register(lazy({ name: 'orders', routes, load: load(settings) }));
    const answer = await app.request('/', { method: 'POST', json });
    return [answer.status, answer.status === 200 ? await answer.json() : undefined];
  };

  test('are those of the list, by which requests are checked before it is loaded', async () => {
    const routes: LazyOptions['routes'] = [{ method: 'POST', path: '/', body: Order() }];
    for (const settings of [{}, { body: Order() }, { schema: { body: Order() } }]) {
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await ask(routes, settings, { id: 1 }), [200, { body: { id: 1 } }]);
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await ask(routes, settings, { id: 'x' }), [422, undefined]);
    }
  });

  test('are never passed over: a module that declares others is not loaded', async () => {
    for (const [routes, settings] of [
      [['POST /'], { body: Order() }],
      [['POST /'], { response: { 200: Order() } }],
      [[{ method: 'POST', path: '/', body: t.object({ id: t.string() }) }], { body: Order() }],
      [[{ method: 'POST', path: '/', query: t.object({}) }], { body: z.object({ id: z.number() }) }],
      [[{ method: 'POST', path: '/', body: z.object({ id: z.string() }) }], { body: z.object({ id: z.string() }) }],
    ] as [LazyOptions['routes'], RouteSettings][]) {
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await ask(routes, settings, { id: 'x' }), [503, undefined]);
    }
  });

  test('of libraries run in the module, or in front of it, and once', async () => {
    const Length = z.object({ id: z.string().transform((text) => text.length) });
    for (const routes of [['POST /'], [{ method: 'POST', path: '/', body: Length }]] as LazyOptions['routes'][]) {
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await ask(routes, { body: Length }, { id: 'abc' }), [200, { body: { id: 3 } }]);
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await ask(routes, { body: Length }, { id: 1 }), [422, undefined]);
    }
  });
});
