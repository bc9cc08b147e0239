// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { allowedCores, cpuSecondsOf, hasProc, peakRssBytesOf, readUsage } from '../proc.mjs';

const after = 'S 1 4242 4242 0 -1 4194304 2500 0 0 0 1234 66 7 8 20 0 11 0 99 1000 200';

test('adds user and system ticks of the process, and not those of its children', () => {
  assert.equal(cpuSecondsOf(`4242 (node) ${after}`), 13);
});

test('is not misled by spaces and brackets in the name of the program', () => {
  assert.equal(cpuSecondsOf(`4242 (a) 1 2 (b) c) ${after}`), 13);
});

test('refuses a text that is no stat line', () => {
  assert.throws(() => cpuSecondsOf('nonsense'), TypeError);
});

test('reads the peak of resident memory in bytes', () => {
  assert.equal(peakRssBytesOf('VmPeak:\t  999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n'), 2048 * 1024);
  assert.throws(() => peakRssBytesOf('VmRSS:\t 1 kB\n'), TypeError);
});

test('reads single cores and ranges of cores', () => {
  assert.deepEqual(allowedCores('Cpus_allowed:\tff\nCpus_allowed_list:\t0-2,5,7-8\n'), [0, 1, 2, 5, 7, 8]);
  assert.deepEqual(allowedCores('nothing\n'), []);
});

test('sees the CPU time of this process grow as it computes', { skip: !hasProc() }, () => {
  const before = readUsage(process.pid);
  const end = performance.now() + 200;
  while (performance.now() < end);
  const now = readUsage(process.pid);
  assert.ok(now.cpuSeconds > before.cpuSeconds);
  assert.ok(now.peakRssBytes > 1024 * 1024);
});
