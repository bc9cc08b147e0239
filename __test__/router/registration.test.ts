// Mistakes in routes are found when they are declared, and the error says which routes it is about.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';

import type { HttpMethod } from '../../js/index.ts';

const handler = (): string => 'x';

function refuses(code: string, act: () => unknown, ...parts: string[]): void {
  assert.throws(act, (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), `${error.message} names ${part}`);
    return true;
  });
}

describe('route registration', () => {
  for (const [existing, added] of [
    ['/a', '/a'],
    ['/users/:id', '/users/:name'],
    ['/users/:id/x', '/users/:name/x'],
    ['/files/*', '/files/*rest'],
    ['/*', '*'],
    ['/opt/:a?', '/opt'],
    ['/:a-:b', '/:c-:d'],
    ['/:a(int)', '/:b(int)'],
  ] as const) {
    test(`${added} beside ${existing} is a conflict that names both`, () => {
      const app = createApp().get(existing, handler);
      refuses('ERR_NEXURE_ROUTE_CONFLICT', () => app.get(added, handler), existing, added, 'GET');
      // Of another method it is none.
      app.post(added, handler);
    });
  }

  test('a refused route leaves the application as it was', async () => {
    const app = createApp().get('/a', () => 'first');
    refuses('ERR_NEXURE_ROUTE_CONFLICT', () => app.get('/a', () => 'second'));
    app.get('/b', () => 'third');
    assert.equal(await (await app.request('/a')).text(), 'first');
    assert.equal(await (await app.request('/b')).text(), 'third');
  });

  for (const pattern of [
    '',
    'a',
    ':a',
    '/:',
    '/:1a',
    '/a:1',
    '/:a:b',
    '/:a-:a',
    '/:a*',
    '/:a?/b',
    '/v:a?',
    '/:a(',
    '/:a(integer)',
    '/:a((a)\\1)',
    '/:a(a(?=b))',
    '/{a}',
    '/*/a',
    '/*a/b',
    '/:a/:a',
    '/:a/*a',
    '/a?b',
    '/a#b',
    '/a%2Fb',
    '/caf%C3%A9',
    '/a\0',
  ]) {
    test(`the pattern ${JSON.stringify(pattern)} is refused by name`, () => {
      refuses('ERR_NEXURE_ROUTE_SYNTAX', () => createApp().get(pattern, handler), JSON.stringify(pattern).slice(1, 3));
    });
  }

  test('patterns that are no strings are refused', () => {
    for (const wrong of [undefined, null, 1, /x/, ['/']]) {
      refuses('ERR_NEXURE_ROUTE_SYNTAX', () => createApp().get(wrong as unknown as string, handler));
    }
  });

  test('patterns beyond the limits are refused', () => {
    refuses('ERR_NEXURE_ROUTE_LIMIT', () => createApp().get(`/${'a'.repeat(1024)}`, handler));
    refuses('ERR_NEXURE_ROUTE_LIMIT', () => createApp().get(paramsPattern(17), handler));
    createApp().get(paramsPattern(16), handler);
  });

  test('methods that are none are refused', () => {
    for (const method of ['get', 'BREW', '', 1, null]) {
      refuses('ERR_NEXURE_ROUTE_METHOD', () =>
        createApp().route({ method: [method as HttpMethod], path: '/', handler }),
      );
    }
    refuses('ERR_NEXURE_OPTION_INVALID', () => createApp().route({ method: [], path: '/', handler }), 'route.method');
    refuses('ERR_NEXURE_OPTION_INVALID', () => createApp().route({ methods: ['GET'], path: '/', handler } as never));
  });
});

function paramsPattern(count: number): string {
  return Array.from({ length: count }, (_, n) => `/:p${n}`).join('');
}
