// @ts-check
/** What Linux says about a process and about the cores it may use: parsers of /proc, and the reads behind them. */
import { existsSync, readFileSync } from 'node:fs';

/** Units of utime and stime per second: USER_HZ, which Linux fixes at 100 for user space on every architecture we run on. */
const TICKS_PER_SECOND = 100;

/** @typedef {{ cpuSeconds: number, peakRssBytes: number }} Usage */

/** Whether a process' use can be read from outside. */
export const hasProc = () => existsSync('/proc/self/stat');

/**
 * utime + stime of all threads, living and ended, from the text of /proc/PID/stat (proc_pid_stat(5), fields 14 and 15).
 * The name of the program, field 2, may itself hold spaces and brackets.
 * @param {string} stat
 */
export function cpuSecondsOf(stat) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks)) throw new TypeError('not the text of /proc/PID/stat');
  return ticks / TICKS_PER_SECOND;
}

/** The greatest resident memory so far, from the text of /proc/PID/status. @param {string} status */
export function peakRssBytesOf(status) {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  if (match === null) throw new TypeError('no VmHWM in the text of /proc/PID/status');
  return Number(match[1]) * 1024;
}

/** The cores a process may run on, from the text of /proc/PID/status. @param {string} status */
export function allowedCores(status) {
  const ranges = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1]?.split(',') ?? [];
  return ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** @param {number} pid @returns {Usage} */
export function readUsage(pid) {
  return {
    cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    peakRssBytes: peakRssBytesOf(readFileSync(`/proc/${pid}/status`, 'utf8')),
  };
}
