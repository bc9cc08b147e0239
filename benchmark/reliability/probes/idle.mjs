// @ts-check
/** Rows 13 and 14: what a connection costs that has carried a request and waits, and one that was never used. */
import { Peer, request, sleep } from '../peers.mjs';
import { KIB } from '../probe.mjs';

/** Opens connections, and has each carry a request if that is asked for. @param {import('../target.mjs').Target} target @param {number} count @param {boolean} isUsed */
async function open(target, count, isUsed) {
  const peers = await Peer.openMany(target.port, count);
  if (!isUsed) return peers;
  for (let from = 0; from < count; from += 500) {
    await Promise.all(peers.slice(from, from + 500).map((peer) => peer.ask(request('/'))));
  }
  return peers;
}

/** @type {import('../probe.mjs').Probe} */
export const idle = {
  name: 'idle',
  about: 'memory of kept and of never used connections (rows 13, 14)',
  async run(context) {
    const count = context.quick ? 2000 : 10_000;
    for (const isUsed of [true, false]) {
      // Opening so many takes longer than the first head may.
      const target = await context.start({ options: { server: { headTimeoutMs: 120_000 } } });
      // The first ones are not counted: they take memory that was free, and everything that is made once.
      const first = await open(target, Math.floor(count / 5), isUsed);
      await sleep(2000);
      const before = await target.usedBytes();
      const counted = await open(target, count, isUsed);
      await sleep(3000);
      const each = ((await target.usedBytes()) - before) / count / KIB;
      const lost = [...first, ...counted].filter(({ endedAt }) => endedAt !== undefined).length;
      for (const peer of [...first, ...counted]) peer.close();
      const name = isUsed ? 'idle kept connection' : 'never used connection';
      context.row(
        `${name}: RSS each`,
        `<= 1.0 KiB, ${count} open`,
        `${each.toFixed(2)} KiB, ${lost} lost`,
        context.isWithin(each, 1) && lost === 0,
      );
      await target.stop();
    }
  },
};
