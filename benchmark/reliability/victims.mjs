// @ts-check
/** Starts the clients of `victim.mjs`, and says what they saw while something else went on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { track } from '../children.mjs';
import { pinning } from '../machine.mjs';
import { prioritise } from './nice.mjs';

/** @typedef {{ count: number, failures: number, p50: number, p99: number, most: number }} Seen milliseconds */

/** What the victims see while `act` goes on. @param {number} port @param {() => Promise<unknown>} act @returns {Promise<Seen>} */
export async function watchVictims(port, act) {
  const [program = '', ...args] = [...pinning().load, process.execPath];
  const script = fileURLToPath(new URL('victim.mjs', import.meta.url));
  const child = track(
    spawn(program, [...args, script, String(port)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  prioritise(child);
  await once(child, 'message');
  child.send('begin');
  await act();
  child.send('end');
  const [{ latencies, failures }] = await once(child, 'message');
  latencies.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
  const at = (/** @type {number} */ part) => latencies[Math.floor((latencies.length - 1) * part)] ?? Number.NaN;
  return { count: latencies.length, failures, p50: at(0.5), p99: at(0.99), most: at(1) };
}

/** @param {Seen} seen */
export const wereServed = ({ count, failures }) => count > 0 && failures === 0;

/** @param {Seen} seen */
export const victimsText = ({ count, failures, p50, p99, most }) =>
  `${((100 * count) / Math.max(1, count + failures)).toFixed(1)} % of ${count + failures}, p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} most ${most.toFixed(1)} ms`;
