// Routes for hosts and versions.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';

import type { Nexure, RouteSettings } from '../../js/index.ts';

async function ask(app: Nexure, host: string, version?: string, method = 'GET'): Promise<string | number> {
  const headers = { host, ...(version === undefined ? undefined : { 'accept-version': version }) };
  const response = await app.request('/', { method, headers });
  return response.ok ? response.text() : response.status;
}

describe('hosts', () => {
  const app = createApp()
    .get('/', { host: 'api.example.com' }, () => 'api')
    .get('/', { host: '*.example.com' }, () => 'below')
    .get('/', { constraints: { host: /^v\d+\./ } }, () => 'expression')
    .get('/', () => 'any')
    .route({ method: 'POST', path: '/', host: 'API.example.com:8080', handler: () => 'posted' });

  test('names come before what lies below, before expressions, before any', async () => {
    assert.equal(await ask(app, 'api.example.com'), 'api');
    assert.equal(await ask(app, 'API.Example.com:80'), 'api');
    assert.equal(await ask(app, 'x.example.com'), 'below');
    assert.equal(await ask(app, 'v1.example.org'), 'expression');
    assert.equal(await ask(app, 'example.com'), 'any');
  });

  test('a method that only another host has is not allowed', async () => {
    assert.equal(await ask(app, 'api.example.com:8080', undefined, 'POST'), 'posted');
    const refused = await app.request('/', { method: 'POST', headers: { host: 'x.example.com' } });
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
    const only = createApp().get('/', { host: 'a.test' }, () => 'a');
    assert.equal(await ask(only, 'b.test'), 404);
    assert.equal(await ask(only, 'b.test', undefined, 'OPTIONS'), 404);
  });
});

describe('versions', () => {
  const app = createApp()
    .get('/', { version: '1.2.3' }, () => '1.2.3')
    .get('/', { constraints: { version: '2.x' } }, () => '2.x')
    .get('/', () => 'none');

  test('the highest that fits answers, and says that the answer varies', async () => {
    assert.equal(await ask(app, 'h'), 'none');
    assert.equal(await ask(app, 'h', '1.x'), '1.2.3');
    assert.equal(await ask(app, 'h', '2.7.1'), '2.x');
    assert.equal(await ask(app, 'h', '*'), '1.2.3');
    assert.equal(await ask(app, 'h', '3.x'), 404);
    const response = await app.request('/', { headers: { 'accept-version': '2.x' } });
    assert.equal(response.headers.get('vary'), 'accept-version');
    assert.equal((await app.request('/')).headers.get('vary'), null);
  });

  test('without versioned routes nobody looks at the field', async () => {
    assert.equal(await ask(createApp().get('/', () => 'x') as unknown as Nexure, 'h', '9.9.9'), 'x');
  });
});

describe('conditions that are none', () => {
  for (const [settings, code] of [
    [{ host: '' }, 'ERR_NEXURE_ROUTE_CONDITION'],
    [{ host: 'http://a' }, 'ERR_NEXURE_ROUTE_CONDITION'],
    [{ host: /(?<=a)b/ }, 'ERR_NEXURE_ROUTE_CONDITION'],
    [{ version: 'latest' }, 'ERR_NEXURE_ROUTE_CONDITION'],
    [{ version: '1.x.2' }, 'ERR_NEXURE_ROUTE_CONDITION'],
    [{ host: 1 }, 'ERR_NEXURE_OPTION_INVALID'],
    [{ host: /a/y }, 'ERR_NEXURE_OPTION_INVALID'],
    [{ version: 1 }, 'ERR_NEXURE_OPTION_INVALID'],
    [{ constraints: { secret: 'x' } }, 'ERR_NEXURE_OPTION_INVALID'],
    [{ constraints: { host: 'a' }, host: 'a' }, 'ERR_NEXURE_OPTION_INVALID'],
  ] as const) {
    test(`${JSON.stringify(settings)} is refused`, () => {
      assert.throws(() => createApp().get('/', settings as unknown as RouteSettings, () => ''), { code });
    });
  }

  test('the same conditions conflict, and are named', () => {
    const app = createApp().get('/:a', { host: 'a.test', version: '1.x' }, () => '');
    assert.throws(() => app.get('/:b', { host: 'A.test', version: '1' }, () => ''), {
      code: 'ERR_NEXURE_ROUTE_CONFLICT',
      message: 'route GET "/:b" has the same shape as GET "/:a" for the host "a.test" in version 1.x.x',
    });
  });
});
