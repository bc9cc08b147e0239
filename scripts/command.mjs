// @ts-check
// Runs a child process and waits for it. Refuses to interpret output: callers do.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A failure that is fully said in its message: callers print it without a stack. */
export class CommandError extends Error {}

/**
 * Runs a program with inherited output.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<void>} rejects with `CommandError` unless the exit code is 0
 */
export async function run(file, args, options = {}) {
  const { code } = await execute(file, args, { ...options, onOutput: null });
  if (code !== 0) throw new CommandError(`${[file, ...args].join(' ')} failed with exit code ${code}`);
}

/**
 * Runs a program. Its output goes to `onOutput` when that is a function, to this process when it is `null`, and is
 * only collected when it is absent.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: ((text: string) => void) | null }} [options]
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when the program cannot be started
 */
export function execute(file, args, { cwd = root, env = process.env, onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: onOutput === null ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && !file.endsWith('.exe'),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
        onOutput?.(text);
      });
    }
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs the body of a script: a `CommandError` becomes one line on stderr and exit code 1.
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
