// @ts-check
/**
 * a panic at any door through which libuv or JavaScript enters native code costs one request or connection. Needs
 * cargo: it builds the addon with the feature `panic-injection`, which no release has.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Peer, request, sleep } from '../peers.mjs';
import { BIG_BYTES } from '../servers/contract.mjs';

/** The doors, and which passages of them panic, one per run: not the first, so that something is under way. @type {[string, number[]][]} */
const DOORS = [
  ['connection callback', [3, 12]],
  ['alloc callback', [9, 15]],
  ['read callback', [4, 9, 15]],
  ['write callback', [1, 2, 8]],
  ['shutdown callback', [1]],
  ['close callback', [3, 8]],
  ['prepare hook', [4, 9, 30]],
  ['check hook', [2, 3, 4, 5, 9, 30]],
  ['timer', [1]],
  ['engine', [4, 9, 15]],
  ['answers', [2, 3, 4, 5, 9, 30]],
  ['send', [2, 9, 15]],
  ['read body', [1, 3]],
  ['write body', [2, 9]],
];
/** How long an answer may take: far less than the timeouts that end a request which was forgotten. */
const PATIENCE_MS = 10_000;
/** Requests that one panic may cost: those of one batch. */
const MOST_LOST = 8;

/** Builds the addon that panics on command; returns its path. */
function buildAddon() {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const format = '--message-format=json-render-diagnostics';
  const args = ['build', '--features', 'panic-injection', format, '--lib', '--package', 'nexurejs'];
  const { status, error, stdout } = spawnSync('cargo', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined || status !== 0) throw new Error('the addon does not build with panic-injection');
  const library = /"filenames":\["([^"]*nexurejs\.(?:so|dylib|dll))"/.exec(stdout)?.[1];
  if (library === undefined) throw new Error('cargo names no library');
  const folder = fileURLToPath(new URL('../../../.build', import.meta.url));
  mkdirSync(folder, { recursive: true });
  copyFileSync(library, `${folder}/panic-injection.node`);
  return `${folder}/panic-injection.node`;
}

/** @typedef {{ answered: number, failed: number, cut: number, silent: number }} Outcome */

/** One client per kind of request, each twice on one connection. @param {number} port */
async function traffic(port) {
  /** @type {Outcome} */
  const outcome = { answered: 0, failed: 0, cut: 0, silent: 0 };
  const note = (/** @type {Peer} */ peer, /** @type {number} */ status) => {
    if (status === 200) outcome.answered += 1;
    else if (status >= 500) outcome.failed += 1;
    else if (peer.endedAt === undefined) outcome.silent += 1;
    else outcome.cut += 1;
  };
  const ask = async (/** @type {string} */ bytes) => {
    const peer = await Peer.open(port);
    for (let time = 0; time < 2 && peer.endedAt === undefined; time += 1) {
      note(peer, await peer.ask(bytes, PATIENCE_MS));
      await sleep(20);
    }
    peer.close();
  };
  const readBig = async (/** @type {string} */ path) => {
    const peer = await Peer.open(port);
    peer.write(request(path));
    await sleep(50);
    const whole = await peer.until(() => peer.received > BIG_BYTES, PATIENCE_MS);
    note(peer, whole ? 200 : 0);
    peer.close();
  };
  const refused = async () => {
    // The server ends this connection itself, and lingers.
    const peer = await Peer.open(port);
    peer.write('GET / HTTP/1.1\r\n\r\n');
    await peer.untilEnded(PATIENCE_MS);
    if (peer.endedAt === undefined) outcome.silent += 1;
    peer.close();
  };
  await Promise.all([
    ...Array.from({ length: 4 }, () => ask(request('/'))),
    ask(request('/later')),
    ask(request('/json')),
    ask(request('/echo', { method: 'POST', body: 'x'.repeat(200_000) })),
    ask(request('/stream', { method: 'POST', body: 'x'.repeat(200_000) })),
    readBig('/big/bytes'),
    readBig('/big/stream'),
    refused(),
  ]);
  return outcome;
}

/** @type {import('../probe.mjs').Probe} */
export const panics = {
  name: 'panics',
  about: 'a panic at each door into native code; builds the addon for it',
  oursOnly: true,
  async run(context) {
    const addon = buildAddon();
    const probe = async (/** @type {string} */ door, /** @type {number[]} */ passages) => {
      const seen = [];
      let areFine = true;
      for (const passage of passages) {
        const { text, isFine } = await strike(context, addon, door, passage);
        seen.push(text);
        areFine &&= isFine;
      }
      context.row(`panic: ${door}`, 'alive, counted, one lost, ends', seen.join(' | '), areFine);
    };
    if (context.quick) await Promise.all(DOORS.map(([door, passages]) => probe(door, passages.slice(0, 1))));
    else for (const [door, passages] of DOORS) await probe(door, passages);
  },
};

/** One panic, and what the clients see of it. @param {import('../probe.mjs').Context} context @param {string} addon @param {string} door @param {number} passage */
async function strike(context, addon, door, passage) {
  const env = { NAPI_RS_NATIVE_LIBRARY_PATH: addon, NEXURE_PANIC_AT: `${door}:${passage}` };
  const target = await context.start({ env, options: { signals: { idleMs: 0 } } });
  const { answered, failed, cut, silent } = await traffic(target.port);
  // The timer ticks once a second.
  await sleep(1200);
  const newcomer = await Peer.open(target.port).then(
    async (peer) => {
      const status = await peer.ask(request('/'), PATIENCE_MS);
      peer.close();
      return status;
    },
    () => 0,
  );
  const counted = target.isAlive ? (await target.look()).panics : 0;
  target.signal('SIGTERM');
  const ended = await Promise.race([target.ended, sleep(8000)]);
  await target.stop();
  const isWell = silent === 0 && newcomer === 200 && counted === 1 && ended?.code === 0;
  const text = `${passage}: ${answered} ok, ${failed} 5xx, ${cut} cut`;
  const rest = `, ${silent} silent, newcomer ${newcomer}, counted ${counted}, exit ${ended?.code ?? ended?.signal ?? 'never'}`;
  // A batch or a turn may hold what several clients have asked at once.
  return { text: isWell ? text : text + rest, isFine: isWell && failed + cut <= MOST_LOST };
}
