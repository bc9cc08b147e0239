// Starting singletons: all at once, each behind what it needs.
import { Scope } from './scope.ts';
import { Suspension } from './suspension.ts';

import type { Binding } from './binding.ts';
import type { Frame } from './frame.ts';

/**
 * Makes the singletons among some bindings. What is async runs at the same time as everything that does not need it; the
 * promise settles when all have, and rejects with what failed first in the order of the list.
 */
export async function startAll(bindings: readonly Binding[], frame: Frame): Promise<void> {
  const starting = bindings
    .filter(({ scope }) => scope === Scope.SINGLETON)
    .flatMap((binding) => {
      const promise = start(binding, frame);
      return promise === undefined ? [] : [promise];
    });
  for (const result of await Promise.allSettled(starting)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

/** Nothing to wait for: `undefined`. */
function start(binding: Binding, frame: Frame): Promise<void> | undefined {
  try {
    binding.obtain(frame);
    return undefined;
  } catch (error) {
    if (error instanceof Suspension) return error.promise.then(() => start(binding, frame));
    return Promise.reject(error);
  }
}
