// Methods of a path: 405, Allow, OPTIONS, and HEAD from GET (RFC 9110 §9, §15.5.6).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open, transports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

const ALL = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function setup(app: Nexure): void {
  app.get('/read', () => 'read');
  app.post('/write', () => 'written').put('/write', () => 'put');
  app.get('/own-head', () => 'get').head('/own-head', (ctx) => ctx.response.status(200).set('X-Head', 'own'));
  app.options('/own-options', () => 'mine').get('/own-options', () => 'get');
  app
    .get('/mixed/:id', () => 'param')
    .post('/mixed/static', () => 'static')
    .delete('/mixed/*', () => 'wildcard');
  app.route({ method: ['PATCH', 'DELETE'], path: '/route', handler: (ctx) => ctx.request.method });
  app.all('/all', (ctx) => ctx.request.method);
}

const allow = (answer: Answer): string[] => answer.field('allow')?.split(', ').sort() ?? [];

for (const transport of transports) {
  describe(`methods over ${transport}`, () => {
    test('a method a path does not have is answered 405 with those it has', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const [path, method, methods] of [
        ['/read', 'POST', ['GET', 'HEAD', 'OPTIONS']],
        ['/write', 'GET', ['OPTIONS', 'POST', 'PUT']],
        ['/write', 'HEAD', ['OPTIONS', 'POST', 'PUT']],
        ['/route', 'GET', ['DELETE', 'OPTIONS', 'PATCH']],
        ['/mixed/static', 'PUT', ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']],
        ['/mixed/other', 'PUT', ['DELETE', 'GET', 'HEAD', 'OPTIONS']],
      ] as const) {
        const answer = await ask(path, { method });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.deepEqual(
          allow(answer).filter((name) => name !== 'OPTIONS'),
          methods.filter((name) => name !== 'OPTIONS'),
        );
        if (method === 'HEAD') continue;
        assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_METHOD_NOT_ALLOWED');
      }
    });

    test('OPTIONS is answered with Allow, unless a route has it', async (t) => {
      const { ask } = await open(t, transport, setup);
      const answer = await ask('/read', { method: 'OPTIONS' });
      assert.equal(answer.status, 204);
      assert.deepEqual(allow(answer), ['GET', 'HEAD', 'OPTIONS']);
      assert.equal((await ask('/own-options', { method: 'OPTIONS' })).text(), 'mine');
      assert.equal((await ask('/nowhere', { method: 'OPTIONS' })).status, 404);
    });

    test('HEAD is answered by the route of GET, unless a route has it', async (t) => {
      const { ask } = await open(t, transport, setup);
      const answer = await ask('/read', { method: 'HEAD' });
      assert.deepEqual([answer.status, answer.field('content-length'), answer.body.length], [200, '4', 0]);
      assert.equal((await ask('/own-head', { method: 'HEAD' })).field('x-head'), 'own');
      assert.equal((await ask('/own-head')).text(), 'get');
    });

    test('a path that another method has as static text falls back to the parameter of its own', async (t) => {
      const { ask } = await open(t, transport, setup);
      assert.equal((await ask('/mixed/static')).text(), 'param');
      assert.equal((await ask('/mixed/static', { method: 'POST' })).text(), 'static');
      assert.equal((await ask('/mixed/static', { method: 'DELETE' })).text(), 'wildcard');
    });

    test('all and route declare several methods at once', async (t) => {
      const { ask } = await open(t, transport, setup);
      for (const method of ALL) assert.equal((await ask('/all', { method })).status, 200, method);
      assert.equal((await ask('/route', { method: 'PATCH' })).text(), 'PATCH');
      assert.equal((await ask('/route', { method: 'DELETE' })).text(), 'DELETE');
    });
  });
}
