// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { median, medianOfKnown, ratio, summarise } from '../statistics.mjs';

/** @param {string} server @param {number} round @param {number} perCpu @param {string} [scenario] */
const run = (server, round, perCpu, scenario = 'hello') => ({
  scenario,
  server,
  round,
  requests: perCpu,
  seconds: 2,
  cpuSeconds: 1,
  requestsPerCpuSecond: perCpu,
  requestsPerSecond: perCpu / 2,
  p50Ms: round,
  p99Ms: null,
  peakRssBytes: 1000 * round,
});

test('takes the middle value, whatever the order', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([100, 20, 3]), 20);
});

test('takes the mean of the two in the middle of an even number of values', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test('leaves the given values in their order', () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test('refuses the median of nothing', () => {
  assert.throws(() => median([]), RangeError);
});

test('leaves unknown values out of a median', () => {
  assert.equal(medianOfKnown([null, 4, null, 2]), 3);
  assert.equal(medianOfKnown([null]), null);
});

test('takes ratios within rounds, so that a slower round on both sides does not bend them', () => {
  const ones = [run('a', 1, 400), run('a', 2, 40), run('a', 3, 420)];
  const others = [run('b', 3, 210), run('b', 2, 20), run('b', 1, 200)];
  assert.equal(ratio(ones, others), 2);
});

test('leaves out rounds that only one side ran, and knows no ratio without a common round', () => {
  assert.equal(ratio([run('a', 1, 300), run('a', 2, 900)], [run('b', 1, 100)]), 3);
  assert.equal(ratio([run('a', 1, 300)], [run('b', 2, 100)]), undefined);
});

test('summarises each server of each scenario by medians, range and ratios', () => {
  const runs = [1, 2, 3].flatMap((round) => [
    run('ours', round, 100 * round),
    run('base', round, 50 * round),
    run('limit', round, 400 * round),
    run('ours', round, 7, 'json'),
  ]);
  const rows = summarise(runs, { baseline: 'base', limit: 'limit' });
  assert.equal(rows.length, 4);
  const [ours] = rows;
  assert.deepEqual(ours, {
    scenario: 'hello',
    server: 'ours',
    rounds: 3,
    requestsPerCpuSecond: 200,
    range: [100, 300],
    requestsPerSecond: 100,
    cpuShare: 0.5,
    p50Ms: 2,
    p99Ms: null,
    peakRssBytes: 2000,
    ofBaseline: 2,
    ofLimit: 0.25,
  });
  assert.equal(rows.find(({ scenario }) => scenario === 'json')?.ofBaseline, undefined);
});
