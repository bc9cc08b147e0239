// @ts-check
/** The priority of the processes that are measured: above the one that attacks, and on a busy machine above everything else. */
import { existsSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

let wanted = 0;

/** Sets the priority of every process that is started from now on. @param {number} nice -20 to 19 */
export function setChildNice(nice) {
  wanted = nice;
  if (nice === 0 || !existsSync('/proc/self/autogroup')) return;
  // Priorities count within a session only, where Linux groups processes by session; this is that of the session.
  writeFileSync('/proc/self/autogroup', String(nice));
  process.once('exit', () => writeFileSync('/proc/self/autogroup', '0'));
}

/** Gives a process that priority. @param {import('node:child_process').ChildProcess} child */
export function prioritise(child) {
  if (child.pid !== undefined) setPriority(child.pid, wanted);
}
