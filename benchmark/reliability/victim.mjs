// @ts-check
/**
 * The other clients of a server that is attacked, in a process of their own: half of them keep their connection, half open a
 * new one for each request. `node victim.mjs PORT`; says what they saw when its parent sends a message.
 */
import { once } from 'node:events';
import { Peer, request, sleep } from './peers.mjs';

const CLIENTS = 8;
const PAUSE_MS = 10;
/** An answer that takes longer is a failure. */
const PATIENCE_MS = 5000;

const port = Number(process.argv[2]);
/** @type {number[]} */
let latencies = [];
let failures = 0;
const stop = new AbortController();

/** @param {boolean} keeps */
async function live(keeps) {
  /** @type {Peer | undefined} */
  let peer;
  while (!stop.signal.aborted) {
    const start = performance.now();
    try {
      peer ??= await Peer.open(port);
      const status = await peer.ask(request('/'), PATIENCE_MS);
      if (status !== 200) throw new Error(`status ${status}`);
      latencies.push(performance.now() - start);
      if (!keeps) throw new Error('it does not keep connections');
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'it does not keep connections') failures += 1;
      peer?.close();
      peer = undefined;
    }
    await sleep(PAUSE_MS);
  }
  peer?.close();
}

process.send?.('ready');
process.once('disconnect', () => process.exit());
const running = Array.from({ length: CLIENTS }, (_, index) => live(index % 2 === 0));
for (;;) {
  const [message] = await once(process, 'message');
  // What came before the attack is not counted.
  if (message === 'begin') [latencies, failures] = [[], 0];
  else break;
}
stop.abort();
await Promise.all(running);
process.send?.({ latencies, failures });
process.disconnect?.();
