// @ts-check
/** What a probe is, and how what it saw is written down. */
import { Target } from './target.mjs';

/**
 * @typedef {object} Row one figure
 * @property {string} name
 * @property {string} goal
 * @property {string} seen
 * @property {boolean} ok
 */

/**
 * @typedef {object} Probe
 * @property {string} name on the command line
 * @property {string} about
 * @property {boolean} [oursOnly] needs what only our server has
 * @property {(context: Context) => Promise<void>} run
 */

/** What a probe is given. */
export class Context {
  server;
  quick;
  full;
  minutes;
  #slack;
  #report;
  /** @type {Set<Target>} */
  #targets = new Set();

  /** @param {{ server: string, quick: boolean, full: boolean, minutes: number, slack: number, report: (row: Row) => void }} given */
  constructor({ server, quick, full, minutes, slack, report }) {
    this.server = server;
    this.quick = quick;
    this.full = full;
    this.minutes = minutes;
    this.#slack = slack;
    this.#report = report;
  }

  get isOurs() {
    return this.server === 'nexure';
  }

  /** Whether a time or an amount is within its goal, which a machine that is shared may be given some slack for. @param {number} value @param {number} goal */
  isWithin(value, goal) {
    return value <= goal * this.#slack;
  }

  /** Starts a server that is killed behind the probe. @param {import('./target.mjs').TargetOptions} [options] */
  async start(options) {
    const target = await Target.start(this.server, options);
    this.#targets.add(target);
    return target;
  }

  /** @param {string} name @param {string} goal @param {string} seen @param {boolean} ok */
  row(name, goal, seen, ok) {
    this.#report({ name, goal, seen, ok });
  }

  async end() {
    for (const target of this.#targets) await target.stop();
    this.#targets.clear();
  }
}

export const KIB = 1024;
export const MIB = 1024 * 1024;

/** @param {number} bytes */
export const mib = (bytes) => `${bytes < 0 ? '' : '+'}${(bytes / MIB).toFixed(2)} MiB`;

/** @param {Row} row */
export function lineOf({ name, goal, seen, ok }) {
  return `${ok ? 'ok    ' : 'MISSED'}  ${name.padEnd(34)}  ${goal.padEnd(34)}  ${seen}`;
}
