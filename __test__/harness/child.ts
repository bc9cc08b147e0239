// Scripts in processes of their own: for what would end, crash or measure the process of the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { TestContext } from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** Another Node than the one that runs the test. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard streams and, behind them, inherited descriptors. */
  readonly stdio?: StdioOptions;
  readonly uid?: number;
  /** Then it is killed, and its exit tells so by its signal. Default 60 s. */
  readonly timeoutMs?: number;
}

/** A process that runs a script of `__test__/fixtures`. */
export class Child {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
  #stdout = '';
  #stderr = '';
  readonly #watchers: Set<() => void> = new Set();

  constructor(fixture: string, options: ChildOptions = {}) {
    const { args = [], flags = [], node = process.execPath, env = {}, stdio, uid, timeoutMs = 60_000 } = options;
    // A test runner inside would report to the one outside.
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const script = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
    const child = spawn(node, [...flags, '--import', 'tsx', script, ...args], {
      cwd: root,
      env: { ...inherited, ...env },
      stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.process = child;
    const wake = (): void => {
      for (const watcher of this.#watchers) watcher();
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      wake();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.exit = once(child, 'close').then(([code, signal]) => {
      wake();
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.#stdout,
        stderr: this.#stderr,
      };
    });
  }

  /** Waits for a line of JSON with this number, counted from 0. */
  line(index = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const lines = this.#stdout.split('\n');
        if (lines.length > index + 1) {
          this.#watchers.delete(look);
          resolve(JSON.parse(lines[index] ?? '') as unknown);
        } else if (this.process.exitCode !== null || this.process.signalCode !== null) {
          this.#watchers.delete(look);
          reject(new Error(`ended before line ${index}: ${this.#stdout}${this.#stderr}`));
        }
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Starts a script that is killed behind the test if it still runs. */
export function start(t: TestContext, fixture: string, options?: ChildOptions): Child {
  const child = new Child(fixture, options);
  t.after(async () => {
    child.process.kill('SIGKILL');
    await child.exit;
  });
  return child;
}

/** Runs a script to its end. */
export function runToEnd(fixture: string, options?: ChildOptions): Promise<Exit> {
  return new Child(fixture, options).exit;
}
