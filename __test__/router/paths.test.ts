// From a path to a route and its parameters.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const ROUTES = [
  '/',
  '/static',
  '/static/',
  '/users/:id',
  '/users/me',
  '/users/:id/books/:book',
  '/users/:id/books/first',
  '/files/*',
  '/files/index',
  '/named/*rest',
  '/café/:name',
  '/a%b',
  '/:one/:two/:three',
];

function setup(app: Nexure): void {
  for (const path of ROUTES) app.get(path, (ctx) => ({ route: path, params: { ...ctx.params } }));
}

/** A path as it is sent, the route it matches, and the parameters. */
const MATCHES: readonly (readonly [path: string, route: string, params: Record<string, string>])[] = [
  ['/', '/', {}],
  ['/?a=b', '/', {}],
  ['/static', '/static', {}],
  ['/static/', '/static/', {}],
  ['/static?x=/y', '/static', {}],
  ['/users/7', '/users/:id', { id: '7' }],
  ['/users/me', '/users/me', {}],
  ['/users/m%65', '/users/me', {}],
  ['/users/mee', '/users/:id', { id: 'mee' }],
  ['/users/me/books/1', '/users/:id/books/:book', { id: 'me', book: '1' }],
  ['/users/7/books/first', '/users/:id/books/first', { id: '7' }],
  ['/users/7/books/first2', '/users/:id/books/:book', { id: '7', book: 'first2' }],
  ['/users/a%2Fb', '/users/:id', { id: 'a/b' }],
  ['/users/a%2fb', '/users/:id', { id: 'a/b' }],
  ['/users/%C3%A9%E2%82%AC%F0%9F%98%80', '/users/:id', { id: 'é€😀' }],
  ['/users/a%20b+c', '/users/:id', { id: 'a b+c' }],
  ['/users/100%25', '/users/:id', { id: '100%' }],
  ['/users/%252F', '/users/:id', { id: '%2F' }],
  ['/users/..', '/users/:id', { id: '..' }],
  ['/users/a;b=c,d', '/users/:id', { id: 'a;b=c,d' }],
  ['/files/a', '/files/*', { '*': 'a' }],
  ['/files/a/b/c.txt', '/files/*', { '*': 'a/b/c.txt' }],
  ['/files/a%2Fb/c', '/files/*', { '*': 'a/b/c' }],
  ['/files/index', '/files/index', {}],
  ['/files/index/x', '/files/*', { '*': 'index/x' }],
  ['/named/x/y', '/named/*rest', { rest: 'x/y' }],
  ['/caf%C3%A9/x', '/café/:name', { name: 'x' }],
  ['/a%25b', '/a%b', {}],
  ['/x/y/z', '/:one/:two/:three', { one: 'x', two: 'y', three: 'z' }],
  ['/users/7/z', '/:one/:two/:three', { one: 'users', two: '7', three: 'z' }],
];

const NOT_FOUND = ['/nowhere', '/Static', '/users', '/users/', '/static//', '//', '/users//books/1', '/a/b/c/d'];

const BAD_ENCODINGS = [
  '/users/%',
  '/users/%4',
  '/users/%zz',
  '/users/%ff',
  '/users/%C3',
  '/users/%C3%28',
  '/users/%ED%A0%80',
  '/users/%C0%AF',
  '/users/%00',
  '/nowhere/%zz',
];

const code = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;

for (const transport of transports) {
  describe(`paths over ${transport}`, () => {
    for (const [path, route, params] of MATCHES) {
      test(`${path} matches ${route}`, async (t) => {
        const { ask } = await open(t, transport, setup);
        assert.deepEqual((await ask(path)).json(), { route, params });
      });
    }

    for (const path of NOT_FOUND) {
      test(`${path} is answered 404 as a problem document`, async (t) => {
        const { ask } = await open(t, transport, setup);
        const answer = await ask(path);
        assert.deepEqual([answer.status, code(answer)], [404, 'ERR_NEXURE_ROUTE_NOT_FOUND']);
        assert.equal(answer.field('content-type'), 'application/problem+json');
      });
    }

    for (const path of BAD_ENCODINGS) {
      test(`${path} is answered 400 and reaches no handler`, async (t) => {
        const { ask } = await open(t, transport, setup);
        const answer = await ask(path);
        assert.deepEqual([answer.status, code(answer)], [400, 'ERR_NEXURE_PATH_ENCODING']);
      });
    }

    test('parameters are there later as well, in pipelined requests too', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/:a/*', async (ctx) => {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          return { ...ctx.params };
        });
      });
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(`/${n}%20/x%2F${n}/y`)));
      for (const [n, answer] of answers.entries()) assert.deepEqual(answer.json(), { a: `${n} `, '*': `x/${n}/y` });
    });

    test('parameters may have the names of what objects have', async (t) => {
      const names = ['prototype', 'constructor', 'toString', 'hasOwnProperty'];
      const { ask } = await open(t, transport, (app) => {
        app.get(`/${names.map((name) => `:${name}`).join('/')}`, (ctx) =>
          names.map((name) => Object.entries(ctx.params).find(([key]) => key === name)?.[1]),
        );
      });
      assert.deepEqual((await ask('/a/b/c/d')).json(), ['a', 'b', 'c', 'd']);
    });

    test('what a client sent is never echoed by a native answer', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const path of ['/%3Cscript%3E', '/echo-me', '/users/%zzecho-me']) {
        assert.doesNotMatch((await ask(path)).text(), /script|echo-me/);
      }
    });
  });
}

for (const transport of socketTransports) {
  test(`16 parameters of a long path are exact over ${transport}`, async (t) => {
    const names = Array.from({ length: 16 }, (_, n) => `p${n}`);
    const { connect } = await serve(t, transport, (app) => {
      app.get(`/${names.map((name) => `:${name}`).join('/')}`, (ctx) => ({ ...ctx.params }));
    });
    const values = names.map((name, n) => `${name}${'v'.repeat(n * 60)}`);
    const client = await connect();
    client.write(requestBytes(`/${values.join('/')}`));
    assert.deepEqual((await client.answer()).json(), Object.fromEntries(names.map((name, n) => [name, values[n]])));
  });
}
