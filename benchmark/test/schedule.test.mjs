// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { Deadline, rotated } from '../schedule.mjs';

test('every server takes every place once in as many rounds as there are servers', () => {
  const servers = ['a', 'b', 'c'];
  const rounds = [1, 2, 3].map((round) => rotated(servers, round));
  assert.deepEqual(rounds, [
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
  ]);
  assert.deepEqual(rotated(servers, 4), rounds[0]);
});

test('rotates nothing to nothing', () => {
  assert.deepEqual(rotated([], 3), []);
});

test('a deadline allows what fits by the expected time of a run', () => {
  const deadline = new Deadline(1000, 100);
  assert.equal(deadline.allows(5, 500), true);
  assert.equal(deadline.allows(6, 500), false);
});

test('a deadline reckons with the slowest run it has seen', () => {
  const deadline = new Deadline(1000, 100);
  deadline.saw(50);
  assert.equal(deadline.allows(10, 0), true);
  deadline.saw(300);
  assert.equal(deadline.allows(4, 0), false);
});

test('an infinite deadline allows everything', () => {
  assert.equal(new Deadline(Infinity, 1e9).allows(1e9, 1e9), true);
});
