// @ts-check
// The framework's inside for the micro-benchmarks: joined into one file as the published package is, since that one gives
// away nothing but the public API.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const folder = new URL('../../.build/', import.meta.url);
const outfile = fileURLToPath(new URL('micro-internals.mjs', folder));

await mkdir(folder, { recursive: true });
await build({
  entryPoints: [fileURLToPath(new URL('internals.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
});

/** @type {any} */
export const internals = await import(new URL('micro-internals.mjs', folder).href);
