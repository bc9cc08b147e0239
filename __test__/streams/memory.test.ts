// Memory does not depend on how much is streamed, in either direction.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { runToEnd } from '../harness/child.ts';
import { socketTransports } from '../harness/server.ts';

interface Report {
  readonly rise: number;
  readonly baseline: number;
  readonly saved: number;
  readonly seconds: number;
}

/** Measured: up to 14 MB over uv, up to 29 MB over node:net. What grew with the stream would be 300 MB. */
const MOST_MEGABYTES = 64;

for (const transport of socketTransports) {
  describe(`memory of streams over ${transport}`, () => {
    for (const [kind, megabytes, what] of [
      ['answer', 300, 'an answer of 300 MB'],
      ['read', 300, 'a body of 300 MB that is read'],
      ['upload', 300, 'an upload of 300 MB that is saved'],
    ] as const) {
      test(`${what} leaves the memory of the process as it was`, async (t) => {
        const exit = await runToEnd('stream-memory.ts', { args: [transport, kind, String(megabytes)] });
        assert.equal(exit.code, 0, exit.stderr);
        const report = JSON.parse(exit.stdout) as Report;
        t.diagnostic(JSON.stringify(report));
        if (kind === 'upload') assert.equal(report.saved, (32 + 32 + megabytes) * 1024 * 1024);
        assert.ok(report.rise < MOST_MEGABYTES, `${report.rise} MB over ${report.baseline} MB`);
      });
    }
  });
}
