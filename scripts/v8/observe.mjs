// @ts-check
// Runs the target under load with V8's flags and gives what V8 did with our functions.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { CommandError, root } from '../command.mjs';
import { load } from './load.mjs';
import { readInlining, readLog } from './log.mjs';

/** @typedef {{ kind: string, routes: string[], strange: string[] }} Shapes */
/**
 * @typedef {object} Observed
 * @property {Shapes[]} shapes routes whose objects have not the hidden class of the others, by kind of object
 * @property {import('./log.mjs').Deopt[]} deopts of functions in dist/
 * @property {Set<string>} optimised functions, as `file name`
 * @property {Set<string>} inlined pairs, as `callee into caller`
 */

/**
 * @param {{ node: string, warmUp: number, steady: number }} options requests before and in the steady state
 * @returns {Promise<Observed>}
 */
export async function observe({ node, warmUp, steady }) {
  if (!existsSync(join(root, 'dist', 'index.js'))) throw new CommandError('not built: run npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'nexure-v8-'));
  const log = join(folder, 'v8.log');
  const flags = ['--allow-natives-syntax', '--trace-turbo-inlining', '--log-code', '--log-deopt'];
  const target = fileURLToPath(new URL('target.mjs', import.meta.url));
  const child = spawn(node, [...flags, '--no-logfile-per-isolate', `--logfile=${log}`, target], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let trace = '';
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    trace += text;
  });
  const closed = once(child, 'close');
  try {
    const { port } = await message(child);
    await load(port, warmUp);
    child.send('steady');
    await message(child);
    await load(port, steady);
    child.send('report');
    const { shapes } = await message(child);
    // It ends by itself, so that its log is complete.
    await closed;
    const read = readLog(readFileSync(log, 'utf8'), pathToFileURL(join(root, 'dist/')).href);
    if (!read.isProven) throw new Error('the log of V8 is not in the format we read');
    return { shapes, deopts: read.deopts, optimised: read.optimised, inlined: readInlining(trace) };
  } finally {
    child.kill('SIGKILL');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The next message of a child. @param {import('node:child_process').ChildProcess} child @returns {Promise<any>} */
function message(child) {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the target ended too early'));
    child.once('exit', gone);
    child.once('message', (received) => {
      child.off('exit', gone);
      resolve(received);
    });
  });
}
