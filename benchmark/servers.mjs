// @ts-check
/** The servers that are compared, whether they can run here, and the command that starts each. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { track } from './children.mjs';

/**
 * @typedef {object} Server
 * @property {string} id name on the command line, and of its file in servers/
 * @property {string} title name in the report
 * @property {string} [module] package it needs
 */

/** Name of ours and of the yardstick, which the report treats apart. */
export const OURS = 'nexure';
export const LIMIT = 'limit';
export const BASELINE = 'fastify';

/** @type {Server[]} */
export const servers = [
  { id: 'express', title: 'Express 5', module: 'express' },
  { id: 'hono', title: 'Hono (Node adapter)', module: '@hono/node-server' },
  { id: 'fastify', title: 'Fastify 5', module: 'fastify' },
  { id: 'node-http', title: 'node:http' },
  { id: 'uws', title: 'uWebSockets.js', module: 'uWebSockets.js' },
  { id: OURS, title: 'NexureJS', module: 'nexurejs' },
  { id: LIMIT, title: 'limit (Rust, no JavaScript)' },
];

/** @param {string} id */
export function serverOf(id) {
  const server = servers.find((candidate) => candidate.id === id);
  if (server === undefined) throw new RangeError(`no server ${id}`);
  return server;
}

/** The file a package resolves to, where it is installed and built. @param {string} module */
function entryOf(module) {
  try {
    const entry = fileURLToPath(import.meta.resolve(module));
    return existsSync(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** The version in the package.json that a file belongs to. @param {string} file @param {string} module */
function versionAbove(file, module) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (name === module) return String(version);
  }
  return 'unknown';
}

/** Version of an installed package, or `undefined`. @param {string} module */
export function versionOf(module) {
  const entry = entryOf(module);
  return entry === undefined ? undefined : versionAbove(entry, module);
}

/**
 * Builds the limit with the release profile of the workspace; `undefined` where there is no cargo.
 * @returns {Promise<string | undefined>} path of the executable
 */
export async function buildLimit() {
  const manifest = fileURLToPath(new URL('limit/Cargo.toml', import.meta.url));
  const args = ['build', '--release', '--message-format=json-render-diagnostics', '--manifest-path', manifest];
  const cargo = track(spawn('cargo', args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  let output = '';
  cargo.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => {
    cargo.once('error', () => resolve(undefined));
    cargo.once('close', resolve);
  });
  if (code === undefined) return undefined;
  if (code !== 0) throw new Error('the limit does not build');
  return executableIn(output);
}

/** The executable that cargo's JSON messages name. @param {string} messages */
export function executableIn(messages) {
  const lines = messages.split('\n').filter((line) => line.startsWith('{'));
  const artifacts = lines.map((line) => JSON.parse(line)).filter(({ executable }) => typeof executable === 'string');
  return /** @type {string | undefined} */ (artifacts.at(-1)?.executable);
}

/**
 * The command of a server, but for the port.
 * @param {Server} server @param {string} scenario @param {{ node: string, limit: string | undefined }} programs
 * @returns {string[]}
 */
export function commandOf(server, scenario, programs) {
  if (server.id === LIMIT) return [programs.limit ?? LIMIT];
  return [programs.node, fileURLToPath(new URL(`servers/${server.id}.mjs`, import.meta.url)), scenario];
}
