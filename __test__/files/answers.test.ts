// Files as answers of an application: what the request asks decides, whatever was prepared before.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { pause } from '../harness/content.ts';
import { open, requestBytes, serve, transports } from '../harness/server.ts';
import { makeSite } from '../harness/site.ts';

for (const transport of transports) {
  describe(`files as answers over ${transport}`, () => {
    test('a range and a 304 keep their status whatever status was prepared', async (t) => {
      const site = await makeSite(t, { 'a.txt': '0123456789' });
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => {
          ctx.response.status(200);
          return ctx.file(join(site, 'a.txt'));
        });
      });
      const part = await ask('/', { headers: { Range: 'bytes=0-4' } });
      assert.deepEqual([part.status, part.text()], [206, '01234']);
      const whole = await ask('/');
      const same = await ask('/', { headers: { 'If-None-Match': whole.field('etag') as string } });
      assert.deepEqual([same.status, same.text()], [304, '']);
    });

    test('a status that was prepared is that of a whole file', async (t) => {
      const site = await makeSite(t, { 'gone.html': '<p>gone' });
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => {
          ctx.response.status(404);
          return ctx.file(join(site, 'gone.html'));
        });
      });
      const answer = await ask('/');
      assert.deepEqual([answer.status, answer.text()], [404, '<p>gone']);
    });

    test('HEAD of a file that is compressed here has the fields of GET, and its 304 says what it varies by', async (t) => {
      const site = await makeSite(t, { 'a.txt': 'text '.repeat(2000) });
      const { ask } = await open(t, transport, (app) => void app.static('/s', site), { compression: true });
      const headers = { 'Accept-Encoding': 'gzip' };
      const get = await ask('/s/a.txt', { headers });
      const head = await ask('/s/a.txt', { method: 'HEAD', headers });
      for (const name of ['content-encoding', 'vary', 'etag', 'content-type']) {
        assert.equal(head.field(name), get.field(name), name);
      }
      assert.equal(get.field('content-encoding'), 'gzip');
      assert.equal(head.field('content-length'), undefined);
      const same = await ask('/s/a.txt', { headers: { ...headers, 'If-None-Match': get.field('etag') as string } });
      assert.deepEqual([same.status, same.field('vary')], [304, 'Accept-Encoding']);
    });
  });
}

test(
  'a client that asks for many large files at once and reads none has few of them opened',
  { skip: process.platform !== 'linux' && 'counts /proc/self/fd' },
  async (t) => {
    const site = await makeSite(t, { big: Buffer.alloc(8_000_000) });
    const { connect } = await serve(t, 'uv', (app) => void app.static('/s', site));
    const count = (): number => readdirSync('/proc/self/fd').length;
    const client = await connect();
    client.socket.pause();
    const before = count();
    client.write(Buffer.concat(Array.from({ length: 128 }, () => requestBytes('/s/big'))));
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      await pause(25);
      if (round >= 10) most = Math.max(most, count());
    }
    // While they are planned each is open for a moment; what stays open is the one that is being sent.
    assert.ok(most - before <= 2, `${most - before} more descriptors`);
  },
);
