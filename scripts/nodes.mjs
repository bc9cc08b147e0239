// @ts-check
// Other versions of Node for the tests, from the npm registry: the package `node` carries the binary. They go to
// `.build/nodes/` on first use and stand in no lockfile.
//   node scripts/nodes.mjs 22 24 26     installs them
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { CommandError, execute, main, root } from './command.mjs';

/** The supported lines of Node; package.json's `engines` names the floor. */
export const NODE_LINES = ['20', '22', '24', '26'];

/**
 * The path of a Node of this line, installed when it is missing.
 * @param {string} line such as `22`
 * @returns {Promise<string>} rejects with `CommandError` where it cannot be had
 */
export async function nodePath(line) {
  if (process.versions.node.split('.')[0] === line) return process.execPath;
  const folder = join(root, '.build', 'nodes', line);
  const path = join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (await isNode(path, line)) return path;
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts=false'];
  const { output } = await execute('npm', ['install', '--prefix', folder, ...flags, `node@${line}`]);
  if (await isNode(path, line)) return path;
  const reason = /npm error (?!code|A complete)(.+)/.exec(output)?.[1] ?? `npm install node@${line} gives no binary`;
  throw new CommandError(`Node ${line} is not available: ${reason}`);
}

/**
 * @param {string} path
 * @param {string} line
 */
async function isNode(path, line) {
  if (!existsSync(path)) return false;
  const { code, output } = await execute(path, ['--version']);
  return code === 0 && output.startsWith(`v${line}.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    for (const line of process.argv.slice(2)) console.log(await nodePath(line));
  });
}
