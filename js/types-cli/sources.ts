// The TypeScript sources of a project.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { NexureError } from '../errors/nexure-error.ts';
import { parseLenient } from './module-paths.ts';

const SOURCE = /\.[cm]?tsx?$/;
const DECLARATION = /\.d\.(?:[^.]+\.)?[cm]?ts$/;

/** The folder of the nearest package.json, or the folder itself. */
export function projectRoot(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (dirname(at) === at) return resolve(folder);
  }
}

/** Files and the folders that were looked into. */
export interface Sources {
  /** Absolute, sorted. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * All sources in some files and folders: not those of packages, in folders whose name begins with a dot, or in what a
 * tsconfig.json beside names as its output. Throws `ERR_NEXURE_CLI_ENTRY` for what is not there.
 */
export function listSources(paths: readonly string[]): Sources {
  const files = new Set<string>();
  const folders = new Set<string>();
  const visit = (folder: string): void => {
    if (folders.has(folder)) return;
    folders.add(folder);
    const output = outputOf(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && !entry.name.startsWith('.') && path !== output) visit(path);
      } else if (entry.isFile() && SOURCE.test(entry.name)) {
        files.add(path);
      }
    }
  };
  for (const given of paths) {
    const path = resolve(given);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new NexureError('ERR_NEXURE_CLI_ENTRY', `there is no file or folder ${given}`);
    if (stat.isDirectory()) visit(path);
    else files.add(path);
  }
  return { files: [...files].sort(), folders: [...folders] };
}

/** Whether a file only declares what is elsewhere. */
export function isDeclaration(path: string): boolean {
  return DECLARATION.test(path);
}

function outputOf(folder: string): string | undefined {
  const path = join(folder, 'tsconfig.json');
  if (!existsSync(path)) return undefined;
  const options = parseLenient(readFileSync(path, 'utf8'))?.['compilerOptions'] as
    | { readonly outDir?: unknown }
    | undefined;
  return typeof options?.outDir === 'string' ? resolve(folder, options.outDir) : undefined;
}
