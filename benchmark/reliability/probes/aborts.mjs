// @ts-check
/** clients that break off at every moment leave no descriptor and no memory behind. */
import { Peer, request, sleep } from '../peers.mjs';
import { MIB, mib } from '../probe.mjs';

const AT_ONCE = 50;

/** What a client says before it goes, by turns. */
const BEGINNINGS = [
  '',
  'GET / HT',
  request('/'),
  request('/later'),
  request('/n/1').repeat(20),
  request('/echo', { method: 'POST', length: 100_000, body: 'x'.repeat(30_000) }),
  request('/stream', { method: 'POST', length: 100_000, body: 'x'.repeat(30_000) }),
  request('/big/bytes'),
  request('/big/stream'),
];

/** @param {number} port @param {number} count */
async function abort(port, count) {
  for (let done = 0; done < count; done += AT_ONCE) {
    const peers = await Peer.openMany(port, Math.min(AT_ONCE, count - done));
    for (const [index, peer] of peers.entries()) peer.write(BEGINNINGS[(done + index) % BEGINNINGS.length] ?? '');
    if (done % (4 * AT_ONCE) === 0) await sleep(5);
    for (const [index, peer] of peers.entries()) {
      if (index % 3 === 0) peer.close();
      else peer.reset();
    }
  }
}

/** @type {import('../probe.mjs').Probe} */
export const aborts = {
  name: 'aborts',
  about: '4,000 aborted requests, 100,000 with --full: descriptors and memory',
  async run(context) {
    const count = context.full ? 100_000 : 4000;
    const target = await context.start({ steady: true });
    const settled = async () => {
      await sleep(3000);
      return { descriptors: target.descriptors(), used: await target.usedBytes() };
    };
    // Warm: V8 has compiled what it will, and every pool and table has its size.
    await abort(target.port, context.quick ? 2000 : 10_000);
    const begin = await settled();
    await abort(target.port, count / 2);
    const middle = await settled();
    await abort(target.port, count / 2);
    const end = await settled();
    const leak = end.descriptors - begin.descriptors;
    context.row(`${count} aborts: descriptors`, '0 leaked', String(leak), leak <= 0);
    const grown = end.used - middle.used;
    context.row(
      `${count} aborts: RSS of the 2nd half`,
      '<= +0.5 MiB',
      `${mib(grown)} (1st ${mib(middle.used - begin.used)})`,
      context.isWithin(grown, MIB / 2),
    );
  },
};
