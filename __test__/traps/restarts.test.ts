// Applications that start and stop again and again leave nothing behind.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { runToEnd } from '../harness/child.ts';
import { socketTransports } from '../harness/server.ts';

interface Left {
  readonly descriptors: number;
  readonly handles: number;
  readonly rss: number;
}

describe('restarts', () => {
  for (const transport of socketTransports) {
    test(`1000 starts and stops leave no handle, no descriptor and no memory, over ${transport}`, async () => {
      const exit = await runToEnd('restarts.ts', { args: [transport, '1000'], flags: ['--expose-gc'] });
      assert.deepEqual([exit.code, exit.signal, exit.stderr], [0, null, '']);
      const { before, after } = JSON.parse(exit.stdout) as { before: Left; after: Left };
      assert.ok(after.descriptors <= before.descriptors, `${after.descriptors} of ${before.descriptors} descriptors`);
      assert.ok(after.handles <= before.handles, `${after.handles} handles, ${before.handles} before`);
      // One server has more than a megabyte of tables: a leak of 1000 would be a gigabyte.
      assert.ok(after.rss - before.rss < 100, `${before.rss} MB before, ${after.rss} MB after`);
    });
  }
});
