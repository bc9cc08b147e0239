// @ts-check
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { answerProblem, check } from '../check.mjs';

const right = {
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: '{"age":1}',
  fields: new Map([['etag', '"1"']]),
};

test('accepts the exact answer, parameters of the content type aside', () => {
  assert.equal(answerProblem(right, { status: 200, type: 'json', body: '{"age":1}' }), undefined);
  assert.equal(answerProblem(right, { status: 200, type: 'json', includes: 'age' }), undefined);
});

test('names a wrong status, content type and body', () => {
  assert.match(answerProblem(right, { status: 201, type: 'json' }) ?? '', /status 200 instead of 201/);
  assert.match(answerProblem(right, { status: 200, type: 'text' }) ?? '', /content type/);
  assert.match(answerProblem(right, { status: 200, type: 'json', body: '{"age":2}' }) ?? '', /body/);
  assert.match(answerProblem(right, { status: 200, type: 'json', includes: 'name' }) ?? '', /without name/);
});

test('names a field that is missing, and takes any content type where there is no content', () => {
  assert.equal(answerProblem(right, { status: 200, type: 'none', fields: ['etag'] }), undefined);
  assert.equal(answerProblem(right, { status: 200, type: 'json', fields: ['etag', 'vary'] }), 'no vary');
});

/** @param {string} path */
const exchange = (path) => ({
  method: 'GET',
  path,
  expected: { status: 200, type: /** @type {const} */ ('text'), body: path },
});
const scenario = {
  name: 'echo',
  about: '',
  main: false,
  pipelining: 4,
  exchanges: [exchange('/')],
  alsoChecked: [exchange('/1'), exchange('/2')],
};

/** Answers each request with its path; `order` may rearrange the answers to one read. */
async function withEcho(
  /** @type {(paths: string[]) => string[]} */ order,
  /** @type {(port: number) => Promise<void>} */ body,
) {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const paths = [...chunk.toString().matchAll(/^GET (\S+) /gm)].map((match) => match[1] ?? '');
      const answers = order(paths).map(
        (path) => `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${path.length}\r\n\r\n${path}`,
      );
      socket.write(answers.join(''));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  try {
    await body(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
  } finally {
    server.close();
  }
}

test('passes a server that answers pipelined requests in order', async () => {
  await withEcho(
    (paths) => paths,
    (port) => check(port, scenario),
  );
});

test('refuses a server that answers pipelined requests out of order', async () => {
  await withEcho(
    (paths) => paths.toReversed(),
    (port) => assert.rejects(check(port, scenario), /pipelined.*body/),
  );
});

test('refuses a server that answers more than it was asked', async () => {
  await withEcho(
    (paths) => [...paths, '/more'],
    (port) => assert.rejects(check(port, scenario), /more was answered/),
  );
});
