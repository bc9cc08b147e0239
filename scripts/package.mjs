// @ts-check
// `npm run package [-- --binaries=FOLDER] [--all]`: lays out in `.build/packages/` what is published: `nexurejs` without
// any binary, and one `@nexurejs/binding-*` for each binary found (`--all`: a missing one is an error). The platform
// packages become optional dependencies here and not in the checked-in package.json: `npm ci` of a clone, and the
// lockfile, must not need versions that are not published yet.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { ensureJs } from './build-js.mjs';
import { CommandError, execute, main, root } from './command.mjs';

const FOLDER = join(root, '.build', 'packages');
const CONTENT = ['dist', 'index.js', 'index.d.ts', 'README.md', 'LICENSE', 'CHANGELOG.md'];
/** What a published package.json has no use for. */
const DEVELOPMENT = ['scripts', 'devDependencies', 'overrides', 'napi'];

/**
 * @param {{ binaries?: string, all?: boolean }} [options] `binaries`: the folder with the `.node` files, anywhere below
 * @returns {Promise<{ main: string, bindings: string[] }>} the folders of the packages
 */
export async function layOut({ binaries = root, all = false } = {}) {
  await ensureJs();
  rmSync(FOLDER, { recursive: true, force: true });
  const platforms = await platformFolders();
  const found = binariesIn(resolve(binaries));
  /** @type {string[]} */
  const bindings = [];
  for (const { folder, manifest } of platforms) {
    const binary = found.find((path) => path.endsWith(manifest.main));
    if (binary === undefined && all) throw new CommandError(`${manifest.main} is missing in ${binaries}`);
    if (binary === undefined) continue;
    copyFileSync(binary, join(folder, manifest.main));
    copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    bindings.push(folder);
  }
  return { main: layOutMain(platforms.map(({ manifest }) => manifest.name)), bindings };
}

/** @param {string[]} bindings the names of all platform packages, which share the version of this one */
function layOutMain(bindings) {
  const folder = join(FOLDER, 'nexurejs');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of DEVELOPMENT) delete manifest[name];
  manifest.files = CONTENT.filter((name) => existsSync(join(root, name)));
  manifest.optionalDependencies = Object.fromEntries(bindings.map((name) => [name, manifest.version]));
  mkdirSync(folder, { recursive: true });
  for (const name of manifest.files) cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Lets napi write the package.json of every target, whether or not its binary is here. */
async function platformFolders() {
  const cli = join(createRequire(import.meta.url).resolve('@napi-rs/cli'), '..', 'cli.js');
  const folder = join(FOLDER, 'bindings');
  const { code, output } = await execute(process.execPath, [cli, 'create-npm-dirs', '--npm-dir', folder]);
  if (code !== 0) throw new CommandError(output);
  return readdirSync(folder).map((name) => ({
    folder: join(folder, name),
    manifest: JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')),
  }));
}

/** @param {string} folder */
function binariesIn(folder) {
  const names = /** @type {string[]} */ (
    folder === resolve(root) ? readdirSync(folder) : readdirSync(folder, { recursive: true })
  );
  return names.filter((name) => name.endsWith('.node')).map((name) => join(folder, name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { binaries: { type: 'string' }, all: { type: 'boolean' } } });
  await main(async () => {
    const { main: folder, bindings } = await layOut(values);
    console.log([...bindings, folder].join('\n'));
  });
}
