// The events of an application.
import { EventEmitter } from 'node:events';

import type { ListenAddress } from './server/listen.ts';

/** The events, and what their listeners are given. */
export interface AppEvents {
  /** Everything registered is done, and the hooks of `onStart` have run. */
  initialized: [];
  /** It listens. */
  started: [address: ListenAddress];
  /** Every connection is closed, and the hooks of `onStop` have run. */
  stopped: [];
  /** An error that was answered with a 5xx, or could not be answered any more; also given to the logger. */
  error: [error: unknown];
}

/** Tells listeners; an error that nobody listens to is no failure here, since the logger has it. */
export class AppEmitter extends EventEmitter {
  /** Whether anybody was told. A listener that throws is an uncaught exception of its own, not the failure of who tells. */
  tell<Name extends keyof AppEvents>(name: Name, ...values: AppEvents[Name]): boolean {
    if (this.listenerCount(name) === 0) return false;
    try {
      this.emit(name, ...values);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    return true;
  }
}
