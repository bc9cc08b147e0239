// @ts-check
/** Rows 13 and 14: what a connection costs that has carried a request and waits, and one that was never used. */
import { Peer, request, sleep } from '../peers.mjs';
import { KIB } from '../probe.mjs';

/** @type {import('../probe.mjs').Probe} */
export const idle = {
  name: 'idle',
  about: 'memory of kept and of never used connections (rows 13, 14)',
  async run(context) {
    const count = context.quick ? 2000 : 10_000;
    for (const isUsed of [true, false]) {
      // Opening so many takes longer than the first head may.
      const target = await context.start({ options: { server: { headTimeoutMs: 120_000 } } });
      // Warm: everything that is made once is there.
      for (let round = 0; round < 3; round += 1) {
        const peers = await Peer.openMany(target.port, 50);
        for (let times = 0; times < 20; times += 1) await Promise.all(peers.map((peer) => peer.ask(request('/'))));
        for (const peer of peers) peer.close();
        await sleep(100);
      }
      const before = await target.usedBytes();
      const peers = await Peer.openMany(target.port, count);
      if (isUsed) {
        for (let from = 0; from < count; from += 500) {
          await Promise.all(peers.slice(from, from + 500).map((peer) => peer.ask(request('/'))));
        }
      }
      await sleep(3000);
      const open = peers.filter(({ endedAt }) => endedAt === undefined).length;
      const each = ((await target.usedBytes()) - before) / count / KIB;
      for (const peer of peers) peer.close();
      const name = isUsed ? 'idle kept connection' : 'never used connection';
      context.row(
        `${name}: RSS each`,
        `<= 1.0 KiB, ${count} open`,
        `${each.toFixed(2)} KiB, ${open} open`,
        context.isWithin(each, 1) && open === count,
      );
      await target.stop();
    }
  },
};
