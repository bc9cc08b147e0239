// What middleware adds to a context with `next({ ... })`: properties of its own, beside the framework's.
import { inspect } from 'node:util';

import { NexureError } from '../errors/nexure-error.ts';
import { Context } from './context.ts';

/** Names that are the framework's, or would change what an object is. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'then']);

/**
 * Puts properties on a context. Throws `ERR_NEXURE_CONTEXT_RESERVED` for a name that the framework has, and
 * `ERR_NEXURE_CONTEXT_ADDITION` for what is no plain object of properties.
 */
export function extend(context: object, added: unknown): void {
  if (typeof added !== 'object' || added === null || !isPlain(added)) throw notProperties(added);
  for (const name of Object.keys(added)) {
    checkAddition(name);
    (context as Record<string, unknown>)[name] = (added as Record<string, unknown>)[name];
  }
}

/** Throws `ERR_NEXURE_CONTEXT_RESERVED` for a name that cannot be added to contexts. */
export function checkAddition(name: string): void {
  if (typeof name !== 'string' || name === '') {
    throw new NexureError('ERR_NEXURE_CONTEXT_ADDITION', `the context takes names, not ${inspect(name)}`);
  }
  if (RESERVED.has(name) || name in Context.prototype) {
    throw new NexureError('ERR_NEXURE_CONTEXT_RESERVED', `ctx.${name} is the framework's: choose another name`);
  }
}

/** Objects of classes would lose their methods, and an error or a promise is a mistake that must not let a request pass. */
function isPlain(added: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(added);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notProperties(added: unknown): NexureError {
  const takes = 'next() takes an object of properties for the context';
  const code = 'ERR_NEXURE_CONTEXT_ADDITION';
  if (added instanceof Error) return new NexureError(code, `${takes}, no error: throw it`, { cause: added });
  const name =
    typeof added === 'object' && added !== null
      ? ((added as { readonly constructor?: { readonly name?: string } }).constructor?.name ?? 'that')
      : String(added);
  return new NexureError(code, `${takes}, not ${name}`);
}
