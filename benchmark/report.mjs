// @ts-check
/** The results as Markdown: an overview, where NexureJS loses, and a table per scenario. */
import { ROUNDS_TO_TRUST } from './flags.mjs';
import { scenarios } from './scenarios.mjs';
import { BASELINE, LIMIT, OURS, serverOf, servers } from './servers.mjs';
import { ratio } from './statistics.mjs';

/** @typedef {import('./statistics.mjs').Row} Row */
/**
 * @typedef {object} Results what latest.json holds
 * @property {number} version of this format
 * @property {string} date ISO 8601
 * @property {string} label
 * @property {import('./machine.mjs').Machine} machine
 * @property {Record<string, string>} versions of the packages
 * @property {string} loadGenerator
 * @property {string} pinning
 * @property {{ rounds: number, durationSeconds: number, warmupMs: number, connections: number }} plan
 * @property {string[]} notes what was left out or is to be known
 * @property {string[]} problems what went wrong
 * @property {import('./heap.mjs').Heap[]} [heaps] absent in results of before they were measured
 * @property {Row[]} summary
 * @property {import('./statistics.mjs').Run[]} runs
 */

/** A Markdown table; columns but the first are aligned to the right. @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Three significant digits with a thousands' suffix: 157k, 1.12M. @param {number} value */
export function short(value) {
  const [scaled, suffix] = value >= 999_500 ? [value / 1e6, 'M'] : value >= 1000 ? [value / 1000, 'k'] : [value, ''];
  return `${Number(scaled.toPrecision(3))}${suffix}`;
}

/** @param {number | undefined} value */
const times = (value) => (value === undefined ? '' : `${value < 10 ? value.toFixed(2) : value.toFixed(1)}x`);
/** @param {number | undefined} value */
const percent = (value) => (value === undefined ? '' : `${(value * 100).toFixed(0)} %`);
/** @param {number} bytes */
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(0);
/** @param {number | null} ms */
const milliseconds = (ms) => (ms === null ? '' : ms.toFixed(ms < 10 ? 2 : 1));

/** Rows of one scenario in the order of the table of servers. @param {Results} results @param {string} scenario */
function rowsOf({ summary }, scenario) {
  const place = (/** @type {Row} */ row) => servers.findIndex(({ id }) => id === row.server);
  return summary.filter((row) => row.scenario === scenario).sort((a, b) => place(a) - place(b));
}

/** @param {Results} results */
const measured = ({ summary }) => scenarios.filter(({ name }) => summary.some((row) => row.scenario === name));

/**
 * Requests per CPU-second of everyone in every scenario.
 * @param {Results} results
 */
export function overview(results) {
  const present = servers.filter(({ id }) => results.summary.some((row) => row.server === id));
  const ours = present.some(({ id }) => id === OURS);
  const ratios = ours ? [`${OURS} / ${BASELINE}`, `${OURS} / ${LIMIT}`] : [];
  const rows = measured(results).map(({ name }) => {
    const found = rowsOf(results, name);
    const own = found.find((row) => row.server === OURS);
    const cells = present.map(({ id }) => {
      const row = found.find((candidate) => candidate.server === id);
      return row === undefined ? '' : short(row.requestsPerCpuSecond);
    });
    return [name].concat(cells, ours ? [times(own?.ofBaseline), percent(own?.ofLimit)] : []);
  });
  return table(['requests per CPU-second', ...present.map(({ id }) => id), ...ratios], rows);
}

/**
 * Bytes of JavaScript heap per request of everyone: many requests in a turn, and one at a time.
 * @param {Results} results
 */
export function heapTable({ heaps = [] }) {
  const present = servers.filter(({ id }) => heaps.some((heap) => heap.server === id));
  const rows = scenarios
    .filter(({ name }) => heaps.some((heap) => heap.scenario === name))
    .map(({ name }) => {
      const cells = present.map(({ id }) => {
        const heap = heaps.find((candidate) => candidate.scenario === name && candidate.server === id);
        return heap === undefined ? '' : `${heap.together.toFixed(0)} / ${heap.alone.toFixed(0)}`;
      });
      return [name, ...cells];
    });
  return table(['heap bytes per request', ...present.map(({ id }) => id)], rows);
}

/**
 * Every scenario in which another server, the limit aside, did at least as many requests per CPU-second as ours.
 * @param {Results} results
 * @returns {string[]}
 */
export function losses(results) {
  return measured(results).flatMap(({ name }) => {
    const runsOf = (/** @type {string} */ id) =>
      results.runs.filter((run) => run.scenario === name && run.server === id);
    const rivals = servers.filter(({ id }) => id !== OURS && id !== LIMIT);
    return rivals.flatMap(({ id, title }) => {
      const share = ratio(runsOf(OURS), runsOf(id));
      return share === undefined || share > 1 ? [] : [`${name}: ${percent(share)} of ${title}`];
    });
  });
}

/** @param {Results} results @param {import('./scenarios.mjs').Scenario} scenario */
function scenarioSection(results, scenario) {
  const rows = rowsOf(results, scenario.name).map((row) => [
    serverOf(row.server).title,
    short(row.requestsPerCpuSecond),
    `${short(row.range[0])} - ${short(row.range[1])}`,
    times(row.ofBaseline),
    percent(row.ofLimit),
    short(row.requestsPerSecond),
    percent(row.cpuShare),
    milliseconds(row.p50Ms),
    milliseconds(row.p99Ms),
    mebibytes(row.peakRssBytes),
  ]);
  const head = [
    'server',
    'req per CPU-s',
    'least - most',
    `to ${BASELINE}`,
    'of limit',
    'req/s',
    'CPU used',
    'p50 ms',
    'p99 ms',
    'peak RSS MiB',
  ];
  const without = Object.entries(scenario.without ?? {}).map(([id, why]) => `${serverOf(id).title}: ${why}.`);
  return [`### ${scenario.name}`, [scenario.about, ...without].join(' '), table(head, rows)].join('\n\n');
}

/** @param {string} title @param {string[]} lines */
const section = (title, lines) =>
  lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${line}`).join('\n')];

const HEAP_NOTE =
  'Bytes that one request allocates on the heap of the server, with all connections of the load / with one connection, ' +
  'where every turn of the event loop has one request.';

/** The whole report. @param {Results} results */
export function report(results) {
  const { machine, plan, versions } = results;
  const doubt =
    plan.rounds < ROUNDS_TO_TRUST ? [`**Fewer than ${ROUNDS_TO_TRUST} rounds: a look, not a result.**`] : [];
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    `Date: ${results.date.slice(0, 10)}, commit ${machine.commit}`,
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}`,
    `Node.js ${machine.node}; ${packages.join(', ')}`,
    `Load: ${results.loadGenerator}, ${plan.connections} connections; ${results.pinning}`,
    `Plan: ${plan.rounds} interleaved rounds, ${plan.durationSeconds} s timed after ${plan.warmupMs} ms of warm-up; medians`,
  ];
  const ours = results.runs.some((run) => run.server === OURS);
  const lost = losses(results);
  return [
    '# Benchmark results',
    'Written by `npm run benchmark`; how to read it is in [../README.md](../README.md).',
    ...doubt,
    facts.map((fact) => `- ${fact}`).join('\n'),
    overview(results),
    '![Requests per CPU-second by scenario](latest.svg)',
    ...(results.heaps === undefined || results.heaps.length === 0
      ? []
      : ['## JavaScript heap per request', HEAP_NOTE, heapTable(results)]),
    ...section('Failed', results.problems),
    ...section('Notes', results.notes),
    ...(ours
      ? section('Where NexureJS loses', lost.length > 0 ? lost : ['Nowhere in these scenarios, the limit aside.'])
      : []),
    '## Scenarios',
    ...measured(results).map((scenario) => scenarioSection(results, scenario)),
  ]
    .join('\n\n')
    .concat('\n');
}
