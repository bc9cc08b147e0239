// Following demand, second by second, as the native pool does (core/src/pool/tests/demand.rs).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { IDLE_BYTES, Shelf } from '../../js/memory/shelf.ts';

const SIZE = 4096;
const LIMIT = 32 * 1024 * 1024;

function burst(shelf: Shelf, count: number): void {
  const taken = Array.from({ length: count }, () => shelf.take(SIZE));
  for (const buffer of taken) assert.ok(shelf.give(buffer));
}

function rest(shelf: Shelf, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) shelf.closeSecond();
}

describe('a shelf', () => {
  test('gives ten thousand buffers back when none is asked for any more, but not at once', () => {
    const shelf = new Shelf(SIZE, LIMIT);
    burst(shelf, 10_000);
    assert.equal(shelf.keptBytes, LIMIT);
    assert.equal(shelf.stats().refused, 10_000 - LIMIT / SIZE);
    rest(shelf, 10);
    assert.equal(shelf.keptBytes, LIMIT, 'they may be needed again');
    assert.ok(!shelf.rests);
    rest(shelf, 30);
    assert.equal(shelf.keptBytes, IDLE_BYTES);
    assert.ok(shelf.rests);
    rest(shelf, 30);
    assert.equal(shelf.keptBytes, IDLE_BYTES);
  });

  test('has buffers ready for a demand that rises', () => {
    const shelf = new Shelf(SIZE, LIMIT);
    let late = 0;
    for (let second = 0; second < 100; second += 1) {
      const { misses } = shelf.stats();
      burst(shelf, 200 + second * 2);
      if (second > 2 && shelf.stats().misses > misses) late += 1;
      shelf.closeSecond();
    }
    assert.equal(late, 0);
    assert.ok(shelf.stats().prepared > 0);
  });

  test('prepares nothing for buffers that are in use or forgotten', () => {
    const shelf = new Shelf(SIZE, LIMIT);
    for (let count = 0; count < 1000; count += 1) shelf.take(SIZE);
    rest(shelf, 40);
    for (let second = 0; second < 100; second += 1) {
      shelf.take(SIZE);
      shelf.closeSecond();
    }
    assert.ok(shelf.stats().kept <= 17, `${shelf.stats().kept}`);
  });

  test('tells what happened', () => {
    const shelf = new Shelf(SIZE, LIMIT);
    assert.equal(shelf.stats().hitRatio, undefined);
    for (let second = 0; second < 100; second += 1) {
      burst(shelf, 8);
      burst(shelf, 8);
      shelf.closeSecond();
    }
    const { takes, hits, misses, hitRatio, lastPeak, kept, inUse, ewmaPeak, ewmaTakes } = shelf.stats();
    assert.deepEqual(
      { takes, hits, misses, hitRatio, lastPeak, kept, inUse },
      { takes: 1600, hits: 1592, misses: 8, hitRatio: 0.995, lastPeak: 8, kept: 10, inUse: 0 },
    );
    assert.ok(Math.abs(ewmaPeak - 8) < 0.1 && Math.abs(ewmaTakes - 16) < 0.1);
  });

  test('of no size keeps nothing', () => {
    const shelf = new Shelf(0, LIMIT);
    const buffer = shelf.take(1_000_000);
    assert.equal(buffer.byteLength, 1_000_000);
    assert.ok(shelf.give(buffer));
    assert.equal(buffer.byteLength, 0, 'it is empty all the same');
    rest(shelf, 3);
    assert.deepEqual([shelf.keptBytes, shelf.stats().kept, shelf.stats().refused], [0, 0, 1]);
  });
});
