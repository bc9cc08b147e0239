// Response schemas in the settings of a route: what is checked, what is written, and by which schema.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { createApp } from '../../js/index.ts';
import { fromExpress } from '../../js/express/index.ts';

import type { AppOptions, Logger, RouteSettings } from '../../js/index.ts';

const USER = {
  type: 'object',
  properties: { id: { type: 'integer' }, name: { type: 'string' }, email: { type: ['string', 'null'] } },
  required: ['id', 'name'],
};
const USERS = { type: 'array', items: USER };
const CLOSED = { ...USER, additionalProperties: false };

const usersOf = (count: number): object[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `user "${id}"`,
    email: id % 2 === 0 ? null : 'ü@example.org',
  }));

function appOf(options: AppOptions = {}): { app: ReturnType<typeof createApp>; log: string[] } {
  const log: string[] = [];
  const note = (...given: unknown[]): void => void log.push(given.map(String).join(' '));
  const logger = { trace: note, debug: note, info: note, warn: note, error: note, fatal: note } as unknown as Logger;
  return { app: createApp({ ...options, logger }), log };
}

const checked = { validation: { checkResponses: true } };
const unchecked = { validation: { checkResponses: false } };

describe('an answer of a route with a response schema', () => {
  for (const [mode, options] of [
    ['checked', checked],
    ['unchecked', unchecked],
  ] as const) {
    for (const transport of ['uv', 'portable', 'in process'] as const) {
      test(`is what JSON.stringify would have written, short or long: ${mode}, ${transport}`, async () => {
        const { app } = appOf(transport === 'in process' ? options : { ...options, transport });
        app.get('/:count', { schema: { response: { 200: USERS } } }, (ctx) => usersOf(Number(ctx.params.count)));
        const base = transport === 'in process' ? undefined : (await app.start(0)).url;
        const ask = async (path: string, method = 'GET'): Promise<Response> =>
          base === undefined ? app.request(path, { method }) : fetch(new URL(path, base), { method });
        try {
          for (const count of [0, 1, 2, 100, 3000, 20_000]) {
            const expected = JSON.stringify(usersOf(count));
            const response = await ask(`/${count}`);
            assert.equal(response.headers.get('content-type'), 'application/json');
            assert.equal(await response.text(), expected);
            const head = await ask(`/${count}`, 'HEAD');
            assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(expected)));
            assert.equal(await head.text(), '');
          }
        } finally {
          await app.stop();
        }
      });
    }
  }

  test('is written by the schema of its status, of the class of it, or the default', async () => {
    const { app, log } = appOf(checked);
    const only = (name: string): object => ({ type: 'object', properties: { by: { const: name } } });
    app.get(
      '/:status/:by',
      { response: { 200: only('200'), '2xx': only('2xx'), '4XX': only('4XX'), default: only('default') } },
      (ctx) => {
        ctx.response.status(Number(ctx.params.status));
        return { by: ctx.params.by };
      },
    );
    const found = { 200: '200', 201: '2xx', 404: '4XX', 500: 'default', 302: 'default' };
    for (const [status, name] of Object.entries(found)) {
      for (const by of ['200', '2xx', '4XX', 'default']) {
        const response = await app.request(`/${status}/${by}`);
        assert.equal(response.status, by === name ? Number(status) : 500, `${status} ${by}`);
      }
    }
    assert.match(log.join('\n'), /\/by/);
  });

  test('that does not fit is answered with 500 where it is checked, and the log names the place', async () => {
    const { app, log } = appOf(checked);
    app.get('/', { response: { 200: USERS } }, () => [
      { id: 1, name: 'one' },
      { id: 2, name: 5, secret: 'hidden' },
    ]);
    const response = await app.request('/');
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.equal((JSON.parse(text) as { code: string }).code, 'ERR_NEXURE_RESPONSE_INVALID');
    assert.doesNotMatch(text, /hidden|\/1\/name/);
    assert.match(log.join('\n'), /\/1\/name.*route\.response\.200.*must be/s);
  });

  test('that does not fit is sent as it is where it is not checked, and no member is dropped', async () => {
    const { app } = appOf(unchecked);
    const odd = [{ id: 'one', more: { deep: [1] }, name: new Date(0) }, 7, null];
    app.get('/:count', { response: { 200: USERS } }, (ctx) =>
      Array.from({ length: Number(ctx.params.count) }, () => odd).flat(),
    );
    for (const count of [1, 100]) {
      const response = await app.request(`/${count}`);
      assert.equal(await response.text(), JSON.stringify(Array.from({ length: count }, () => odd).flat()));
    }
  });

  for (const [mode, options] of [
    ['checked', checked],
    ['unchecked', unchecked],
  ] as const) {
    test(`with a member that a closed schema does not know is refused, ${mode}`, async () => {
      const { app, log } = appOf(options);
      app.get('/:count', { response: { 200: { type: 'array', items: CLOSED } } }, (ctx) => [
        ...usersOf(Number(ctx.params.count)),
        { id: 1, name: 'last', password: 'secret' },
      ]);
      for (const count of [0, 100]) {
        const response = await app.request(`/${count}`);
        assert.equal(response.status, 500);
        assert.doesNotMatch(await response.text(), /secret|password/);
        assert.match(log.join('\n'), new RegExp(`/${count}/password`));
      }
    });
  }

  test('that is text, bytes, a stream or nothing is not touched', async () => {
    const { app } = appOf(checked);
    const settings: RouteSettings = { response: { default: USERS } };
    app.get('/text', settings, () => 'plain');
    app.get('/bytes', settings, () => Buffer.from('bytes'));
    app.get('/stream', settings, () =>
      (async function* () {
        yield 'streamed';
      })(),
    );
    app.get('/nothing', settings, () => undefined);
    assert.equal(await (await app.request('/text')).text(), 'plain');
    assert.equal(await (await app.request('/bytes')).text(), 'bytes');
    assert.equal(await (await app.request('/stream')).text(), 'streamed');
    assert.equal((await app.request('/nothing')).status, 204);
  });

  test('is compressed, counted and passed through Express middleware as any other', async () => {
    const { app } = appOf({ ...unchecked, compression: true });
    const expected = JSON.stringify(usersOf(100));
    app.get('/gzip', { response: { 200: USERS } }, () => usersOf(100));
    app.get('/length', { response: { 200: USERS }, compression: false }, (ctx) => {
      ctx.response.set('Content-Length', Buffer.byteLength(expected));
      return usersOf(100);
    });
    const tap = fromExpress((_request, response, next) => {
      response.setHeader('x-seen', 'yes');
      next();
    });
    app.get('/express', { response: { 200: USERS }, compression: false }, tap, () => usersOf(100));
    const gzip = await app.request('/gzip', { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(gzip.headers.get('content-encoding'), 'gzip');
    const packed = Buffer.from(await gzip.arrayBuffer());
    assert.equal((packed[0] === 0x1f ? gunzipSync(packed) : packed).toString(), expected);
    assert.equal(await (await app.request('/length')).text(), expected);
    const express = await app.request('/express');
    assert.equal(express.headers.get('x-seen'), 'yes');
    assert.equal(await express.text(), expected);
  });

  test('of an error handler has a schema, too; problem documents have none', async () => {
    const { app } = appOf(checked);
    app.onError((error) => (String(error).includes('known') ? { error: 'known' } : undefined));
    const settings: RouteSettings = { response: { default: { type: 'object', required: ['error'] } } };
    app.get('/known', settings, () => {
      throw new Error('known');
    });
    app.get('/unknown', settings, () => {
      throw new Error('other');
    });
    assert.deepEqual(await (await app.request('/known')).json(), { error: 'known' });
    assert.equal(((await (await app.request('/unknown')).json()) as { code: string }).code, 'ERR_NEXURE_INTERNAL');
  });

  test('with a value within itself has no JSON form', async () => {
    const { app, log } = appOf(unchecked);
    const loop: unknown[] = [];
    loop.push(...usersOf(100), loop);
    app.get('/', { response: { 200: USERS } }, () => loop);
    const response = await app.request('/');
    assert.equal(((await response.json()) as { code: string }).code, 'ERR_NEXURE_ANSWER_TYPE');
    assert.match(log.join('\n'), /circular/i);
  });
});

describe('the schemas of answers', () => {
  const refused: [string, RouteSettings, string, RegExp][] = [
    ['a status that is none', { response: { 99: USERS } }, 'ERR_NEXURE_OPTION_INVALID', /route\.response\.99/],
    ['both places at once', { response: {}, schema: { response: {} } }, 'ERR_NEXURE_OPTION_INVALID', /route\.response/],
    ['what is no schema', { response: { 200: 'text' as never } }, 'ERR_NEXURE_OPTION_INVALID', /route\.response\.200/],
    [
      'an unknown keyword',
      { schema: { response: { '2xx': { typ: 'object' } } } },
      'ERR_NEXURE_SCHEMA',
      /route\.schema\.response\.2xx at \/typ/,
    ],
  ];
  for (const [what, settings, code, message] of refused) {
    test(`refuses ${what} when the route is declared`, () => {
      const { app } = appOf();
      assert.throws(
        () => app.get('/', settings, () => 'x'),
        (error: Error & { code: string }) => {
          assert.equal(error.code, code);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test('may be of a library, which checks what the handler gives', async () => {
    const { app } = appOf(checked);
    const validate = (value: unknown): { value: unknown } | { issues: { message: string; path: string[] }[] } =>
      value === 1 ? { value } : { issues: [{ message: 'must be one', path: ['a', 'b'] }] };
    const schema = { '~standard': { version: 1, vendor: 'test', validate } };
    app.get('/:value', { response: { 200: schema } }, (ctx) => Number(ctx.params.value));
    assert.equal(await (await app.request('/1')).text(), '1');
    assert.equal((await app.request('/2')).status, 500);
  });

  test('are checked by default but in production', async () => {
    const before = process.env['NODE_ENV'];
    try {
      for (const [environment, status] of [
        ['production', 200],
        ['development', 500],
        ['test', 500],
      ] as const) {
        process.env['NODE_ENV'] = environment;
        const { app } = appOf();
        app.get('/', { response: { 200: USERS } }, () => [{ id: 'no' }]);
        assert.equal((await app.request('/')).status, status, environment);
      }
    } finally {
      if (before === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = before;
    }
  });
});
