// Clients that people use get along with the server.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

const run = promisify(execFile);

function missing(program: string): string | false {
  const { status } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return status === 0 ? false : `there is no ${program}`;
}

const BODY = 'é'.repeat(40_000);

function setup(app: Nexure): void {
  app.get('/hello/:name', (ctx) => ({ hello: ctx.params.name, version: ctx.request.httpVersion }));
  app.post('/echo', async (ctx) => ctx.request.text());
  app.get('/empty', () => undefined);
  app.get('/old', (ctx) => ctx.response.redirect('/hello/new'));
  app.get('/big', () => new Uint8Array(1_000_000).fill(98));
}

/** One request of node:http; tells whether its connection was used before. */
function nodeHttp(
  agent: Agent,
  url: string,
  { method = 'GET', chunks = [] as readonly string[], expect = false } = {},
): Promise<{ status: number | undefined; text: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers: expect ? { Expect: '100-continue' } : {} }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(parts).toString(), reused: sent.reusedSocket }),
      );
    });
    sent.on('error', reject);
    const write = (): void => {
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    };
    if (expect) sent.on('continue', write);
    else write();
    if (expect) sent.flushHeaders();
  });
}

const PYTHON = `
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
for name in ('a', 'b'):
    connection.request('GET', '/hello/' + name)
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())
connection.request('POST', '/echo', body=iter([b'one', b'two']), encode_chunked=True, headers={'Transfer-Encoding': 'chunked'})
answer = connection.getresponse()
print(answer.status, answer.read().decode())
connection.request('HEAD', '/hello/c')
answer = connection.getresponse()
print(answer.status, answer.getheader('Content-Length'), answer.read())
connection.request('GET', '/empty')
answer = connection.getresponse()
print(answer.status, answer.read())
`;

for (const transport of socketTransports) {
  describe(`clients of ${transport}`, () => {
    test('fetch', async (t) => {
      const { address } = await serve(t, transport, setup);
      const url = String(address.url);
      assert.deepEqual(await (await fetch(`${url}/hello/x`)).json(), { hello: 'x', version: '1.1' });
      assert.equal(await (await fetch(`${url}/echo`, { method: 'POST', body: BODY })).text(), BODY);
      assert.equal((await fetch(`${url}/empty`)).status, 204);
      assert.equal((await fetch(`${url}/nowhere`)).status, 404);
      assert.deepEqual(await (await fetch(`${url}/old`)).json(), { hello: 'new', version: '1.1' });
      assert.equal((await (await fetch(`${url}/big`)).arrayBuffer()).byteLength, 1_000_000);
      const head = await fetch(`${url}/big`, { method: 'HEAD' });
      assert.equal(head.headers.get('content-length'), '1000000');
      const streamed = new ReadableStream({
        start(controller) {
          for (const part of ['one', 'two']) controller.enqueue(Buffer.from(part));
          controller.close();
        },
      });
      const init = { method: 'POST', body: streamed, duplex: 'half' } as RequestInit;
      assert.equal(await (await fetch(`${url}/echo`, init)).text(), 'onetwo');
      const all = await Promise.all(Array.from({ length: 50 }, (_, n) => fetch(`${url}/hello/${n}`)));
      for (const [n, answer] of all.entries())
        assert.equal(((await answer.json()) as { hello: string }).hello, String(n));
    });

    test('node:http with an agent that keeps connections', async (t) => {
      const { address, app } = await serve(t, transport, setup);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      t.after(() => agent.destroy());
      const url = String(address.url);
      const first = await nodeHttp(agent, `${url}/hello/x`);
      assert.deepEqual([first.status, first.reused], [200, false]);
      const echo = await nodeHttp(agent, `${url}/echo`, { method: 'POST', chunks: ['one', BODY, 'two'] });
      assert.deepEqual([echo.text === `one${BODY}two`, echo.reused], [true, true]);
      const waited = await nodeHttp(agent, `${url}/echo`, { method: 'POST', chunks: ['waited'], expect: true });
      assert.deepEqual([waited.text, waited.reused], ['waited', true]);
      for (const path of ['/nowhere', '/empty', '/hello/y']) {
        assert.equal((await nodeHttp(agent, `${url}${path}`)).reused, true, path);
      }
      assert.equal(app.getMetrics().http.connections.total, 1);
    });

    test('http.client of Python', { skip: missing('python3') }, async (t) => {
      const { address } = await serve(t, transport, setup);
      const { stdout } = await run('python3', ['-c', PYTHON, String(address.port)]);
      assert.deepEqual(stdout.trim().split(/\r?\n/), [
        '200 {"hello":"a","version":"1.1"}',
        '200 {"hello":"b","version":"1.1"}',
        '200 onetwo',
        `200 29 b''`,
        `204 b''`,
      ]);
    });

    test('curl', { skip: missing('curl') }, async (t) => {
      const { address } = await serve(t, transport, setup);
      const curl = async (...args: string[]): Promise<string> =>
        (await run('curl', ['--silent', '--show-error', '--max-time', '10', ...args])).stdout;
      const url = String(address.url);
      assert.equal(
        await curl(`${url}/hello/x`, `${url}/hello/y`),
        '{"hello":"x","version":"1.1"}{"hello":"y","version":"1.1"}',
      );
      assert.equal(await curl('--http1.0', `${url}/hello/x`), '{"hello":"x","version":"1.0"}');
      assert.equal(await curl('--data-binary', 'x=1', `${url}/echo`), 'x=1');
      assert.equal(await curl('-H', 'Transfer-Encoding: chunked', '-d', 'chunked', `${url}/echo`), 'chunked');
      assert.equal(await curl('-H', 'Expect: 100-continue', '-d', 'expected', `${url}/echo`), 'expected');
      assert.match(await curl('--head', `${url}/big`), /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 1000000\r\n/);
      assert.equal((await curl('--location', `${url}/old`)).includes('new'), true);
    });
  });
}
