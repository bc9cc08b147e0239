// @ts-check
/** Connections that misbehave: bytes written by hand, answers read or not, how and when the server ends them. */
import { connect } from 'node:net';

/** Connections that may stand in the backlog at once while many are opened. */
const OPENED_AT_ONCE = 200;
/** Connections per source address: far fewer than there are ports for one. */
const PER_ADDRESS = 5000;

/** The bytes of a request. @param {string} path @param {{ method?: string, length?: number, body?: string }} [more] */
export function request(path, { method = 'GET', length, body = '' } = {}) {
  const told = length ?? (method === 'GET' ? undefined : body.length);
  const field = told === undefined ? '' : `Content-Length: ${told}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: a\r\n${field}\r\n${body}`;
}

/** One connection. */
export class Peer {
  /** @type {import('node:net').Socket} */
  socket;
  /** The end of what was received. */
  tail = '';
  received = 0;
  openedAt = performance.now();
  /** When the server ended it, after the same clock; `undefined` while it is open. @type {number | undefined} */
  endedAt;
  wasReset = false;
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @param {import('node:net').Socket} socket @param {boolean} reads */
  constructor(socket, reads) {
    this.socket = socket;
    const ended = () => {
      this.endedAt ??= performance.now();
      this.#wake();
    };
    if (reads) {
      socket.on('data', (chunk) => {
        this.received += chunk.length;
        this.tail =
          chunk.length > 600
            ? chunk.toString('latin1', chunk.length - 600)
            : (this.tail + chunk.toString('latin1')).slice(-600);
        this.#wake();
      });
    } else socket.pause();
    socket.on('end', ended);
    socket.on('close', ended);
    socket.on('error', () => {
      this.wasReset = true;
    });
  }

  #wake() {
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * @param {number} port @param {{ reads?: boolean, address?: string }} [options]
   * @returns {Promise<Peer>}
   */
  static open(port, { reads = true, address = '127.0.0.1' } = {}) {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Peer(socket, reads));
      });
    });
  }

  /** Opens many. @param {number} port @param {number} count @param {{ reads?: boolean }} [options] */
  static async openMany(port, count, options = {}) {
    /** @type {Peer[]} */
    const peers = [];
    while (peers.length < count) {
      const size = Math.min(OPENED_AT_ONCE, count - peers.length);
      const address = `127.0.0.${2 + Math.floor(peers.length / PER_ADDRESS)}`;
      peers.push(...(await Promise.all(Array.from({ length: size }, () => Peer.open(port, { ...options, address })))));
    }
    return peers;
  }

  /** @param {string | Uint8Array} bytes */
  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes, typeof bytes === 'string' ? 'latin1' : undefined);
    return this;
  }

  /**
   * Resolves with `true` once `is` holds, with `false` when the server has ended the connection or the time is up.
   * @param {() => boolean} is @param {number} [patienceMs]
   * @returns {Promise<boolean>}
   */
  until(is, patienceMs = 60_000) {
    return new Promise((resolve) => {
      const settle = (/** @type {boolean} */ value) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(value);
      };
      const look = () => {
        if (is()) settle(true);
        else if (this.endedAt !== undefined) settle(false);
      };
      const timer = setTimeout(() => settle(is()), patienceMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Resolves when the server has ended the connection; `false` if it has not in time. @param {number} patienceMs */
  async untilEnded(patienceMs) {
    await this.until(() => this.endedAt !== undefined, patienceMs);
    return this.endedAt !== undefined;
  }

  /** Sends a request and waits for an answer of short length; resolves with its status, 0 for none. @param {string} bytes */
  async ask(bytes, patienceMs = 60_000) {
    const before = this.received;
    this.tail = '';
    this.write(bytes);
    const whole = await this.until(() => this.received > before && isWhole(this.tail), patienceMs);
    return whole ? Number(/^HTTP\/1\.1 (\d{3})/.exec(this.tail)?.[1] ?? 0) : 0;
  }

  close() {
    this.socket.destroy();
  }

  /** Closes so that the server sees a reset. */
  reset() {
    this.socket.resetAndDestroy();
  }
}

/** Whether a text is one whole answer. @param {string} text */
function isWhole(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return length !== undefined && text.length >= head + 4 + Number(length);
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
