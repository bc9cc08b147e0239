// Who is told what happens to a request under way, by the token that the core knows it by.
import { column } from '../native.ts';

import type { Exchange } from './exchange.ts';

const READABLE = column('KIND_READABLE');
const WRITABLE = column('KIND_WRITABLE');
const CLIENT_ENDED = column('KIND_CLIENT_ENDED');
const TIMED_OUT = column('KIND_TIMED_OUT');

/** The exchanges of one server. */
export class Watchers {
  readonly #exchanges: Map<number, Exchange> = new Map();
  #lastToken = 0;

  /** A token that nobody has; never 0. */
  nextToken(): number {
    do {
      this.#lastToken = this.#lastToken === 0xffff_ffff ? 1 : this.#lastToken + 1;
    } while (this.#exchanges.has(this.#lastToken));
    return this.#lastToken;
  }

  add(token: number, exchange: Exchange): void {
    this.#exchanges.set(token, exchange);
  }

  remove(token: number): void {
    this.#exchanges.delete(token);
  }

  /** Tells what happened to the request with a token. */
  tell(kind: number, token: number): void {
    const exchange = this.#exchanges.get(token);
    if (exchange === undefined) return;
    if (kind === READABLE) exchange.onReadable();
    else if (kind === WRITABLE) exchange.onWritable();
    else if (kind === CLIENT_ENDED) exchange.onEnded();
    else {
      this.#exchanges.delete(token);
      exchange.onEnding(kind === TIMED_OUT ? 'timed-out' : 'client-gone');
    }
  }

  /** The clients of all have gone. */
  end(): void {
    for (const exchange of this.#exchanges.values()) exchange.onEnding('client-gone');
    this.#exchanges.clear();
  }
}
