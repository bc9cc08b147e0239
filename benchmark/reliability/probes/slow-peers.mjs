// @ts-check
/** a thousand slow peers, and ten thousand, cost the others nothing and the server little memory. */
import { Peer, request, sleep } from '../peers.mjs';
import { KIB } from '../probe.mjs';
import { victimsText, watchVictims, wereServed } from '../victims.mjs';

const ATTACK_MS = 5000;

/** How the peers begin, by turns, and what they go on with. @type {[string, string][]} */
const KINDS = [
  ['GET / HTTP/1.1\r\nHost: a\r\nX: ', 'y'],
  [request('/echo', { method: 'POST', length: 100_000 }), 'xx'],
  [request('/'), ''],
];

/** @type {import('../probe.mjs').Probe} */
export const slowPeers = {
  name: 'slow-peers',
  about: '1,000 and 10,000 slow peers: the others are served, memory per peer',
  async run(context) {
    for (const count of context.quick ? [1000] : [1000, 10_000]) {
      const target = await context.start();
      for (const peer of await Peer.openMany(target.port, 200)) {
        await peer.ask(request('/'));
        peer.close();
      }
      await sleep(500);
      const before = await target.usedBytes();
      let during = before;
      /** @type {Peer[]} */
      let peers = [];
      let cut = 0;
      const seen = await watchVictims(target.port, async () => {
        peers = await Peer.openMany(target.port, count);
        for (const [index, peer] of peers.entries()) peer.write(KINDS[index % KINDS.length]?.[0] ?? '');
        // Each peer has a piece to say about twice a second, a tenth of them at a time.
        const start = performance.now();
        for (let round = 0; performance.now() - start < ATTACK_MS; round += 1) {
          for (let index = round % 10; index < peers.length; index += 10) {
            peers[index]?.write(KINDS[index % KINDS.length]?.[1] ?? '');
          }
          await sleep(50);
        }
        cut = peers.filter(({ endedAt }) => endedAt !== undefined).length;
        during = await target.usedBytes();
      });
      for (const peer of peers) peer.close();
      const each = (during - before) / count / KIB;
      context.row(
        `${count} slow peers: victims`,
        '100 %, p99 <= 50 ms',
        victimsText(seen),
        wereServed(seen) && context.isWithin(seen.p99, 50),
      );
      context.row(
        `${count} slow peers: RSS each`,
        '<= 4 KiB',
        `${each.toFixed(2)} KiB (${cut} cut by then)`,
        context.isWithin(each, 4),
      );
      await target.stop();
    }
  },
};
