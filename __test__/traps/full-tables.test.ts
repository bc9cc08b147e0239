// More in one turn than the shared tables hold: answers, text, bytes, and requests.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { eventually, requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { Served } from '../harness/server.ts';

type Resolve = (value: unknown) => void;

/** Sends `total` requests over `connections`, waits until all are pending, answers all in one callback. */
async function answerAtOnce(
  { connect }: Pick<Served, 'connect'>,
  waiting: Map<number, Resolve>,
  { total, connections, body }: { total: number; connections: number; body: (n: number) => string | Uint8Array },
): Promise<void> {
  const each = total / connections;
  const clients = await Promise.all(Array.from({ length: connections }, () => connect()));
  for (const [index, client] of clients.entries()) {
    client.write(Buffer.concat(Array.from({ length: each }, (_, n) => requestBytes(`/${index * each + n}`))));
  }
  await eventually(`${total} handlers`, () => waiting.size === total);
  setImmediate(() => {
    // Backwards, so that rows and connections do not run in the same order.
    for (let n = total - 1; n >= 0; n -= 1) waiting.get(n)?.(body(n));
  });
  for (const [index, client] of clients.entries()) {
    const answers = await client.answers(each);
    for (const [n, answer] of answers.entries()) {
      const expected = Buffer.from(body(index * each + n) as string);
      assert.ok(answer.body.equals(expected), `the answer to ${index * each + n}: ${answer.body.length} bytes`);
    }
  }
}

for (const transport of socketTransports) {
  describe(`full tables over ${transport}`, () => {
    const CASES = {
      '1500 answers': { total: 1500, connections: 30, body: (n: number) => `answer ${n}` },
      'exactly 1024 answers': { total: 1024, connections: 32, body: (n: number) => `answer ${n}` },
      '1025 answers': { total: 1025, connections: 25, body: (n: number) => `answer ${n}` },
      '5000 answers': { total: 5000, connections: 50, body: (n: number) => `answer ${n}` },
      'texts far beyond the arena': {
        total: 200,
        connections: 10,
        body: (n: number) => String.fromCharCode(97 + (n % 26)).repeat(20_000 + n),
      },
      'bytes far beyond the arena': {
        total: 200,
        connections: 10,
        body: (n: number) => Buffer.alloc(20_000 + n, n & 0xff),
      },
      'bodies by reference': { total: 1200, connections: 20, body: (n: number) => Buffer.alloc(33_000 + n, n & 0xff) },
      'short and long texts, bytes and references in turn': {
        total: 2000,
        connections: 20,
        body: (n: number) =>
          [
            `short ${n}`,
            `é${n}`.repeat(700),
            Buffer.alloc(3000, n & 0xff),
            Buffer.alloc(40_000, n & 0xff),
            `€${n}`.repeat(9000),
            '',
          ][n % 6] ?? '',
      },
    };
    for (const [name, cases] of Object.entries(CASES)) {
      test(`${name} given in one callback arrive exactly`, async (t) => {
        const waiting = new Map<number, Resolve>();
        const served = await serve(t, transport, (app) => {
          app.get('/:n', (ctx) => new Promise((resolve) => waiting.set(Number(ctx.params.n), resolve)));
        });
        await answerAtOnce(served, waiting, cases);
      });
    }

    test('requests beyond the arena of one turn are taken in the next ones', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.post('/', async (ctx) => `${ctx.request.get('x-n')} ${(await ctx.request.text()).length}`);
      });
      // 16 KiB bodies lie in the arena of 512 KiB, and each has a head of 8 KiB.
      const clients = await Promise.all(Array.from({ length: 20 }, () => connect()));
      const pad = 'p'.repeat(8000);
      for (const client of clients) {
        const one = (n: number): Buffer =>
          requestBytes('/', { method: 'POST', headers: { 'X-N': String(n), 'X-Pad': pad }, body: 'b'.repeat(16_384) });
        client.write(Buffer.concat(Array.from({ length: 20 }, (_, n) => one(n))));
      }
      for (const client of clients) {
        const answers = await client.answers(20);
        assert.deepEqual(
          answers.map((answer) => answer.text()),
          Array.from({ length: 20 }, (_, n) => `${n} 16384`),
        );
      }
    });

    test('requests of the largest head and inline body pass one by one', async (t) => {
      const { connect } = await serve(
        t,
        transport,
        (app) => {
          app.post('/*', (ctx) => `${ctx.request.headers['x-pad']?.length} ${ctx.request.contentLength}`);
        },
        { server: { maxHeadBytes: 65_535, maxTargetBytes: 32_767, maxHeaderFields: 256 } },
      );
      const client = await connect();
      const fields = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`X-${n}`, 'v']));
      const request = requestBytes(`/${'t'.repeat(30_000)}`, {
        method: 'POST',
        headers: { ...fields, 'X-Pad': 'p'.repeat(30_000) },
        body: 'b'.repeat(16_384),
      });
      client.write(Buffer.concat(Array.from({ length: 12 }, () => request)));
      const answers = await client.answers(12);
      for (const answer of answers) assert.equal(answer.text(), '30000 16384');
    });
  });
}
