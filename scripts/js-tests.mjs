// @ts-check
// Finds the JavaScript test files and runs them under a Node of choice.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CommandError, root } from './command.mjs';

/** Where test files stand, and what they are called there. */
const PLACES = [
  { folder: '__test__', name: /\.test\.ts$/ },
  { folder: 'examples', name: /\.test\.ts$/ },
  { folder: 'benchmark/test', name: /\.test\.mjs$/ },
];

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * Runs the files whose path contains one of the filters, or all when there are none.
 * @param {{ filters?: string[], node?: string, options?: string[] }} [choice] `node` is the path of another Node
 * @returns {Promise<Totals>}
 */
export function runJsTests({ filters = [], node = process.execPath, options = [] } = {}) {
  const files = PLACES.flatMap(({ folder, name }) => filesIn(folder).filter((file) => name.test(file)))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
  if (files.length === 0) throw new CommandError(`No test file matches ${filters.join(', ') || 'any pattern'}`);
  return new Promise((resolve) => {
    // Two files at a time hide the start of one process behind the work of another; more would disturb timings.
    const args = ['--import', 'tsx', 'scripts/run-js-tests.mjs', '--concurrency=2', ...options, ...files];
    const child = spawn(node, args, { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    /** @type {Totals} */
    let totals = { passed: 0, failed: 0, skipped: 0 };
    child.on('message', (message) => (totals = /** @type {Totals} */ (message)));
    // A runner that dies without its report is a failure of its own.
    child.on('exit', (code) => resolve(code === 0 || totals.failed > 0 ? totals : { ...totals, failed: 1 }));
  });
}

/**
 * @param {string} folder
 * @returns {string[]} paths relative to the root, with forward slashes
 */
function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}
