// However a request's bytes are cut into packets, the answer is the same.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

function echo(app: Nexure): void {
  app.all('/echo/:name', async (ctx) => ({
    method: ctx.request.method,
    url: ctx.request.url,
    name: ctx.params.name,
    query: ctx.query,
    tag: ctx.request.get('x-tag'),
    text: await ctx.request.text(),
  }));
}

const HEAD = 'Host: a\r\nX-Tag:  one two\t\r\nConnection: close\r\n';
const REQUESTS = {
  'a GET': `GET /echo/b%C3%A9?q=1&q=2 HTTP/1.1\r\n${HEAD}\r\n`,
  'a GET behind an empty line': `\r\nGET /echo/x HTTP/1.1\r\n${HEAD}\r\n`,
  'a POST': `POST /echo/b HTTP/1.1\r\n${HEAD}Content-Length: 12\r\n\r\nhello, world`,
  'a chunked POST': `POST /echo/c HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n5;ext="a\\"b"\r\nhello\r\n7\r\n, world\r\n0\r\nTrailer: x\r\n\r\n`,
  'two requests': `PUT /echo/d HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /echo/e HTTP/1.1\r\n${HEAD}\r\n`,
  'a path nobody has': `POST /nowhere HTTP/1.1\r\n${HEAD}Content-Length: 3\r\n\r\nabc`,
  'a refused request': `GET /echo/f HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`,
};

/** The answer without the one field that time changes. */
function shown(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/\r\nDate: [^\r]+/g, '');
}

for (const transport of socketTransports) {
  describe(`split requests over ${transport}`, () => {
    for (const [name, request] of Object.entries(REQUESTS)) {
      test(`${name} cut at any byte gets the identical answer`, async (t) => {
        const { connect } = await serve(t, transport, echo);
        const whole = await connect();
        whole.write(request);
        await whole.closed();
        const expected = shown(whole.bytes());
        assert.match(expected, /^HTTP\/1\.1 \d{3} /);

        const cut = async (at: number): Promise<void> => {
          const client = await connect();
          await client.flush(request.slice(0, at));
          // The second packet leaves in a later turn: the server has read the first one or will see both as one,
          // and either way the answer must be the same.
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          client.write(request.slice(at));
          await client.closed();
          assert.equal(shown(client.bytes()), expected, `cut at ${at}`);
        };
        const cuts = Array.from({ length: request.length - 1 }, (_, index) => index + 1);
        for (let at = 0; at < cuts.length; at += 16) await Promise.all(cuts.slice(at, at + 16).map(cut));
      });

      test(`${name} sent byte by byte gets the identical answer`, async (t) => {
        const { app, connect } = await serve(t, transport, echo);
        const whole = await connect();
        whole.write(request);
        await whole.closed();

        const client = await connect();
        for (const byte of request) {
          const before = app.getMetrics().http.receivedBytes;
          await client.flush(byte);
          // The next byte leaves when this one has been read, or will not be any more.
          while (!client.ended && app.getMetrics().http.receivedBytes === before) {
            await new Promise((resolve) => {
              setImmediate(resolve);
            });
          }
          if (client.ended) break;
        }
        await client.closed();
        assert.equal(shown(client.bytes()), shown(whole.bytes()));
      });
    }
  });
}
