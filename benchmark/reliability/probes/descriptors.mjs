// @ts-check
/** A server that has run out of descriptors neither spins nor forgets those who wait, and recovers. */
import { Peer, request, sleep } from '../peers.mjs';

const DESCRIPTORS = 64;
const CLIENTS = 200;
const HOLD_MS = 3000;

/** @type {import('../probe.mjs').Probe} */
export const descriptors = {
  name: 'descriptors',
  about: '200 clients of a server that may have 64 descriptors',
  async run(context) {
    // Once with the limit that the server gives itself, once with one that the system enforces first.
    for (const [name, options] of Object.entries({
      'own limit': {},
      'no own limit': { server: { maxConnections: 10_000 } },
    })) {
      if (!context.isOurs && name !== 'own limit') continue;
      const target = await context.start({ descriptors: DESCRIPTORS, options });
      const opened = await Promise.allSettled(Array.from({ length: CLIENTS }, () => Peer.open(target.port)));
      const peers = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const asked = peers.map((peer) => peer.ask(request('/'), HOLD_MS));
      await sleep(500);
      const before = target.cpuSeconds();
      const served = (await Promise.all(asked)).filter((status) => status === 200).length;
      const cpu = (target.cpuSeconds() - before) / (HOLD_MS / 1000);
      const ended = peers.filter(({ endedAt }) => endedAt !== undefined).length;
      context.row(
        `64 descriptors, ${name}: CPU`,
        '<= 10 % of a core',
        `${(100 * cpu).toFixed(0)} %`,
        context.isWithin(cpu, 0.1),
      );
      // Those who got a place go; the others, who still wait, get it, and so does a newcomer.
      const waiting = peers.filter(({ received, endedAt }) => received === 0 && endedAt === undefined);
      for (const peer of peers) if (!waiting.includes(peer)) peer.close();
      const later = await Promise.all(
        waiting.map(async (peer) => {
          const whole = await peer.until(() => peer.received > 0, 15_000);
          peer.close();
          return whole;
        }),
      );
      const status = await Peer.open(target.port).then(
        (peer) => peer.ask(request('/'), 10_000),
        () => 0,
      );
      const late = later.filter(Boolean).length;
      context.row(
        `64 descriptors, ${name}: recovery`,
        'alive, who waits is served',
        `${served} served at once, ${ended} cut, ${late} of ${waiting.length} later; newcomer ${status}`,
        target.isAlive && status === 200 && late === waiting.length,
      );
      await target.stop();
    }
  },
};
