// @ts-check
/** memory does not grow with the number of requests, whatever they are. */
import { Peer, request, sleep } from '../peers.mjs';
import { KIB, mib } from '../probe.mjs';

const CLIENTS = 32;
const JSON_BODY = '{"name":"a","values":[1,2,3,4,5,6,7,8]}';
const post = `POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${JSON_BODY.length}\r\n\r\n${JSON_BODY}`;

/** A mix by turns, with the status that is expected; `undefined` for a request that is aborted. @type {[string, number | undefined][]} */
const OURS = [
  [request('/'), 200],
  [request('/json'), 200],
  [post, 200],
  [request('/stream', { method: 'POST', body: 'x'.repeat(2000) }), 200],
  [request('/echo', { method: 'POST', body: 'x'.repeat(40_000) }), 200],
  [request('/files/small.txt'), 200],
  [request('/n/12345'), 200],
  [request('/missing'), 404],
  [request('/fail'), 500],
  [request('/later'), 200],
  [request('/later'), undefined],
];
/** @type {[string, number | undefined][]} */
const COMPARED = [
  [request('/'), 200],
  [request('/n/1'), 200],
  [request('/missing'), 404],
  [request('/later'), undefined],
];

/** The slope of a line through points, by least squares. @param {[number, number][]} points */
export function slopeOf(points) {
  const mean = (/** @type {0 | 1} */ axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return above / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** @type {import('../probe.mjs').Probe} */
export const soak = {
  name: 'soak',
  about: 'a mix of requests, --minutes M long: growth of memory per 1,000 requests',
  async run(context) {
    const durationMs = context.minutes > 0 ? context.minutes * 60_000 : context.quick ? 10_000 : 40_000;
    const target = await context.start({ steady: true });
    const mix = context.isOurs ? OURS : COMPARED;
    let requests = 0;
    let errors = 0;
    const end = performance.now() + durationMs;
    const client = async (/** @type {number} */ turn) => {
      /** @type {Peer | undefined} */
      let peer;
      for (let at = turn; performance.now() < end; at += 1) {
        peer ??= await Peer.open(target.port);
        const [bytes, expected] = mix[at % mix.length] ?? ['', 0];
        requests += 1;
        if (expected === undefined) {
          peer.write(bytes);
          peer.reset();
          peer = undefined;
          continue;
        }
        if ((await peer.ask(bytes, 10_000)) === expected) continue;
        errors += 1;
        peer.close();
        peer = undefined;
      }
      peer?.close();
    };
    const clients = Array.from({ length: CLIENTS }, (_, turn) => client(turn));
    /** @type {[number, number][]} */
    const points = [];
    while (performance.now() < end) {
      await sleep(Math.max(1000, durationMs / 100));
      points.push([requests, await target.usedBytes()]);
    }
    await Promise.all(clients);
    const half = points.slice(points.length / 2);
    const slope = (slopeOf(half) * 1000) / KIB;
    const [first, last] = [half[0]?.[1] ?? 0, half.at(-1)?.[1] ?? 0];
    context.row(
      `soak, ${requests} requests: RSS slope`,
      '<= 0.1 KiB/1000, 2nd half',
      `${slope.toFixed(3)} KiB/1000 (${mib(last - first)} in the 2nd half)`,
      context.isWithin(slope, 0.1),
    );
    context.row('soak: errors', '0', String(errors), errors === 0);
  },
};
