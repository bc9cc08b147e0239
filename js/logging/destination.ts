// Where lines go: a descriptor, a file, a stream, or anything with `write`.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';
import { FdWriter } from './fd-writer.ts';
import { StreamWriter } from './stream-writer.ts';

/** What takes the lines of a log. */
export interface LineWriter {
  /** Takes a line, its line feed included, of a level; never blocks, never throws. */
  write(line: string, level: number): void;
  /** Writes what is kept, waiting for at most about a second without progress. */
  flushSync(): void;
  /** Resolves when what was taken before is written, or cannot be. */
  flush(): Promise<void>;
}

/** Something with `write`: a `Writable`, or an object of your own. */
export interface LineStream {
  write(line: string): unknown;
}

/** A file, or a descriptor, and how much is kept for it. */
export interface DestinationOptions {
  /** A path, which is appended to and made if need be, or a descriptor. Default 1, standard output. */
  readonly dest?: string | number;
  /** Characters that are kept while the destination takes none; 4,096-1,073,741,824, default 4,194,304. Above: lines are dropped, and counted. */
  readonly maxBuffered?: number;
}

/** A destination: a path, a descriptor, options, or something with `write`. */
export type Destination = string | number | DestinationOptions | LineStream;

const STDOUT = 1;

/** What makes the note about lines that were dropped. */
export type DroppedNote = (dropped: number) => string;

/** Opens a destination. Throws `ERR_NEXURE_OPTION_INVALID` for what is none, and the system's error for a file. */
export function openDestination(path: string, destination: Destination | undefined, note: DroppedNote): LineWriter {
  if (isLineStream(destination)) return new StreamWriter(destination, note);
  const options = typeof destination === 'object' ? destination : { dest: destination ?? STDOUT };
  checkNames(path, options, ['dest', 'maxBuffered']);
  const { dest = STDOUT, maxBuffered = 4_194_304 } = options;
  checkInteger(`${path}.maxBuffered`, maxBuffered, 4096, 1_073_741_824);
  if (typeof dest === 'string' && dest !== '' && !dest.includes('\0')) {
    // O_APPEND, so that processes which share a file do not overwrite each other's lines.
    return owning(new FdWriter({ fd: openSync(dest, 'a'), isNonBlocking: false, maxBuffered, note }));
  }
  const isDescriptor = typeof dest === 'number' && Number.isInteger(dest) && dest >= 0 && dest <= 0x7fff_ffff;
  if (!isDescriptor) throw invalidOption(path, 'a path, a descriptor or something with `write`', dest);
  const opened = openNonBlocking(dest);
  const writer = new FdWriter({ ...opened, maxBuffered, note });
  return opened.fd === dest ? writer : owning(writer);
}

/** Closes the descriptor of a writer that nobody has any more; one with lines to write is held by its timers. */
const closing = new FinalizationRegistry<number>((fd) => closeSync(fd));

function owning(writer: FdWriter): FdWriter {
  closing.register(writer, writer.fd);
  return writer;
}

/** Whether the lines are for somebody's eyes. */
export function isTerminal(destination: Destination | undefined): boolean {
  if (isLineStream(destination)) return (destination as { isTTY?: unknown }).isTTY === true;
  const dest = typeof destination === 'object' ? (destination.dest ?? STDOUT) : (destination ?? STDOUT);
  return typeof dest === 'number' && isatty(dest);
}

function isLineStream(destination: unknown): destination is LineStream {
  return (
    typeof destination === 'object' &&
    destination !== null &&
    typeof (destination as { write?: unknown }).write === 'function'
  );
}

/**
 * A descriptor that never blocks, if there can be one: a write to a pipe that nobody reads would hold a thread of the pool
 * for good, and the end of the process with it.
 */
function openNonBlocking(fd: number): { readonly fd: number; readonly isNonBlocking: boolean } {
  try {
    const stat = fstatSync(fd);
    if (stat.isFile()) return { fd, isNonBlocking: false };
    if (process.platform === 'win32') return { fd, isNonBlocking: false };
    if (stat.isFIFO() || stat.isCharacterDevice()) {
      const own = reopen(fd);
      if (own !== undefined) return { fd: own, isNonBlocking: true };
    }
    if (stat.isFIFO() || stat.isSocket()) {
      // Node has no fcntl, but libuv makes what it opens non-blocking, as it does with `process.stdout`. The socket is not
      // used; it must not be destroyed, which would close the descriptor.
      kept.push(new Socket({ fd, readable: false, writable: true }));
      return { fd, isNonBlocking: true };
    }
  } catch {
    // Closed, or of another kind: writing will tell.
  }
  return { fd, isNonBlocking: false };
}

const kept: Socket[] = [];

/** The same pipe or terminal with flags of its own, which those who share the descriptor do not see (Linux). */
function reopen(fd: number): number | undefined {
  try {
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const before = fstatSync(fd);
    const after = fstatSync(own);
    if (before.ino === after.ino && before.dev === after.dev) return own;
    closeSync(own);
  } catch {
    // Another system, no right to it, or a pipe without a reader.
  }
  return undefined;
}
