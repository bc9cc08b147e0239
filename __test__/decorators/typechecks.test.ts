// Users compile controllers with TypeScript 5.9, 6 and 7, in either dialect, and may check the declarations of libraries.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = path.join(ROOT, '__test__/decorators/fixtures');

const SOURCES = {
  standard: ['books.ts', 'typed.ts', 'typed-standard.ts'],
  legacy: ['books.ts', 'typed.ts', 'legacy-books.ts', '../nest-sample/cats.ts'],
} as const;

for (const compiler of ['typescript-5.9', 'typescript-6', 'typescript']) {
  for (const dialect of ['standard', 'legacy'] as const) {
    test(`${compiler} checks controllers and our declarations, ${dialect} dialect`, async (t) => {
      const base = path.join(ROOT, '.build');
      await mkdir(base, { recursive: true });
      const directory = await mkdtemp(path.join(base, 'typechecks-'));
      t.after(() => rm(directory, { recursive: true }));
      const compilerOptions = {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        experimentalDecorators: dialect === 'legacy',
        types: ['node'],
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
        paths: { nexurejs: [path.join(ROOT, 'dist/index.d.ts')] },
      };
      const files = SOURCES[dialect].map((name) => path.join(FIXTURES, name));
      const config = path.join(directory, 'tsconfig.json');
      await writeFile(config, JSON.stringify({ compilerOptions, files }));
      const output = await new Promise<string>((resolve) => {
        const program = path.join(ROOT, 'node_modules', compiler, 'bin/tsc');
        execFile(process.execPath, [program, '-p', config], (_, stdout, stderr) => resolve(stdout + stderr));
      });
      assert.equal(output, '');
    });
  }
}
