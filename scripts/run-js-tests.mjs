// @ts-check
// Runs test files by node:test, each in a process of its own, and prints the spec report with one closing summary.
// A file that does not end in time is killed and fails: a test that hangs or a handle left open must not pass.
// Started by scripts/test.mjs under the Node to test, with `--import tsx`, which the test processes inherit.
//   node --import tsx scripts/run-js-tests.mjs [--concurrency=1] [--timeout-s=300] FILE...
import { run } from 'node:test';
import { spec as Spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

/** @typedef {{ type: string, data: any }} TestEvent */

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '1' },
    'timeout-s': { type: 'string', default: '300' },
  },
});
const timeoutS = Number(values['timeout-s']);

/** The lines of node:test's closing summary. */
const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;
/** @type {Record<string, number>} */
const totals = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
/** @type {string[]} */
const skipped = [];
const started = performance.now();
// The types know `spec` as a function only; it is a class that is also callable.
const report = /** @type {import('node:stream').Transform} */ (new /** @type {any} */ (Spec)());
report.pipe(process.stdout);

const queue = [...files];
await Promise.all(Array.from({ length: Number(values.concurrency) }, work));
totals.duration_ms = Math.round(performance.now() - started);
for (const [name, count] of Object.entries(totals)) diagnose(`${name} ${count}`);
report.end();
await new Promise((resolve) => report.once('end', resolve));

if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((line) => `  ${line}`).join('\n')}`);
const failed = (totals.fail ?? 0) + (totals.cancelled ?? 0);
process.send?.({ passed: totals.pass, failed, skipped: skipped.length });
process.exitCode = failed > 0 ? 1 : 0;

/** Takes files off the queue; the events of a file are reported together, so that files at a time do not mix. */
async function work() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const events = await collect(file);
    report.write({ type: 'test:stdout', data: { file, message: `\n${file}\n` } });
    for (const event of events) report.write(event);
  }
}

/**
 * @param {string} file
 * @returns {Promise<TestEvent[]>}
 */
async function collect(file) {
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutS * 1000);
  /** @type {TestEvent[]} */
  const events = [];
  for await (const event of /** @type {AsyncIterable<TestEvent>} */ (run({ files: [file], signal: timer.signal }))) {
    if (!isSummary(event)) events.push(event);
    if (event.type === 'test:pass') noteSkip(file, event.data);
    const error = event.type === 'test:fail' ? event.data.details?.error : undefined;
    if (error !== undefined && timer.signal.aborted) {
      error.cause = new Error(`still running after ${timeoutS} s: a test hangs or a handle is left open`);
      error.cause.stack = error.cause.message;
    }
  }
  clearTimeout(timeout);
  return events;
}

/**
 * Adds a file's own summary to the totals.
 * @param {TestEvent} event
 */
function isSummary({ type, data }) {
  if (type === 'test:summary') return true;
  const [, name, count] = (type === 'test:diagnostic' && data.nesting === 0 && SUMMARY.exec(data.message)) || [];
  if (name === undefined) return false;
  totals[name] = (totals[name] ?? 0) + Number(count);
  return true;
}

/**
 * @param {string} file
 * @param {{ name: string, skip?: string | boolean }} data
 */
function noteSkip(file, { name, skip }) {
  if (skip === undefined || skip === false) return;
  skipped.push(`${file}: ${name}: ${typeof skip === 'string' && skip !== '' ? skip : 'no reason given'}`);
}

/** @param {string} message */
function diagnose(message) {
  report.write({ type: 'test:diagnostic', data: { nesting: 0, message } });
}
