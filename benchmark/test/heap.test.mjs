// @ts-check
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { measureHeap, perRequest, sendCounted } from '../heap.mjs';
import { heapTable } from '../report.mjs';
import { scenarios } from '../scenarios.mjs';
import { OURS, commandOf, serverOf } from '../servers.mjs';
import { requestText } from '../wire.mjs';

/** @param {number} heapBytes @param {number} [collections] */
const use = (heapBytes, collections = 0) => ({ heapBytes, externalBytes: 100, collections });

test('heap per request leaves out what the measuring itself allocates', () => {
  assert.deepEqual(perRequest([use(1000), use(5000), use(5500)], 10), { heap: 350, external: 0 });
});

test('a window in which the collector ran counts for nothing', () => {
  assert.equal(perRequest([use(1000), use(900, 1), use(950, 1)], 10), undefined);
  assert.equal(perRequest([use(1000), use(5000), use(900, 1)], 10), undefined);
});

test('sends exactly as many requests as it was told, over any number of connections', async () => {
  let seen = 0;
  const server = createServer((_request, response) => {
    seen += 1;
    response.end('x');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const text = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
  for (const [count, connections] of /** @type {const} */ ([
    [100, 7],
    [3, 1],
    [2, 5],
  ])) {
    seen = 0;
    await sendCounted(port, [text], count, connections);
    assert.equal(seen, count);
  }
  server.close();
});

test('the table of the heap has a row per scenario and leaves gaps where nothing was measured', () => {
  const heaps = [
    { scenario: 'hello', server: 'nexure', together: 310.4, alone: 480, external: 0 },
    { scenario: 'async', server: 'nexure', together: 1071.6, alone: 1300, external: 0 },
    { scenario: 'hello', server: 'fastify', together: 6746, alone: 6800, external: 0 },
  ];
  const results = /** @type {import('../report.mjs').Results} */ (/** @type {unknown} */ ({ heaps }));
  assert.equal(
    heapTable(results),
    [
      '| heap bytes per request | fastify | nexure |',
      '| --- | ---: | ---: |',
      '| hello | 6746 / 6800 | 310 / 480 |',
      '| async |  | 1072 / 1300 |',
    ].join('\n'),
  );
});

/** What `hello` may take, alone in its turn or one of many. */
const HELLO_BYTES = 600;

test(`NexureJS allocates at most ${HELLO_BYTES} bytes of heap per hello, and nothing outside the heap`, async () => {
  const hello = scenarios.find(({ name }) => name === 'hello');
  assert.ok(hello);
  const command = commandOf(serverOf(OURS), 'hello', { node: process.execPath, limit: undefined });
  const [exchange] = hello.exchanges;
  assert.ok(exchange);
  const warmUp = (/** @type {number} */ port) => sendCounted(port, [requestText(exchange, 'a')], 30_000, 64);
  const { together, alone, external } = await measureHeap(command, hello, { pin: [], connections: 64, warmUp });
  assert.ok(together > 0 && together <= HELLO_BYTES, `${together} bytes, with many in a turn`);
  assert.ok(alone > 0 && alone <= HELLO_BYTES, `${alone} bytes, alone in a turn`);
  assert.ok(external < 1, `${external} bytes outside the heap`);
});
