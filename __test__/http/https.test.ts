// HTTPS through the portable transport. The certificate is for localhost, signed by itself, and secret to nobody.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { describe, test } from 'node:test';

import { createApp } from 'nexurejs';

import type { IncomingMessage } from 'node:http';

const read = (name: string): string => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');
const cert = read('cert.pem');

async function body(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

describe('HTTPS', () => {
  test('serves requests, large bodies and the address of the peer', async (t) => {
    const app = createApp({ server: { https: { key: read('key.pem'), cert } } });
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    app.get('/ip', (ctx) => ctx.request.ip);
    app.get('/large', () => large);
    const { url, port } = await app.start(0);
    t.after(() => app.stop());
    assert.equal(url, `https://127.0.0.1:${port}`);
    const ask = async (path: string): Promise<string> => {
      const request = get(`https://localhost:${port}${path}`, { ca: cert, agent: false, family: 4 });
      const [message] = (await once(request, 'response')) as [IncomingMessage];
      assert.equal(message.statusCode, 200);
      return body(message);
    };
    assert.equal(await ask('/ip'), '127.0.0.1');
    assert.equal(await ask('/large'), large.toString());
  });

  test('stops although a client has not begun its handshake', async () => {
    const app = createApp({ server: { https: { key: read('key.pem'), cert } } });
    app.get('/', () => 'x');
    const { port } = await app.start(0);
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    // The server has accepted once it answers another client.
    const plain = connect(port, '127.0.0.1');
    plain.on('error', () => undefined);
    plain.end('GET / HTTP/1.1\r\n\r\n');
    await once(plain, 'close');
    const started = performance.now();
    await app.stop({ timeoutMs: 60_000 });
    assert.ok(performance.now() - started < 5000);
    silent.destroy();
  });

  test('refuses the transport of plain sockets with https', () => {
    assert.throws(() => createApp({ transport: 'uv', server: { https: { cert } } }), {
      code: 'ERR_NEXURE_OPTION_INVALID',
    });
  });
});
