// Writes lines to a descriptor without ever blocking the loop: they are collected during a turn, written in chunks, kept
// while the descriptor takes none, and dropped, least important first, when too many are kept. What is dropped is counted
// and told in the log as soon as it takes lines again.
import { fstatSync, write, writeSync } from 'node:fs';

import { flushAtExit } from './exit.ts';
import { LEVELS } from './levels.ts';

import type { DroppedNote, LineWriter } from './destination.ts';

/** What an `FdWriter` needs. */
export interface FdWriterOptions {
  readonly fd: number;
  /** Whether a write to it gives EAGAIN instead of waiting. */
  readonly isNonBlocking: boolean;
  /** Characters that are kept. */
  readonly maxBuffered: number;
  readonly note: DroppedNote;
}

/** Characters of a chunk: what a pipe holds under Linux. */
const CHUNK = 65_536;
/** Chunks that a non-blocking descriptor is given in one turn of the loop. */
const CHUNKS_PER_TURN = 4;
/** Share of the buffer from which on only warnings and errors are kept. */
const RESERVED_FROM = 0.75;
/** Pauses between tries, doubled each time: a full pipe is soon read, a full disk is not soon cleared. */
const BUSY_PAUSES_MS = { first: 1, most: 64 };
const FAILED_PAUSES_MS = { first: 100, most: 5000 };
/** How long a flush waits for a descriptor that takes nothing. */
const FLUSH_IDLE_MS = 1000;
/** How long a flush takes at most while the descriptor takes something. */
const FLUSH_MOST_MS = 10_000;
const FLUSH_PAUSE_MS = 5;

const LINE_FEED = 0x0a;

const BUSY: ReadonlySet<string> = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes lines to a descriptor. */
export class FdWriter implements LineWriter {
  readonly fd: number;
  readonly #isNonBlocking: boolean;
  readonly #maxBuffered: number;
  readonly #note: DroppedNote;
  /** Chunks that are full, the oldest first. */
  #chunks: string[] = [];
  /** The chunk that takes lines. */
  #text = '';
  /** Characters in `#chunks` and `#text`. */
  #buffered = 0;
  /** What is being written, and from where on. */
  #bytes: Buffer | undefined;
  #at = 0;
  #dropped = 0;
  #isWriting = false;
  /** Bytes of the file when the write under way is done; `undefined` for what is no file. */
  #sizeAfter: number | undefined;
  #isScheduled = false;
  #pauseMs = 0;
  #retry: NodeJS.Timeout | undefined;
  #hasComplained = false;
  #waiting: (() => void)[] = [];

  constructor({ fd, isNonBlocking, maxBuffered, note }: FdWriterOptions) {
    this.fd = fd;
    this.#isNonBlocking = isNonBlocking;
    this.#maxBuffered = maxBuffered;
    this.#note = note;
    flushAtExit(this);
  }

  write(line: string, level: number): void {
    const most = level >= LEVELS.warn ? this.#maxBuffered : this.#maxBuffered * RESERVED_FROM;
    if (this.#buffered + line.length > most) {
      this.#dropped += 1;
      return;
    }
    this.#buffered += line.length;
    this.#text += line;
    if (this.#text.length >= CHUNK) this.#endChunk();
    if (!this.#isScheduled) this.#schedule();
  }

  async flush(): Promise<void> {
    if (this.#isEmpty()) return;
    await new Promise<void>((resolve) => {
      let left = this.#remaining();
      let since = performance.now();
      const began = since;
      const timer = setInterval(() => {
        const now = performance.now();
        if (this.#remaining() < left) since = now;
        left = this.#remaining();
        if (now - since > FLUSH_IDLE_MS || now - began > FLUSH_MOST_MS) done();
      }, FLUSH_PAUSE_MS);
      const done = (): void => {
        clearInterval(timer);
        resolve();
      };
      this.#waiting.push(done);
      // Somebody waits: a descriptor that has failed is tried again now.
      if (this.#retry !== undefined) this.#tryAgain();
    });
  }

  flushSync(): void {
    const began = performance.now();
    let since = began;
    if (this.#isWriting) {
      this.#awaitThread();
      this.#bytes = undefined;
      this.#at = 0;
    }
    for (;;) {
      if (!this.#take()) return;
      try {
        this.#advance(this.#writeSync());
        since = performance.now();
      } catch (error) {
        const now = performance.now();
        if (!BUSY.has(codeOf(error)) || now - since > FLUSH_IDLE_MS || now - began > FLUSH_MOST_MS) return;
        Atomics.wait(sleeper, 0, 0, FLUSH_PAUSE_MS);
      }
    }
  }

  /** Waits until a thread has written what it was given: a file has grown by then. Its callback cannot come meanwhile. */
  #awaitThread(): void {
    const began = performance.now();
    while (this.#sizeAfter !== undefined && performance.now() - began < FLUSH_IDLE_MS) {
      const size = fileSize(this.fd);
      if (size === undefined || size >= this.#sizeAfter) return;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }

  #isEmpty(): boolean {
    return this.#buffered === 0 && this.#bytes === undefined && !this.#isWriting;
  }

  /** About how much is left to write; less means progress. */
  #remaining(): number {
    return this.#buffered + (this.#bytes === undefined ? 0 : this.#bytes.length - this.#at);
  }

  #schedule(): void {
    this.#isScheduled = true;
    // Behind the handlers of this turn: all their lines are one write.
    setImmediate(() => this.#pump());
  }

  #endChunk(): void {
    this.#chunks.push(this.#text);
    this.#text = '';
  }

  /** Takes the next chunk to write if there is none under way; false when nothing is left. */
  #take(): boolean {
    if (this.#bytes !== undefined) return true;
    if (this.#text !== '' && this.#chunks.length === 0) this.#endChunk();
    const text = this.#chunks.shift();
    if (text === undefined) return false;
    this.#buffered -= text.length;
    this.#bytes = Buffer.from(text, 'utf8');
    this.#at = 0;
    return true;
  }

  /** Notes that some bytes were written. */
  #advance(written: number): void {
    this.#at += written;
    if (this.#bytes === undefined || this.#at < this.#bytes.length) return;
    this.#bytes = undefined;
    this.#pauseMs = 0;
    this.#hasComplained = false;
    if (this.#dropped > 0) {
      const line = this.#note(this.#dropped);
      this.#dropped = 0;
      this.#text += line;
      this.#buffered += line.length;
    }
  }

  #writeSync(): number {
    const bytes = this.#bytes as Buffer;
    return writeSync(this.fd, bytes, this.#at, bytes.length - this.#at, null);
  }

  #pump(): void {
    if (this.#isWriting) return;
    if (this.#isNonBlocking) this.#pumpHere();
    else this.#pumpInThread();
  }

  #pumpHere(): void {
    try {
      for (let count = 0; this.#take(); count += 1) {
        if (count === CHUNKS_PER_TURN) {
          this.#schedule();
          return;
        }
        this.#advance(this.#writeSync());
      }
      this.#rest();
    } catch (error) {
      this.#failed(error);
    }
  }

  #pumpInThread(): void {
    if (!this.#take()) {
      this.#rest();
      return;
    }
    const bytes = this.#bytes as Buffer;
    this.#isWriting = true;
    const size = fileSize(this.fd);
    this.#sizeAfter = size === undefined ? undefined : size + bytes.length - this.#at;
    write(this.fd, bytes, this.#at, bytes.length - this.#at, null, (error, written) => {
      this.#isWriting = false;
      if (this.#bytes === bytes) {
        if (error === null) this.#advance(written);
      } else if (error !== null) {
        // `flushSync` has gone on without this chunk: its place is taken.
        this.#dropped += linesIn(bytes);
      }
      if (error === null) this.#pumpInThread();
      else this.#failed(error);
    });
  }

  #tryAgain(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#pump();
  }

  /** Everything is written. */
  #rest(): void {
    this.#isScheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }

  /** Tries again after a pause; it does not keep the process alive, because what is left is written at its end. */
  #failed(error: unknown): void {
    const code = codeOf(error);
    const { first, most } = BUSY.has(code) ? BUSY_PAUSES_MS : FAILED_PAUSES_MS;
    this.#pauseMs = Math.min(most, Math.max(first, this.#pauseMs * 2));
    this.#retry = setTimeout(() => this.#tryAgain(), this.#pauseMs).unref();
    if (BUSY.has(code) || this.#hasComplained) return;
    this.#hasComplained = true;
    if (this.fd !== 2) complain(`the log cannot be written (${code}); up to ${this.#maxBuffered} characters are kept`);
  }
}

/** Bytes of a file; `undefined` for what is none. */
function fileSize(fd: number): number | undefined {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() ? stat.size : undefined;
  } catch {
    return undefined;
  }
}

/** How many lines end in some bytes. */
function linesIn(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte === LINE_FEED ? 1 : 0), 0);
}

/** Tells standard error; the console ignores one that is closed. */
export function complain(what: string): void {
  console.error(`nexurejs: ${what}`);
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : String(error);
}
