// @ts-check
// `npm run ready`: every gate that a change must pass, the quick ones first. Stops at the first that fails. Continuous
// integration runs this and nothing else. Ends with the totals of the test runners as `N passed, M failed`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { tscPath } from './build-js.mjs';
import { rustEnvironment } from './build-native.mjs';
import { CommandError, execute, main, root } from './command.mjs';
import { ensureInstalled } from './install.mjs';
import { runJsTests } from './js-tests.mjs';
import { runRustTests } from './rust-tests.mjs';

const env = rustEnvironment();
const totals = { passed: 0, failed: 0 };

/** A gate fails by throwing. @type {[name: string, run: () => Promise<void>][]} */
const gates = [
  ['rustfmt', command('cargo', 'fmt', '--all', '--check')],
  ['formatter', binary('oxfmt', '--check')],
  ['oxlint', binary('oxlint', '--deny-warnings')],
  ['typecheck', command(process.execPath, tscPath, '--noEmit')],
  [
    'typecheck of scripts and benchmarks',
    command(process.execPath, tscPath, '--noEmit', '-p', 'tsconfig.scripts.json'),
  ],
  ['clippy', command('cargo', 'clippy', '--workspace', '--all-targets', '--', '-D', 'warnings')],
  ['generated files', command(process.execPath, 'scripts/generated.mjs')],
  ['build', command(process.execPath, 'scripts/build.mjs')],
  ['publint', binary('publint', 'run', '--strict')],
  ['npm pack', command('npm', 'pack', '--dry-run', '--ignore-scripts')],
  ['fuzz targets', fuzzTargets],
  ['cargo test', tests(runRustTests)],
  ['JavaScript tests', tests(runJsTests)],
];

await main(async () => {
  await ensureInstalled();
  const started = performance.now();
  let failure = '';
  for (const [name, run] of gates) {
    const begun = performance.now();
    try {
      await run();
      console.log(`ok      ${name} (${seconds(begun)})`);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      failure = name;
      console.log(`${error.message}\nFAILED  ${name} (${seconds(begun)})`);
      break;
    }
  }
  console.log(failure === '' ? `\nReady after ${seconds(started)}` : `\nNot ready: the gate "${failure}" failed`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  if (failure !== '') process.exitCode = 1;
});

/**
 * A gate that is a command; its output is shown only when it fails.
 * @param {string} file
 * @param {...(string | (() => string))} args functions are called when the gate runs, after the installation
 */
function command(file, ...args) {
  return async () => {
    const given = args.map((argument) => (typeof argument === 'string' ? argument : argument()));
    const { code, output } = await execute(file, given, { env });
    if (code !== 0) throw new CommandError(output);
  };
}

/**
 * A gate that is the program of an installed package.
 * @param {string} name
 * @param {...string} args
 */
function binary(name, ...args) {
  const path = () => {
    const manifest = join(root, 'node_modules', name, 'package.json');
    const { bin } = createRequire(import.meta.url)(manifest);
    return join(manifest, '..', typeof bin === 'string' ? bin : bin[name]);
  };
  return command(process.execPath, path, ...args);
}

/** @param {() => Promise<import('./js-tests.mjs').Totals>} run */
function tests(run) {
  return async () => {
    const { passed, failed } = await run();
    totals.passed += passed;
    totals.failed += failed;
    if (failed > 0) throw new CommandError(`${failed} failed`);
  };
}

async function fuzzTargets() {
  const manifest = join(root, 'fuzz', 'Cargo.toml');
  if (existsSync(manifest)) await command('cargo', 'check', '--manifest-path', manifest, '--bins')();
}

/** @param {number} since */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
