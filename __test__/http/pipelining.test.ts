// Requests that come without waiting for answers (RFC 9112 §9.3.2).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { eventually, Gate, requestBytes, serve, socketTransports } from '../harness/server.ts';

for (const transport of socketTransports) {
  describe(`pipelining over ${transport}`, () => {
    test('answers in the order of the requests while handlers run at the same time', async (t) => {
      const finished: string[] = [];
      const gates = { slow: new Gate(), middle: new Gate() };
      const { connect } = await serve(t, transport, (app) => {
        app.get('/slow', async () => {
          await gates.slow.promise;
          finished.push('slow');
          return 'slow';
        });
        app.get('/middle', async () => {
          await gates.middle.promise;
          finished.push('middle');
          gates.slow.open();
          return 'middle';
        });
        app.get('/fast', () => {
          finished.push('fast');
          gates.middle.open();
          return 'fast';
        });
      });
      const client = await connect();
      client.write(Buffer.concat(['/slow', '/middle', '/fast'].map((path) => requestBytes(path))));
      const answers = await client.answers(3);
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        ['slow', 'middle', 'fast'],
      );
      assert.deepEqual(finished, ['fast', 'middle', 'slow']);
    });

    test('handlers run for every request in one packet before the first has been answered', async (t) => {
      const gate = new Gate<string>();
      let started = 0;
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () => {
          started += 1;
          if (started === 20) gate.open('all');
          return gate.promise;
        });
      });
      const client = await connect();
      client.write(Buffer.concat(Array.from({ length: 20 }, () => requestBytes('/'))));
      assert.equal((await client.answers(20)).length, 20);
    });

    test('takes no more than maxPipelined unanswered requests and goes on when there is room', async (t) => {
      const gates: Gate<string>[] = [];
      const { app, connect } = await serve(
        t,
        transport,
        (it) => {
          it.get('/:n', (ctx) => {
            const gate = new Gate<string>();
            gates.push(gate);
            return gate.promise.then(() => ctx.params.n);
          });
          it.post('/pass', () => 'pass');
        },
        { server: { pipelining: { maxDepth: 4 } } },
      );
      const client = await connect();
      client.write(Buffer.concat(Array.from({ length: 10 }, (_, n) => requestBytes(`/${n}`))));
      await eventually('four handlers', () => gates.length === 4);
      // Another connection is served meanwhile, so the loop has had every chance to take a fifth.
      const other = await connect();
      for (let count = 1; count <= 5; count += 1) {
        other.write(requestBytes('/pass', { method: 'POST' }));
        await other.answers(count);
      }
      assert.equal(gates.length, 4);
      assert.equal(app.getMetrics().http.requests.pending, 4);
      for (let next = 0; next < 10; next += 1) {
        await eventually(`handler ${next}`, () => gates.length > next);
        gates[next]?.open('');
        await client.answers(next + 1);
      }
      const answers = await client.answers(10);
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        Array.from({ length: 10 }, (_, n) => String(n)),
      );
    });

    test('5000 requests in one write are answered completely and in order', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/sync/:n', (ctx) => ctx.params.n);
        app.get('/async/:n', async (ctx) => {
          await undefined;
          return ctx.params.n;
        });
        app.post('/body', async (ctx) => ctx.request.text());
      });
      const client = await connect();
      const kinds = [
        (n: number) => requestBytes(`/sync/${n}`),
        (n: number) => requestBytes(`/async/${n}`),
        (n: number) => requestBytes('/body', { method: 'POST', body: String(n) }),
        (n: number) => requestBytes(`/nowhere/${n}`),
      ];
      client.write(Buffer.concat(Array.from({ length: 5000 }, (_, n) => kinds[n % 4]?.(n) ?? Buffer.alloc(0))));
      const answers = await client.answers(5000);
      for (const [n, answer] of answers.entries()) {
        if (n % 4 === 3) assert.equal(answer.status, 404);
        else assert.equal(answer.text(), String(n));
      }
    });

    test('a request that cannot be trusted is answered in its place, and those before it are too', async (t) => {
      const gate = new Gate<string>();
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () => gate.promise);
      });
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/'), Buffer.from('GET / HTTP/1.1\r\nHost : a\r\n\r\n')]));
      const other = await connect();
      other.write(requestBytes('/nowhere'));
      await other.answer();
      assert.equal(client.received, 0);
      gate.open('first');
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, 400],
      );
    });

    test('a handler that closes ends the connection behind its own answer', async (t) => {
      const gate = new Gate<string>();
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', () => gate.promise);
        it.get('/close', (ctx) => ctx.response.set('Connection', 'close').send('closing'));
      });
      const client = await connect();
      client.write(Buffer.concat([requestBytes('/'), requestBytes('/close'), requestBytes('/')]));
      await eventually('three requests', () => app.getMetrics().http.requests.total === 3);
      gate.open('first');
      const answers = await client.closed();
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        ['first', 'closing'],
      );
      assert.equal(answers[1]?.field('connection'), 'close');
    });
  });
}
