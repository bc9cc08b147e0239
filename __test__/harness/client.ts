// A client that writes the bytes it is given and keeps those it gets. Waits for events, never for time.
import { connect } from 'node:net';

import { parseAnswers } from './answers.ts';

import type { NetConnectOpts, Socket } from 'node:net';
import type { Answer } from './answers.ts';

/** How long an answer may take before a test fails; far above what a healthy server needs. */
const PATIENCE_MS = 15_000;

/** One connection. */
export class RawClient {
  readonly socket: Socket;
  /** Doubles when it is full, so that each byte is copied twice at the most. */
  #buffer: Buffer = Buffer.allocUnsafe(4096);
  #received = 0;
  #closed = false;
  #ended = false;
  readonly #watchers: Set<() => void> = new Set();

  private constructor(socket: Socket) {
    this.socket = socket;
    const wake = (): void => {
      for (const watcher of this.#watchers) watcher();
    };
    socket.on('data', (chunk: Buffer) => {
      this.#keep(chunk);
      wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      wake();
    });
    // A reset is one way for a connection to end; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      wake();
    });
  }

  /** Connects; `allowHalfOpen` so that the end of either side is seen on its own. */
  static connect(where: NetConnectOpts): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ allowHalfOpen: true, noDelay: true, ...where } as NetConnectOpts);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  #keep(chunk: Buffer): void {
    const length = this.#received + chunk.length;
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(length * 2);
      this.#buffer.copy(grown, 0, 0, this.#received);
      this.#buffer = grown;
    }
    chunk.copy(this.#buffer, this.#received);
    this.#received = length;
  }

  /** Everything received so far. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#received);
  }

  /** Number of bytes received so far. */
  get received(): number {
    return this.#received;
  }

  /** Whether the server has ended its side. */
  get ended(): boolean {
    return this.#ended || this.#closed;
  }

  /** Writes text (one byte per character) or bytes. */
  write(bytes: string | Uint8Array): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this;
  }

  /** Writes, and resolves once the system has taken the bytes. */
  flush(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => resolve());
    });
  }

  /** Ends the sending side. */
  end(): this {
    this.socket.end();
    return this;
  }

  /** Waits until `read` gives something; fails when the connection has ended without. */
  until<T>(what: string, read: () => T | undefined, patienceMs: number = PATIENCE_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        act();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`${what}: ${why}; received ${JSON.stringify(this.#tail())}`)));
      const look = (): void => {
        let value: T | undefined;
        try {
          value = read();
        } catch (error) {
          settle(() => reject(error as Error));
          return;
        }
        if (value !== undefined) settle(() => resolve(value as T));
        else if (this.#closed) fail('the connection has closed');
      };
      const timer = setTimeout(() => fail(`nothing within ${patienceMs} ms`), patienceMs);
      this.#watchers.add(look);
      look();
    });
  }

  #tail(): string {
    return this.bytes().subarray(-400).toString('latin1');
  }

  /** Waits for so many answers in all, interim ones included. */
  answers(count: number, isHead?: (index: number) => boolean): Promise<Answer[]> {
    const answers: Answer[] = [];
    let used = 0;
    return this.until(`${count} answers`, () => {
      if (answers.length < count && this.#received === used) return undefined;
      // Only what is new is read; final answers are counted so that `isHead` is asked for the right one.
      const before = answers.filter(({ status }) => status >= 200).length;
      const parsed = parseAnswers(this.bytes().subarray(used), (index) => isHead?.(before + index) === true);
      answers.push(...parsed.answers);
      used += parsed.used;
      return answers.length >= count ? answers : undefined;
    });
  }

  /** Waits for the first answer. */
  async answer(isHead = false): Promise<Answer> {
    const [answer] = await this.answers(1, () => isHead);
    return answer as Answer;
  }

  /** Waits until the server ends the connection, and ends it too; every byte must then belong to an answer. */
  async closed(isHead?: (index: number) => boolean): Promise<Answer[]> {
    await this.until('the end of the connection', () => (this.ended ? true : undefined));
    this.socket.end();
    const bytes = this.bytes();
    const { answers, used } = parseAnswers(bytes, isHead, true);
    if (used !== bytes.length) throw new Error(`${bytes.length - used} bytes behind the last answer`);
    return answers;
  }

  destroy(): void {
    this.socket.destroy();
  }
}
