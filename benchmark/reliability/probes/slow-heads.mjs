// @ts-check
/** connections that say nothing, or whose head comes a byte at a time, are cut. */
import { Peer, request } from '../peers.mjs';

const PEERS = 50;
const MOST_MS = 12_000;

/** How each kind begins, and what it goes on with twice a second. @type {Record<string, [begin: string, piece: string]>} */
const KINDS = {
  silent: ['', ''],
  'head drip': ['GET / HTTP/1.1\r\nHost: a\r\nX: ', 'y'],
  'head drip, field by field': ['GET / HTTP/1.1\r\nHost: a\r\n', 'X: y\r\n'],
  'head drip behind an answer': [`${request('/')}GET / HTTP/1.1\r\n`, 'X: y\r\n'],
};

/** @type {import('../probe.mjs').Probe} */
export const slowHeads = {
  name: 'slow-heads',
  about: 'silent and dripping heads are cut',
  async run(context) {
    const { port } = await context.start();
    await Promise.all(
      Object.entries(KINDS).map(async ([kind, [begin, piece]]) => {
        const peers = await Peer.openMany(port, PEERS);
        const begun = performance.now();
        for (const peer of peers) peer.write(begin);
        const drip = setInterval(() => {
          for (const peer of peers) if (piece !== '' && peer.endedAt === undefined) peer.write(piece);
        }, 500);
        const patience = context.isOurs ? 20_000 : 100_000;
        const ended = await Promise.all(peers.map((peer) => peer.untilEnded(patience)));
        clearInterval(drip);
        const longest = Math.max(...peers.map(({ endedAt }) => (endedAt ?? Infinity) - begun));
        for (const peer of peers) peer.close();
        const seen = ended.every(Boolean) ? `${(longest / 1000).toFixed(1)} s` : 'never';
        context.row(`${kind}: cut after`, '<= 12 s', seen, context.isWithin(longest, MOST_MS));
      }),
    );
  },
};
