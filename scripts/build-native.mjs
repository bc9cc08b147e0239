// @ts-check
// Builds the Rust addon and its generated loader, in the release profile always. The build goes to `.build/native` and
// moves to the root by rename, because overwriting a mapped library in place kills the processes that run it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { CommandError, execute, root, run } from './command.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

const SOURCES = ['Cargo.toml', 'build.rs', '.cargo', 'rust-toolchain.toml', 'core', 'src'];

/** Where `compileNative` puts what it makes. */
export const NATIVE_OUTPUT = join(root, '.build', 'native');

/** The generated files that are committed beside the sources. */
export const GENERATED = ['index.js', 'index.d.ts'];

/** Builds unless the addon in the root was built from these very sources. */
export async function ensureNative() {
  const sources = hashOf(SOURCES, loaderInputs());
  const present = binaries(root).length > 0 && GENERATED.every((name) => existsSync(join(root, name)));
  if (present && readStamp('native') === sources + hashOf(['Cargo.lock'])) return;
  if (!(await hasCargo())) {
    if (!present && !hasPrebuilt()) {
      throw new CommandError(
        `Rust is needed to build the addon from source and no prebuilt binary fits ${process.platform}-${process.arch}: ` +
          `install it with: ${installCommand()}`,
      );
    }
    console.error('Rust is not installed: going on with the binary at hand, which may be older than the sources');
    return;
  }
  await compileNative();
  for (const name of binaries(NATIVE_OUTPUT)) renameSync(join(NATIVE_OUTPUT, name), join(root, name));
  for (const name of GENERATED) {
    if (isSame(name)) continue;
    console.error(`${name} was regenerated: commit it with the change that caused it`);
    copyFileSync(join(NATIVE_OUTPUT, name), join(root, name));
  }
  writeStamp('native', sources + hashOf(['Cargo.lock']));
}

/** What the generated loader takes from package.json, and the machine that the addon is for. */
function loaderInputs() {
  const { version, napi } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return JSON.stringify([version, napi, process.platform, process.arch]);
}

/** Compiles into `.build/native` and leaves the root alone. */
export async function compileNative() {
  rmSync(NATIVE_OUTPUT, { recursive: true, force: true });
  mkdirSync(NATIVE_OUTPUT, { recursive: true });
  const cli = createRequire(import.meta.url).resolve('@napi-rs/cli');
  const names = ['--js', 'index.js', '--dts', 'index.d.ts', '--output-dir', NATIVE_OUTPUT];
  const args = [join(cli, '..', 'cli.js'), 'build', '--platform', '--release', '--format', 'esm', ...names];
  await run(process.execPath, args, { env: rustEnvironment() });
}

/**
 * Whether the committed copy of a generated file is what the sources generate now.
 * @param {string} name one of `GENERATED`, after `compileNative`
 */
export function isSame(name) {
  const committed = join(root, name);
  return existsSync(committed) && readFileSync(committed, 'utf8') === readFileSync(join(NATIVE_OUTPUT, name), 'utf8');
}

/** The environment with Rust's usual home on the PATH, for shells that were opened before Rust was installed. */
export function rustEnvironment() {
  const bin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  return { ...process.env, PATH: `${process.env.PATH ?? ''}${delimiter}${bin}` };
}

async function hasCargo() {
  return (await execute('cargo', ['--version'], { env: rustEnvironment() })).code === 0;
}

/** @param {string} folder */
function binaries(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.node')) : [];
}

function hasPrebuilt() {
  const scope = join(root, 'node_modules', '@nexurejs');
  const prefix = `binding-${process.platform}-${process.arch}`;
  return existsSync(scope) && readdirSync(scope).some((name) => name.startsWith(prefix));
}

function installCommand() {
  return process.platform === 'win32' ? 'winget install Rustlang.Rustup' : 'curl https://sh.rustup.rs -sSf | sh';
}
