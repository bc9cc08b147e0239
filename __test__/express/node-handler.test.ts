// An application of ours in a server of Node, and in an application of Express.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';

import { createApp, NotFoundError } from '../../js/index.ts';
import { toExpress, toNodeHandler } from '../../js/express/index.ts';
import { ask, theirs } from './pair.ts';

import type { AddressInfo } from 'node:net';

function application() {
  return createApp({ logger: false })
    .get('/text', () => 'text')
    .get('/users/:id', (ctx) => [ctx.params.id, ctx.query, ctx.request.get('x-sent') ?? null])
    .post('/echo', async (ctx) => ctx.json())
    .get('/cookies', (ctx) => ctx.response.cookie('a', '1').cookie('b', '2').send('x'))
    .get('/stream', () => ['a', 'b'][Symbol.iterator]())
    .get('/none', () => undefined)
    .get('/own-404', () => {
      throw new NotFoundError('No such thing.');
    })
    .get('/fails', () => {
      throw new Error('x');
    });
}

describe('toNodeHandler', () => {
  test('knows the peer of the connection, so that only trusted ones tell of a client', async (t) => {
    for (const [trustProxy, expected] of [
      [false, '127.0.0.1'],
      ['10.0.0.0/8', '127.0.0.1'],
      ['loopback', '192.0.2.7'],
    ] as const) {
      const app = createApp({ logger: false, server: { trustProxy } });
      app.get('/', (ctx) => ({ ip: ctx.request.ip, isSecure: ctx.request.secure }));
      const server = createServer(toNodeHandler(app));
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      t.after(() => server.close());
      const { port } = server.address() as AddressInfo;
      const answer = await ask(port, { path: '/', headers: { 'X-Forwarded-For': '192.0.2.7' } });
      assert.deepEqual(answer.json(), { ip: expected, isSecure: false }, String(trustProxy));
    }
  });

  test('answers the requests of a server of Node', async (t) => {
    const server = createServer(toNodeHandler(application()));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    assert.equal((await ask(port, { path: '/text' })).text(), 'text');
    assert.equal((await ask(port, { path: '/text', method: 'HEAD' })).headers['content-length'], '4');
    const users = await ask(port, { path: '/users/7?a=1', headers: { 'X-Sent': 'yes' } });
    assert.deepEqual(users.json(), ['7', { a: '1' }, 'yes']);
    const body = JSON.stringify({ long: 'x'.repeat(200_000) });
    const headers = { 'Content-Type': 'application/json' };
    assert.equal((await ask(port, { path: '/echo', method: 'POST', headers, body })).text(), body);
    assert.deepEqual((await ask(port, { path: '/cookies' })).headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal((await ask(port, { path: '/stream' })).text(), 'ab');
    assert.equal((await ask(port, { path: '/none' })).status, 204);
    assert.equal((await ask(port, { path: '/fails' })).status, 500);
    assert.equal((await ask(port, { path: '/nowhere' })).status, 404);
  });
});

describe('toExpress', () => {
  test('answers what it has routes for, and lets everything else go on', async (t) => {
    const port = await theirs(t, (app) => {
      app.use('/new', toExpress(application()));
      app.use(toExpress(application()));
      app.get('/old', (_, res) => {
        res.send('old');
      });
    });
    assert.equal((await ask(port, { path: '/text' })).text(), 'text');
    assert.equal((await ask(port, { path: '/new/text' })).text(), 'text');
    assert.equal((await ask(port, { path: '/old' })).text(), 'old');
    assert.equal((await ask(port, { path: '/nowhere' })).status, 404);
    assert.match((await ask(port, { path: '/own-404' })).text(), /No such thing/);
  });
});
