// @ts-check
/** A server under test in a process of its own: started, looked at, told to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kill, track } from '../children.mjs';
import { pinning } from '../machine.mjs';
import { cpuSecondsOf } from '../proc.mjs';
import { prioritise } from './nice.mjs';

export const SERVERS = ['nexure', 'fastify', 'node-http'];

/**
 * @typedef {object} TargetOptions
 * @property {object} [options] of `createApp`
 * @property {boolean} [routes] `false` for a single route
 * @property {number} [descriptors] that it may have open; default as many as this process may
 * @property {Record<string, string>} [env]
 * @property {boolean} [steady] keeps the young generation of V8 small: it grows by up to 48 MiB as it likes, which hides what
 *   is looked for where memory must not grow
 */

const pins = pinning();

/** The resident memory of a process in bytes, from the text of /proc/PID/status. @param {string} status */
export function rssBytesOf(status) {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (match === null) throw new TypeError('no VmRSS in the text of /proc/PID/status');
  return Number(match[1]) * 1024;
}

export class Target {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  /** @type {Promise<{ code: number | null, signal: string | null }>} */
  ended;
  #stderr = '';
  port = 0;
  /** What V8 said at the last look. @type {NodeJS.MemoryUsage | undefined} */
  memory;

  /** @param {string[]} command @param {TargetOptions} options */
  constructor([program = '', ...args], { env = {} }) {
    const { NODE_OPTIONS: _, ...environment } = process.env;
    this.#child = track(
      spawn(program, args, {
        env: { ...environment, NODE_ENV: 'production', ...env },
        stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      }),
    );
    prioritise(this.#child);
    this.#child.stderr?.on('data', (text) => (this.#stderr = `${this.#stderr}${text}`.slice(-4000)));
    this.ended = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  /** Starts a server and waits until it listens. @param {string} server @param {TargetOptions} [options] */
  static async start(server, options = {}) {
    const file = fileURLToPath(new URL(`servers/${server}.mjs`, import.meta.url));
    const { descriptors, env: _, steady = false, ...rest } = options;
    const limit = descriptors === undefined ? [] : ['prlimit', `--nofile=${descriptors}:${descriptors}`];
    const target = new Target(
      [
        ...pins.server,
        ...limit,
        process.execPath,
        '--expose-gc',
        ...(steady ? ['--max-semi-space-size=1'] : []),
        file,
        JSON.stringify(rest),
      ],
      options,
    );
    const told = await Promise.race([once(target.#child, 'message'), target.ended]);
    if (!Array.isArray(told)) throw new Error(`the server ended at its start: ${target.#stderr}`);
    target.port = told[0].port;
    return target;
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  /** What it has written to standard error, its end at most. */
  get complaints() {
    return this.#stderr;
  }

  get isAlive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it measures of itself, once it has collected its garbage. @returns {Promise<any>} */
  async look() {
    this.#child.send('look');
    const [{ metrics, memory }] = await once(this.#child, 'message');
    this.memory = memory;
    return metrics;
  }

  /** Resident memory now. */
  rssBytes() {
    return rssBytesOf(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
  }

  /** Resident memory behind a collection of garbage: what is used. */
  async usedBytes() {
    await this.look();
    await this.look();
    return this.rssBytes();
  }

  /**
   * Seconds its main thread has run, and has waited for its core while others had it: where that is much, latencies say more
   * of the machine than of the server.
   */
  schedule() {
    const [ran = 0, waited = 0] = readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ').map(Number);
    return { ranSeconds: ran / 1e9, waitedSeconds: waited / 1e9 };
  }

  cpuSeconds() {
    return cpuSecondsOf(readFileSync(`/proc/${this.pid}/stat`, 'utf8'));
  }

  /** Open descriptors. */
  descriptors() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** Kills it. */
  async stop() {
    await kill(this.#child);
  }
}
