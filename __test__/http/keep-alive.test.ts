// Methods, versions and the life of a connection (RFC 9112 §9).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function echo(app: Nexure): void {
  app.all('/method', (ctx) => ctx.request.method);
  app.get('/version', (ctx) => ctx.request.httpVersion);
}

for (const transport of socketTransports) {
  describe(`connections over ${transport}`, () => {
    test('every method reaches its handler', async (t) => {
      const { ask } = await serve(t, transport, echo);
      for (const method of METHODS) {
        const answer = await ask('/method', { method });
        assert.equal(answer.status, 200, method);
        assert.equal(answer.text(), method === 'HEAD' ? '' : method);
      }
    });

    test('HTTP/1.1 keeps the connection and does not say so', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      for (let count = 1; count <= 5; count += 1) {
        client.write(requestBytes('/version'));
        const answers = await client.answers(count);
        assert.equal(answers[count - 1]?.text(), '1.1');
        assert.equal(answers[count - 1]?.field('connection'), undefined);
      }
      assert.equal(client.ended, false);
    });

    for (const value of ['close', 'Close', 'keep-alive, close', 'x, CLOSE ,y']) {
      test(`\`Connection: ${value}\` is answered with close, and nothing behind it is`, async (t) => {
        const { app, connect } = await serve(t, transport, echo);
        const client = await connect();
        const first = requestBytes('/version', { headers: { Connection: value } });
        client.write(Buffer.concat([first, requestBytes('/version')]));
        const answers = await client.closed();
        assert.equal(answers.length, 1);
        assert.equal(answers[0]?.field('connection'), 'close');
        assert.equal(app.getMetrics().http.requests.total, 1);
      });
    }

    test('HTTP/1.0 without keep-alive closes behind the answer', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      client.write('GET /version HTTP/1.0\r\n\r\nGET /version HTTP/1.0\r\n\r\n');
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => [answer.text(), answer.field('connection')]),
        [['1.0', 'close']],
      );
    });

    test('HTTP/1.0 with keep-alive keeps the connection and confirms it', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      const request = 'GET /version HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
      client.write(request);
      await client.answer();
      client.write(request);
      const answers = await client.answers(2);
      assert.deepEqual(
        answers.map((answer) => [answer.text(), answer.field('connection')]),
        [
          ['1.0', 'keep-alive'],
          ['1.0', 'keep-alive'],
        ],
      );
    });

    test('a client that has ended its side still gets every answer, and then the end', async (t) => {
      const gate = new Gate<string>();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/late', () => gate.promise);
        app.get('/now', () => 'now');
      });
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/late'), requestBytes('/now')]));
      client.end();
      // The answer is given only once the server must have seen the end: a second client is served behind it.
      const other = await connect();
      other.write(requestBytes('/now'));
      await other.answer();
      gate.open('late');
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        ['late', 'now'],
      );
    });

    test('a client that ends in the middle of a request gets the answers before it', async (t) => {
      const { connect } = await serve(t, transport, echo);
      for (const rest of ['GET /version HT', 'POST /method HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf']) {
        const client = await connect();
        client.write(Buffer.concat([requestBytes('/version'), Buffer.from(rest)])).end();
        const answers = await client.closed();
        assert.deepEqual(
          answers.map((answer) => answer.text()),
          ['1.1'],
        );
      }
    });

    test('a client that sends nothing and ends gets the end and no bytes', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      client.end();
      assert.deepEqual(await client.closed(), []);
    });

    test('up to two empty lines before a request are skipped', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      client.write('\r\n\r\nGET /version HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /version HTTP/1.1\r\nHost: a\r\n\r\n');
      assert.equal((await client.answers(2)).length, 2);
    });

    test('answers `OPTIONS *` with every method', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      client.write('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
      const answer = await client.answer();
      assert.equal(answer.status, 204);
      assert.deepEqual(answer.field('allow')?.split(', ').sort(), [...METHODS].sort());
    });

    test('an absolute target is routed by its path', async (t) => {
      const { connect } = await serve(t, transport, echo);
      const client = await connect();
      client.write('GET http://example.org:80/version HTTP/1.1\r\nHost: a\r\n\r\n');
      assert.equal((await client.answer()).text(), '1.1');
    });
  });
}
