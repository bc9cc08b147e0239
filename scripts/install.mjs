// @ts-check
// Brings `node_modules` in line with package-lock.json, and does nothing when it already is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CommandError, execute, root, run } from './command.mjs';

/** The oldest Node that loads the package by `require()`, as in package.json's `engines`. */
const NODE_FLOOR = [20, 19];

/** Refuses a Node that is too old, then runs `npm ci` when an installed package is missing or of another version. */
export async function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [floorMajor = 0, floorMinor = 0] = NODE_FLOOR;
  if (major < floorMajor || (major === floorMajor && minor < floorMinor)) {
    throw new CommandError(`Node >= ${NODE_FLOOR.join('.')} is needed, this is ${process.versions.node}`);
  }
  if (isInstalled()) return;
  console.log('Installing the development dependencies (npm ci)');
  // Install scripts stay off: what they would do here is `prepare`, which the caller does, and Bun's own step below.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  const bun = join(root, 'node_modules', 'bun', 'install.js');
  if (existsSync(bun)) await execute(process.execPath, [bun]);
}

/** Compares the two lockfiles that npm keeps: the committed one and its note of what is in `node_modules`. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '' || !path.startsWith('node_modules/')) return true;
    const found = present[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function packagesOf(lockfile) {
  const path = join(root, lockfile);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}
