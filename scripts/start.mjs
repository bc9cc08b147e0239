// @ts-check
// `npm start`: installs, builds what is stale, runs the example service until Ctrl-C. Needs only Node and Rust.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { CommandError, main, root } from './command.mjs';
import { ensureInstalled } from './install.mjs';
import { ensureJs } from './build-js.mjs';
import { ensureNative } from './build-native.mjs';

const SERVICE = 'examples/bookstore/main.ts';
/** How long the service may take to stop before it is killed; chosen to outlast its own shutdown deadline. */
const STOP_TIMEOUT_MS = 15_000;

await main(async () => {
  await ensureInstalled();
  await ensureNative();
  await ensureJs();
  process.exitCode = await serve();
});

/** Runs the service. It stands in a process group of its own, so that Ctrl-C reaches it once, from here. */
function serve() {
  const child = spawn(process.execPath, ['--import', 'tsx', SERVICE, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    detached: process.platform !== 'win32',
  });
  let asked = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (asked) return; // npm repeats the terminal's signal
      asked = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS).unref();
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new CommandError(`${SERVICE} cannot be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      const stopped = asked && (code === 0 || signal === 'SIGTERM' || code === 128 + constants.signals.SIGTERM);
      resolve(stopped ? 0 : (code ?? 1));
    });
  });
}
