// Clients that leave without a word, before and while they are answered.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { eventually, Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

for (const transport of socketTransports) {
  describe(`vanishing clients over ${transport}`, () => {
    test('requests of a client that resets before its answers are abandoned, and late answers dropped', async (t) => {
      const gate = new Gate<string>();
      const { app, connect, ask } = await serve(t, transport, (it) => {
        it.get('/', () => gate.promise);
        it.get('/alive', () => 'alive');
      });
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/'), requestBytes('/'), requestBytes('/')]));
      await eventually('three requests', () => app.getMetrics().http.requests.total === 3);
      client.socket.resetAndDestroy();
      await eventually('the reset', () => app.getMetrics().http.connections.open === 0);
      assert.equal(app.getMetrics().http.requests.abandoned, 3);
      gate.open('too late');
      await eventually('dropped answers', () => app.getMetrics().http.answers.dropped === 3);
      assert.equal((await ask('/alive')).text(), 'alive');
    });

    test('a slot that another connection has taken never gets the answer of the one before', async (t) => {
      const gates: Gate<string>[] = [];
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/old', () => {
          const gate = new Gate<string>();
          gates.push(gate);
          return gate.promise;
        });
        it.get('/new', () => 'new');
      });
      for (let round = 1; round <= 20; round += 1) {
        const old = await connect();
        old.write(requestBytes('/old'));
        await eventually('the handler', () => gates.length === round);
        old.socket.resetAndDestroy();
        await eventually('the reset', () => app.getMetrics().http.connections.open === 0);
        const client = await connect();
        await eventually('the connection', () => app.getMetrics().http.connections.open === 1);
        gates[round - 1]?.open('old');
        await eventually('the dropped answer', () => app.getMetrics().http.answers.dropped === round);
        client.write(requestBytes('/new'));
        assert.equal((await client.answer()).text(), 'new');
        client.destroy();
        await eventually('the end', () => app.getMetrics().http.connections.open === 0);
      }
    });

    test('clients that reset while megabytes are sent to them leave nothing behind', async (t) => {
      const body = new Uint8Array(16 * 1024 * 1024);
      const text = 'text '.repeat(1_000_000);
      const { app, connect, ask } = await serve(t, transport, (it) => {
        it.get('/bytes', () => body);
        it.get('/text', () => text);
        it.get('/alive', () => 'alive');
      });
      for (const path of ['/bytes', '/text', '/bytes', '/text']) {
        const client = await connect();
        client.write(Buffer.concat([requestBytes(path), requestBytes('/alive'), requestBytes(path)]));
        await client.until('the first bytes', () => (client.received > 0 ? true : undefined));
        client.socket.resetAndDestroy();
        await eventually('the reset', () => app.getMetrics().http.connections.open === 0);
      }
      assert.equal((await ask('/alive')).text(), 'alive');
      assert.equal(app.getMetrics().http.requests.pending, 0);
    });

    test('a client that resets in the middle of a body is forgotten', async (t) => {
      let ran = false;
      const { app, connect } = await serve(t, transport, (it) => {
        it.post('/', () => {
          ran = true;
        });
      });
      const client = await connect();
      client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf of it');
      await eventually('the head', () => app.getMetrics().http.requests.total === 1);
      client.socket.resetAndDestroy();
      await eventually('the reset', () => app.getMetrics().http.connections.open === 0);
      assert.equal(ran, false);
    });
  });
}
