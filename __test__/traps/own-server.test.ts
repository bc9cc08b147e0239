// Handlers that act on the very server that runs them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { connectTo, Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

for (const transport of socketTransports) {
  describe(`handlers and their server over ${transport}`, () => {
    test('a handler that stops the application is answered, and so are the others of its batch', async (t) => {
      let stopped: Promise<void> | undefined;
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', () => 'before');
        it.get('/stop', () => {
          stopped = app.stop();
          return 'stopping';
        });
        it.get('/after', () => 'after');
      });
      const client = await connect();
      const other = await connect();
      const idle = await connect();
      other.write(requestBytes('/'));
      await other.answer();
      client.write(Buffer.concat(['/', '/stop', '/after'].map((path) => requestBytes(path))));
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        ['before', 'stopping', 'after'],
      );
      assert.equal(answers[2]?.field('connection'), 'close');
      assert.equal((await other.closed()).length, 1);
      assert.deepEqual(await idle.closed(), []);
      await stopped;
      assert.equal(app.address(), undefined);
    });

    test('a handler that stops the application asynchronously is answered', async (t) => {
      let stopped: Promise<void> | undefined;
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/stop', async () => {
          await undefined;
          stopped = app.stop();
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          return 'stopping';
        });
      });
      const client = await connect();
      client.write(requestBytes('/stop'));
      const [answer] = await client.closed();
      assert.equal(answer?.text(), 'stopping');
      assert.equal(answer.field('connection'), 'close');
      await stopped;
    });

    test('a handler that stops at once closes every connection, and its answer is dropped', async (t) => {
      let stopped: Promise<void> | undefined;
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/never', () => new Promise(() => undefined));
        it.get('/stop', () => {
          stopped = app.stop({ timeoutMs: 0 });
          return new Promise(() => undefined);
        });
      });
      const never = await connect();
      never.write(requestBytes('/never'));
      const client = await connect();
      client.write(requestBytes('/stop'));
      assert.deepEqual(await client.closed(), []);
      assert.deepEqual(await never.closed(), []);
      await stopped;
    });

    test('a handler asks its own application by app.request()', async (t) => {
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/inner/:n', (ctx) => `inner ${ctx.params.n}`);
        it.get('/outer/:n', async (ctx) => {
          const { n } = ctx.params;
          const [one, two] = await Promise.all([app.request(`/inner/${n}`), app.request('/inner/x')]);
          return `outer ${n}: ${await one.text()}, ${await two.text()}, ${ctx.request.path}`;
        });
      });
      const client = await connect();
      client.write(Buffer.concat([1, 2, 3].map((n) => requestBytes(`/outer/${n}`))));
      assert.deepEqual(
        (await client.answers(3)).map((answer) => answer.text()),
        [1, 2, 3].map((n) => `outer ${n}: inner ${n}, inner x, /outer/${n}`),
      );
    });

    test('a handler starts a second server and asks it', async (t) => {
      const second = createApp({ transport, logger: false });
      second.get('/', () => 'second');
      t.after(() => second.stop());
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', async () => {
          const client = await connectTo(await second.start({ port: 0 }));
          client.write(requestBytes('/', { headers: { Connection: 'close' } }));
          const [answer] = await client.closed();
          return `first of ${answer?.text()}`;
        });
      });
      const client = await connect();
      client.write(requestBytes('/'));
      assert.equal((await client.answer()).text(), 'first of second');
    });

    test('stop waits for answers under way, refuses new connections, and the application starts again', async (t) => {
      const gate = new Gate<string>();
      const { app, address, connect } = await serve(t, transport, (it) => {
        it.get('/', () => gate.promise);
        it.get('/seen', () => 'seen');
      });
      const client = await connect();
      client.write(requestBytes('/'));
      const other = await connect();
      other.write(requestBytes('/seen'));
      await other.answer();
      const stopped = app.stop();
      await assert.rejects(connectTo(address), { code: 'ECONNREFUSED' });
      gate.open('late');
      const [answer] = await client.closed();
      assert.equal(answer?.text(), 'late');
      assert.equal(answer.field('connection'), 'close');
      await stopped;
      const again = await connectTo(await app.start({ port: 0 }));
      again.write(requestBytes('/seen'));
      assert.equal((await again.answer()).text(), 'seen');
      again.destroy();
    });

    test('stop with idleMs answers an idle connection once more and tells it that it ends', async (t) => {
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', () => 'root');
      });
      const [busy, idle] = [await connect(), await connect()];
      for (const client of [busy, idle]) client.write(requestBytes('/'));
      for (const client of [busy, idle]) await client.answer();
      const stopped = app.stop({ idleMs: 1000 });
      busy.write(requestBytes('/'));
      const answers = await busy.closed();
      assert.deepEqual(
        answers.map((answer) => answer.field('connection')),
        [undefined, 'close'],
      );
      assert.equal((await idle.closed()).length, 1);
      await stopped;
    });

    test('stop closes what is still unanswered after timeoutMs', async (t) => {
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', () => new Promise(() => undefined));
        it.get('/seen', () => 'seen');
      });
      const client = await connect();
      client.write(requestBytes('/'));
      const other = await connect();
      other.write(requestBytes('/seen'));
      await other.answer();
      await app.stop({ timeoutMs: 50 });
      assert.deepEqual(await client.closed(), []);
    });
  });
}
