// What middleware adds to a context with `next({ ... })`: properties of its own, beside the framework's.
import { NexureError } from '../errors/nexure-error.ts';
import { Context } from './context.ts';

/** Names that are the framework's, or would change what an object is. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'then']);

/**
 * Puts properties on a context. Throws `ERR_NEXURE_CONTEXT_RESERVED` for a name that the framework has, and
 * `ERR_NEXURE_CONTEXT_ADDITION` for what is no object of properties.
 */
export function extend(context: object, added: unknown): void {
  if (typeof added !== 'object' || added === null || Array.isArray(added)) {
    throw new NexureError(
      'ERR_NEXURE_CONTEXT_ADDITION',
      `next() takes an object of properties for the context, not ${added === null ? 'null' : typeof added}`,
    );
  }
  for (const name of Object.keys(added)) {
    checkAddition(name);
    (context as Record<string, unknown>)[name] = (added as Record<string, unknown>)[name];
  }
}

/** Throws `ERR_NEXURE_CONTEXT_RESERVED` for a name that cannot be added to contexts. */
export function checkAddition(name: string): void {
  if (RESERVED.has(name) || name in Context.prototype) {
    throw new NexureError('ERR_NEXURE_CONTEXT_RESERVED', `ctx.${name} is the framework's: choose another name`);
  }
}
