// @ts-check
/** peers that pipeline megabytes and never read cost the others nothing, and their memory comes back. */
import { Peer, request, sleep } from '../peers.mjs';
import { MIB, mib } from '../probe.mjs';
import { victimsText, watchVictims, wereServed } from '../victims.mjs';

const PEERS = 20;
const BYTES = 8 * MIB;
/** How long memory may take to come back. */
const RETURN_MS = 20_000;

/** @type {import('../probe.mjs').Probe} */
export const nonReaders = {
  name: 'non-readers',
  about: '20 peers pipeline 8 MiB each and never read',
  async run(context) {
    const target = await context.start();
    const piece = request('/json').repeat(2000);
    // Warm: the same once, at a hundredth of its size, and read.
    for (const peer of await Peer.openMany(target.port, PEERS)) {
      peer.write(request('/json').repeat(1000));
      await peer.until(() => peer.received > 100_000, 2000);
      peer.close();
    }
    await sleep(2000);
    const before = await target.usedBytes();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, target.rssBytes())), 50);
    const seen = await watchVictims(target.port, async () => {
      const peers = await Peer.openMany(target.port, PEERS, { reads: false });
      for (const peer of peers) for (let sent = 0; sent < BYTES; sent += piece.length) peer.write(piece);
      await sleep(context.quick ? 2000 : 5000);
      for (const peer of peers) peer.close();
    });
    clearInterval(watch);
    context.row(
      '20 non-readers: victims',
      '100 %, p99 <= 50 ms',
      victimsText(seen),
      wereServed(seen) && context.isWithin(seen.p99, 50),
    );
    context.row('20 non-readers: RSS', '<= +16 MiB', mib(most - before), context.isWithin(most - before, 16 * MIB));
    let after = Infinity;
    for (let waited = 0; waited < RETURN_MS && after - before > 4 * MIB; waited += 1000) {
      await sleep(1000);
      after = await target.usedBytes();
    }
    context.row(
      '20 non-readers: RSS afterwards',
      'back to +-4 MiB',
      mib(after - before),
      context.isWithin(Math.abs(after - before), 4 * MIB),
    );
  },
};
