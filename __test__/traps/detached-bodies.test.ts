// Bodies by reference whose memory is taken away or changed after the handler has returned them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseAnswers } from '../harness/answers.ts';
import { eventually, requestBytes, serve, socketTransports } from '../harness/server.ts';

const SIZE = 32 * 1024 * 1024;

for (const transport of socketTransports) {
  describe(`detached bodies over ${transport}`, () => {
    test('a body that is transferred at once is sent whole or not at all, never as a 200 of other bytes', async (t) => {
      const { connect, ask } = await serve(t, transport, (app) => {
        app.get('/', () => {
          const body = new Uint8Array(SIZE).fill(97);
          queueMicrotask(() => structuredClone(body.buffer, { transfer: [body.buffer] }));
          return body;
        });
        app.get('/alive', () => 'alive');
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('the end, or an answer', () =>
        client.ended || parseAnswers(client.bytes()).answers.length > 0 ? true : undefined,
      );
      for (const { status, body } of parseAnswers(client.bytes()).answers) {
        if (status === 200)
          assert.ok(body.length === SIZE && body.every((byte) => byte === 97), `${body.length} bytes`);
        else assert.equal(status, 500);
      }
      assert.equal((await ask('/alive')).text(), 'alive');
    });

    test('a body that is transferred while it is sent ends the connection, and never sends other memory', async (t) => {
      let take: () => void = () => undefined;
      const { app, connect, ask } = await serve(t, transport, (it) => {
        it.get('/', () => {
          const body = new Uint8Array(SIZE).fill(97);
          take = () => structuredClone(body.buffer, { transfer: [body.buffer] });
          return body;
        });
        it.get('/alive', () => 'alive');
      });
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      await eventually('the answer', () => app.getMetrics().http.answers.total === 1);
      assert.equal((await ask('/alive')).text(), 'alive');
      take();
      client.socket.resume();
      await client.until('the end, or all bytes', () => (client.ended || client.received > SIZE ? true : undefined));
      const bytes = client.bytes();
      const start = bytes.indexOf('\r\n\r\n') + 4;
      assert.ok(
        bytes.subarray(start).every((byte) => byte === 97),
        'only bytes of the body are sent',
      );
      assert.ok(client.ended || bytes.length - start === SIZE, 'what can no longer be sent ends the connection');
      assert.equal((await ask('/alive')).text(), 'alive');
    });

    for (const [name, make] of Object.entries({
      'a body of no bytes': () => new Uint8Array(0),
      'a view into a larger buffer': () => Buffer.from(new Uint8Array(100_000).fill(97).buffer, 1000, 50_000),
      'bytes in shared memory': () => new Uint8Array(new SharedArrayBuffer(50_000)).fill(97),
    })) {
      test(`${name} is answered with the bytes it has`, async (t) => {
        const { ask } = await serve(t, transport, (app) => {
          app.get('/', make);
        });
        const answer = await ask('/');
        assert.equal(answer.status, 200);
        assert.ok(answer.body.equals(make()));
      });
    }

    test('a body whose buffer was detached before is answered 500', async (t) => {
      const { ask } = await serve(t, transport, (app) => {
        app.get('/', () => {
          const body = new Uint8Array(50_000);
          structuredClone(body.buffer, { transfer: [body.buffer] });
          return body;
        });
      });
      assert.equal((await ask('/')).status, 500);
    });

    test('a resizable body that shrinks after the handler is sent as it was returned', async (t) => {
      const { ask } = await serve(t, transport, (app) => {
        app.get('/', () => {
          const buffer = Reflect.construct(ArrayBuffer, [50_000, { maxByteLength: 100_000 }]) as ArrayBuffer & {
            resize(length: number): void;
          };
          const body = new Uint8Array(buffer).fill(97);
          queueMicrotask(() => buffer.resize(10));
          return body;
        });
      });
      const answer = await ask('/');
      assert.equal(answer.body.length, 50_000);
      assert.ok(answer.body.every((byte) => byte === 97));
    });
  });
}
