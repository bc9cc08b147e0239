// @ts-check
/** What the figures were measured on, and on which cores server and load generator stand. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { allowedCores, hasProc } from './proc.mjs';

/**
 * @typedef {object} Machine
 * @property {string} cpu
 * @property {number} cores
 * @property {number} memoryGib
 * @property {string} system
 * @property {string} node version that ran the servers
 * @property {string} commit of this repository; ends in -dirty where files differ from it
 */

/** What a command prints, or `undefined` where it cannot be run. @param {string} command @param {string[]} args */
export function outputOf(command, args) {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return error === undefined ? `${stdout}${stderr}`.trim() : undefined;
}

/** @param {string} node @returns {Machine} */
export function describeMachine(node) {
  const root = new URL('..', import.meta.url).pathname;
  const version = outputOf(node, ['--version']);
  if (version === undefined || !version.startsWith('v')) throw new Error(`${node} is no Node.js`);
  const commit = outputOf('git', ['-C', root, 'describe', '--always', '--dirty', '--abbrev=12']) ?? 'unknown';
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: version,
    commit: commit.startsWith('fatal') ? 'unknown' : commit,
  };
}

/**
 * The prefixes that pin a command to a core: the server to the first core we may use, the load generator to the second.
 * Both are empty where there is no `taskset`, or only one core.
 * @returns {{ server: string[], load: string[], note: string }}
 */
export function pinning() {
  const cores = hasProc() ? allowedCores(readFileSync('/proc/self/status', 'utf8')) : [];
  const [server, load] = cores;
  if (server === undefined || load === undefined)
    return { server: [], load: [], note: 'not pinned: fewer than two cores known' };
  if (outputOf('taskset', ['--version']) === undefined) return { server: [], load: [], note: 'not pinned: no taskset' };
  return {
    server: ['taskset', '-c', String(server)],
    load: ['taskset', '-c', String(load)],
    note: `server on core ${server}, load generator on core ${load}`,
  };
}
