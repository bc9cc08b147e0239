// Whether a module takes part, and if not, why: what `enabled` says, or what it looked at last when it said no.
import { inspect } from 'node:util';

import { invalid } from './definition.ts';

import type { ModuleDefinition } from './definition.ts';

/** Why a module does not take part; `undefined` when it does. */
export function disabledBecause(module: ModuleDefinition, config: unknown): string | undefined {
  const { enabled = true } = module.options;
  if (typeof enabled === 'boolean') return enabled ? undefined : 'enabled is false';
  const reads: Read[] = [];
  const verdict: unknown = enabled(isWatched(config) ? watch(config, '', reads) : config);
  if (verdict === true) return undefined;
  if (typeof verdict === 'string') return verdict === '' ? 'enabled() returned an empty text' : verdict;
  if (verdict === false) return reasonOf(reads.at(-1));
  throw invalid(module.name, `got ${inspect(verdict, { depth: 0 })} from enabled(), not a boolean or a reason`);
}

/** A property that was looked at. */
interface Read {
  readonly path: string;
  readonly value: unknown;
}

function reasonOf(read: Read | undefined): string {
  if (read === undefined) return 'enabled() returned false';
  const { path, value } = read;
  return value === undefined || value === null || value === ''
    ? `${path} unset`
    : `${path} is ${inspect(value, { depth: 0, breakLength: Infinity })}`;
}

/** Configuration is made of plain objects; whatever else is in it is given as it is. */
function isWatched(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The same object to look at, with a note of every property that is read. */
function watch(object: object, prefix: string, reads: Read[]): object {
  // Not the object itself: of a frozen one a proxy must give the very values.
  return new Proxy(Object.create(null) as object, {
    get(_, key) {
      const value: unknown = Reflect.get(object, key);
      if (typeof key === 'symbol' || typeof value === 'function') return value;
      const path = prefix + key;
      reads.push({ path, value });
      return isWatched(value) ? watch(value, `${path}.`, reads) : value;
    },
    has: (_, key) => Reflect.has(object, key),
    ownKeys: () => Reflect.ownKeys(object),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
}
