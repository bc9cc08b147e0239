// Where an application listens, what it says of it, and what it says when it cannot.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { start } from '../harness/child.ts';
import { connectTo, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { ListenAddress, Nexure } from '../../js/index.ts';

const windows = process.platform === 'win32';
const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((network) => network?.address === '::1')
  ? false
  : 'this machine has no IPv6';

const root = (app: Nexure): void => void app.get('/', () => 'root');

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'nexure-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function ask(address: ListenAddress): Promise<string> {
  const client = await connectTo(address);
  client.write(requestBytes('/', { headers: { Connection: 'close' } }));
  const [answer] = await client.closed();
  return answer?.text() ?? '';
}

for (const transport of socketTransports) {
  describe(`listening over ${transport}`, () => {
    test('port 0 takes a free port and tells it, until the application stops', async (t) => {
      const { app, address } = await serve(t, transport, root);
      assert.ok(address.port > 0);
      assert.deepEqual(address, {
        address: '127.0.0.1',
        port: address.port,
        family: 'IPv4',
        url: `http://127.0.0.1:${address.port}`,
      });
      assert.deepEqual(app.address(), address);
      assert.equal(await ask(address), 'root');
      await app.stop();
      assert.equal(app.address(), undefined);
    });

    test('start(port, host) looks a name up', async (t) => {
      const app = createApp({ transport, logger: false });
      root(app);
      t.after(() => app.stop());
      const address = await app.start(0, 'localhost');
      assert.equal(await ask(address), 'root');
    });

    test('an application that has started refuses to start, and to change', async (t) => {
      const { app } = await serve(t, transport, root);
      await assert.rejects(app.start({ port: 0 }), { code: 'ERR_NEXURE_APP_STARTED' });
      assert.throws(() => app.get('/late', () => 'x'), { code: 'ERR_NEXURE_ROUTE_LATE' });
      assert.throws(() => app.use(() => undefined), { code: 'ERR_NEXURE_ROUTE_LATE' });
      await app.stop();
      app.get('/late', () => 'late');
      assert.equal(await (await app.request('/late')).text(), 'late');
    });

    test('listens on IPv6', { skip: noIpv6 }, async (t) => {
      const { address } = await serve(t, transport, root, {}, { host: '::1', port: 0 });
      assert.deepEqual([address.address, address.family, address.url], ['::1', 'IPv6', `http://[::1]:${address.port}`]);
      assert.equal(await ask(address), 'root');
    });

    test('`::` takes IPv4 clients too, unless ipv6Only', { skip: noIpv6 }, async (t) => {
      const both = await serve(t, transport, root, {}, { host: '::', port: 0 });
      assert.equal(both.address.url, `http://localhost:${both.address.port}`);
      const v4 = (address: ListenAddress): ListenAddress => ({ ...address, address: '127.0.0.1', family: 'IPv4' });
      assert.equal(await ask(v4(both.address)), 'root');
      const only = await serve(t, transport, root, {}, { host: '::', port: 0, ipv6Only: true });
      await assert.rejects(connectTo(v4(only.address)), { code: 'ECONNREFUSED' });
    });

    test(
      'listens on a path, and takes its file away when it stops',
      { skip: windows && 'pipes have no file' },
      async (t) => {
        const path = join(await folder(t), 'socket');
        const { app, address } = await serve(t, transport, root, {}, { path });
        assert.deepEqual(address, { address: path, port: 0, family: 'path', url: undefined });
        assert.equal(await ask(address), 'root');
        await app.stop();
        await assert.rejects(stat(path), { code: 'ENOENT' });
      },
    );

    test('listens on an inherited descriptor', { skip: windows && 'descriptors are not inherited' }, async (t) => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
      const child = start(t, 'listener.ts', { args: [transport, '{"fd":3}'], stdio: ['ignore', 'pipe', 'pipe', fd] });
      const address = (await child.line()) as ListenAddress;
      // From here on only the child holds the socket.
      await new Promise((resolve) => {
        server.close(resolve);
      });
      assert.equal(address.port, port);
      assert.equal(await ask(address), `pid ${child.process.pid}`);
    });

    test('a descriptor that is no socket is refused with a code', async () => {
      const app = createApp({ transport, logger: false });
      for (const fd of [0, 987]) {
        await assert.rejects(app.start({ fd }), (error: NodeJS.ErrnoException) => {
          assert.match(error.code ?? '', /^E[A-Z]+$/);
          return true;
        });
      }
    });

    test(
      'two servers share a port with reusePort, or are told that they cannot',
      { skip: process.platform !== 'linux' && 'Linux only' },
      async (t) => {
        const app = createApp({ transport, logger: false });
        t.after(() => app.stop());
        const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
        if (transport === 'portable' && (major < 22 || (major === 22 && minor < 12))) {
          // `node:net` of this version ignores the option, which must not go unnoticed.
          await assert.rejects(app.start({ port: 0, reusePort: true }), { code: 'ENOTSUP' });
          return;
        }
        const first = await app.start({ port: 0, reusePort: true });
        const second = createApp({ transport, logger: false });
        t.after(() => second.stop());
        assert.equal((await second.start({ port: first.port, reusePort: true })).port, first.port);
      },
    );

    test('rejects with EADDRINUSE, names the place, and starts elsewhere afterwards', async (t) => {
      const { address } = await serve(t, transport, root);
      const app = createApp({ transport, logger: false });
      root(app);
      await assert.rejects(app.start({ port: address.port }), {
        code: 'EADDRINUSE',
        syscall: 'listen',
        address: '127.0.0.1',
        port: address.port,
      });
      assert.equal(await ask(await app.start({ port: 0 })), 'root');
      await app.stop();
    });

    test('rejects an address of another machine, a name nobody has, and a path nowhere, with their codes', async () => {
      const app = createApp({ transport, logger: false });
      await assert.rejects(app.start({ port: 0, host: '192.0.2.1' }), { code: 'EADDRNOTAVAIL' });
      await assert.rejects(app.start({ port: 0, host: 'no-such-host.invalid' }), (error: NodeJS.ErrnoException) => {
        assert.match(error.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
        return true;
      });
      const where = join(tmpdir(), 'no-such-folder', 'socket');
      await assert.rejects(app.start({ path: where }), (error: NodeJS.ErrnoException) => {
        assert.match(error.code ?? '', /^(ENOENT|EACCES)$/);
        return true;
      });
      await app.start({ port: 0 });
      await app.stop();
    });

    test('rejects with EACCES where it may not listen', { skip: windows && 'folders have no modes' }, async (t) => {
      const path = await folder(t);
      await chmod(path, 0o555);
      const isRoot = process.getuid?.() === 0;
      // Root may do everything, so somebody else tries.
      const child = start(t, 'listener.ts', {
        args: [transport, JSON.stringify({ path: join(path, 'socket') })],
        ...(isRoot ? { uid: 65_534, env: { HOME: path, TMPDIR: tmpdir() } } : {}),
      });
      let line: unknown;
      try {
        line = await child.line();
      } catch (error) {
        if (!isRoot) throw error;
        t.skip('nobody cannot read this repository');
        return;
      }
      assert.deepEqual(line, { code: 'EACCES' });
    });

    const above =
      transport === 'uv'
        ? 'a connection above maxConnections waits with the system until another one ends'
        : 'a connection above maxConnections is closed at once, and the others go on';
    test(above, async (t) => {
      const { app, connect } = await serve(t, transport, root, { server: { maxConnections: 2 } });
      const clients = [await connect(), await connect()];
      for (const client of clients) client.write(requestBytes('/'));
      for (const client of clients) await client.answer();
      const third = await connect();
      if (transport === 'uv') third.write(requestBytes('/'));
      else assert.deepEqual(await third.closed(), []);
      clients[0]?.write(requestBytes('/'));
      assert.equal((await clients[0]?.answers(2))?.length, 2);
      assert.equal(app.getMetrics().http.connections.refused, transport === 'uv' ? 0 : 1);
      if (transport !== 'uv') return;
      assert.equal(app.getMetrics().http.connections.open, 2);
      clients[0]?.destroy();
      assert.equal((await third.answer()).status, 200);
    });
  });

  describe(`life of the process over ${transport}`, () => {
    test('an open server keeps it alive, and a signal ends it', async (t) => {
      const child = start(t, 'listener.ts', { args: [transport, '{"port":0}'] });
      const address = (await child.line()) as ListenAddress;
      for (let count = 0; count < 3; count += 1) assert.equal(await ask(address), `pid ${child.process.pid}`);
      assert.equal(child.process.exitCode, null);
    });

    for (const mode of ['stop', 'request']) {
      test(`a stopped server does not, mode ${mode}`, async (t) => {
        const child = start(t, 'listener.ts', { args: [transport, '{"port":0}', mode], timeoutMs: 20_000 });
        const exit = await child.exit;
        assert.deepEqual([exit.code, exit.signal, exit.stderr], [0, null, '']);
      });
    }

    test('a server that could not listen does not', async (t) => {
      const { address } = await serve(t, transport, root);
      const options = JSON.stringify({ port: address.port });
      const child = start(t, 'listener.ts', { args: [transport, options], timeoutMs: 20_000 });
      const exit = await child.exit;
      assert.deepEqual([exit.code, exit.stdout], [0, '{"code":"EADDRINUSE"}\n']);
    });
  });

  test(`a start behind a stop behind a start is the one that holds over ${transport}`, async (t) => {
    const app = createApp({ transport, logger: false });
    root(app);
    t.after(() => app.stop());
    const first = assert.rejects(app.start({ port: 0, host: 'localhost' }), { code: 'ERR_NEXURE_APP_STOPPED' });
    await app.stop();
    const address = await app.start({ port: 0 });
    await first;
    assert.deepEqual(app.address(), address);
    assert.equal(await ask(address), 'root');
  });

  test(`a stop while it starts rejects the start over ${transport}`, async () => {
    const app = createApp({ transport, logger: false });
    const started = assert.rejects(app.start({ port: 0, host: 'localhost' }), { code: 'ERR_NEXURE_APP_STOPPED' });
    await app.stop();
    await started;
    await app.start({ port: 0 });
    await app.stop();
    await app.stop();
  });
}

describe('callbacks and events', () => {
  test('listen and close call back, with the error where there is one', async () => {
    const app = createApp({ logger: false }).get('/', () => 'x');
    const { promise, resolve } = withResolvers<[unknown, unknown]>();
    app.listen(0, (error, address) => resolve([error, address]));
    const [error, address] = await promise;
    assert.equal(error, null);
    assert.equal(address, app.address());
    const second = withResolvers<unknown>();
    createApp({ logger: false }).listen(app.address()?.port as number, '127.0.0.1', second.resolve);
    assert.equal(((await second.promise) as { code: string }).code, 'EADDRINUSE');
    const closed = withResolvers<unknown>();
    app.close(closed.resolve);
    assert.equal(await closed.promise, null);
    assert.equal(app.address(), undefined);
  });

  test('events tell what the application goes through', async () => {
    const told: string[] = [];
    const app = createApp({ logger: false }).onStart(() => void told.push('hook'));
    for (const name of ['initialized', 'started', 'stopped'] as const) app.on(name, () => void told.push(name));
    app.once('error', (error) => void told.push((error as Error).message));
    app.get('/', () => {
      throw new Error('as planned');
    });
    assert.equal(app.getStatus().state, 'stopped');
    await app.start(0);
    const { state, uptimeMs, routes } = app.getStatus();
    assert.deepEqual([state, uptimeMs >= 0, routes], ['started', true, 1]);
    await app.request('/');
    await app.request('/');
    await app.stop();
    assert.deepEqual(told, ['hook', 'initialized', 'started', 'as planned', 'stopped']);
    assert.equal(app.getStatus().uptimeMs, 0);
  });

  test('an error of listen that nobody asks for is one of the process', async () => {
    const app = createApp({ logger: false });
    const { promise, resolve } = withResolvers<unknown>();
    app.on('error', resolve).listen(0, '192.0.2.1');
    assert.equal(((await promise) as { code: string }).code, 'EADDRNOTAVAIL');
  });
});

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((given) => (resolve = given));
  return { promise, resolve };
}
