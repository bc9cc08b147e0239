// `context()`: the context of the request that the running code works for, wherever it is (docs/design/async-context.md).
import { AsyncLocalStorage } from 'node:async_hooks';

import { NexureError } from '../errors/nexure-error.ts';

import type { AnyContext } from './access.ts';
import type { Context } from './context.ts';

let storage: AsyncLocalStorage<AnyContext> | undefined;

/** Finds the context of the request that the running code works for. */
export interface ContextFinder {
  /** The context. Throws `ERR_NEXURE_NO_CONTEXT` outside of a request, or without the option `asyncContext`. */
  (): Context;
  /** The same. */
  get(): Context;
  /** The context, or `undefined`. */
  find(): Context | undefined;
}

function find(): Context | undefined {
  return storage?.getStore() as Context | undefined;
}

function get(): Context {
  const found = find();
  if (found !== undefined) return found;
  throw new NexureError(
    'ERR_NEXURE_NO_CONTEXT',
    storage === undefined
      ? 'context() needs the option asyncContext: createApp({ asyncContext: true })'
      : 'context() was called where no request is handled',
  );
}

/** The context of the request that the running code works for; needs the option `asyncContext`. */
export const context: ContextFinder = Object.assign(() => get(), { get, find });

/** Has `context()` find what is entered from now on; costs what `AsyncLocalStorage` costs, so only on request. */
export function trackContexts(): AsyncLocalStorage<AnyContext> {
  return (storage ??= new AsyncLocalStorage<AnyContext>());
}
