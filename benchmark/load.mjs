// @ts-check
/** The load generator: wrk where it is installed, else autocannon from npm. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kill, track } from './children.mjs';
import { outputOf } from './machine.mjs';
import { versionOf } from './servers.mjs';
import { requestText } from './wire.mjs';

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */
/**
 * @typedef {object} LoadResult
 * @property {number} requests answers that came
 * @property {number} seconds
 * @property {number | null} p50Ms null where the generator cannot tell
 * @property {number | null} p99Ms
 * @property {number} refused answers of status 400 and above
 * @property {number} failures connections, reads, writes and answers that failed or never came
 */
/** @typedef {{ name: 'wrk' | 'autocannon', title: string }} Generator */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** @param {'wrk' | 'autocannon' | undefined} wanted @returns {Generator} */
export function findGenerator(wanted) {
  const wrk =
    wanted === 'autocannon' ? undefined : /^wrk .*?(?= Copyright|$)/m.exec(outputOf('wrk', ['-v']) ?? '')?.[0];
  if (wrk !== undefined) return { name: 'wrk', title: wrk };
  if (wanted === 'wrk') throw new Error('wrk is not installed');
  const version = versionOf('autocannon');
  if (version === undefined) throw new Error('no load generator: install wrk, or run npm install for autocannon');
  return { name: 'autocannon', title: `autocannon ${version}` };
}

/**
 * What wrk.lua reads: how many requests go into one write, then each request after its length.
 * @param {Scenario} scenario @param {number} port
 */
export function wrkRequests(scenario, port) {
  const requests = scenario.exchanges.map((exchange) => requestText(exchange, `127.0.0.1:${port}`));
  return `${scenario.pipelining}\n${requests.map((text) => `${Buffer.byteLength(text)}\n${text}`).join('')}`;
}

/**
 * The command that loads a server for a time.
 * @param {Generator} generator @param {Scenario} scenario
 * @param {{ port: number, connections: number, seconds: number, folder: string, node: string }} options
 * @returns {string[]}
 */
function command(generator, scenario, { port, connections, seconds, folder, node }) {
  const spec = join(folder, `load-${port}`);
  if (generator.name === 'wrk') {
    writeFileSync(spec, wrkRequests(scenario, port));
    const shape = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`];
    return ['wrk', ...shape, '-s', file('wrk.lua'), `http://127.0.0.1:${port}`, '--', spec];
  }
  const requests = scenario.exchanges.map(({ method, path, headers, body }) => ({ method, path, headers, body }));
  writeFileSync(spec, JSON.stringify({ port, connections, seconds, pipelining: scenario.pipelining, requests }));
  return [node, file('load-autocannon.mjs'), spec];
}

export class Load {
  #generator;
  #pin;
  #options;

  /**
   * @param {Generator} generator
   * @param {string[]} pin prefix that pins it to its core
   * @param {{ connections: number, folder: string, node: string }} options folder: where its files go
   */
  constructor(generator, pin, options) {
    this.#generator = generator;
    this.#pin = pin;
    this.#options = options;
  }

  /** Loads without counting. @param {number} port @param {Scenario} scenario @param {number} forMs */
  async warmUp(port, scenario, forMs) {
    const { child, result } = this.#start(port, scenario, Math.ceil(forMs / 1000) + 1);
    result.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, forMs));
    await kill(child);
  }

  /** @param {number} port @param {Scenario} scenario @param {number} seconds @returns {Promise<LoadResult>} */
  run(port, scenario, seconds) {
    return this.#start(port, scenario, seconds).result;
  }

  /** @param {number} port @param {Scenario} scenario @param {number} seconds */
  #start(port, scenario, seconds) {
    const parts = [...this.#pin, ...command(this.#generator, scenario, { ...this.#options, port, seconds })];
    const [program = '', ...args] = parts;
    const child = track(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    const result = resultOf(child, this.#generator.name);
    const blind = this.#generator.name === 'wrk' && scenario.pipelining > 1;
    return { child, result: blind ? result.then(withoutLatency) : result };
  }
}

/**
 * wrk corrects its latencies by the interval it expects between two answers, which it takes from the count of answers: with
 * pipelining that interval is too short by the depth, and the percentiles come out wrong, down to 0.
 * @param {LoadResult} result
 * @returns {LoadResult}
 */
const withoutLatency = (result) => ({ ...result, p50Ms: null, p99Ms: null });

/** @param {import('node:child_process').ChildProcess} child @param {string} name @returns {Promise<LoadResult>} */
function resultOf(child, name) {
  return new Promise((resolve, reject) => {
    let output = '';
    const gather = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', gather);
    child.stderr?.on('data', gather);
    child.once('error', reject);
    child.once('close', () => {
      const line = /^load-result (.*)$/m.exec(output)?.[1];
      if (line === undefined) reject(new Error(`${name} gave no result\n${output.slice(-2000)}`));
      else resolve(JSON.parse(line));
    });
  });
}
