// @ts-check
/** Every process the benchmark starts; none of them outlives it, however it ends. */

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();

/**
 * Remembers a child until it has ended.
 * @template {ChildProcess} Child
 * @param {Child} child
 * @returns {Child}
 */
export function track(child) {
  running.add(child);
  const forget = () => running.delete(child);
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/** Kills every child that still runs. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** Makes this process take its children with it: at its end, on Ctrl-C and on the other signals that ask it to end. */
export function killAllAtEnd() {
  process.once('exit', killAll);
  const signals = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
  for (const [signal, code] of Object.entries(signals)) {
    process.once(/** @type {NodeJS.Signals} */ (signal), () => {
      killAll();
      process.exit(code);
    });
  }
}

/**
 * Kills a child and waits until it is gone.
 * @param {ChildProcess} child
 */
export async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
