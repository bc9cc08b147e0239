// What reviews of validation have found, over every transport where it concerns requests.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import express from 'express';

import { fromExpress } from '../../js/express/index.ts';
import { createApp } from '../../js/index.ts';
import { jsonSchema, t } from '../../js/schema/index.ts';
import { open, serve, socketTransports, transports } from '../harness/server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = JSON_TYPE) => ({
  method: 'POST',
  headers,
  body,
});

const Note = t.object({ text: t.string().trim().default('none'), id: t.int64().optional(), at: t.date().optional() });

for (const transport of transports) {
  describe(`over ${transport}`, () => {
    test('what words errors may throw: 500, and the server goes on', async (context) => {
      const { ask } = await open(
        context,
        transport,
        (app) => app.post('/', { body: t.object({ a: t.int() }) }, () => 'ok'),
        {
          validation: {
            translate: () => {
              throw new Error('secret');
            },
          },
        },
      );
      const answer = await ask('/', post('{"a":"x"}'));
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.text(), /secret/);
      assert.equal((await ask('/', post('{"a":1}'))).status, 200);
    });

    test('what words errors may give something else than text: the message stays', async (context) => {
      const { ask } = await open(
        context,
        transport,
        (app) => app.post('/', { body: t.object({ a: t.int() }) }, () => 'ok'),
        { validation: { translate: (() => Promise.resolve('later')) as never } },
      );
      const { errors } = (await ask('/', post('{"a":"x"}'))).json() as { errors: { message: unknown }[] };
      assert.equal(errors[0]?.message, 'must be integer');
    });

    test('error handlers see the parts of a refused request as they were sent', async (context) => {
      const seen: unknown[] = [];
      const { ask } = await open(context, transport, (app) => {
        app.onError((_, { params, query, request }) => {
          seen.push([params, query, { ...request.cookies }, request.headers['x-id'], request.signedCookie.name]);
          return undefined;
        });
        const part = { type: 'object', properties: { id: { type: 'integer' } } } as const;
        const schema = { params: part, query: part, headers: part, cookies: part, body: part };
        app.post('/:id', { schema, maxBodyBytes: 20 }, () => 'ok');
      });
      const headers = { ...JSON_TYPE, cookie: 'id=3', 'x-id': '4' };
      assert.equal((await ask('/x?id=2', post('{"id":1}', headers))).status, 422);
      assert.equal((await ask('/1?id=2', post('{"id":"x"}', headers))).status, 422);
      assert.equal((await ask('/1?id=2', post(`{"id":"${'x'.repeat(50)}"}`, headers))).status, 413);
      const sent = (id: string) => [{ id }, { id: '2' }, { id: '3' }, '4', 'signedCookie'];
      assert.deepEqual(JSON.parse(JSON.stringify(seen)), [sent('x'), sent('1'), sent('1')]);
    });

    test('the access log tells as much of what is refused in JavaScript as of all else', async (context) => {
      const lines: string[] = [];
      const { ask } = await open(
        context,
        transport,
        (served) => {
          served.onError(() => undefined);
          served.post('/', { body: Note, maxBodyBytes: 20 }, () => 'ok');
        },
        {
          decompression: true,
          logging: {
            access: {
              format: 'combined',
              query: 'keep',
              destination: { write: (text: string) => lines.push(...text.trim().split('\n')) > 0 },
            },
          },
        },
      );
      const headers = { ...JSON_TYPE, 'user-agent': 'me' };
      const coded = { ...headers, 'content-encoding': 'deflate' };
      for (const parts of [post('{}', headers), post('{', headers), post(' '.repeat(50), headers), post('{', coded)]) {
        // oxlint-disable-next-line no-await-in-loop -- in order
        await ask('/?a=1', parts);
      }
      // oxlint-disable-next-line no-await-in-loop
      while (lines.length < 4) await setTimeout(5);
      assert.deepEqual(
        lines.map((line) => line.replace(/^.*"(POST [^"]*)" (\d+) \d+ /, '$1 $2 ')),
        [200, 400, 413, 400].map((status) => `POST /?a=1 HTTP/1.1 ${status} "-" "me"`),
      );
    });

    test('a form is given as a form behind dates and bigints, and as a web request', async (context) => {
      const { ask } = await open(
        context,
        transport,
        (app) => {
          app.post('/form', { body: Note }, async (ctx) => {
            assert.ok(ctx.body.at instanceof Date);
            return [...(await ctx.formData()).entries()];
          });
          app.post('/web', { body: Note }, async ({ webRequest }) => {
            const { headers } = webRequest;
            const text = await webRequest.clone().text();
            assert.deepEqual(
              [headers.get('content-length'), headers.get('content-encoding')],
              [`${text.length}`, null],
            );
            return [...(await webRequest.formData()).entries()];
          });
        },
        { decompression: true },
      );
      const form = 'text=+a+&id=5&at=2026-11-23T10:00:00Z';
      const coded = post(gzipSync(form), { ...FORM_TYPE, 'content-encoding': 'gzip' });
      for (const path of ['/form', '/web']) {
        for (const parts of [post(form, FORM_TYPE), coded]) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other tells which one fails
          const answer = await ask(path, parts);
          assert.deepEqual(answer.json(), [
            ['text', 'a'],
            ['id', '5'],
            ['at', '2026-11-23T10:00:00Z'],
          ]);
        }
      }
    });
  });
}

for (const transport of socketTransports) {
  test(`a header that a schema has as an array is a list, however it is split into lines, over ${transport}`, async (context) => {
    const { connect } = await serve(context, transport, (app) => {
      const list = { type: 'array', items: { type: 'integer' } };
      const properties = { 'x-list': list, 'x-text': { type: 'string' } };
      const schema = { headers: { type: 'object', properties } };
      app.get('/', { schema }, ({ request: { headers } }) => {
        const { 'x-list': numbers, 'x-text': text } = headers as Record<string, unknown>;
        return { numbers, text };
      });
    });
    for (const [lines, expected] of [
      ['X-List: 1\r\nx-list: 2,3\r\n', { numbers: [1, 2, 3] }],
      ['X-List: 1\r\n', { numbers: [1] }],
      ['X-Text: a\r\nX-Text: b, c\r\n', { text: 'a, b, c' }],
      ['X-List: 1, x\r\n', 422],
      ['X-List:\r\n', 422],
      [`X-List: ${'1,'.repeat(1500)}\r\n`, 400],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      const client = await connect();
      client.write(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
      // oxlint-disable-next-line no-await-in-loop
      const answer = await client.answer();
      assert.deepEqual(typeof expected === 'number' ? answer.status : answer.json(), expected, lines.slice(0, 40));
    }
  });

  test(`what has the coding "identity" twice is read as it is, over ${transport}`, async (context) => {
    const { connect } = await serve(context, transport, (app) => {
      app.post('/', { body: Note }, async (ctx) => [await ctx.text(), ctx.body.text]);
    });
    const client = await connect();
    const coding = 'Content-Encoding: identity\r\n';
    client.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${coding}${coding}Content-Length: 12\r\n\r\n{"text":"a"}`,
    );
    assert.deepEqual((await client.answer()).json(), ['{"text":"a"}', 'a']);
  });

  test(`parsers of Express find what was validated, and replace nothing of it, over ${transport}`, async (context) => {
    const { ask } = await serve(
      context,
      transport,
      (app) => {
        app.use(fromExpress(express.json(), express.urlencoded({ extended: true })));
        const options = { body: { unknown: 'strip' } } as const;
        app.post('/', { schema: { body: Note, options } }, (ctx) => [ctx.body, typeof ctx.body.id]);
        app.post(
          '/behind',
          { schema: { body: Note, options } },
          fromExpress(express.json(), (req, res) => {
            res.end(JSON.stringify(req.body));
          }),
        );
      },
      { decompression: true },
    );
    for (const [body, type] of [
      ['{"text":" a ","evil":1}', JSON_TYPE],
      ['text=+a+&evil=1', FORM_TYPE],
    ] as const) {
      for (const parts of [post(body, type), post(gzipSync(body), { ...type, 'content-encoding': 'gzip' })]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other tells which one fails
        assert.deepEqual((await ask('/', parts)).json(), [{ text: 'a' }, 'undefined']);
        // oxlint-disable-next-line no-await-in-loop
        assert.deepEqual((await ask('/behind', parts)).json(), { text: 'a' });
      }
    }
  });
}

describe('dates and bigints', () => {
  const made = async (schema: object, text: string): Promise<unknown> => {
    let found: unknown;
    const app = createApp({ logger: false }).post('/', { body: t.object({ v: schema as never }) }, (ctx) => {
      found = (ctx.body as { v: unknown }).v;
      return 'ok';
    });
    const answer = await app.request('/', post(`{"v":${text}}`));
    assert.equal(answer.status, 200, text);
    return found;
  };

  test('a leap second is the second behind it', async () => {
    for (const [text, expected] of [
      ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000Z'],
      ['1990-12-31T15:59:60.5-08:00', '1991-01-01T00:00:00.500Z'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      assert.deepEqual(await made(t.date(), JSON.stringify(text)), new Date(expected));
    }
  });

  test('integers beyond 2^53 are bigints among alternatives, too', async () => {
    const wide = 9_223_372_036_854_775_807n;
    for (const other of [t.boolean(), t.date(), t.string(), t.enum(['a'])]) {
      for (const schema of [t.union([t.int64(), other as never]), t.union([other as never, t.int64()])]) {
        // oxlint-disable-next-line no-await-in-loop
        assert.deepEqual([await made(schema, String(wide)), await made(schema, '5')], [wide, 5n]);
      }
    }
    const text = t.union([t.int64(), t.string()]);
    assert.equal(await made(text, '"5"'), '5');
    // Of no 64 bits: only the text can be meant.
    assert.equal(await made(text, '"9223372036854775808"'), '9223372036854775808');
    assert.equal(await made(t.union([t.uint64(), t.string()]), '"9223372036854775808"'), 9_223_372_036_854_775_808n);
  });

  test('names are compared with patterns in linear time', async () => {
    const date = { type: 'string', format: 'date-time', 'x-as': 'date' };
    const rest = { type: 'integer' };
    const schema = jsonSchema({ type: 'object', patternProperties: { '^(a+)+$': date }, additionalProperties: rest });
    const start = process.cpuUsage();
    const value = await made(schema, JSON.stringify({ [`${'a'.repeat(500)}!`]: 1, aa: '1970-01-01T00:00:00Z' }));
    const { user, system } = process.cpuUsage(start);
    assert.deepEqual(value, { [`${'a'.repeat(500)}!`]: 1, aa: new Date(0) });
    assert.ok(user + system < 1_000_000, `${user + system} µs`);
  });
});

test('a schema that names a header in capitals is an error: it would let anything pass', async () => {
  const schema = { headers: { type: 'object', properties: { 'X-Count': { type: 'integer' } } } };
  await assert.rejects(
    createApp()
      .get('/', { schema }, () => 1)
      .request('/'),
    {
      code: 'ERR_NEXURE_SCHEMA',
      pointer: '/properties/X-Count',
    },
  );
});
