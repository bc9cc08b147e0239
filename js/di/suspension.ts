// Where a value is needed at once and is still a promise.
import { NexureError } from '../errors/nexure-error.ts';
import { pathOf } from './problems.ts';

import type { Binding } from './binding.ts';

/**
 * Thrown through whatever is being made. Whoever can wait awaits `promise` and tries again; for whoever cannot it is the
 * error `ERR_NEXURE_DI_ASYNC`.
 */
export class Suspension extends NexureError {
  readonly binding: Binding;
  readonly promise: Promise<void>;

  /** Without a promise there is nothing to wait for: the next try would find another promise. */
  constructor(binding: Binding, promise: Promise<void> | undefined, names: readonly string[]) {
    const hint =
      promise === undefined
        ? `a transient provider that is async can be resolved only by resolveAsync(${binding.name}) itself`
        : `await container.compile() before, or use resolveAsync()`;
    super(
      'ERR_NEXURE_DI_ASYNC',
      `${binding.name} is still a promise where its value is needed: ${pathOf(names)}; ${hint}`,
    );
    this.binding = binding;
    this.promise = promise ?? Promise.reject(new NexureError('ERR_NEXURE_DI_ASYNC', this.message));
    this.promise.then(undefined, () => undefined);
  }
}

/** Calls `act` until it is not suspended any more; what it gives at once is given at once. */
export function untilThere<T>(act: () => T): T | Promise<T> {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Suspension)) throw error;
    return error.promise.then(() => untilThere(act));
  }
}
