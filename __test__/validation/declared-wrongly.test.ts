// What is declared of the input of a route and can never be right: found at the start, and told in the words of the mistake.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { body, jsonSchema, t } from '../../js/schema/index.ts';

import type { RouteSettings } from '../../js/index.ts';

/** Declares a route and starts. */
async function declare(settings: unknown, path = '/:id'): Promise<void> {
  const app = createApp();
  app.get(path, settings as RouteSettings, () => 'ok');
  await app.request('/7');
}

describe('a route is refused', () => {
  const WRONG: Readonly<Record<string, readonly [settings: unknown, message: RegExp]>> = {
    'whose fields are not in lower case': [
      { headers: t.object({ 'X-Trace': t.string() }) },
      /schema\.headers of GET \/:id at \/properties\/X-Trace is never there: .* lower case, "x-trace"/,
    ],
    'whose fields are not in lower case in what applies with its schema': [
      { headers: t.intersect([t.object({}), jsonSchema({ required: ['If-Match'] })]) },
      /schema\.headers of GET \/:id at \/allOf\/1\/required is never there/,
    ],
    'whose named schema has fields that are not in lower case': [
      { headers: t.named('Trace', t.object({ 'X-Trace': t.string() })) },
      /at \/\$defs\/Trace\/properties\/X-Trace is never there/,
    ],
    'that asks for a parameter which its path has not': [
      { params: t.object({ user: t.int() }) },
      /schema\.params of GET \/:id at \/required asks for ":user", which the path has not/,
    ],
    'whose query is no object': [
      { query: t.string() },
      /schema\.query of GET \/:id at \/type is not 'object', which query/,
    ],
    'with the name that Fastify has for queries': [
      { schema: { querystring: {} } },
      /option route\.schema\.querystring is unknown: it is called query/,
    ],
    'with what documents say': [{ schema: { tags: [] } }, /route\.schema\.tags is unknown: the setting openapi/],
    'with an answer that has no status': [
      { response: t.object({}) },
      /option route\.response must be schemas by status, such as \{ 200: /,
    ],
    'with a status that is none': [
      { response: { 20: {} } },
      /option route\.response\.20 is unknown; known are: default, statuses/,
    ],
  };
  for (const [what, [settings, message]] of Object.entries(WRONG)) {
    test(what, () => assert.rejects(declare(settings), message));
  }

  test('but not where a parameter may be missing, or one is not named', async () => {
    await declare({ params: t.object({ user: t.int().optional() }) });
    await declare({ params: t.object({ id: t.int() }) }, '/:id/:tab?');
  });

  test('nor is an application, which cannot say that bodies are optional', () => {
    assert.throws(
      () => createApp({ validation: { body: { optional: true } } } as never),
      /option validation\.body\.optional is unknown/,
    );
  });
});

test('a schema that is optional lets a body be missing', async () => {
  const Order = t.object({ id: t.int() });
  const app = createApp()
    .post('/setting', { body: Order.optional() }, (ctx) => ({ given: ctx.body?.id ?? null }))
    .post('/link', body(Order.optional()), (ctx) => ({ given: ctx.body?.id ?? null }));
  for (const path of ['/setting', '/link']) {
    assert.deepEqual(await (await app.request(path, { method: 'POST' })).json(), { given: null });
    assert.deepEqual(await (await app.request(path, { method: 'POST', json: { id: 1 } })).json(), { given: 1 });
    assert.equal((await app.request(path, { method: 'POST', json: {} })).status, 422);
  }
});
