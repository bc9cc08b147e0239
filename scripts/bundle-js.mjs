// @ts-check
// Joins the compiled modules of `dist/` into few files: opening and linking some two hundred takes longer than running
// them. The entry points of package.json keep their places; what they share is in `dist/chunk-*.js`, once, so that classes
// are the same from wherever they are imported. Of the modules only their types stay.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build } from 'esbuild';

import { CommandError, root } from './command.mjs';

/** The files that users of the package load. */
function entryPoints() {
  /** @type {{ exports: Record<string, string | { default: string }>, bin: Record<string, string> }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const exported = Object.values(manifest.exports).flatMap((one) => (typeof one === 'string' ? [] : [one.default]));
  return [...exported, ...Object.values(manifest.bin)];
}

export async function bundleJs() {
  const { errors, metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir: 'dist',
    outbase: 'dist',
    allowOverwrite: true,
    bundle: true,
    // What is imported when it is needed stays a file of its own, and so does what several entry points have in common.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
  if (errors.length > 0) throw new CommandError('dist/ cannot be bundled');
  const made = new Set(Object.keys(metafile.outputs).map((path) => resolve(root, path)));
  const dist = join(root, 'dist');
  for (const name of readdirSync(dist, { encoding: 'utf8', recursive: true })) {
    const path = join(dist, name);
    if (name.endsWith('.js') && !made.has(path)) rmSync(path);
  }
}
