// The compilers that users have, each in the dialects it speaks: from a fixture to JavaScript that is imported here.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { transform as esbuild } from 'esbuild';
import { transform as swc } from '@swc/core';
import ts59 from 'typescript-5.9';
import ts6 from 'typescript-6';

const run = promisify(execFile);

export type Dialect = 'standard' | 'legacy';

/** Compiles a source. */
export type Compiler = (source: string, dialect: Dialect) => Promise<string>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));
/** Where what was compiled lies while it is imported. */
const OUT = path.join(ROOT, '.build', 'decorators');

interface Transpiler {
  transpileModule(
    source: string,
    options: { compilerOptions: Record<string, number | boolean> },
  ): { readonly outputText: string };
}

function transpiler(compiler: Transpiler): Compiler {
  return async (source, dialect) =>
    compiler.transpileModule(source, {
      // Numbers of enumerations: ES2022, and ESNext for modules.
      compilerOptions: { target: 9, module: 99, experimentalDecorators: dialect === 'legacy' },
    }).outputText;
}

/** TypeScript 7 is a program. */
const tsc7: Compiler = async (source, dialect) => {
  const directory = path.join(OUT, `tsc-7-${dialect}`);
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'source.ts');
  await writeFile(file, source);
  const options = [
    '--noCheck',
    '--noResolve',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--outDir',
    directory,
    '--rootDir',
    directory,
  ];
  const legacy = ['--experimentalDecorators', String(dialect === 'legacy')];
  const program = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [program, ...options, ...legacy, '--ignoreConfig', file]);
  return readFile(path.join(directory, 'source.js'), 'utf8');
};

export const compilers: Readonly<Record<string, Compiler>> = {
  'tsc 5.9': transpiler(ts59),
  'tsc 6': transpiler(ts6),
  'tsc 7': tsc7,
  async esbuild(source, dialect) {
    const compilerOptions = { experimentalDecorators: dialect === 'legacy', useDefineForClassFields: true };
    const target = 'es2022';
    return (await esbuild(source, { loader: 'ts', target, tsconfigRaw: { compilerOptions } })).code;
  },
  async swc(source, dialect) {
    const { code } = await swc(source, {
      swcrc: false,
      configFile: false,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform:
          dialect === 'legacy' ? { legacyDecorator: true, decoratorMetadata: false } : { decoratorVersion: '2022-03' },
      },
    });
    return code;
  },
};

let compiled = 0;

/** Compiles a fixture and imports it; each time as a module of its own. */
export async function importFixture(
  name: string,
  compiler: Compiler,
  dialect: Dialect,
): Promise<Record<string, unknown>> {
  return importSource(await readFile(path.join(FIXTURES, name), 'utf8'), compiler, dialect);
}

/** The same for a source. */
export async function importSource(
  source: string,
  compiler: Compiler,
  dialect: Dialect,
): Promise<Record<string, unknown>> {
  const code = await compiler(source, dialect);
  const own = JSON.stringify(new URL('../../js/index.ts', import.meta.url).href);
  const schema = JSON.stringify(new URL('../../js/schema/index.ts', import.meta.url).href);
  await mkdir(OUT, { recursive: true });
  const file = path.join(OUT, `${process.pid}-${(compiled += 1)}.mjs`);
  await writeFile(file, code.replaceAll(/(["'])nexurejs\1/g, own).replaceAll(/(["'])nexurejs\/schema\1/g, schema));
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } finally {
    await rm(file);
  }
}
