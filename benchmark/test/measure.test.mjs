// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { measure } from '../micro/measure.mjs';

/** A clock that only the measured function moves, by what `cost` says for each call. @param {(call: number) => number} cost */
function clocked(cost) {
  let now = 0n;
  let calls = 0;
  const run = () => {
    calls += 1;
    now += BigInt(cost(calls));
  };
  return { run, now: () => now, calls: () => calls };
}

test('gives nanoseconds per operation, not per call', () => {
  const { run, now } = clocked(() => 120);
  const result = measure({ name: 'x', run, opsPerCall: 4 }, { iterations: 10, samples: 3, sampleMs: 1, now });
  assert.deepEqual(result, { name: 'x', nsPerOp: 30, least: 30, most: 30, samples: 3, iterations: 10 });
});

test('does not count the warm-up', () => {
  const { run, now, calls } = clocked((call) => (call <= 20 ? 9000 : 10));
  const result = measure({ name: 'x', run }, { iterations: 10, samples: 2, sampleMs: 1, now });
  assert.equal(result.most, 10);
  assert.equal(calls(), 40);
});

test('takes the median of the samples, so that one slow sample does not count', () => {
  const { run, now } = clocked((call) => (call > 40 ? 1000 : 10));
  const result = measure({ name: 'x', run }, { iterations: 10, samples: 3, sampleMs: 1, now });
  assert.deepEqual([result.nsPerOp, result.least, result.most], [10, 10, 1000]);
});

test('finds out by itself how many calls fill a sample', () => {
  const { run, now } = clocked(() => 1000);
  const { iterations } = measure({ name: 'x', run }, { samples: 1, sampleMs: 1, now });
  assert.ok(iterations >= 1000 && iterations <= 2000, String(iterations));
});
