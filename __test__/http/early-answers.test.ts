// Answers that are given before the body has come: it is drained, or the connection closes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

function setup(app: Nexure): void {
  app.get('/', () => 'root');
}

function head(path: string, fields: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
}

for (const transport of socketTransports) {
  describe(`early answers over ${transport}`, () => {
    for (const [name, path, status] of [
      ['404', '/nowhere', 404],
      ['405', '/', 405],
      ['a path with a broken escape', '/%zz', 400],
    ] as const) {
      test(`${name} comes before the body, which is drained so that the connection goes on`, async (t) => {
        const { connect } = await serve(t, transport, setup);
        const client = await connect();
        client.write(head(path, 'Content-Length: 65536\r\n'));
        const first = await client.answer();
        assert.equal(first.status, status);
        assert.equal(first.field('connection'), undefined);
        // The body looks like requests; none of it is one.
        const smuggled = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
        client.write(smuggled.repeat(3000).slice(0, 65_536));
        client.write(requestBytes('/'));
        const answers = await client.answers(2);
        assert.equal(answers[1]?.text(), 'root');
        client.write(requestBytes('/nowhere'));
        assert.equal((await client.answers(3)).length, 3);
      });
    }

    test('a chunked body behind a 404 is drained', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(head('/nowhere', 'Transfer-Encoding: chunked\r\n'));
      await client.answer();
      client.write('5\r\nGET /\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n');
      client.write(requestBytes('/'));
      assert.equal((await client.answers(2))[1]?.text(), 'root');
    });

    test('a body above 64 KiB behind a 404 closes', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(head('/nowhere', 'Content-Length: 65537\r\n'));
      const [answer] = await client.closed();
      assert.equal(answer?.status, 404);
      assert.equal(answer.field('connection'), 'close');
    });

    test('chunks above 64 KiB behind a 404 close', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(head('/nowhere', 'Transfer-Encoding: chunked\r\n'));
      assert.equal((await client.answer()).status, 404);
      client.write(`10000\r\n${'x'.repeat(65_536)}\r\n1\r\nx\r\n0\r\n\r\n`);
      client.write(requestBytes('/'));
      assert.equal((await client.closed()).length, 1);
    });

    test('malformed chunks behind a 404 close', async (t) => {
      const { connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(`${head('/nowhere', 'Transfer-Encoding: chunked\r\n')}zz\r\n`);
      client.write(requestBytes('/'));
      assert.equal((await client.closed()).length, 1);
    });

    test('malformed chunks behind a 404 that waits for an earlier answer lose neither', async (t) => {
      const gate = new Gate<string>();
      const { connect } = await serve(t, transport, (app) => {
        setup(app);
        app.get('/slow', () => gate.promise);
      });
      const client = await connect();
      client.write(requestBytes('/slow'));
      client.write(`${head('/nowhere', 'Transfer-Encoding: chunked\r\n')}zz\r\n`);
      const other = await connect();
      other.write(requestBytes('/'));
      await other.answer();
      gate.open('slow');
      assert.deepEqual(
        (await client.closed()).map((answer) => answer.status),
        [200, 404],
      );
    });

    test('a client that sends on for long behind a refusal is cut off', async (t) => {
      const { app, connect } = await serve(t, transport, setup);
      const client = await connect();
      client.write(head('/nowhere', 'Content-Length: 100000000\r\n'));
      await client.answer();
      const piece = Buffer.alloc(64 * 1024, 'x');
      // Reading stops at 256 KiB: the connection ends long before all this has been sent.
      let written = 0;
      while (!client.socket.destroyed && client.socket.writable && written < 100_000_000) {
        const drained = client.socket.write(piece);
        written += piece.length;
        if (drained) continue;
        await new Promise<void>((resolve) => {
          const done = (): void => {
            client.socket.off('drain', done);
            client.socket.off('close', done);
            resolve();
          };
          client.socket.on('drain', done);
          client.socket.on('close', done);
        });
      }
      assert.ok(written < 100_000_000, 'the server ended the connection');
      const received = app.getMetrics().http.receivedBytes;
      assert.ok(received < 10_000_000, `${received} bytes were read`);
    });
  });
}
