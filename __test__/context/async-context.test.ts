// `context()`, and stores of the application's own, in everything that runs for a request.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { gzip } from 'node:zlib';

import { context, createApp } from '../../js/index.ts';
import { Gate, leave, open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { Context } from '../../js/index.ts';

/** Who is asked for; found by whatever runs for a request. */
const who = (): string => context().request.get('x-who') ?? 'nobody';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Finds who is asked for in one way, and gives it. */
const PLACES: Record<string, (ctx: Context) => unknown> = {
  'a handler': () => who(),
  'an async handler': async () => {
    await pause(1);
    return who();
  },
  'a timer': () => new Promise((resolve) => setTimeout(() => resolve(who()), 2)),
  'the thread pool': () => new Promise((resolve) => gzip('x', () => resolve(who()))),
  'a microtask': () => new Promise((resolve) => queueMicrotask(() => resolve(who()))),
  'a generator': function* () {
    yield who();
  },
  'an async generator': async function* () {
    await pause(1);
    yield who();
  },
  'a web stream': () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from(who()));
        controller.close();
      },
    }),
  'lines of JSON': (ctx) =>
    ctx.ndjson(
      (async function* () {
        yield who();
      })(),
    ),
  'the body as JSON': async (ctx) => {
    await ctx.json();
    return who();
  },
  'the body as a stream': async (ctx) => {
    for await (const chunk of ctx.stream()) assert.ok(chunk);
    return who();
  },
  'a written body': async (ctx) => {
    await ctx.response.write(who());
    await pause(1);
    await ctx.response.write('');
  },
};

const BODY = JSON.stringify('x'.repeat(40_000));

for (const transport of transports) {
  describe(`context() over ${transport}`, () => {
    for (const [name, handler] of Object.entries(PLACES)) {
      test(`finds the context of its request in ${name}`, async (t) => {
        const { ask } = await open(
          t,
          transport,
          (app) => {
            app.post('/', handler);
          },
          { asyncContext: true },
        );
        const names = Array.from({ length: 8 }, (_, n) => `client ${n}`);
        const answers = await Promise.all(
          names.map((each) => ask('/', { method: 'POST', headers: { 'X-Who': each }, body: BODY, chunkBytes: 9000 })),
        );
        assert.deepEqual(
          answers.map((answer) => answer.text().replaceAll(/["\n]/g, '')),
          names,
        );
      });
    }

    test('finds it in parts of forms, in events and in errors', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.post('/parts', async (ctx) => {
            const found: string[] = [];
            for await (const part of ctx.parts()) found.push(`${part.name} ${await part.text()} ${who()}`);
            return found;
          });
          app.get('/events', (ctx) =>
            ctx.sse(async function* () {
              await pause(1);
              yield who();
            }),
          );
          app.get('/throws', async () => {
            await pause(1);
            throw new Error('x');
          });
          app.onError(() => who());
        },
        { asyncContext: true },
      );
      const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
      const headers = { 'X-Who': 'me', 'Content-Type': 'multipart/form-data; boundary=b' };
      const parts = await ask('/parts', { method: 'POST', headers, body: form, chunkBytes: 7 });
      assert.deepEqual(parts.json(), ['a 1 me']);
      assert.ok((await ask('/events', { headers })).text().endsWith('data: me\n\n'));
      assert.equal((await ask('/throws', { headers })).text(), 'me');
    });

    for (const [name, handler] of Object.entries<(store: AsyncLocalStorage<string>) => (ctx: Context) => unknown>({
      'a generator': (store) =>
        function* () {
          yield store.getStore() ?? 'nothing';
        },
      'an async generator': (store) =>
        async function* () {
          await pause(1);
          yield store.getStore() ?? 'nothing';
        },
      'a promise of a generator': (store) => async () => {
        await pause(1);
        return (function* () {
          yield store.getStore() ?? 'nothing';
        })();
      },
      'a stream of ctx.response': (store) => (ctx) =>
        ctx.response.stream(
          (async function* () {
            yield store.getStore() ?? 'nothing';
          })(),
        ),
    })) {
      test(`what a middleware runs the others in reaches ${name} they return`, async (t) => {
        const store = new AsyncLocalStorage<string>();
        const { ask } = await open(t, transport, (app) => {
          app.use((ctx, next) => store.run(`outer ${ctx.get('x-who')}`, next));
          app.use((_, next) => store.run(`${store.getStore()}, inner`, next));
          app.get('/', handler(store));
        });
        const answers = await Promise.all(['a', 'b'].map((each) => ask('/', { headers: { 'X-Who': each } })));
        assert.deepEqual(
          answers.map((answer) => answer.text()),
          ['outer a, inner', 'outer b, inner'],
        );
      });
    }
  });
}

for (const transport of socketTransports) {
  test(`listeners of ctx.signal and the end of a generator find it over ${transport}`, async (t) => {
    const aborted = new Gate<string>();
    const ended = new Gate<string>();
    const { connect } = await serve(
      t,
      transport,
      (app) => {
        app.get('/signal', (ctx) => {
          const { promise } = new Gate<string>();
          ctx.signal.addEventListener('abort', () => aborted.open(context.find() === ctx ? 'found' : 'lost'));
          return promise;
        });
        app.get('/stream', async function* (ctx) {
          try {
            for (;;) {
              yield 'x'.repeat(10_000);
              await pause(1);
            }
          } finally {
            ended.open(context.find() === (ctx as unknown) ? 'found' : 'lost');
          }
        });
      },
      { asyncContext: true },
    );
    for (const [path, gate] of [
      ['/signal', aborted],
      ['/stream', ended],
    ] as const) {
      const client = await connect();
      await client.flush(requestBytes(path));
      await pause(20);
      await leave(client);
      assert.equal(await gate.promise, 'found', path);
    }
  });
}

test('finds it while a file is answered, and behind it', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'nexure-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'a.txt'), 'content');
  const { ask } = await open(
    t,
    'uv',
    (app) => {
      app.get('/', async (ctx) => {
        const answer = await ctx.file(join(dir, 'a.txt'));
        ctx.response.set('X-Found', who());
        return answer;
      });
    },
    { asyncContext: true },
  );
  const answer = await ask('/', { headers: { 'X-Who': 'me' } });
  assert.deepEqual([answer.text(), answer.field('x-found')], ['content', 'me']);
});

test('says what is wrong outside of a request, and gives nothing to who asks for nothing', async () => {
  createApp({ asyncContext: true }).get('/', () => 'compiled');
  assert.throws(() => context(), { code: 'ERR_NEXURE_NO_CONTEXT' });
  assert.throws(() => context.get(), { code: 'ERR_NEXURE_NO_CONTEXT' });
  assert.equal(context.find(), undefined);
});

test('does not find contexts of an application without the option', async () => {
  const app = createApp({ logger: false });
  app.get('/', () => String(context.find()));
  app.get('/throws', () => context().requestId);
  assert.equal(await (await app.request('/')).text(), 'undefined');
  assert.equal(((await (await app.request('/throws')).json()) as { code: string }).code, 'ERR_NEXURE_NO_CONTEXT');
});
