// @ts-check
/**
 * Runs the micro-benchmarks beside it: `node benchmark/micro/run.mjs [--filter TEXT] [--iterations N] [--samples N]
 * [--sample-ms N] [--json FILE]`. A file NAME.bench.mjs exports `cases`, an array of `{ name, run, opsPerCall? }`.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.mjs';
import { measure } from './measure.mjs';

const SUFFIX = '.bench.mjs';

/** @param {string} flag @param {string} text */
function count(flag, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`--${flag} takes a whole number above 0, not ${text}`);
  return Number(text);
}

const { values } = parseArgs({
  strict: true,
  options: {
    filter: { type: 'string', default: '' },
    iterations: { type: 'string' },
    samples: { type: 'string', default: '15' },
    'sample-ms': { type: 'string', default: '50' },
    json: { type: 'string' },
  },
});
const options = {
  iterations: values.iterations === undefined ? undefined : count('iterations', values.iterations),
  samples: count('samples', values.samples),
  sampleMs: count('sample-ms', values['sample-ms']),
};

const files = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith(SUFFIX))
  .sort();
const results = [];
for (const file of files) {
  const subject = file.slice(0, -SUFFIX.length);
  /** @type {{ cases: import('./measure.mjs').Case[] }} */
  const { cases } = await import(new URL(file, import.meta.url).href);
  for (const one of cases.filter(({ name }) => `${subject} ${name}`.includes(values.filter))) {
    const result = { file: subject, ...measure(one, options) };
    results.push(result);
    const figures = [result.nsPerOp, result.least, result.most].map((ns) => ns.toFixed(1).padStart(10)).join('');
    process.stdout.write(`${figures}  ns/op (median, least, most)  ${subject}: ${one.name}\n`);
  }
}
if (results.length === 0) process.stdout.write(`no case in benchmark/micro/*${SUFFIX} matches\n`);
if (values.json !== undefined) {
  const machine = describeMachine(process.execPath);
  writeFileSync(values.json, `${JSON.stringify({ date: new Date().toISOString(), machine, results }, null, 1)}\n`);
}
