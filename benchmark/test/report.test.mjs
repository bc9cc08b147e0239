// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { chart, escaped } from '../chart.mjs';
import { losses, overview, report, short, table } from '../report.mjs';
import { summarise } from '../statistics.mjs';

/** @param {string} scenario @param {string} server @param {number} perCpu */
const run = (scenario, server, perCpu) => ({
  scenario,
  server,
  round: 1,
  requests: perCpu,
  seconds: 1,
  cpuSeconds: 1,
  requestsPerCpuSecond: perCpu,
  requestsPerSecond: perCpu,
  p50Ms: 0.5,
  p99Ms: null,
  peakRssBytes: 64 * 2 ** 20,
});

/** @param {Array<ReturnType<typeof run>>} runs @param {number} [rounds] */
const resultsOf = (runs, rounds = 5) => ({
  version: 1,
  date: '2025-01-02T03:04:05.000Z',
  label: 'test',
  machine: { cpu: 'A <fast> CPU', cores: 2, memoryGib: 8, system: 'linux', node: 'v20.19.0', commit: 'abc' },
  versions: { fastify: '5.0.0' },
  loadGenerator: 'wrk 4.2.0',
  pinning: 'not pinned',
  plan: { rounds, durationSeconds: 3, warmupMs: 100, connections: 64 },
  notes: ['uws left out.'],
  problems: [],
  summary: summarise(runs, { baseline: 'fastify', limit: 'limit' }),
  runs,
});

const runs = [
  run('hello', 'nexure', 100_000),
  run('hello', 'fastify', 20_000),
  run('hello', 'limit', 200_000),
  run('list', 'nexure', 4000),
  run('list', 'fastify', 5000),
];

test('renders a Markdown table with numbers to the right', () => {
  assert.equal(
    table(
      ['a', 'b'],
      [
        ['x', '1'],
        ['y|z', '2'],
      ],
    ),
    '| a | b |\n| --- | ---: |\n| x | 1 |\n| y\\|z | 2 |',
  );
});

test('shortens numbers to three significant digits', () => {
  assert.deepEqual([7, 999, 1000, 15_678, 156_789, 999_499, 999_500, 1_123_456].map(short), [
    '7',
    '999',
    '1k',
    '15.7k',
    '157k',
    '999k',
    '1M',
    '1.12M',
  ]);
});

test('the overview has a row per scenario and the ratios of ours to baseline and limit', () => {
  assert.equal(
    overview(resultsOf(runs)),
    [
      '| requests per CPU-second | fastify | nexure | limit | nexure / fastify | nexure / limit |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      '| hello | 20k | 100k | 200k | 5.00x | 50 % |',
      '| list | 5k | 4k |  | 0.80x |  |',
    ].join('\n'),
  );
});

test('says where ours loses, and never counts the limit as a rival', () => {
  assert.deepEqual(losses(resultsOf(runs)), ['list: 80 % of Fastify 5']);
  assert.match(report(resultsOf(runs)), /## Where NexureJS loses\n\n- list: 80 % of Fastify 5\n/);
});

test('the report names Node.js, CPU, load generator, versions and what was left out', () => {
  const text = report(resultsOf(runs));
  for (const fact of ['v20.19.0', 'A <fast> CPU', 'wrk 4.2.0', 'fastify 5.0.0', 'uws left out.'])
    assert.ok(text.includes(fact), fact);
});

test('the report marks results of fewer than five rounds', () => {
  assert.match(report(resultsOf(runs, 4)), /Fewer than 5 rounds/);
  assert.doesNotMatch(report(resultsOf(runs, 5)), /Fewer than/);
});

test('the report lists what failed', () => {
  assert.match(report({ ...resultsOf(runs), problems: ['hello, X: broke'] }), /## Failed\n\n- hello, X: broke\n/);
});

test('the chart has a bar per server and scenario and escapes what it is given', () => {
  const svg = chart(resultsOf(runs));
  assert.equal(svg.match(/<rect [^>]*height="18"/g)?.length, runs.length);
  assert.ok(svg.includes('A &lt;fast&gt; CPU') && !svg.includes('<fast>'));
});

test('the longest bar of a panel belongs to the greatest value, the others are in proportion', () => {
  const widths = [...chart(resultsOf(runs)).matchAll(/width="([\d.]+)" height="18"/g)].map((match) => Number(match[1]));
  const [fastify = 0, nexure = 0, limit = 0] = widths;
  assert.ok(Math.abs(limit / fastify - 10) < 0.1 && Math.abs(limit / nexure - 2) < 0.1);
});

test('escapes markup', () => {
  assert.equal(escaped('<a b="c">&'), '&lt;a b=&quot;c&quot;&gt;&amp;');
});
