// Routes with schemas, over every transport: what is checked when, what handlers are given, and what clients are told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { HttpError, createApp } from '../../js/index.ts';
import { open, serve, socketTransports, transports } from '../harness/server.ts';

import type { Answer } from '../harness/answers.ts';

const Order = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', minimum: 1 }, note: { type: 'string', default: 'none' } },
} as const;

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) => ({
  method: 'POST',
  headers,
  body,
});

const codeOf = (answer: Answer): unknown => (answer.json() as { code: unknown }).code;
const errorsOf = (answer: Answer): unknown => (answer.json() as { errors: unknown }).errors;

for (const transport of transports) {
  describe(`a route with schemas over ${transport}`, () => {
    test('gives its handler what fits, and answers what does not before any middleware', async (t) => {
      const order: string[] = [];
      const { ask } = await open(t, transport, (app) => {
        app.use((_, next) => {
          order.push('middleware');
          return next();
        });
        app.post('/orders', { schema: { body: Order } }, (ctx) => {
          order.push('handler');
          return { body: ctx.body };
        });
      });
      const valid = await ask('/orders', post('{"id":1,"other":true}'));
      assert.deepEqual(valid.json(), { body: { id: 1, other: true, note: 'none' } });
      const invalid = await ask('/orders', post('{"id":0}'));
      assert.equal(invalid.status, 422);
      assert.equal(invalid.field('content-type'), 'application/problem+json');
      assert.deepEqual(invalid.json(), {
        type: 'about:blank',
        title: 'Unprocessable Content',
        status: 422,
        detail: 'What was sent does not fit its schema.',
        code: 'ERR_NEXURE_SCHEMA_INVALID',
        errors: [{ in: 'body', pointer: '/id', code: 'minimum', message: 'must be at least 1', params: { limit: 1 } }],
      });
      assert.deepEqual(order, ['middleware', 'handler']);
    });

    test('answers content that is missing, malformed, poisoned or of another type', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/', { schema: { body: Order } }, () => assert.fail('the handler has run'));
      });
      for (const [parts, status, code] of [
        [{ method: 'POST' }, 400, 'ERR_NEXURE_BODY_MISSING'],
        [post(''), 400, 'ERR_NEXURE_BODY_MISSING'],
        [post('{'), 400, 'ERR_NEXURE_BODY_JSON'],
        [post('{"id":1}x'), 400, 'ERR_NEXURE_BODY_JSON'],
        [post('\u{feff}{"id":1}'), 400, 'ERR_NEXURE_BODY_JSON'],
        [post('{"id":1,"a":"\\ud800"}'), 400, 'ERR_NEXURE_BODY_JSON'],
        [post('{"id":1,"a":1e999}'), 400, 'ERR_NEXURE_BODY_JSON'],
        [post('{"id":1,"__proto__":{}}'), 400, 'ERR_NEXURE_BODY_POISONED'],
        [post('{"id":1,"\\u005f_proto__":{}}'), 400, 'ERR_NEXURE_BODY_POISONED'],
        [post('{"id":1,"constructor":{"prototype":{}}}'), 400, 'ERR_NEXURE_BODY_POISONED'],
        [post('{"id":1,"id":2}'), 400, 'ERR_NEXURE_JSON_DUPLICATE_KEY'],
        [post('{"id":1,"a":'.concat('['.repeat(100))), 400, 'ERR_NEXURE_JSON_DEPTH'],
        [post(`{"id":${'1'.repeat(2000)}}`), 413, 'ERR_NEXURE_JSON_LIMIT'],
        [post('{"id":9007199254740993}'), 422, 'ERR_NEXURE_SCHEMA_INVALID'],
        [post('{"id":1}', { 'content-type': 'text/plain' }), 415, 'ERR_NEXURE_BODY_MEDIA_TYPE'],
        [post('{"id":1}', { 'content-type': 'application/json; charset=utf-16' }), 415, 'ERR_NEXURE_BODY_MEDIA_TYPE'],
        [post('x', { 'content-type': 'multipart/form-data; boundary=x' }), 415, 'ERR_NEXURE_BODY_MEDIA_TYPE'],
        [post('id=1&'.repeat(1001), FORM_TYPE), 400, 'ERR_NEXURE_TOO_MANY_PARAMETERS'],
      ] as const) {
        const answer = await ask('/', parts);
        assert.deepEqual([answer.status, codeOf(answer)], [status, code], JSON.stringify(parts).slice(0, 80));
      }
    });

    test('coerces queries, parameters, headers, cookies and forms, and JSON only where that is asked for', async (t) => {
      const number = { type: 'object', properties: { n: { type: 'integer' } } };
      const { ask } = await open(t, transport, (app) => {
        const schema = {
          params: number,
          query: { type: 'object', properties: { page: { type: 'integer', default: 1 }, tag: { type: 'array' } } },
          headers: { type: 'object', properties: { 'x-n': { type: 'number' } } },
          cookies: number,
        };
        app.get('/:n', { schema }, ({ params, query, request: { headers, cookies } }) => ({
          params,
          query,
          header: (headers as Record<string, unknown>)['x-n'],
          cookies,
        }));
        app.post('/', { schema: { body: number } }, (ctx) => ({ body: ctx.body, same: ctx.request.body === ctx.body }));
        const options = { body: { coerce: 'lossless' } } as const;
        app.post('/lossless', { schema: { body: number, options } }, (ctx) => ctx.body);
      });
      const headers = { 'x-n': '1.5', cookie: 'n=7; m=%41' };
      assert.deepEqual((await ask('/42?tag=a&x=1', { headers })).json(), {
        params: { n: 42 },
        query: { tag: ['a'], x: '1', page: 1 },
        header: 1.5,
        cookies: { n: 7, m: 'A' },
      });
      for (const text of ['', '0x10', '01', '+1', ' 1', '1e999', '1.5', '9007199254740993']) {
        const answer = await ask(`/1?page=${encodeURIComponent(text)}`);
        assert.deepEqual([answer.status, (errorsOf(answer) as { in: string }[])[0]?.in], [422, 'query'], text);
      }
      assert.deepEqual((await ask('/', post('n=42&m=x', FORM_TYPE))).json(), { body: { n: 42, m: 'x' }, same: true });
      assert.equal((await ask('/', post('{"n":"42"}'))).status, 422);
      assert.deepEqual((await ask('/lossless', post('{"n":"42"}'))).json(), { n: 42 });
    });

    test('strips or refuses what is unknown, and tells what it has changed', async (t) => {
      const body = { type: 'object', properties: { name: { type: 'string', 'x-sanitize': ['trim'] } } };
      const { ask } = await open(t, transport, (app) => {
        const strip = { body: { unknown: 'strip' }, changes: true } as const;
        app.post('/strip', { schema: { body, options: strip } }, (ctx) => [ctx.body, ctx.input.changes]);
        app.post('/refuse', { schema: { body, options: { body: { unknown: 'refuse' } } } }, (ctx) => ctx.body);
        app.post('/quiet', { schema: { body } }, (ctx) => [ctx.body, ctx.input.changes]);
      });
      assert.deepEqual((await ask('/strip', post('{"name":" a ","x":1}'))).json(), [
        { name: 'a' },
        [
          { in: 'body', pointer: '/name', kind: 'sanitised' },
          { in: 'body', pointer: '/x', kind: 'stripped' },
        ],
      ]);
      assert.equal((await ask('/refuse', post('{"name":"a","x":1}'))).status, 422);
      assert.deepEqual((await ask('/quiet', post('{"name":" a "}'))).json(), [{ name: 'a' }, []]);
    });

    test('tells as many errors as it is asked for, of all parts of the head', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          const schema = {
            params: { type: 'object', properties: { id: { type: 'integer' } } },
            query: { type: 'object', required: ['a', 'b'] },
            body: Order,
          };
          app.post('/:id', { schema }, () => 'ok');
          app.post('/one/:id', { schema: { ...schema, options: { maxErrors: 1 } } }, () => 'ok');
        },
        { validation: { maxErrors: 100 } },
      );
      const all = errorsOf(await ask('/x', post('{"id":0}'))) as { in: string; pointer: string }[];
      assert.deepEqual(
        all.map((error) => error.in),
        ['params', 'query', 'query'],
      );
      assert.equal((errorsOf(await ask('/one/x', post('{"id":0}'))) as unknown[]).length, 1);
      const inBody = errorsOf(await ask('/1?a&b', post('{"id":0,"note":1}'))) as { pointer: string }[];
      assert.deepEqual(
        inBody.map((error) => error.pointer),
        ['/id', '/note'],
      );
    });

    test('makes dates and bigints of what the schema says is one', async (t) => {
      const body = {
        type: 'object',
        properties: {
          at: { type: 'string', format: 'date-time', 'x-as': 'date' },
          big: { type: 'integer', format: 'int64', 'x-as': 'bigint' },
        },
      };
      const { ask } = await open(t, transport, (app) => {
        app.post('/', { schema: { body } }, (ctx) => {
          const { at, big } = ctx.body as { at: Date; big: bigint };
          return [at instanceof Date ? at.getTime() : at, typeof big, String(big)];
        });
      });
      const answer = await ask('/', post('{"at":"1970-01-01T00:00:01Z","big":9223372036854775807}'));
      assert.deepEqual(answer.json(), [1000, 'bigint', '9223372036854775807']);
      assert.equal((await ask('/', post('{"big":9223372036854775808}'))).status, 422);
    });

    test('hands what does not fit to error handlers, in the words of the application', async (t) => {
      const seen: unknown[] = [];
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.onError((error, ctx) => {
            assert.ok(error instanceof HttpError);
            seen.push([error.status, error.code, ctx.body, ctx.request.contentLength]);
            return ctx.request.get('x-mine') === undefined ? undefined : ctx.status(error.status).send('mine');
          });
          app.post('/', { schema: { body: Order } }, () => 'ok');
        },
        {
          validation: {
            translate: ({ code, message }, ctx) =>
              ctx.request.get('accept-language') === 'de' ? `de:${code}` : message,
          },
        },
      );
      const german = await ask('/', post('{"id":0}', { ...JSON_TYPE, 'accept-language': 'de' }));
      assert.deepEqual(errorsOf(german), [
        { in: 'body', pointer: '/id', code: 'minimum', message: 'de:minimum', params: { limit: 1 } },
      ]);
      const mine = await ask('/', post('{"id":0}', { ...JSON_TYPE, 'x-mine': '1' }));
      assert.deepEqual([mine.status, mine.text()], [422, 'mine']);
      assert.equal(codeOf(await ask('/', post('{'))), 'ERR_NEXURE_BODY_JSON');
      assert.equal(codeOf(await ask('/', post('x', { 'content-type': 'a/b' }))), 'ERR_NEXURE_BODY_MEDIA_TYPE');
      assert.deepEqual(seen, [
        [422, 'ERR_NEXURE_SCHEMA_INVALID', undefined, 0],
        [422, 'ERR_NEXURE_SCHEMA_INVALID', undefined, 0],
        [400, 'ERR_NEXURE_BODY_JSON', undefined, 0],
        [415, 'ERR_NEXURE_BODY_MEDIA_TYPE', undefined, 0],
      ]);
    });

    test('checks what it has decompressed by the same schema', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.post('/', { schema: { body: Order, options: { changes: true } } }, async (ctx) => [
            ctx.body,
            await ctx.text(),
            ctx.input.changes.length,
          ]);
        },
        { decompression: true },
      );
      const coded = (text: string, type = JSON_TYPE) => ({
        method: 'POST',
        headers: { ...type, 'content-encoding': 'gzip' },
        body: gzipSync(text),
      });
      assert.deepEqual((await ask('/', coded('{"id":1}'))).json(), [
        { id: 1, note: 'none' },
        '{"id":1,"note":"none"}',
        1,
      ]);
      assert.deepEqual((await ask('/', coded('id=1', FORM_TYPE as never))).json(), [
        { id: 1, note: 'none' },
        '{"id":1,"note":"none"}',
        2,
      ]);
      for (const [text, status] of [
        ['{"id":0}', 422],
        ['{', 400],
        ['', 400],
        ['{"id":1,"__proto__":1}', 400],
      ] as const) {
        assert.equal((await ask('/', coded(text))).status, status, text);
      }
    });

    test('answers what has a content coding with 415 where nothing is decoded', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/', { schema: { body: Order } }, () => assert.fail('the handler has run'));
      });
      const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      assert.equal((await ask('/', { method: 'POST', headers, body: gzipSync('{"id":1}') })).status, 415);
    });

    test('lets an optional body be missing, and checks it where it is there', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/', { schema: { body: Order, options: { body: { optional: true } } } }, (ctx) => ({
          type: typeof ctx.body,
        }));
      });
      assert.deepEqual((await ask('/', { method: 'POST' })).json(), { type: 'undefined' });
      assert.deepEqual((await ask('/', { ...post(''), chunkBytes: 1 })).json(), { type: 'undefined' });
      assert.equal((await ask('/', post('{}'))).status, 422);
    });

    test('keeps what was checked for handlers that wait', async (t) => {
      const long = 'x'.repeat(100_000);
      const { ask } = await open(t, transport, (app) => {
        const schema = { body: Order, query: { type: 'object', properties: { n: { type: 'integer' } } } };
        app.post('/', { schema }, async (ctx) => {
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          return [ctx.query, ctx.body];
        });
      });
      const bodies = [
        { id: 1, note: 'short' },
        { id: 2, note: long },
      ];
      const answers = await Promise.all(
        bodies.map((body, index) => ask(`/?n=${index}`, { ...post(JSON.stringify(body)), chunkBytes: 777 })),
      );
      assert.deepEqual(
        answers.map((answer) => answer.json()),
        bodies.map((body, index) => [{ n: index }, body]),
      );
    });

    test('counts native refusals, and tells who listens of them', async (t) => {
      const events: unknown[] = [];
      const { app, ask } = await open(t, transport, (served) => {
        served.onResponse(({ status, path }) => events.push([status, path]));
        served.post('/x', { schema: { body: Order } }, () => 'ok');
      });
      await ask('/x', post('{"id":0}'));
      await ask('/x', post('{"id":1}'));
      assert.equal(app.getMetrics().http.answers.native, 1);
      while (events.length < 2) {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
      }
      assert.deepEqual(events, [
        [422, '/x'],
        [200, '/x'],
      ]);
    });

    test('sends what the application says in place of the native document', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.onNativeError(({ code, status }) => ({ headers: { 'x-code': code }, body: `sorry ${status}` }));
        app.post('/', { schema: { body: Order } }, () => 'ok');
      });
      const answer = await ask('/', post('{"id":0}'));
      assert.deepEqual(
        [answer.status, answer.field('x-code'), answer.text()],
        [422, 'ERR_NEXURE_SCHEMA_INVALID', 'sorry 422'],
      );
    });
  });
}

for (const transport of socketTransports) {
  test(`goes on with the connection behind a refusal, in order, over ${transport}`, async (t) => {
    const { connect } = await serve(t, transport, (app) => {
      app.post('/', { schema: { body: Order } }, (ctx) => (ctx.body as { id: number }).id);
      app.get('/', () => 'get');
    });
    const client = await connect();
    const request = (body: string): string =>
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    client.write(request('{"id":1}') + request('{"id":0}') + get + request('{"id"') + request('{"id":2}') + get);
    const answers = await client.answers(6);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 422, 200, 400, 200, 200],
    );
  });

  test(`asks for a body only when the head fits, over ${transport}`, async (t) => {
    const { connect } = await serve(t, transport, (app) => {
      const query = { type: 'object', required: ['a'] };
      app.post('/', { schema: { body: Order, query } }, () => 'ok');
    });
    const head = (target: string, length: number): string =>
      `POST ${target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    const refused = await connect();
    refused.write(head('/', 8));
    assert.deepEqual(
      (await refused.closed()).map(({ status }) => status),
      [422],
    );
    const asked = await connect();
    asked.write(head('/?a', 8));
    await asked.answers(1);
    asked.write('{"id":0}');
    assert.deepEqual(
      (await asked.answers(2)).map(({ status }) => status),
      [100, 422],
    );
  });
}

describe('schemas that cannot be compiled', () => {
  test('are errors at the start that name route, part and place', async () => {
    const app = createApp();
    app.post('/x', { schema: { body: { type: 'object', properties: { a: { type: 'strin' } } } } }, () => 'ok');
    await assert.rejects(app.request('/x'), (error: Error & { code?: string; pointer?: string }) => {
      assert.equal(error.code, 'ERR_NEXURE_SCHEMA');
      assert.match(error.message, /schema\.body of POST \/x at \/properties\/a/);
      assert.match(error.pointer ?? '', /^\/properties\/a/);
      return true;
    });
  });

  for (const validation of [
    { unknown: true },
    { maxErrors: 0 },
    { maxErrors: 101 },
    { body: { coerce: 'yes' } },
    { query: { unknown: 'drop' } },
    { query: { optional: true } },
    { changes: 1 },
    { translate: 'de' },
    { limits: { maxDepth: 0 } },
  ]) {
    test(`and options that are none are refused: ${JSON.stringify(validation)}`, () => {
      assert.throws(() => createApp({ validation } as never), { code: 'ERR_NEXURE_OPTION_INVALID' });
    });
  }
});
