// @ts-check
/** answers of 16 MiB that nobody reads are not kept in memory once per client. */
import { Peer, request, sleep } from '../peers.mjs';
import { MIB, mib } from '../probe.mjs';

const PEERS = 10;

/** @type {import('../probe.mjs').Probe} */
export const bigAnswers = {
  name: 'big-answers',
  about: '10 peers do not read an answer of 16 MiB: bytes, stream, file',
  async run(context) {
    for (const kind of context.isOurs ? ['bytes', 'stream', 'file'] : ['bytes']) {
      const target = await context.start();
      for (let round = 0; round < 3; round += 1) {
        // Warm: read whole by as many.
        const peers = await Peer.openMany(target.port, PEERS);
        for (const peer of peers) peer.write(request(`/big/${kind}`));
        await Promise.all(peers.map((peer) => peer.until(() => peer.received > 16 * MIB)));
        for (const peer of peers) peer.close();
      }
      await sleep(2000);
      const before = await target.usedBytes();
      const peers = await Peer.openMany(target.port, PEERS, { reads: false });
      for (const peer of peers) peer.write(request(`/big/${kind}`));
      let most = 0;
      for (let times = 0; times < 10; times += 1) {
        await sleep(200);
        most = Math.max(most, target.rssBytes());
      }
      const used = await target.usedBytes();
      for (const peer of peers) peer.close();
      context.row(
        `10 non-readers of 16 MiB, ${kind}`,
        '<= +1 MiB',
        `${mib(used - before)} (${mib(most - before)} before a collection)`,
        context.isWithin(used - before, MIB),
      );
      await target.stop();
    }
  },
};
