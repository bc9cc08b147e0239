// @ts-check
// Compiles `js/` to `dist/` with the project's own TypeScript, and joins what users load into few files.
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { bundleJs } from './bundle-js.mjs';
import { root, run } from './command.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

const INPUTS = [
  'js',
  'index.d.ts',
  'package.json',
  'scripts/bundle-js.mjs',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/** Compiles unless `dist/` was made from these very sources. */
export async function ensureJs() {
  const hash = hashOf(INPUTS);
  const dist = join(root, 'dist');
  if (existsSync(dist) && readStamp('js') === hash) return;
  rmSync(dist, { recursive: true, force: true });
  await run(process.execPath, [tscPath(), '-p', 'tsconfig.build.json']);
  await bundleJs();
  writeStamp('js', hash);
}

/** The compiler's entry script. */
export function tscPath() {
  return join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc');
}
