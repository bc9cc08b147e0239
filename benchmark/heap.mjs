// @ts-check
/**
 * JavaScript heap that a server allocates per request, exactly: used heap after some requests less used heap before them,
 * in a process whose young generation is so large that nothing is collected between the two. A window in which the
 * garbage collector ran all the same is thrown away. What the measuring itself allocates is measured, and taken off.
 */
import { connect } from 'node:net';
import { ServerProcess } from './server-process.mjs';
import { median } from './statistics.mjs';
import { readAnswer, requestText } from './wire.mjs';

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */
/** @typedef {{ heapBytes: number, externalBytes: number, collections: number }} HeapUse as servers/contract.mjs tells it */
/**
 * @typedef {object} Heap bytes per request of one server in one scenario
 * @property {string} scenario
 * @property {string} server
 * @property {number} together with many connections: a turn of the event loop has many requests
 * @property {number} alone with one connection: a turn has one request, and pays for itself
 * @property {number} external bytes outside the heap that objects on it hold, with many connections
 */

/** Flags of Node: a young generation that takes several windows of the hungriest server. */
export const HEAP_FLAGS = ['--min-semi-space-size=256', '--max-semi-space-size=256'];
/** Requests of a window: enough that a stray kilobyte is less than one byte of each. */
const WINDOW = 4000;
/** Windows that count; the median of them is taken. */
const WINDOWS = 3;
/** Windows that may be thrown away before it is an error. */
const MAX_SPOILT = 12;

/**
 * Bytes per request from what was used before a window, behind it, and once more at once; `undefined` when it was spoilt.
 * @param {[HeapUse, HeapUse, HeapUse]} uses @param {number} requests
 */
export function perRequest([before, after, again], requests) {
  if (again.collections !== before.collections) return undefined;
  const grown = (/** @type {'heapBytes' | 'externalBytes'} */ of) =>
    Math.max(0, (after[of] - before[of] - (again[of] - after[of])) / requests);
  return { heap: grown('heapBytes'), external: grown('externalBytes') };
}

/**
 * Sends requests over some connections, each the next one when its answer is there; resolves when all are answered.
 * @param {number} port @param {string[]} texts requests, taken in turn @param {number} count @param {number} connections
 */
export async function sendCounted(port, texts, count, connections) {
  let left = count;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      let bytes = Buffer.alloc(0);
      const next = () => {
        if (left === 0) {
          socket.destroy();
          resolve(undefined);
          return;
        }
        left -= 1;
        socket.write(texts[left % texts.length] ?? '');
      };
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('end', () => reject(new Error('the server closed a connection')));
      socket.on('data', (chunk) => {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
        const read = readAnswer(bytes);
        if (read === undefined) return;
        bytes = bytes.subarray(read.length);
        next();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
}

/**
 * Starts a server and measures it.
 * @param {string[]} command of the server, Node first @param {Scenario} scenario
 * @param {{ pin: string[], connections: number, warmUp: (port: number) => Promise<void> }} options
 * @returns {Promise<Omit<Heap, 'scenario' | 'server'>>}
 */
export async function measureHeap([node = '', ...rest], scenario, { pin, connections, warmUp }) {
  const running = await ServerProcess.start([...pin, node, ...HEAP_FLAGS, ...rest, '0'], { ipc: true });
  try {
    const { port } = running;
    const texts = scenario.exchanges.map((exchange) => requestText(exchange, `127.0.0.1:${port}`));
    await warmUp(port);
    const measure = async (/** @type {number} */ width) => {
      const counted = [];
      for (let spoilt = 0; counted.length < WINDOWS;) {
        // The connections' own objects are made before the window, and not in it.
        await sendCounted(port, texts, width, width);
        const before = await running.heap();
        await sendCounted(port, texts, WINDOW, width);
        const after = await running.heap();
        const result = perRequest([before, after, await running.heap()], WINDOW);
        if (result !== undefined) counted.push(result);
        else if ((spoilt += 1) > MAX_SPOILT) throw new Error('the garbage collector ran in every window');
      }
      return {
        heap: median(counted.map(({ heap }) => heap)),
        external: median(counted.map(({ external }) => external)),
      };
    };
    const together = await measure(connections);
    const alone = await measure(1);
    return { together: together.heap, alone: alone.heap, external: together.external };
  } finally {
    await running.stop();
  }
}
