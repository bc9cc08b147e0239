// @ts-check
/** Medians, and ratios taken round by round. */

/**
 * @typedef {object} Run one server, one scenario, one round
 * @property {string} scenario
 * @property {string} server
 * @property {number} round counted from 1
 * @property {number} requests
 * @property {number} seconds
 * @property {number} cpuSeconds of the server, all threads, over the window
 * @property {number} requestsPerCpuSecond
 * @property {number} requestsPerSecond
 * @property {number | null} p50Ms null where the load generator cannot tell
 * @property {number | null} p99Ms
 * @property {number} peakRssBytes
 */

/** The middle value, or the mean of the two in the middle. @param {number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('no median of nothing');
  return (lower + upper) / 2;
}

/** The median of those values that are known; null where none is. @param {Array<number | null>} values */
export function medianOfKnown(values) {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

/**
 * How many times the one does of the other, per CPU-second: the median of the ratios within each round that both ran, so
 * that a machine which slows down half-way slows both sides of every ratio. `undefined` where they share no round.
 * @param {Run[]} ones @param {Run[]} others
 */
export function ratio(ones, others) {
  const ratios = ones.flatMap((one) => {
    const other = others.find(({ round }) => round === one.round);
    return other === undefined ? [] : [one.requestsPerCpuSecond / other.requestsPerCpuSecond];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/**
 * @typedef {object} Row medians of one server in one scenario
 * @property {string} scenario
 * @property {string} server
 * @property {number} rounds
 * @property {number} requestsPerCpuSecond
 * @property {[number, number]} range least and greatest requests per CPU-second of any round
 * @property {number} requestsPerSecond
 * @property {number} cpuShare CPU-seconds per second of the window: 1 is a whole core
 * @property {number | null} p50Ms null where the load generator cannot tell
 * @property {number | null} p99Ms
 * @property {number} peakRssBytes
 * @property {number | undefined} ofBaseline ratio to the baseline
 * @property {number | undefined} ofLimit ratio to the limit
 */

/**
 * One row per server and scenario, in the order in which they first ran.
 * @param {Run[]} runs @param {{ baseline: string, limit: string }} against
 * @returns {Row[]}
 */
export function summarise(runs, against) {
  /** @type {Map<string, Run[]>} */
  const groups = new Map();
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run]);
  return [...groups.values()].map((group) => {
    const { scenario, server } = /** @type {Run} */ (group[0]);
    const others = (/** @type {string} */ id) => runs.filter((run) => run.scenario === scenario && run.server === id);
    const of = (/** @type {(run: Run) => number} */ value) => median(group.map(value));
    const perCpu = group.map((run) => run.requestsPerCpuSecond);
    return {
      scenario,
      server,
      rounds: group.length,
      requestsPerCpuSecond: median(perCpu),
      range: /** @type {[number, number]} */ ([Math.min(...perCpu), Math.max(...perCpu)]),
      requestsPerSecond: of((run) => run.requestsPerSecond),
      cpuShare: of((run) => run.cpuSeconds / run.seconds),
      p50Ms: medianOfKnown(group.map((run) => run.p50Ms)),
      p99Ms: medianOfKnown(group.map((run) => run.p99Ms)),
      peakRssBytes: of((run) => run.peakRssBytes),
      ofBaseline: ratio(group, others(against.baseline)),
      ofLimit: ratio(group, others(against.limit)),
    };
  });
}

/** @param {Run} run */
const keyOf = ({ scenario, server }) => `${scenario} ${server}`;
