// What an application needs of a transport that has started.
import type { EngineMetrics } from '../native.ts';
import type { ListenAddress } from './listen.ts';

/** A server that listens. */
export interface RunningServer {
  readonly address: ListenAddress;
  /** Resolves when the last connection is closed after `stop` or `destroy`. */
  readonly closed: Promise<void>;
  /** Takes no more connections; each open one ends behind its last answer, an idle one after `idleMs`. */
  stop(idleMs: number): void;
  /** Closes every connection at once. */
  destroy(): void;
  metrics(): EngineMetrics;
}
