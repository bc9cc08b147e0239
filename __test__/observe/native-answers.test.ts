// What the core answers by itself, in the words of the application.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { native } from '../../js/native.ts';
import { open, serve, transports } from '../harness/server.ts';

import type { NativeAnswer, NativeError } from '../../js/index.ts';

for (const transport of transports) {
  test(`${transport}: headers and body are replaced, status, Allow and framing stay`, async (t) => {
    const { ask } = await open(t, transport, (app) => {
      app.get('/', () => 'x');
      app.onNativeError(({ status, code, title }) => {
        if (status === 404) return { headers: { 'X-Status': status }, body: `${title}!` };
        if (status === 405) return { headers: { 'Content-Type': 'application/vnd.api+json' }, body: { code } };
        return status === 400 ? { headers: { 'X-Only': ['a', 'b'] } } : undefined;
      });
    });
    const missing = await ask('/none');
    assert.deepEqual([missing.status, missing.text()], [404, 'Not Found!']);
    assert.equal(missing.field('content-type'), 'text/plain; charset=utf-8');
    assert.equal(missing.field('x-status'), '404');
    const wrong = await ask('/', { method: 'PUT' });
    assert.deepEqual([wrong.status, wrong.text()], [405, '{"code":"ERR_NEXURE_METHOD_NOT_ALLOWED"}']);
    assert.equal(wrong.field('allow'), 'GET, HEAD, OPTIONS');
    assert.equal(wrong.field('content-type'), 'application/vnd.api+json');
    const malformed = await ask('/%zz');
    assert.deepEqual([malformed.status, malformed.field('content-type')], [400, 'application/problem+json']);
  });
}

test('the handler is asked once for each native answer, when the application starts', async (t) => {
  const asked: NativeError[] = [];
  const { ask } = await serve(t, 'uv', (app) => {
    app.onNativeError((error) => {
      asked.push(error);
    });
  });
  const expected = native.nativeProblems().map(({ status, code, detail }) => ({ status, code, detail }));
  assert.deepEqual(
    asked.map(({ status, code, detail }) => ({ status, code, detail })),
    expected,
  );
  assert.ok(asked.every(({ title }) => title.length > 0));
  for (let index = 0; index < 3; index += 1) await ask('/none');
  assert.equal(asked.length, expected.length);
});

test('bytes that are no request are answered with the bytes of the application, and HEAD without', async (t) => {
  const { connect } = await serve(t, 'uv', (app) => {
    app.onNativeError(() => ({ body: new Uint8Array([1, 2, 3]) }));
  });
  const client = await connect();
  client.write('nonsense\r\n\r\n');
  const answer = await client.answer();
  assert.deepEqual([answer.status, [...answer.body]], [400, [1, 2, 3]]);
  assert.equal(answer.field('content-type'), 'application/octet-stream');
  assert.equal(answer.field('connection'), 'close');
  const head = await connect();
  head.write('HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n');
  const bare = await head.answer(true);
  assert.deepEqual([bare.field('content-length'), bare.body.byteLength], ['3', 0]);
});

test('the last answer to a problem is used when the application starts again', async () => {
  let word = 'first';
  const app = createApp({ logger: false });
  app.onNativeError(() => ({ body: word }));
  assert.equal(await (await app.request('/none')).text(), 'first');
  word = 'second';
  app.get('/', () => 'x');
  assert.equal(await (await app.request('/none')).text(), 'second');
});

test('what cannot be sent is an error of the start that names the answer', async (t) => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const bad: readonly (readonly [answer: unknown, message: RegExp])[] = [
    ['text', /must return an object/],
    [null, /must return an object/],
    [Promise.resolve({ body: 'x' }), /not a promise/],
    [{ boddy: 'x' }, /"boddy" is none of/],
    [{ headers: { 'bad name': 'x' } }, /is not a header name/],
    [{ headers: { 'X-A': 'a\r\nb' } }, /cannot be sent/],
    [{ headers: { 'X-A': 'ä' } }, /not ASCII/],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }, /belongs to the server/],
    [{ headers: { 'Content-Length': '3' } }, /set by the server/],
    [{ headers: { allow: 'GET' } }, /set by the server/],
    [{ headers: { 'retry-after': '3' } }, /set by the server/],
    [{ body: 7 }, /not number/],
    [{ body: null }, /a body is/],
    [{ body: () => 'x' }, /not function/],
    [{ body: cyclic }, /no JSON form/],
    [{ body: 'x'.repeat(65_537) }, /65537 bytes is more than 65536/],
  ];
  for (const [answer, message] of bad) {
    const app = createApp({ logger: false });
    app.onNativeError(({ status }) => (status === 408 ? (answer as NativeAnswer) : undefined));
    t.after(() => app.stop());
    const expected = (error: Error & { code?: string }): boolean => {
      assert.equal(error.code, 'ERR_NEXURE_NATIVE_ANSWER');
      assert.match(error.message, /ERR_NEXURE_REQUEST_TIMEOUT/);
      assert.match(error.message, message);
      return true;
    };
    await assert.rejects(app.start(0), expected);
    await assert.rejects(app.request('/'), expected);
  }
});

test('what the handler throws is what the start rejects with', async () => {
  const app = createApp({ logger: false });
  const failure = new Error('of the application');
  app.onNativeError(() => {
    throw failure;
  });
  await assert.rejects(app.start(0), (error) => error === failure);
  assert.throws(() => app.onNativeError('text' as never), { code: 'ERR_NEXURE_ROUTE_HANDLER' });
});
