// Servers in worker threads: each thread has its own, and dies with it whatever it was doing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { runToEnd } from '../harness/child.ts';
import { socketTransports } from '../harness/server.ts';

for (const transport of socketTransports) {
  describe(`worker threads over ${transport}`, () => {
    const CLAIMS = {
      serves: 'a server in a worker serves and stops, and its worker ends by itself',
      beside: 'servers in the main thread and in workers serve at once, and survive each other',
      exits: 'a worker that exits or fails in mid-batch ends with its code',
      terminate: 'worker.terminate() with connections open and writes queued ends the worker and nothing else',
    };
    for (const [scenario, claim] of Object.entries(CLAIMS)) {
      test(claim, async () => {
        const count = scenario === 'terminate' ? (transport === 'uv' ? '100' : '10') : '1';
        const exit = await runToEnd('workers.ts', { args: [transport, scenario, count], timeoutMs: 110_000 });
        assert.deepEqual([exit.code, exit.signal, exit.stdout, exit.stderr], [0, null, '"done"\n', '']);
      });
    }
  });
}
