// Keys that change prototypes when a body is copied or merged.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from 'nexurejs';

const POISONED: Readonly<Record<string, string>> = {
  __proto__: '{"__proto__":{"isAdmin":true}}',
  'an escaped __proto__': '{"\\u005f_proto__":{"isAdmin":true}}',
  'a nested __proto__': '{"a":[{"__proto__":null}]}',
  'a prototype under constructor': '{"constructor":{"prototype":{"isAdmin":true}}}',
};

const HARMLESS: Readonly<Record<string, string>> = {
  'the word as a value': '{"a":"__proto__"}',
  'a constructor that is no object': '{"constructor":"x"}',
  'a constructor without prototype': '{"constructor":{"a":1}}',
};

describe('JSON bodies', () => {
  const app = createApp({ logger: false });
  app.post('/', (ctx) => Object.keys(Object.assign({}, ctx.body)));
  const post = (body: string): Promise<Response> =>
    app.request('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  for (const [name, body] of Object.entries(POISONED)) {
    test(`with ${name} are refused with 400`, async () => {
      const answer = await post(body);
      assert.equal(answer.status, 400);
      assert.equal(((await answer.json()) as { code: string }).code, 'ERR_NEXURE_BODY_POISONED');
    });
  }

  for (const [name, body] of Object.entries(HARMLESS)) {
    test(`with ${name} are parsed`, async () => {
      const answer = await post(body);
      assert.deepEqual([answer.status, await answer.json()], [200, Object.keys(JSON.parse(body) as object)]);
    });
  }

  test('with more than 1000 form fields are refused with 400, not cut', async () => {
    const body = Array.from({ length: 1001 }, (_, index) => `f${index}=1`).join('&');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.request('/', { method: 'POST', headers, body });
    assert.equal(answer.status, 400);
    assert.equal(((await answer.json()) as { code: string }).code, 'ERR_NEXURE_TOO_MANY_PARAMETERS');
    const most = await app.request('/', { method: 'POST', headers, body: body.slice(0, body.lastIndexOf('&')) });
    assert.equal(((await most.json()) as unknown[]).length, 1000);
  });
});
