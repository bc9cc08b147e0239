// @ts-check
/** Times a function: calibrate, warm up, take samples, keep the median. */
import { median } from '../statistics.mjs';

/**
 * @typedef {object} Case what a *.bench.mjs file exports, in an array named `cases`
 * @property {string} name
 * @property {() => unknown} run one call; what it returns is kept alive, so that the work cannot be optimised away
 * @property {number} [opsPerCall] operations in one call; 1 unless told
 */
/**
 * @typedef {object} Measured
 * @property {string} name
 * @property {number} nsPerOp median of the samples
 * @property {number} least
 * @property {number} most
 * @property {number} samples
 * @property {number} iterations calls per sample
 */

/** Where the last result of every loop goes. */
export const kept = { value: /** @type {unknown} */ (undefined) };

/** Nanoseconds that some calls take. @param {() => unknown} run @param {number} iterations @param {() => bigint} now */
function time(run, iterations, now) {
  const start = now();
  for (let call = 0; call < iterations; call += 1) kept.value = run();
  return Number(now() - start);
}

/**
 * @param {Case} subject
 * @param {{ iterations?: number | undefined, samples: number, sampleMs: number, now?: () => bigint }} options iterations:
 *   calls per sample; without it, as many as fill sampleMs
 * @returns {Measured}
 */
export function measure({ name, run, opsPerCall = 1 }, { iterations, samples, sampleMs, now = process.hrtime.bigint }) {
  const calls = iterations ?? calibrate(run, sampleMs * 1e6, now);
  for (let round = 0; round < 2; round += 1) time(run, calls, now);
  const nsPerOp = Array.from({ length: samples }, () => time(run, calls, now) / (calls * opsPerCall));
  return {
    name,
    nsPerOp: median(nsPerOp),
    least: Math.min(...nsPerOp),
    most: Math.max(...nsPerOp),
    samples,
    iterations: calls,
  };
}

/** How many calls fill a time. @param {() => unknown} run @param {number} sampleNs @param {() => bigint} now */
function calibrate(run, sampleNs, now) {
  let calls = 1;
  for (let taken = time(run, calls, now); taken < sampleNs && calls < 1e9; taken = time(run, calls, now)) {
    const growth = taken > 0 ? (sampleNs / taken) * 1.1 : 10;
    calls = Math.ceil(calls * Math.min(10, Math.max(1.5, growth)));
  }
  return calls;
}
