// @ts-check
// Remembers in `.build/` which inputs a build step last ran on, as one hash of their names and contents. Content and
// not time decides, so a fresh checkout of the same sources or a `touch` rebuilds nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './command.mjs';

/**
 * Hashes files and folders (whole, by name) below the root; what does not exist is skipped.
 * @param {string[]} inputs paths relative to the root
 * @param {string} [salt] anything else that the step depends on, such as its command line
 */
export function hashOf(inputs, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const input of inputs) addTo(hash, input);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addTo(hash, path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
    return;
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (name !== 'target' && name !== 'node_modules') addTo(hash, `${path}/${name}`);
  }
}

/** @param {string} step */
export function readStamp(step) {
  try {
    return readFileSync(join(root, '.build', `${step}.stamp`), 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {string} step
 * @param {string} hash
 */
export function writeStamp(step, hash) {
  mkdirSync(join(root, '.build'), { recursive: true });
  writeFileSync(join(root, '.build', `${step}.stamp`), hash);
}
