// @ts-check
/**
 * What every server file has in common with the runner: `node <server>.mjs <scenario> [port]`, one line
 * `listening <port>` when it can be reached, and an answer to the messages `usage` (where the runner cannot read /proc)
 * and `heap`.
 */
import { PerformanceObserver } from 'node:perf_hooks';

export const HOST = '127.0.0.1';

/**
 * The scenario to serve and the port to listen on (0: the system picks one).
 * @param {Record<string, () => void | Promise<void>>} setups what to set up per scenario
 * @returns {{ setUp: () => void | Promise<void>, port: number }}
 */
export function fromArguments(setups) {
  const [scenario = '', port = '0'] = process.argv.slice(2);
  const setUp = Object.hasOwn(setups, scenario) ? setups[scenario] : undefined;
  if (setUp === undefined) throw new Error(`no such scenario here: ${JSON.stringify(scenario)}`);
  return { setUp, port: Number(port) };
}

/** Tells the runner that the server can be reached. @param {number} port */
export function announce(port) {
  process.stdout.write(`listening ${port}\n`);
  if (process.send === undefined) return;
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  process.on('message', (message) => {
    if (message === 'heap') {
      const { heapUsed, external } = process.memoryUsage();
      process.send?.({ heapBytes: heapUsed, externalBytes: external, collections });
    } else if (message === 'usage') {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      process.send?.({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRssBytes: maxRSS * 1024 });
    }
  });
}

/** Ends after this turn of the event loop. */
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
