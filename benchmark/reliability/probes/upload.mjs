// @ts-check
/** A form with a file of 300 MB goes to disk without passing through memory as a whole. */
import { once } from 'node:events';
import { Peer, sleep } from '../peers.mjs';
import { MIB, mib } from '../probe.mjs';

const BOUNDARY = 'a-boundary';
const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n`;
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

/** @param {number} port @param {number} megabytes */
async function upload(port, megabytes) {
  const peer = await Peer.open(port);
  const piece = Buffer.alloc(1_000_000, 'x');
  const length = HEAD.length + megabytes * piece.length + TAIL.length;
  const type = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
  peer.write(`POST /upload HTTP/1.1\r\nHost: a\r\n${type}\r\nContent-Length: ${length}\r\n\r\n${HEAD}`);
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!peer.socket.write(piece)) await once(peer.socket, 'drain');
  }
  const status = await peer.ask(TAIL);
  const size = Number(peer.tail.split('\r\n\r\n')[1]);
  peer.close();
  return status === 200 && size === megabytes * piece.length;
}

/** @type {import('../probe.mjs').Probe} */
export const uploads = {
  name: 'upload',
  about: 'a form with a file of 300 MB, saved: memory',
  oursOnly: true,
  async run(context) {
    const target = await context.start();
    for (let time = 0; time < 3; time += 1) await upload(target.port, 20);
    await sleep(1500);
    const before = await target.usedBytes();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, target.rssBytes())), 20);
    const start = performance.now();
    const isWhole = await upload(target.port, 300);
    clearInterval(watch);
    const seconds = (performance.now() - start) / 1000;
    context.row(
      'upload of 300 MB: RSS at the most',
      '< 10 MiB over the warm server',
      `${mib(most - before)}, ${(300 / seconds).toFixed(0)} MB/s, ${isWhole ? 'whole' : 'NOT WHOLE'}`,
      isWhole && context.isWithin(most - before, 10 * MIB),
    );
  },
};
