// @ts-check
/** One server under test: started, asked how much it used, killed. */
import { spawn } from 'node:child_process';
import { kill, track } from './children.mjs';
import { hasProc, readUsage } from './proc.mjs';

/** A server that does not listen by then is broken. */
const START_TIMEOUT_MS = 10_000;

/** @typedef {import('./proc.mjs').Usage} Usage */

export class ServerProcess {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  /** Port it listens on. */
  port;

  /** @param {import('node:child_process').ChildProcess} child @param {number} port */
  constructor(child, port) {
    this.#child = child;
    this.port = port;
  }

  /**
   * Starts a server and waits until it listens.
   * @param {string[]} command with its pinning
   * @returns {Promise<ServerProcess>}
   */
  static async start(command) {
    const [program = '', ...args] = command;
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const child = spawn(program, args, {
      env: { ...environment, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe', ...(hasProc() ? [] : [/** @type {const} */ ('ipc')])],
    });
    track(child);
    try {
      return new ServerProcess(child, await portOf(child));
    } catch (error) {
      await kill(child);
      throw error;
    }
  }

  /** CPU time and peak memory since its start. @returns {Promise<Usage>} */
  async usage() {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) {
      throw new Error('the server has ended');
    }
    if (hasProc()) return readUsage(pid);
    return new Promise((resolve) => {
      this.#child.once('message', (usage) => resolve(/** @type {Usage} */ (usage)));
      this.#child.send('usage');
    });
  }

  async stop() {
    await kill(this.#child);
  }
}

/** The port a server says it listens on. @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
function portOf(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    let complaints = '';
    const fail = (/** @type {string} */ why) => {
      clearTimeout(timer);
      reject(new Error(`${why}\n${complaints}`.trim()));
    };
    const timer = setTimeout(() => fail('the server did not listen in time'), START_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`the server ended at its start (${signal ?? code})`));
    child.stderr?.on('data', (chunk) => {
      complaints = `${complaints}${chunk}`.slice(-4000);
    });
    child.stdout?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000);
      const match = /^listening (\d+)$/m.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(Number(match[1]));
    });
  });
}
