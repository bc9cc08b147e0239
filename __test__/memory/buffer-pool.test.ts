// What the pool lends and takes back: lengths, zeros, and that nobody ever sees what another has written.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { markAsUntransferable, MessageChannel } from 'node:worker_threads';

import { BufferPool, bufferPool } from '../../js/memory/buffer-pool.ts';

const KIB = 1024;
/** What JavaScript without types may pass. */
const anything = (value: unknown): never => value as never;

function isZero(view: Uint8Array): boolean {
  return view.every((byte) => byte === 0);
}

describe('acquire', () => {
  test('lends exactly as many bytes as were asked for, all zero', () => {
    const pool = new BufferPool();
    for (const bytes of [1, 2, 1023, 1024, 1025, 4096, 4097, 16_384, 65_537, 262_144, 262_145, 5_000_000]) {
      for (let round = 0; round < 3; round += 1) {
        const view = pool.acquire(bytes);
        assert.equal(Object.getPrototypeOf(view), Uint8Array.prototype);
        assert.deepEqual([view.length, view.byteOffset], [bytes, 0]);
        assert.ok(isZero(new Uint8Array(view.buffer)), 'behind its end, too');
        new Uint8Array(view.buffer).fill(0xaa);
        pool.release(view);
      }
    }
  });

  test('takes the buffer from the smallest size that holds it', () => {
    const pool = new BufferPool();
    const sizes = [1, 4, 16, 64, 256].map((kib) => kib * KIB);
    for (const bytes of sizes.flatMap((size) => [size - 1, size, size + 1])) {
      const expected = sizes.find((size) => size >= bytes) ?? bytes;
      assert.equal(pool.acquire(bytes).buffer.byteLength, expected);
    }
    assert.deepEqual(
      pool.stats().classes.map((entry) => entry.takes),
      [2, 3, 3, 3, 3],
    );
    assert.equal(pool.stats().beyond.takes, 1);
  });

  test('refuses what is no number of bytes', () => {
    const pool = new BufferPool({ maxBytes: 1000 });
    for (const bytes of [0, -1, 1.5, 1001, 2 ** 40, NaN, Infinity, '5', null, undefined, {}, 5n, [5]]) {
      for (const take of [() => pool.acquire(anything(bytes)), () => pool.get(anything(bytes))]) {
        assert.throws(take, (error: Error & { code?: string }) => {
          return error instanceof RangeError && error.code === 'ERR_NEXURE_POOL_RANGE';
        });
      }
    }
    assert.throws(() => bufferPool.acquire(2 ** 40), { code: 'ERR_NEXURE_POOL_RANGE' });
    assert.equal(pool.get(1000).length, 1000);
    assert.equal(pool.stats().classes[0]?.takes, 1, 'what was refused is not counted');
  });
});

describe('release', () => {
  test('empties every view of the memory, which goes to the next', () => {
    const pool = new BufferPool();
    const first = pool.acquire(100);
    const part = first.subarray(10, 20);
    const buffer = Buffer.from(first.buffer, 0, 50);
    first.fill(1);
    pool.release(first);
    const second = pool.acquire(100).fill(2);
    assert.deepEqual([first.length, part.length, buffer.length, first.buffer.byteLength], [0, 0, 0, 0]);
    assert.equal(first[0], undefined);
    first[0] = 9;
    assert.ok(second.every((byte) => byte === 2));
    const [entry] = pool.stats().classes;
    assert.deepEqual([entry?.takes, entry?.hits, entry?.misses, entry?.inUse], [2, 1, 1, 1], 'the memory is the same');
  });

  test('takes a buffer back once', () => {
    for (const options of [{}, { maxKeptBytes: 0 }]) {
      const pool = new BufferPool(options);
      for (const bytes of [10, 300 * KIB]) {
        const view = pool.acquire(bytes);
        pool.release(view);
        const again = { name: 'NexureError', code: 'ERR_NEXURE_POOL_DOUBLE_RELEASE' };
        assert.throws(() => pool.release(view), again);
        const other = pool.acquire(bytes);
        assert.throws(() => pool.release(view), again, 'also when the memory is lent again');
        pool.release(other);
      }
      assert.ok(pool.stats().classes.every((entry) => entry.inUse === 0));
    }
  });

  test('refuses what it has not lent', () => {
    const pool = new BufferPool();
    const view = pool.acquire(100);
    const proxy = new Proxy(view, {});
    const foreign = [
      new Uint8Array(100),
      Buffer.alloc(100),
      new BufferPool().acquire(100),
      view.subarray(0, 100),
      view.subarray(1),
      view.slice(),
      new Uint8Array(view.buffer),
      Buffer.from(view.buffer),
      view.buffer,
      Object.create(view),
      proxy,
      null,
      undefined,
      0,
      'x',
      () => view,
    ];
    for (const value of foreign) {
      assert.throws(() => pool.release(anything(value)), { name: 'TypeError', code: 'ERR_NEXURE_POOL_FOREIGN' });
    }
    assert.ok(view.length === 100 && pool.stats().keptBytes === 0);
    pool.release(view);
    assert.equal(pool.stats().keptBytes, KIB);
  });

  test('is not misled by properties of the view', () => {
    const pool = new BufferPool();
    const view = pool.acquire(100);
    const own = new ArrayBuffer(KIB);
    Object.defineProperties(view, { buffer: { value: own }, length: { value: 5 }, byteLength: { value: 5 } });
    pool.release(Object.preventExtensions(Object.setPrototypeOf(view, null)));
    assert.equal(own.byteLength, KIB, 'a buffer of somebody else is left alone');
    assert.notEqual(pool.acquire(100).buffer, own);
  });

  test('gives up memory that was transferred or may not be', () => {
    const pool = new BufferPool();
    const sent = pool.acquire(100);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(sent.buffer, [sent.buffer as ArrayBuffer]);
    port1.close();
    port2.close();
    pool.release(sent);
    assert.throws(() => pool.release(sent), { code: 'ERR_NEXURE_POOL_DOUBLE_RELEASE' });
    assert.deepEqual([pool.stats().lost, pool.stats().keptBytes], [1, 0]);
    const held = pool.acquire(100).fill(7);
    markAsUntransferable(held.buffer);
    pool.release(held);
    const { lost, keptBytes, classes } = pool.stats();
    // Whether the mark holds memory fast depends on the version of Node; either way nobody else may write to it.
    assert.ok(
      lost === 2 ? held.every((byte) => byte === 7) && keptBytes === 0 : held.length === 0 && keptBytes === KIB,
    );
    assert.equal(classes[0]?.inUse, 0);
  });

  test('shows nobody what another has written, whoever keeps references', () => {
    const pool = new BufferPool();
    const kept: { view: Uint8Array; whole: Uint8Array; mark: number }[] = [];
    let seed = 12_345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const lent: { view: Uint8Array; mark: number }[] = [];
    for (let step = 0; step < 10_000; step += 1) {
      if (random(2) === 0 || lent.length === 0) {
        const view = pool.acquire(1 + random(random(20) === 0 ? 100_000 : 5000));
        const whole = new Uint8Array(view.buffer);
        const mark = 1 + (step % 255);
        if (step % 10 === 0) assert.ok(isZero(whole));
        whole.fill(mark);
        lent.push({ view, mark });
        kept.push({ view, whole, mark });
      } else {
        const [entry] = lent.splice(random(lent.length), 1);
        assert.ok(entry?.view.at(0) === entry?.mark && entry?.view.at(-1) === entry?.mark);
        if (entry !== undefined) pool.release(entry.view);
      }
    }
    for (const { view, whole, mark } of kept) {
      assert.ok(whole.length === 0 ? view.length === 0 : whole[0] === mark && whole.at(-1) === mark);
    }
    const { classes, keptBytes, maxKeptBytes } = pool.stats();
    assert.equal(
      classes.reduce((sum, entry) => sum + entry.inUse, 0),
      lent.length,
    );
    assert.ok(keptBytes <= maxKeptBytes);
  });
});

describe('a pool', () => {
  test('keeps no more than its limit, and nothing with a limit of nothing', () => {
    for (const maxKeptBytes of [0, 1, 5 * KIB, 500 * KIB, 33_554_432]) {
      const pool = new BufferPool({ maxKeptBytes });
      for (const bytes of [100, 4000, 16_000, 60_000, 200_000, 300_000]) {
        const views = Array.from({ length: 60 }, () => pool.acquire(bytes));
        for (const view of views) pool.release(view);
      }
      const { keptBytes, classes } = pool.stats();
      assert.ok(keptBytes <= maxKeptBytes && keptBytes >= Math.min(maxKeptBytes, 5 * KIB) / 5 - KIB, `${keptBytes}`);
      for (const entry of classes) assert.ok(entry.keptBytes <= maxKeptBytes / 5);
    }
  });

  test('refuses options that are none', () => {
    const refused = [
      { maxBytes: 0 },
      { maxBytes: 1.5 },
      { maxKeptBytes: -1 },
      { maxKeptBytes: 2 ** 40 },
      { maxKept: 1 },
      null,
      5,
    ];
    for (const options of refused) {
      assert.throws(() => new BufferPool(anything(options)), { code: 'ERR_NEXURE_OPTION_INVALID' });
    }
  });

  test('gives memory back by its own timer', async () => {
    const pool = new BufferPool();
    pool.release(pool.acquire(100));
    assert.equal(pool.stats().classes[0]?.lastPeak, 0);
    await sleep(1300);
    assert.equal(pool.stats().classes[0]?.lastPeak, 1, 'a second was closed');
  });

  test('does not keep the process alive', async () => {
    const path = fileURLToPath(new URL('../../js/memory/buffer-pool.ts', import.meta.url));
    const script = `const { bufferPool } = await import(${JSON.stringify(path)}); bufferPool.release(bufferPool.get(9)); bufferPool.get(9);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  });
});
