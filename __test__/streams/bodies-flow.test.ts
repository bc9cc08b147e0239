// How request bodies flow: a handler that does not read holds its client up, one that leaves is noticed, and a client that
// asks first (`Expect: 100-continue`) is told when somebody wants the body.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { chunked, digest, digestOf, noise, pause } from '../harness/content.ts';
import { eventually, Gate, leave, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Context, Nexure } from '../../js/index.ts';
import type { RawClient } from '../harness/client.ts';

const LARGE = 64 * 1024 * 1024;

function head(path: string, fields: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
}

/** Writes until the socket takes no more for a while; returns the bytes that it took. */
async function writeUntilStuck(client: RawClient, piece: Uint8Array, most: number): Promise<number> {
  const { socket } = client;
  let written = 0;
  while (written < most) {
    written += piece.byteLength;
    if (socket.write(piece)) continue;
    const drained = await Promise.race([
      new Promise<boolean>((resolve) => {
        socket.once('drain', () => resolve(true));
      }),
      pause(400).then(() => false),
    ]);
    if (!drained) return written - socket.writableLength;
  }
  return written;
}

for (const transport of socketTransports) {
  describe(`bodies that flow over ${transport}`, () => {
    for (const framing of ['Content-Length', 'chunks'] as const) {
      test(`a handler that does not read stops its client, with ${framing}, and gets every byte when it reads`, async (t) => {
        const gate = new Gate();
        const { app, connect } = await serve(
          t,
          transport,
          (it) => {
            it.post('/', { body: 'stream' }, async (ctx) => {
              await gate.promise;
              return digestOf(ctx.stream());
            });
          },
          { server: { maxBodyBytes: LARGE } },
        );
        const client = await connect();
        const content = noise(LARGE);
        const sent = framing === 'chunks' ? chunked(content, 50_000) : content;
        client.write(
          head('/', framing === 'chunks' ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${LARGE}\r\n`),
        );
        let at = 0;
        const { socket } = client;
        const fill = (): void => {
          while (at < sent.byteLength) {
            const piece = sent.subarray(at, at + 65_536);
            at += piece.byteLength;
            if (!socket.write(piece)) {
              socket.once('drain', fill);
              return;
            }
          }
        };
        fill();
        let received = -1;
        while (received !== app.getMetrics().http.receivedBytes) {
          received = app.getMetrics().http.receivedBytes;
          await pause(150);
        }
        // The window, the inbox, and what one read brought.
        assert.ok(received < 300_000, `${received} bytes were read though the handler reads none`);
        assert.ok(at < LARGE / 2, `the client could send ${at} bytes`);
        gate.open();
        assert.equal((await client.answer()).text(), digest(content));
        client.write(requestBytes('/', { method: 'POST', body: 'next' }));
        assert.equal((await client.answers(2))[1]?.text(), digest(Buffer.from('next')));
      });
    }

    test('a client that is held up does not hold others up', async (t) => {
      const { connect, ask } = await serve(
        t,
        transport,
        (it) => {
          it.post('/', { body: 'stream' }, () => new Promise(() => undefined));
          it.get('/alive', () => 'alive');
        },
        { server: { maxBodyBytes: LARGE } },
      );
      const client = await connect();
      client.write(head('/', `Content-Length: ${LARGE}\r\n`));
      await writeUntilStuck(client, Buffer.alloc(65_536), LARGE);
      for (let count = 0; count < 20; count += 1) assert.equal((await ask('/alive')).text(), 'alive');
    });

    const readers: Record<string, (ctx: Context) => Promise<unknown>> = {
      text: (ctx) => ctx.text(),
      stream: (ctx) => digestOf(ctx.stream()),
      parts: async (ctx) => {
        for await (const part of ctx.parts()) await part.bytes();
      },
    };
    for (const [name, read] of Object.entries(readers)) {
      for (const how of ['a reset', 'half a connection'] as const) {
        test(`${name}() fails with ERR_NEXURE_BODY_ABORTED when the client leaves in the middle: ${how}`, async (t) => {
          const failed = new Gate<unknown>();
          const started = new Gate();
          const { app, connect } = await serve(t, transport, (it) => {
            it.post('/', { body: 'stream' }, async (ctx) => {
              started.open();
              try {
                return await read(ctx);
              } catch (error) {
                failed.open(error);
                throw error;
              }
            });
          });
          const client = await connect();
          const type = 'Content-Type: multipart/form-data; boundary=b\r\n';
          client.write(head('/', `${type}Content-Length: 1000\r\n`));
          client.write('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nbegun');
          await started.promise;
          if (how === 'a reset') await leave(client);
          else client.end();
          const error = (await failed.promise) as { code: string; status: number };
          assert.deepEqual([error.code, error.status], ['ERR_NEXURE_BODY_ABORTED', 400]);
          await eventually('the end', () => app.getMetrics().http.connections.open === 0);
          assert.equal(app.getMetrics().queue.inFlight, 0);
        });
      }
    }

    test('a client that leaves while its body is collected runs no handler', async (t) => {
      let ran = 0;
      const { app, connect } = await serve(t, transport, (it) => void it.post('/', () => void (ran += 1)));
      const client = await connect();
      client.write(head('/', 'Content-Length: 1000\r\n')).write('begun');
      await eventually('the request', () => app.getMetrics().http.receivedBytes > 50);
      await leave(client);
      await eventually('the end', () => app.getMetrics().http.connections.open === 0);
      assert.equal(ran, 0);
      assert.deepEqual(app.getMetrics().queue.inFlight, 0);
    });

    test('chunks that break while they are read fail the reader with their code, and the connection ends', async (t) => {
      const { connect } = await serve(t, transport, (it) => {
        it.post('/', { body: 'stream' }, async (ctx) => (await ctx.bytes()).byteLength);
      });
      const client = await connect();
      client.write(head('/', 'Transfer-Encoding: chunked\r\n')).write('3\r\nabc\r\n');
      await pause(20);
      client.write('zz\r\n');
      const [answer] = await client.closed();
      assert.equal(answer?.status, 400);
      assert.equal((answer.json() as { code: string }).code, 'ERR_NEXURE_HTTP_CHUNKED');
    });

    test('a stream that is cancelled lets the connection go on: a short rest is drained, a long one closes', async (t) => {
      const setup = (it: Nexure): void => {
        it.post('/', { body: 'stream' }, async (ctx) => {
          const reader = ctx.stream().getReader();
          await reader.read();
          await reader.cancel();
          return 'enough';
        });
      };
      const { connect } = await serve(t, transport, setup, { server: { maxBodyBytes: LARGE } });
      const client = await connect();
      client.write(head('/', 'Content-Length: 50000\r\n')).write(Buffer.alloc(10));
      assert.equal((await client.answer()).text(), 'enough');
      client.write(Buffer.alloc(49_990)).write(requestBytes('/', { method: 'POST', body: 'x' }));
      assert.equal((await client.answers(2))[1]?.text(), 'enough');
      const other = await connect();
      other.write(head('/', 'Content-Length: 5000000\r\n')).write(Buffer.alloc(10));
      const [answer] = await other.closed();
      assert.equal(answer?.text(), 'enough');
      assert.equal(answer?.field('connection'), 'close');
    });

    test('Expect: 100-continue is answered when the handler reads, and not before', async (t) => {
      const gate = new Gate();
      const { connect } = await serve(t, transport, (it) => {
        it.post('/', { body: 'stream' }, async (ctx) => {
          await gate.promise;
          return ctx.text();
        });
      });
      const client = await connect();
      client.write(head('/', 'Expect: 100-continue\r\nContent-Length: 4\r\n'));
      await pause(50);
      assert.equal(client.received, 0);
      gate.open();
      await client.answers(1);
      client.write('body');
      const [interim, answer] = await client.answers(2);
      assert.equal(interim?.status, 100);
      assert.equal(answer?.text(), 'body');
    });

    test('a handler that answers without reading spares a waiting client its body', async (t) => {
      const { connect } = await serve(t, transport, (it) => void it.post('/', { body: 'stream' }, () => 'no need'));
      const client = await connect();
      client.write(head('/', 'Expect: 100-continue\r\nContent-Length: 4\r\n'));
      const [answer, ...others] = await client.closed();
      assert.deepEqual([answer?.status, answer?.text(), others.length], [200, 'no need', 0]);
      assert.equal(answer?.field('connection'), 'close');
    });

    test('Expect: 100-continue of a body above its limit is answered with 413 at once', async (t) => {
      const { connect } = await serve(t, transport, (it) => void it.post('/', { maxBodyBytes: 3 }, () => 'x'));
      const client = await connect();
      client.write(head('/', 'Expect: 100-continue\r\nContent-Length: 4\r\n'));
      const [answer] = await client.closed();
      assert.equal(answer?.status, 413);
    });

    test('an answer may begin before its request has ended', async (t) => {
      const { connect } = await serve(t, transport, (it) => {
        it.post('/', { body: 'stream' }, (ctx) =>
          (async function* () {
            for await (const chunk of ctx.stream()) yield Buffer.from(chunk).toString().toUpperCase();
          })(),
        );
      });
      const client = await connect();
      client.write(head('/', 'Transfer-Encoding: chunked\r\n'));
      for (const word of ['one', 'two', 'three']) {
        client.write(`${word.length.toString(16)}\r\n${word}\r\n`);
        const shouted = `${word.length.toString(16)}\r\n${word.toUpperCase()}\r\n`;
        await client.until(word, () => (client.bytes().includes(shouted) ? true : undefined));
      }
      client.write('0\r\n\r\n');
      assert.equal((await client.answer()).text(), 'ONETWOTHREE');
      client.write(head('/', 'Content-Length: 1\r\n')).write('x');
      assert.equal((await client.answers(2))[1]?.text(), 'X');
    });
  });
}
