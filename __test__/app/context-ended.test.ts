// A context belongs to its request. Kept beyond the answer it says so, and never shows another request's bytes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { eventually, Gate, open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { Context } from '../../js/index.ts';

const ENDED = { code: 'ERR_NEXURE_CONTEXT_ENDED' };
const TOTAL = 10_000;
const CONNECTIONS = 20;

for (const transport of transports) {
  describe(`ended contexts over ${transport}`, () => {
    test('what was not read before the answer throws ERR_NEXURE_CONTEXT_ENDED behind it', async (t) => {
      let kept: Context | undefined;
      const { ask } = await open(t, transport, (app) => {
        app.post('/:name', (ctx) => {
          kept = ctx;
          return 'answered';
        });
        app.get('/other', () => 'other');
      });
      await ask('/one?q=1', { method: 'POST', body: 'body', headers: { 'X-A': 'a' } });
      await ask('/other');
      const context = kept as Context;
      assert.throws(() => context.params, ENDED);
      assert.throws(() => context.query, ENDED);
      assert.throws(() => context.body, ENDED);
      assert.throws(() => context.request.method, ENDED);
      assert.throws(() => context.request.path, ENDED);
      assert.throws(() => context.request.url, ENDED);
      assert.throws(() => context.request.headers, ENDED);
      assert.throws(() => context.request.get('x-a'), ENDED);
      assert.throws(() => context.request.httpVersion, ENDED);
      assert.throws(() => context.request.contentLength, ENDED);
      await assert.rejects(context.request.text(), ENDED);
      await assert.rejects(context.request.bytes(), ENDED);
      await assert.rejects(context.request.json(), ENDED);
    });

    test('what was read before the answer is there behind it', async (t) => {
      let kept: Context | undefined;
      const { ask } = await open(t, transport, (app) => {
        app.post('/:name', (ctx) => {
          kept = ctx;
          return [ctx.params, ctx.query, ctx.body];
        });
      });
      await ask('/one?q=1', { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } });
      await ask('/two?q=2', { method: 'POST', body: '{"a":2}', headers: { 'Content-Type': 'application/json' } });
      assert.deepEqual({ ...kept?.params }, { name: 'two' });
      assert.deepEqual({ ...kept?.query }, { q: '2' });
      assert.deepEqual(kept?.body, { a: 2 });
    });

    test('a long body is gone behind the answer', async (t) => {
      const contexts: Context[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.post('/sync', (ctx) => void contexts.push(ctx));
        app.post('/async', async (ctx) => {
          await undefined;
          contexts.push(ctx);
        });
      });
      for (const path of ['/sync', '/async']) await ask(path, { method: 'POST', body: 'x'.repeat(50_000) });
      for (const context of contexts) await assert.rejects(context.request.text(), ENDED);
    });
  });
}

for (const transport of socketTransports) {
  describe(`kept contexts over ${transport}`, () => {
    test('requests that wait keep their own bytes while others come and go, on their connection and on others', async (t) => {
      const gate = new Gate();
      const { app, connect } = await serve(t, transport, (it) => {
        it.post('/wait/:n', async (ctx) => {
          await gate.promise;
          return [ctx.params.n, ctx.request.path, ctx.request.get('x-n'), await ctx.request.text()];
        });
        it.post('/pass/:n', (ctx) => ctx.params.n);
      });
      const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
      const passer = await connect();
      const one = (path: string, n: number): Buffer =>
        requestBytes(path, { method: 'POST', headers: { 'X-N': `n${n}` }, body: `body of ${n}`.repeat(n) });
      // Each in a turn of its own, so that the arena is written anew every time.
      for (let n = 0; n < 80; n += 1) {
        clients[n % 8]?.write(one(`/wait/${n}`, n));
        await eventually('the request', () => app.getMetrics().http.requests.pending === n + 1);
        passer.write(one(`/pass/${n}`, n));
        await passer.answers(n + 1);
      }
      gate.open();
      for (const [index, client] of clients.entries()) {
        for (const [round, answer] of (await client.answers(10)).entries()) {
          const n = round * 8 + index;
          assert.deepEqual(answer.json(), [String(n), `/wait/${n}`, `n${n}`, `body of ${n}`.repeat(n)]);
        }
      }
    });

    test(`${TOTAL} requests whose handlers keep context and bytes never see another's`, async (t) => {
      const kept: { n: number; ctx: Context; bytes: Uint8Array | undefined }[] = [];
      const bodyOf = (n: number): string =>
        `body ${n} `.repeat(1 + (n % 50)) + (n % 500 === 0 ? 'x'.repeat(20_000) : '');
      const { connect } = await serve(t, transport, (app) => {
        app.post('/sync/:n', (ctx) => {
          kept.push({ n: Number(ctx.request.get('x-n')), ctx, bytes: undefined });
          return ctx.request.get('x-n');
        });
        app.post('/read/:n', async (ctx) => {
          const bytes = await ctx.request.bytes();
          kept.push({ n: Number(ctx.request.get('x-n')), ctx, bytes });
          return ctx.request.get('x-n');
        });
        app.post('/wait/:n', async (ctx) => {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          const bytes = await ctx.request.bytes();
          kept.push({ n: Number(ctx.request.get('x-n')), ctx, bytes });
          return ctx.request.get('x-n');
        });
      });
      const kinds = ['sync', 'read', 'wait'];
      const each = TOTAL / CONNECTIONS;
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, c) => {
          const client = await connect();
          const numbers = Array.from({ length: each }, (__, index) => c * each + index);
          client.write(
            Buffer.concat(
              numbers.map((n) =>
                requestBytes(`/${kinds[n % 3]}/${n}`, {
                  method: 'POST',
                  headers: { 'X-N': String(n) },
                  body: bodyOf(n),
                }),
              ),
            ),
          );
          const answers = await client.answers(each);
          for (const [index, n] of numbers.entries()) assert.equal(answers[index]?.text(), String(n));
        }),
      );
      assert.equal(kept.length, TOTAL);
      let ended = 0;
      for (const { n, ctx, bytes } of kept) {
        const expected = bodyOf(n);
        if (bytes !== undefined) assert.equal(Buffer.from(bytes).toString(), expected);
        const seen = await ctx.request.text().catch((error: NodeJS.ErrnoException) => error.code);
        assert.ok(seen === expected || seen === ENDED.code, `request ${n} sees ${String(seen).slice(0, 40)}`);
        if (seen === ENDED.code) ended += 1;
        let name: string | undefined;
        try {
          name = String(ctx.params['n']);
        } catch (error) {
          name = (error as NodeJS.ErrnoException).code;
        }
        assert.ok(name === String(n) || name === ENDED.code, `request ${n} sees the name ${name}`);
      }
      assert.ok(ended >= TOTAL / 3, `${ended} contexts told that they had ended`);
    });
  });
}
