// Bodies made to cost more than they should, to be read as something else than was validated, or to change what objects
// are: they are refused early, and what is accepted is exactly what `JSON.parse` makes of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { serve, socketTransports, turn } from '../harness/server.ts';

const MIB = 1024 * 1024;

const Wide = {
  type: 'object',
  properties: { id: { type: 'integer' }, list: { type: 'array', items: { type: 'number' } } },
};

for (const transport of socketTransports) {
  test(`a body of 5 MB that is wrong at byte 100 is refused before the rest is sent, over ${transport}`, async (t) => {
    const { connect, app } = await serve(
      t,
      transport,
      (served) =>
        served.post('/', { schema: { body: Wide }, maxBodyBytes: 8 * MIB }, () => assert.fail('the handler has run')),
      { server: { maxBodyBytes: 8 * MIB, maxBufferedBodyBytes: 8 * MIB } },
    );
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${5 * MIB}\r\n\r\n`;
    const wrong = `{"list":[${'1,'.repeat(45)}"x",`;
    assert.ok(wrong.length > 90 && wrong.length < 110);
    const refuse = async (): Promise<void> => {
      const client = await connect();
      client.write(head + wrong);
      const answer = await client.answer();
      assert.deepEqual([answer.status, answer.field('connection')], [422, 'close']);
      client.destroy();
    };
    await refuse();
    await turn();
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    for (let count = 0; count < 50; count += 1) await refuse();
    const { user, system } = process.cpuUsage(cpu);
    const growth = process.memoryUsage().rss - before;
    t.diagnostic(
      `${((user + system) / 50_000).toFixed(2)} ms of CPU each, client and connection included; ${growth} B`,
    );
    // Fifty bodies of 5 MB would be 250 MB.
    assert.ok(growth < 24 * MIB, `${growth} bytes more`);
    assert.equal(app.getMetrics().http.answers.native, 51);
  });

  test(`content that comes byte by byte is checked once, over ${transport}`, async (t) => {
    const { connect } = await serve(t, transport, (app) => {
      app.post('/', { schema: { body: Wide } }, (ctx) => (ctx.body as { list: number[] }).list.length);
    });
    const body = JSON.stringify({ list: Array.from({ length: 2000 }, (_, index) => index) });
    const client = await connect();
    client.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    for (const byte of body) await client.flush(byte);
    assert.equal((await client.answer()).text(), '2000');
  });
}

describe('what a body may be', () => {
  const app = createApp({ logger: false, validation: { limits: { maxStringBytes: 100 } } });
  app.post('/', { schema: { body: true } }, (ctx) => ({ value: ctx.body }));
  const ask = (body: string | Uint8Array): Promise<Response> =>
    app.request('/', { method: 'POST', body, headers: { 'content-type': 'application/json' } });

  const bombs: Readonly<Record<string, [body: string, status: number, code: string]>> = {
    'arrays without end': ['['.repeat(500_000), 400, 'ERR_NEXURE_JSON_DEPTH'],
    'objects without end': ['{"a":'.repeat(100_000), 400, 'ERR_NEXURE_JSON_DEPTH'],
    'keys without end': [
      `{${Array.from({ length: 50_000 }, (_, index) => `"${index}":0`).join()}}`,
      413,
      'ERR_NEXURE_JSON_LIMIT',
    ],
    'a key without end': [`{"${'k'.repeat(100_000)}":1}`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'a number without end': [`${'9'.repeat(100_000)}`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'a fraction without end': [`0.${'0'.repeat(100_000)}1`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'an exponent without end': [`1e${'9'.repeat(500)}`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'a string without end': [`"${'x'.repeat(100_000)}"`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'escapes without end': [`"${'\\u0041'.repeat(100_000)}"`, 413, 'ERR_NEXURE_JSON_LIMIT'],
    'white space without end': [' '.repeat(1_000_000), 400, 'ERR_NEXURE_BODY_JSON'],
  };
  for (const [name, [body, status, code]] of Object.entries(bombs)) {
    test(`${name}: ${status}`, async () => {
      const answer = await ask(body);
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [status, code]);
    });
  }

  for (const text of [
    '"__proto__"',
    '{"constructor":1}',
    '{"prototype":{}}',
    '{"toString":1,"hasOwnProperty":2,"valueOf":null,"then":3}',
    '{"":0}',
    '"\\u0000"',
    '"\\ud83d\\ude00\u{1f600}"',
    '"\u{2028}\u{2029}\u{202e}\u{feff}\u{fff9}"',
    '"<script>alert(1)</script>\' OR 1=1; -- ${7*7} {{7*7}} ../../etc/passwd %00 %s"',
    '"Z\u{351}\u{36b}a\u{343}lgo \u{5d0}\u{5d1} \u{627}\u{644} \u{e0041}"',
    '-0',
    '[1e2,1E+2,1.0,0.1,5e-324,1.7976931348623157e308]',
    ' \t\r\n[ ]\r\n\t ',
    'null',
  ]) {
    test(`gives what JSON.parse gives: ${JSON.stringify(text)}`, async () => {
      const answer = await ask(text);
      assert.deepEqual(await answer.json(), JSON.parse(JSON.stringify({ value: JSON.parse(text) as unknown })));
    });
  }

  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xf5, 0x80, 0x80, 0x80, 0x22],
    [0xff, 0xfe, 0x22, 0x00],
    [0xef, 0xbb, 0xbf, 0x31],
    [0x22, 0x00, 0x22],
    [0x31, 0x00],
  ]) {
    test(`refuses the bytes ${Buffer.from(bytes).toString('hex')}`, async () => {
      assert.equal((await ask(Uint8Array.from(bytes))).status, 400);
    });
  }
});

describe('what names of queries, cookies and forms may be', () => {
  const app = createApp({ logger: false });
  const any = { type: 'object' };
  app.get('/', { schema: { query: any, cookies: any } }, (ctx) => [ctx.query, ctx.request.cookies]);
  app.post('/', { schema: { body: any } }, (ctx) => ctx.body as object);

  test('nothing that changes prototypes', async () => {
    for (const [target, headers] of [
      ['/?__proto__=1', {}],
      ['/?%5f_proto__=1', {}],
      ['/', { cookie: '__proto__=1' }],
    ] as [string, Record<string, string>][]) {
      assert.equal((await app.request(target, { headers })).status, 400, target);
    }
    const form = new URLSearchParams([['__proto__', '1']]);
    assert.equal((await app.request('/', { method: 'POST', body: form })).status, 400);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test('anything else, as it is without a schema', async () => {
    const plain = createApp();
    plain.get('/', (ctx) => [ctx.query, ctx.request.cookies]);
    for (const query of ['a=1&b=2', 'a', 'a=1&a=2', 'a%20b=%E2%82%AC', '%zz=%f', '+=+', '=', 'a=%ff', 'toString=1']) {
      const init = { headers: { cookie: `x=1; y=%41; z; ${query.replace('&', ';')}; x=2` } };
      const [one, other] = await Promise.all([app.request(`/?${query}`, init), plain.request(`/?${query}`, init)]);
      assert.deepEqual(await one.json(), await other.json(), query);
    }
  });
});
