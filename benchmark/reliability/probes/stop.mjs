// @ts-check
/** a server that is told to end loses no request, keeps an upload that is under way, and is gone soon. */
import { Peer, request, sleep } from '../peers.mjs';

const CLIENTS = 8;
const MOST_EXIT_MS = 5000;
/** How long an upload goes on behind the signal. */
const UPLOAD_MS = 1500;
const UPLOAD_PIECES = 10;
const UPLOAD_PIECE = 'x'.repeat(10_000);

/**
 * A client that asks again and again until it can connect no more. A request on a connection counts as lost when it was sent
 * and not answered; a connection that is refused was never taken.
 * @param {number} port @param {{ lost: number, answered: number }} count @param {number} turn
 */
async function askUntilRefused(port, count, turn) {
  const path = turn % 2 === 0 ? '/' : '/later';
  for (;;) {
    let peer;
    try {
      peer = await Peer.open(port);
    } catch {
      return;
    }
    for (;;) {
      if (peer.endedAt !== undefined) break;
      const status = await peer.ask(request(path), 15_000);
      if (status !== 200) {
        count.lost += 1;
        break;
      }
      count.answered += 1;
      if (/\r\nconnection: close/i.test(peer.tail)) break;
      await sleep(turn);
    }
    peer.close();
  }
}

/** @param {number} port */
async function upload(port) {
  const peer = await Peer.open(port);
  peer.write(request('/stream', { method: 'POST', length: UPLOAD_PIECES * UPLOAD_PIECE.length }));
  for (let piece = 0; piece < UPLOAD_PIECES - 1; piece += 1) {
    peer.write(UPLOAD_PIECE);
    await sleep(UPLOAD_MS / UPLOAD_PIECES);
  }
  const status = await peer.ask(UPLOAD_PIECE, 15_000);
  peer.close();
  return status === 200;
}

/** @type {import('../probe.mjs').Probe} */
export const stop = {
  name: 'stop',
  about: 'SIGTERM with 8 busy clients and an upload',
  async run(context) {
    const times = context.quick ? 3 : 20;
    const count = { lost: 0, answered: 0 };
    let kept = 0;
    let clean = 0;
    let longest = 0;
    for (let time = 0; time < times; time += 1) {
      const target = await context.start({ options: { signals: true } });
      const clients = Array.from({ length: CLIENTS }, (_, turn) => askUntilRefused(target.port, count, turn));
      const uploading = upload(target.port);
      await sleep(300 + time * 7);
      const told = performance.now();
      target.signal('SIGTERM');
      const { code } = await target.ended;
      longest = Math.max(longest, performance.now() - told);
      if (code === 0) clean += 1;
      if (await uploading) kept += 1;
      await Promise.all(clients);
    }
    context.row(
      `${times} stops: requests lost`,
      '0',
      `${count.lost} of ${count.lost + count.answered}`,
      count.lost === 0,
    );
    context.row(`${times} stops: uploads kept`, String(times), String(kept), kept === times);
    context.row(
      `${times} stops: exit`,
      'code 0, <= 5 s',
      `${clean} with code 0, longest ${(longest / 1000).toFixed(2)} s`,
      clean === times && context.isWithin(longest, MOST_EXIT_MS),
    );
  },
};
