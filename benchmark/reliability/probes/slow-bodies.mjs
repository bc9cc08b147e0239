// @ts-check
/** bodies that stall or drip are cut, also where the handler reads along; a slow handler is nobody's fault. */
import { Peer, request, sleep } from '../peers.mjs';
import { KIB } from '../probe.mjs';

const PEERS = 20;
const MOST_MS = 31_000;
const MANY = 1_000_000;
const chunked = (/** @type {string} */ path) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;

/** @type {Record<string, [begin: string, piece: string]>} */
const KINDS = {
  'body stall': [request('/echo', { method: 'POST', length: MANY, body: 'x'.repeat(1000) }), ''],
  'streamed body stall': [request('/stream', { method: 'POST', length: MANY, body: 'x'.repeat(1000) }), ''],
  'stall behind 100 kB': [request('/echo', { method: 'POST', length: MANY, body: 'x'.repeat(100_000) }), ''],
  'streamed stall behind 100 kB': [request('/stream', { method: 'POST', length: MANY, body: 'x'.repeat(100_000) }), ''],
  'body drip, 20 B/s': [request('/echo', { method: 'POST', length: MANY }), 'xxxxxxxxxx'],
  'streamed body drip, 20 B/s': [request('/stream', { method: 'POST', length: MANY }), 'xxxxxxxxxx'],
  'chunked body drip, 2 B/s': [chunked('/echo'), '1\r\nx\r\n'],
};

/** @param {import('../probe.mjs').Context} context @param {number} port */
async function uploadSlowly(context, port) {
  // A handler that takes about 24 s for it: longer than any stall may be.
  const length = 1024 * KIB;
  const peer = await Peer.open(port);
  const start = performance.now();
  const status = await peer.ask(request('/slow-stream', { method: 'POST', length, body: 'x'.repeat(length) }));
  const seconds = (performance.now() - start) / 1000;
  peer.close();
  context.row('upload to a slow handler', 'not cut', `status ${status} after ${seconds.toFixed(1)} s`, status === 200);
}

/** @type {import('../probe.mjs').Probe} */
export const slowBodies = {
  name: 'slow-bodies',
  about: 'stalling and dripping bodies are cut, slow handlers are not',
  async run(context) {
    const { port } = await context.start();
    const kinds = Object.entries(KINDS).map(async ([kind, [begin, piece]]) => {
      const peers = await Peer.openMany(port, PEERS);
      const begun = performance.now();
      for (const peer of peers) peer.write(begin);
      const drip = setInterval(() => {
        for (const peer of peers) if (piece !== '' && peer.endedAt === undefined) peer.write(piece);
      }, 500);
      await sleep(0);
      const ended = await Promise.all(peers.map((peer) => peer.untilEnded(45_000)));
      clearInterval(drip);
      const longest = Math.max(...peers.map(({ endedAt }) => (endedAt ?? Infinity) - begun));
      for (const peer of peers) peer.close();
      const seen = ended.every(Boolean) ? `${(longest / 1000).toFixed(1)} s` : 'not within 45 s';
      context.row(`${kind}: cut after`, '<= 31 s', seen, context.isWithin(longest, MOST_MS));
    });
    await Promise.all([...kinds, ...(context.isOurs ? [uploadSlowly(context, port)] : [])]);
  },
};
