// Drives an engine from JavaScript, in turns of its own: bytes come from and go to a peer that a transport stands for.
// Imported, not global: tests put fake timers in the place of the global ones.
import { clearInterval, setImmediate, setInterval } from 'node:timers';

import { native } from '../native.ts';
import { Link } from './link.ts';

import type { EngineMetrics, EngineOptions, RouteTable } from '../native.ts';
import type { Audience } from '../observe/observer.ts';
import type { CompiledRoute } from '../route.ts';

/** The other end of a connection. */
export interface Peer {
  /** Its IP address, where it has one. */
  readonly address?: string | undefined;
  /** Whether what it sends is encrypted on its way. */
  readonly isSecure?: boolean;
  /** Sends bytes; calls `sent` once they have left, or when they never will. */
  send(bytes: Uint8Array, sent: () => void): void;
  /** Whether bytes are to be read now. */
  read(wanted: boolean): void;
  /** Ends the sending side behind what was sent. */
  end(): void;
  /** Ends the connection behind what was sent. */
  close(): void;
  /** Ends the connection at once: its time is over, or its answer cannot be completed. */
  abort(): void;
}

/** A connection of the driver. */
export interface DrivenConnection {
  receive(bytes: Uint8Array): void;
  /** The peer sends no more. */
  end(): void;
  /** The connection has gone. */
  close(): void;
}

/** Deadlines are kept in whole seconds. */
const EXPIRE_MS = 1000;

/** An engine, its tables and its turns. */
export class MemoryDriver {
  readonly #server: InstanceType<typeof native.MemoryServer>;
  readonly #link: Link;
  readonly #views: { requests: Uint32Array; answers: Uint32Array; answerBytes: Uint8Array; control: Uint32Array };
  readonly #peers: Map<number, Peer> = new Map();
  #scheduled = false;
  #stopping = false;
  #inBatch = false;
  /** The records that are left of the last batch, in words of the arena. */
  #at = 0;
  #end = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions, table: RouteTable, routes: readonly CompiledRoute[], audience: Audience) {
    const link = new Link(routes, audience);
    const server = new native.MemoryServer(options, table);
    const views = {
      requests: link.arena.words,
      answers: link.answers,
      answerBytes: link.answerBytes,
      control: link.control,
    };
    this.#link = link;
    this.#server = server;
    this.#views = views;
    link.attach({
      takeAnswers: (text) => server.takeAnswers(views, text, link.references),
      bodyText: (slot, generation, sequence) => server.bodyText(slot, generation, sequence) as string | undefined,
      bodyBytes: (slot, generation, sequence) => server.bodyBytes(slot, generation, sequence) as Uint8Array | undefined,
      watch: (slot, generation, sequence, token) => server.watch(slot, generation, sequence, token),
      readBody: (slot, generation, sequence) => {
        const read = server.readBody(slot, generation, sequence) as Uint8Array | number;
        // A window that was full lets the client go on.
        if (!this.#inBatch) this.#schedule();
        return read;
      },
      writeBody: (slot, generation, sequence, bytes) => server.writeBody(slot, generation, sequence, bytes),
      endBody: (slot, generation, sequence) => server.endBody(slot, generation, sequence),
      breakBody: (slot, generation, sequence) => server.breakBody(slot, generation, sequence),
      peerAddress: (slot, generation) => this.#peers.get(slot * 2 ** 32 + generation)?.address,
      peerIsSecure: (slot, generation) => this.#peers.get(slot * 2 ** 32 + generation)?.isSecure === true,
      observe: (watches) => server.observe(watches),
      takeFinished: () => (server.takeFinished() ?? undefined) as Uint8Array | undefined,
      onAnswer: () => {
        if (!this.#inBatch) this.#schedule();
      },
    });
  }

  /** Number of open connections. */
  get size(): number {
    return this.#peers.size;
  }

  /** Opens a connection; `undefined` when there are too many. */
  open(peer: Peer): DrivenConnection | undefined {
    const server = this.#server;
    const id = server.open(peer.address);
    if (typeof id !== 'number') return undefined;
    this.#peers.set(id, peer);
    this.#timer ??= setInterval(() => this.#expire(), EXPIRE_MS);
    this.#timer.ref();
    return {
      receive: (bytes) => {
        server.receive(id, bytes);
        this.#schedule();
      },
      end: () => {
        server.end(id);
        this.#schedule();
      },
      close: () => {
        this.#forget(id);
        // Who waits for the peer is told that it has gone.
        this.#schedule();
      },
    };
  }

  #forget(id: number): void {
    if (!this.#peers.delete(id)) return;
    this.#server.close(id);
    // Buffers are still given back, which nobody needs to wait for.
    if (this.#peers.size > 0) return;
    this.#timer?.unref();
    // A driver that stops is garbage with its last connection, whatever its buffers.
    if (this.#stopping) this.#stopTimer();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #expire(): void {
    this.#server.expire();
    if (!this.#server.needsTimer()) this.#stopTimer();
    this.#schedule();
  }

  /** One turn: handlers run for about five milliseconds, and whatever is to be sent is sent. */
  #turn(): void {
    this.#scheduled = false;
    this.#link.refresh();
    // Answers that timers and promises gave since the last turn own the table until they are taken.
    this.#takeAnswers();
    if (this.#at >= this.#end) {
      this.#at = 0;
      this.#end = this.#server.collect(this.#views);
    }
    this.#inBatch = true;
    try {
      if (this.#at < this.#end) this.#at = this.#runBatch(this.#at, this.#end);
    } finally {
      this.#inBatch = false;
      // Microtasks have not run: what is pending is copied now, so that the arena is free for the next turn.
      this.#takeAnswers();
      this.#send();
      if (this.#at < this.#end || this.#server.hasMore()) this.#schedule();
    }
  }

  /** Nothing should throw out of a batch; if it does, its request is answered and the others go on. */
  #runBatch(at: number, end: number): number {
    try {
      return this.#link.batch(at, end);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
      return this.#link.failCurrent(at, (slot, generation, sequence) =>
        this.#server.answerInternalError(slot, generation, sequence),
      );
    }
  }

  #takeAnswers(): void {
    this.#server.takeAnswers(this.#views, this.#link.settle(), this.#link.references);
  }

  #send(): void {
    for (;;) {
      const output = this.#server.nextOutput();
      if (output === null) return;
      const id = output.connection;
      const peer = this.#peers.get(id);
      if (peer === undefined) {
        this.#server.close(id);
        continue;
      }
      if (output.bytes instanceof Uint8Array) {
        peer.send(output.bytes, () => {
          this.#server.sent(id);
          this.#schedule();
        });
      }
      if (output.close) {
        this.#forget(id);
        if (output.abort) peer.abort();
        else peer.close();
        continue;
      }
      peer.read(output.read);
      if (output.shutdown) peer.end();
    }
  }

  /** Takes no more connections; open ones end behind their last answer, idle ones after `idleMs`. */
  stop(idleMs: number): void {
    this.#stopping = true;
    if (this.#peers.size === 0) this.#stopTimer();
    this.#server.stop(idleMs);
    this.#link.stop();
    this.#schedule();
    if (idleMs === 0) {
      for (const [id, peer] of this.#peers) {
        if (!this.#server.isIdle(id)) continue;
        this.#forget(id);
        peer.close();
      }
    }
  }

  metrics(): EngineMetrics {
    return this.#server.metrics();
  }
}
