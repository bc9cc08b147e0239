// The native router by itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RadixRouter } from '../../js/native-api/index.ts';

import type { RadixRouterOptions } from '../../js/native-api/index.ts';

describe('RadixRouter', () => {
  test('finds values with the pattern and the parameters', () => {
    const router = new RadixRouter<string>()
      .add('GET', '/users/:id(int)/:tab?', 'user')
      .add('GET', '/users/me', 'me')
      .add('PROPFIND', '/files/*path', 'files')
      .add('GET', '/:a-:b', 'pair');
    assert.deepEqual(router.find('GET', '/users/7'), {
      value: 'user',
      pattern: '/users/:id(int)/:tab?',
      params: { id: 7 },
    });
    assert.deepEqual(router.find('GET', '/users/7/%C3%A9')?.params, { id: 7, tab: 'é' });
    assert.deepEqual(router.find('GET', '/users/7/é🍌')?.params, { id: 7, tab: 'é🍌' });
    assert.equal(router.find('GET', '/users/me')?.value, 'me');
    assert.deepEqual(router.find('PROPFIND', '/files/a/b%2Fc')?.params, { path: 'a/b/c' });
    assert.deepEqual(router.find('GET', '/x%2Dy-z')?.params, { a: 'x-y', b: 'z' });
    assert.equal(router.find('HEAD', '/users/me'), undefined);
    assert.equal(router.find('GET', '/nowhere'), undefined);
    assert.equal(router.size, 4);
    assert.deepEqual(router.methods('/files/x'), ['PROPFIND']);
    assert.deepEqual(router.methods('/nowhere/x'), []);
  });

  test('removes routes, whatever their parameters are called', () => {
    const router = new RadixRouter<number>().add('GET', '/:a?', 1).add('GET', '/x', 2).add('POST', '/x', 3);
    assert.equal(router.remove('GET', '/:other?'), true);
    assert.equal(router.remove('GET', '/:a?'), false);
    assert.equal(router.remove('DELETE', '/x'), false);
    assert.equal(router.find('GET', '/'), undefined);
    assert.equal(router.find('GET', '/x')?.value, 2);
    assert.equal(router.size, 2);
    router.add('GET', '/:b', 4);
    assert.equal(router.find('GET', '/y')?.value, 4);
  });

  test('hosts and versions', () => {
    const router = new RadixRouter<number>()
      .add('GET', '/', 1, { host: '*.test' })
      .add('GET', '/', 2, { host: /^x/, version: '1.x' })
      .add('GET', '/', 3);
    assert.equal(router.find('GET', '/', { host: 'a.test' })?.value, 1);
    assert.equal(router.find('GET', '/', { host: 'x.org', version: '1.2.3' })?.value, 2);
    assert.equal(router.find('GET', '/')?.value, 3);
    assert.equal(router.remove('GET', '/', { host: '*.test' }), true);
    assert.equal(router.find('GET', '/', { host: 'a.test' })?.value, 3);
  });

  test('what is wrong is said with a code', () => {
    const router = new RadixRouter().add('GET', '/a/:b', 1);
    for (const [code, act] of [
      ['ERR_NEXURE_ROUTE_CONFLICT', () => router.add('GET', '/a/:c', 2)],
      ['ERR_NEXURE_ROUTE_SYNTAX', () => router.add('GET', 'a', 2)],
      ['ERR_NEXURE_ROUTE_SYNTAX', () => router.add('GET', 1 as unknown as string, 2)],
      ['ERR_NEXURE_ROUTE_SYNTAX', () => router.add('GET', '/:__proto__', 2)],
      ['ERR_NEXURE_ROUTE_SYNTAX', () => router.remove('GET', 'a')],
      ['ERR_NEXURE_ROUTE_METHOD', () => router.add('', '/x', 2)],
      ['ERR_NEXURE_ROUTE_CONDITION', () => router.add('GET', '/x', 2, { version: 'x.1' })],
      ['ERR_NEXURE_PATH_ENCODING', () => router.find('GET', '/%zz')],
      ['ERR_NEXURE_PATH_ENCODING', () => router.find('GET', '/\ud800')],
      ['ERR_NEXURE_OPTION_INVALID', () => new RadixRouter({ emptyParams: 1 } as unknown as RadixRouterOptions)],
      ['ERR_NEXURE_OPTION_INVALID', () => new RadixRouter({ cache: true } as unknown as RadixRouterOptions)],
    ] as const) {
      assert.throws(act, { code });
    }
    assert.throws(() => router.add('PATCH', '/x', 1).add('PATCH', '/x', 2), /route PATCH "\/x" has the same shape/);
    assert.equal(router.size, 2);
  });
});
