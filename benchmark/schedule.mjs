// @ts-check
/** In which order things run, and when to stop. */

/**
 * The servers of one round: everyone's turn moves up by one place per round, so that nobody always runs first.
 * @template Item
 * @param {Item[]} items @param {number} round counted from 1
 * @returns {Item[]}
 */
export function rotated(items, round) {
  const start = items.length === 0 ? 0 : (round - 1) % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Says whether a block of runs can still be finished in time, from how long runs took so far. */
export class Deadline {
  #endMs;
  #longestMs;

  /**
   * @param {number} endMs moment by which all must be done; Infinity for none
   * @param {number} expectedRunMs how long a run takes, while none has been seen
   */
  constructor(endMs, expectedRunMs) {
    this.#endMs = endMs;
    this.#longestMs = expectedRunMs;
  }

  /** @param {number} ms how long a run took */
  saw(ms) {
    this.#longestMs = Math.max(this.#longestMs, ms);
  }

  /** @param {number} runs @param {number} nowMs */
  allows(runs, nowMs) {
    return nowMs + runs * this.#longestMs <= this.#endMs;
  }
}
