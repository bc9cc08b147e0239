// Errors of misuse: thrown to the application, never caused by a client.
import type { ErrorCode } from './codes.ts';

/** An error with a stable `code`. What `docs/errors.md` lists with a status is answered with that status. */
export class NexureError extends Error {
  /** The stable code. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

// On the prototype, not a field: one string for all instances, and `toString` shows it.
Object.defineProperty(NexureError.prototype, 'name', { value: 'NexureError', configurable: true, writable: true });
