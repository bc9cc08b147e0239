// @ts-check
/** One server under test: started, asked how much it used, killed. */
import { spawn } from 'node:child_process';
import { kill, track } from './children.mjs';
import { hasProc, readUsage } from './proc.mjs';

/** A server that does not listen by then is broken. */
const START_TIMEOUT_MS = 10_000;

/** @typedef {import('./heap.mjs').HeapUse} HeapUse */
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
   * @param {{ ipc?: boolean }} [options] ipc: whether it can be asked for its heap
   * @returns {Promise<ServerProcess>}
   */
  static async start(command, { ipc = false } = {}) {
    const [program = '', ...args] = command;
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const child = spawn(program, args, {
      env: { ...environment, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe', ...(hasProc() && !ipc ? [] : [/** @type {const} */ ('ipc')])],
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
    return hasProc() ? readUsage(pid) : /** @type {Promise<Usage>} */ (this.#ask('usage'));
  }

  /** What it has on its heap; for servers in Node that were started with `ipc`. @returns {Promise<HeapUse>} */
  heap() {
    return /** @type {Promise<HeapUse>} */ (this.#ask('heap'));
  }

  /** Asks by a message; rejects when the server ends instead of answering. @param {string} what @returns {Promise<unknown>} */
  #ask(what) {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the server has ended'));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', gone);
        resolve(answer);
      });
      this.#child.send(what);
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
