// Writes lines to a stream, or to anything with `write`: one that takes none has its lines dropped and counted instead of
// kept without bound, and one that fails takes nothing with it.
import { complain } from './fd-writer.ts';
import { flushAtExit } from './exit.ts';
import { LEVELS } from './levels.ts';

import type { DroppedNote, LineStream, LineWriter } from './destination.ts';

/** What streams of Node, sonic-boom and pino's transports have beside `write`. */
interface StreamParts {
  readonly writableLength?: unknown;
  readonly destroyed?: unknown;
  readonly writableEnded?: unknown;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  once?(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
  flushSync?(): void;
}

/** Bytes that a stream may keep for itself: as many as a descriptor's log keeps. */
const MAX_BUFFERED = 4_194_304;
const RESERVED_FROM = 0.75;
/** How long a flush waits for a stream. */
const FLUSH_MS = 1000;

/** Writes lines to a stream. */
export class StreamWriter implements LineWriter {
  readonly #stream: LineStream & StreamParts;
  readonly #note: DroppedNote;
  #dropped = 0;
  #hasComplained = false;

  constructor(stream: LineStream, note: DroppedNote) {
    this.#stream = stream as LineStream & StreamParts;
    this.#note = note;
    // Nobody else may listen, and an error event without a listener ends the process.
    this.#stream.on?.('error', (error) => this.#complain(error));
    if (typeof this.#stream.flushSync === 'function') flushAtExit(this);
  }

  write(line: string, level: number): void {
    const { writableLength, destroyed, writableEnded } = this.#stream;
    const most = level >= LEVELS.warn ? MAX_BUFFERED : MAX_BUFFERED * RESERVED_FROM;
    const isFull = typeof writableLength === 'number' && writableLength + line.length > most;
    if (isFull || destroyed === true || writableEnded === true) {
      this.#dropped += 1;
      return;
    }
    try {
      if (this.#dropped > 0) {
        const note = this.#note(this.#dropped);
        this.#dropped = 0;
        this.#stream.write(note);
      }
      this.#stream.write(line);
    } catch (error) {
      this.#dropped += 1;
      this.#complain(error);
    }
  }

  flushSync(): void {
    try {
      this.#stream.flushSync?.();
    } catch (error) {
      this.#complain(error);
    }
  }

  async flush(): Promise<void> {
    const { writableLength, destroyed } = this.#stream;
    if (typeof writableLength !== 'number' || writableLength === 0 || destroyed === true) {
      this.flushSync();
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FLUSH_MS);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      for (const event of ['drain', 'close', 'error'] as const) this.#stream.once?.(event, done);
    });
  }

  #complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    complain(`the stream of the log has failed: ${String(error)}`);
  }
}
