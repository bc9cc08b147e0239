// @ts-check
// What a buffer of the pool costs, beside a new one: acquired, written to at both ends, and released. A new one costs its collection, too, which falls into the samples by chance.

import { internals } from './internals.mjs';

const { bufferPool } = internals;

const SIZES = [100, 1024, 4096, 16_384, 65_536, 262_144];

/** @type {Record<string, (size: number) => Uint8Array>} */
const ways = {
  'bufferPool.acquire and release': (size) => {
    const view = bufferPool.acquire(size);
    view[0] = 1;
    view[size - 1] = 1;
    bufferPool.release(view);
    return view;
  },
  'new Uint8Array': (size) => {
    const view = new Uint8Array(size);
    view[0] = 1;
    view[size - 1] = 1;
    return view;
  },
};

/** @type {{ name: string, run: () => unknown }[]} */
export const cases = SIZES.flatMap((size) =>
  Object.entries(ways).map(([way, make]) => ({ name: `${size} B, ${way}`, run: () => make(size) })),
);
