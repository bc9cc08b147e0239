// @ts-check
/** A connection that pipelines as fast as it can and checks that the answers come in the order of its requests. */
import { Peer, request } from './peers.mjs';

/** Requests of one write. */
const BURST = 500;
/** Unanswered requests at which it waits; more than any server takes at once. */
const MOST_UNANSWERED = 4000;

export class Flood {
  #peer;
  #path;
  #asked = 0;
  answered = 0;
  misordered = 0;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);
  /** Bytes of an answer: all have the same length. */
  #size = 0;
  #stopped = false;

  /** @param {Peer} peer @param {string} path that answers the number behind it */
  constructor(peer, path) {
    this.#peer = peer;
    this.#path = path;
    peer.socket.on('data', (chunk) => this.#take(chunk));
    peer.socket.on('drain', () => this.#ask());
    peer.socket.resume();
    this.#ask();
  }

  /** @param {number} port @param {string} path */
  static async open(port, path) {
    return new Flood(await Peer.open(port, { reads: false }), path);
  }

  #ask() {
    while (!this.#stopped && !this.#peer.socket.writableNeedDrain && this.#asked - this.answered < MOST_UNANSWERED) {
      let text = '';
      for (let count = 0; count < BURST; count += 1) text += request(`${this.#path}${(this.#asked += 1)}`);
      this.#peer.write(text);
    }
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#size === 0) {
      const head = this.#rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      this.#size = head + 4 + 8;
    }
    let at = 0;
    for (; at + this.#size <= this.#rest.length; at += this.#size) {
      this.answered += 1;
      const number = Number(this.#rest.toString('latin1', at + this.#size - 8, at + this.#size));
      if (number !== this.answered) this.misordered += 1;
    }
    this.#rest = this.#rest.subarray(at);
    this.#ask();
  }

  get isOpen() {
    return this.#peer.endedAt === undefined;
  }

  stop() {
    this.#stopped = true;
    this.#peer.close();
  }
}
