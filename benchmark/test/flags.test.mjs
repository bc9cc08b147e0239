// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { ROUNDS_TO_TRUST, UsageError, parseFlags } from '../flags.mjs';
import { scenarios } from '../scenarios.mjs';

test('runs everything in at least five rounds with 64 connections unless told otherwise', () => {
  const flags = parseFlags([]);
  assert.deepEqual(
    flags.scenarios,
    scenarios.map(({ name }) => name),
  );
  assert.ok(flags.rounds >= 5 && ROUNDS_TO_TRUST === 5);
  assert.equal(flags.connections, 64);
  assert.equal(flags.node, process.execPath);
  assert.equal(flags.label, 'full');
});

test('a quick run takes the main scenarios only, fewer rounds and shorter runs', () => {
  const quick = parseFlags(['--quick']);
  const full = parseFlags([]);
  assert.deepEqual(
    quick.scenarios,
    scenarios.filter(({ main }) => main).map(({ name }) => name),
  );
  assert.ok(
    quick.rounds < full.rounds && quick.durationSeconds < full.durationSeconds && quick.warmupMs < full.warmupMs,
  );
  assert.equal(quick.label, 'quick');
});

test('flags that are given win over what --quick stands for', () => {
  const flags = parseFlags(['--quick', '--rounds', '3', '--duration=2', '--scenario', 'list']);
  assert.deepEqual([flags.rounds, flags.durationSeconds, flags.scenarios], [3, 2, ['list']]);
});

test('takes lists of scenarios and servers, and puts them in the order of the tables', () => {
  const flags = parseFlags(['--scenario', 'json,hello', '--server', 'limit, fastify']);
  assert.deepEqual(flags.scenarios, ['hello', 'json']);
  assert.deepEqual(flags.servers, ['fastify', 'limit']);
  assert.equal(flags.serversNamed, true);
  assert.equal(flags.label, 'partial');
});

for (const args of [
  ['--fast'],
  ['hello'],
  ['--scenario', 'helo'],
  ['--scenario', ''],
  ['--server', 'koa'],
  ['--rounds', '0'],
  ['--rounds', '2.5'],
  ['--rounds', '1e1'],
  ['--duration', '-1'],
  ['--connections', '10001'],
  ['--connections'],
  ['--load', 'ab'],
  ['--label', '../up'],
]) {
  test(`refuses ${args.join(' ')}`, () => {
    assert.throws(() => parseFlags(args), UsageError);
  });
}

test('names the flag and what it was given when it refuses', () => {
  assert.throws(() => parseFlags(['--rounds', 'many']), /--rounds.*"many"/);
  assert.throws(() => parseFlags(['--server', 'koa']), /"koa".*fastify/);
});
