// Patterns as an application uses them, over the whole way from bytes to `ctx.params`. The table of the native core
// (core/src/router/tests/patterns.rs) has the edges.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp, Router } from '../../js/index.ts';

import type { AppOptions } from '../../js/index.ts';

/** An application that answers with the pattern and its parameters. */
function site(patterns: readonly string[], options: AppOptions = {}): (path: string) => Promise<unknown> {
  const app = createApp({ logger: false, ...options });
  for (const pattern of patterns) app.get(pattern, (ctx) => ({ pattern, params: { ...ctx.params } }));
  return async (path) => {
    const response = await app.request(path);
    return response.ok ? response.json() : response.status;
  };
}

async function check(
  cases: readonly (readonly [patterns: readonly string[], paths: Readonly<Record<string, unknown>>])[],
  options?: AppOptions,
): Promise<void> {
  for (const [patterns, paths] of cases) {
    const ask = site(patterns, options);
    for (const [path, expected] of Object.entries(paths)) {
      const found = Array.isArray(expected) ? { pattern: expected[0], params: expected[1] } : expected;
      assert.deepEqual(await ask(path), found, `${path} in ${patterns.join(' ')}`);
    }
  }
}

describe('patterns', () => {
  test('optional segments are missing from the parameters, not empty', () =>
    check([
      [
        ['/a/:b?', '/y/:m/:d?/:h(int)?', '/:x?'],
        {
          '/a': ['/a/:b?', {}],
          '/a/1': ['/a/:b?', { b: '1' }],
          '/a/': 404,
          '/y/1': ['/y/:m/:d?/:h(int)?', { m: '1' }],
          '/y/1/2/3': ['/y/:m/:d?/:h(int)?', { m: '1', d: '2', h: 3 }],
          '/y/1/2/x': 404,
          '/': ['/:x?', {}],
        },
      ],
    ]));

  test('typed parameters are numbers and booleans', () =>
    check([
      [
        ['/i/:n(int)', '/f/:x(float)-:b(bool)', '/u/:u(uuid)', '/d/:d(date)', '/s/:s(slug)'],
        {
          '/i/42': ['/i/:n(int)', { n: 42 }],
          '/i/-9007199254740991': ['/i/:n(int)', { n: -9_007_199_254_740_991 }],
          '/i/%34%32': ['/i/:n(int)', { n: 42 }],
          '/i/9007199254740992': 404,
          '/i/042': 404,
          '/i/x': 404,
          '/f/-1.5e3-true': ['/f/:x(float)-:b(bool)', { x: -1500, b: true }],
          '/f/1-false': ['/f/:x(float)-:b(bool)', { x: 1, b: false }],
          '/u/0F8fad5b-d9cb-469f-a165-70867728950e': ['/u/:u(uuid)', { u: '0F8fad5b-d9cb-469f-a165-70867728950e' }],
          '/d/2024-02-30': 404,
          '/d/2024-02-29': ['/d/:d(date)', { d: '2024-02-29' }],
          '/s/a-title-2': ['/s/:s(slug)', { s: 'a-title-2' }],
        },
      ],
    ]));

  test('expressions, several parameters and text in a segment', () =>
    check([
      [
        ['/at/:hour(\\d+)h:minute(^\\d+$)m', '/:a-:b', '/:file.:ext', '/e/:x(a/b|c:d|\\(e\\))'],
        {
          '/at/10h05m': ['/at/:hour(\\d+)h:minute(^\\d+$)m', { hour: '10', minute: '05' }],
          '/a-b-c': ['/:a-:b', { a: 'a-b', b: 'c' }],
          '/a%2Fb-%C3%A9': ['/:a-:b', { a: 'a/b', b: 'é' }],
          '/photo.tar.gz': ['/:file.:ext', { file: 'photo.tar', ext: 'gz' }],
          '/e/a%2Fb': ['/e/:x(a/b|c:d|\\(e\\))', { x: 'a/b' }],
          '/e/(e)': ['/e/:x(a/b|c:d|\\(e\\))', { x: '(e)' }],
          '/e/a/b': 404,
        },
      ],
    ]));

  test('static text comes before constraints, those before other parameters, those before a wildcard', () =>
    check([
      [
        ['*', '/x/*rest', '/x/:id', '/x/:id(int)', '/x/12', '/x/::12'],
        {
          '/x/12': ['/x/12', {}],
          '/x/:12': ['/x/::12', {}],
          '/x/13': ['/x/:id(int)', { id: 13 }],
          '/x/y': ['/x/:id', { id: 'y' }],
          '/x/y/z': ['/x/*rest', { rest: 'y/z' }],
          '/else/where': ['*', { '*': '/else/where' }],
        },
      ],
    ]));

  test('constraints have names, also in routers that are mounted later', async () => {
    const routing = { constraints: { year: /\d{4}/, hex: /^[a-f\d]+$/i } };
    await check(
      [[['/:y(year)/:h(hex)'], { '/2026/FFa': ['/:y(year)/:h(hex)', { y: '2026', h: 'FFa' }], '/26/ff': 404 }]],
      {
        routing,
      },
    );
    const router = new Router().get('/:y(year)', (ctx) => ctx.params.y);
    const app = createApp({ routing }).mount('/archive', router);
    assert.equal(await (await app.request('/archive/2026')).text(), '2026');
    assert.equal((await app.request('/archive/year')).status, 404);
    assert.throws(
      () =>
        createApp().mount(
          '/archive',
          new Router().get('/:y(year)', () => ''),
        ),
      {
        code: 'ERR_NEXURE_ROUTE_SYNTAX',
      },
    );
  });

  test('letter case, last slashes, doubled slashes and long parameters', async () => {
    await check([[['/Foo/:x'], { '/fOO/Bar': ['/Foo/:x', { x: 'Bar' }] }]], { routing: { caseSensitive: false } });
    await check([[['/a', '/b/'], { '/a/': ['/a', {}], '/b': ['/b/', {}] }]], { routing: { strict: false } });
    await check([[['/a', '/b/'], { '/a/': 404, '/b': 404 }]]);
    await check([[['/a/:b'], { '//a///1': ['/a/:b', { b: '1' }] }]], { routing: { duplicateSlashes: 'merge' } });
    await check([[['/:a'], { '/123': ['/:a', { a: '123' }], '/1234': 404 }]], { routing: { maxParamLength: 3 } });
  });

  test('malformed escapes are a 400, wherever they are', () =>
    check([[['/:a-:b', '/x/:c(int)'], { '/%zz-a': 400, '/x/%': 400, '/nowhere/%C3': 400 }]]));

  test('methods are told for every kind of pattern', async () => {
    for (const [pattern, path] of [
      ['/a/:x?', '/a'],
      ['/:x(int)', '/1'],
      ['/:x-:y', '/1-2'],
      ['*', '/x/y'],
    ] as const) {
      const app = createApp().get(pattern, () => 'x');
      const refused = await app.request(path, { method: 'POST' });
      assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'], pattern);
      const options = await app.request(path, { method: 'OPTIONS' });
      assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, OPTIONS'], pattern);
      assert.equal((await app.request(path, { method: 'HEAD' })).status, 200);
    }
  });
});

describe('the option routing', () => {
  for (const [routing, path] of [
    [{ strict: 1 }, 'routing.strict'],
    [{ caseSensitive: 'no' }, 'routing.caseSensitive'],
    [{ duplicateSlashes: 'drop' }, 'routing.duplicateSlashes'],
    [{ maxParamLength: 0 }, 'routing.maxParamLength'],
    [{ maxParamLength: 32_768 }, 'routing.maxParamLength'],
    [{ constraints: [] }, 'routing.constraints'],
    [{ constraints: { a: 'x' } }, 'routing.constraints.a'],
    [{ constraints: { a: /x/g } }, 'routing.constraints.a'],
    [{ constraints: { a: /(x)\1/ } }, 'routing.constraints.a'],
    [{ constraints: { a: /(?<=x)y/ } }, 'routing.constraints.a'],
    [{ constraints: { int: /x/ } }, 'routing.constraints.int'],
    [{ constraints: { 'a-b': /x/ } }, 'routing.constraints.a-b'],
    [{ cacheSize: 1 }, 'routing.cacheSize'],
    [null, 'routing'],
  ] as const) {
    test(`${path} is refused by name`, () => {
      assert.throws(
        () => createApp({ routing } as unknown as AppOptions),
        (error: NodeJS.ErrnoException) => error.code === 'ERR_NEXURE_OPTION_INVALID' && error.message.includes(path),
      );
    });
  }
});
