// What an application does around listening: hooks that start and stop it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';

describe('lifecycle hooks', () => {
  test('start in order before the first request, stop in reverse behind the last, and again', async () => {
    const order: string[] = [];
    const app = createApp({ logger: false });
    for (const name of ['a', 'b']) {
      app.onStart(async () => {
        await Promise.resolve();
        order.push(`${name} starts`);
      });
      app.onStop(() => void order.push(`${name} stops`));
    }
    app.get('/', () => order.join(', '));
    assert.equal(await (await app.request('/')).text(), 'a starts, b starts');
    await app.start(0);
    assert.equal(order.length, 2);
    await app.stop();
    assert.deepEqual(order, ['a starts', 'b starts', 'b stops', 'a stops']);
    await app.start(0);
    await app.stop();
    assert.equal(order.length, 8);
  });

  test('one that fails rejects the start, behind stopping what had started', async () => {
    const order: string[] = [];
    const app = createApp({ logger: false });
    app.onStart(() => void order.push('first starts'));
    app.onStop(() => void order.push('first stops'));
    app.onStart(() => Promise.reject(new Error('no database')));
    app.onStop(() => void order.push('second stops'));
    app.onStart(() => void order.push('third starts'));
    await assert.rejects(app.start(0), /no database/);
    assert.deepEqual(order, ['first starts', 'first stops']);
    assert.equal(app.address(), undefined);
    await assert.rejects(app.request('/'), /no database/);
    await app.stop();
    app.get('/after', () => 1);
  });

  test('all of them stop, whatever fails, and the failures are told', async () => {
    const order: string[] = [];
    const app = createApp({ logger: false });
    app.onStop(() => void order.push('first'));
    app.onStop(() => Promise.reject(new Error('second')));
    app.onStop(() => {
      throw new Error('third');
    });
    await app.start(0);
    await assert.rejects(app.stop(), (error: AggregateError) => error.errors.length === 2);
    assert.deepEqual(order, ['first']);
    await app.start(0);
    await assert.rejects(app.stop(), AggregateError);
  });

  test('concurrent first requests start once', async () => {
    let starts = 0;
    const app = createApp({ logger: false }).onStart(async () => {
      starts += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    app.get('/', () => starts);
    const answers = await Promise.all(Array.from({ length: 5 }, async () => (await app.request('/')).json()));
    assert.deepEqual(answers, [1, 1, 1, 1, 1]);
  });

  test('a plugin that rejects rejects the start', async () => {
    const app = createApp({ logger: false }).register(async () => Promise.reject(new Error('no plugin')));
    await assert.rejects(app.start(0), /no plugin/);
    await assert.rejects(app.ready(), /no plugin/);
  });
});
