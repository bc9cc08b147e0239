// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { readAnswer, requestText } from '../wire.mjs';

test('writes a GET without a length and a POST with the length of its body in bytes', () => {
  assert.equal(requestText({ method: 'GET', path: '/' }, 'h:1'), 'GET / HTTP/1.1\r\nhost: h:1\r\n\r\n');
  assert.equal(
    requestText({ method: 'POST', path: '/a', headers: { 'x-y': 'z' }, body: 'é' }, 'h:1'),
    'POST /a HTTP/1.1\r\nhost: h:1\r\nx-y: z\r\ncontent-length: 2\r\n\r\né',
  );
});

test('says that a POST without a body has none', () => {
  assert.match(requestText({ method: 'POST', path: '/a' }, 'h:1'), /content-length: 0\r\n\r\n$/);
});

test('reads status, content type and a body of known length, and leaves what follows', () => {
  const text = 'HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi';
  const read = readAnswer(Buffer.from(`${text}HTTP/1.1`));
  const fields = new Map([
    ['content-type', 'text/plain'],
    ['content-length', '2'],
  ]);
  const answer = { status: 201, contentType: 'text/plain', body: 'hi', fields };
  assert.deepEqual(read, { answer, length: text.length });
});

test('reads a 304 without a length, or with the one a 200 would have', () => {
  for (const text of ['HTTP/1.1 304 Not Modified\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n']) {
    const read = readAnswer(Buffer.from(`${text}HTTP/1.1`));
    assert.deepEqual([read?.answer.body, read?.length], ['', text.length]);
  }
});

test('takes the coding gzip off', () => {
  const body = gzipSync('hello');
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.byteLength}\r\n\r\n`;
  assert.equal(readAnswer(Buffer.concat([Buffer.from(head), body]))?.answer.body, 'hello');
});

test('joins the chunks of a chunked body', () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n';
  const read = readAnswer(Buffer.from(text));
  assert.equal(read?.answer.body, 'hello');
  assert.equal(read?.length, text.length);
});

test('waits for the rest wherever an answer is cut', () => {
  for (const text of [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  ]) {
    for (let cut = 0; cut < text.length; cut += 1) assert.equal(readAnswer(Buffer.from(text.slice(0, cut))), undefined);
  }
});

test('refuses what is no HTTP/1.1 answer or has no length', () => {
  assert.throws(() => readAnswer(Buffer.from('nonsense\r\n\r\n')), TypeError);
  assert.throws(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), TypeError);
});
