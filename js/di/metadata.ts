// What a class says of itself: how long its instances live, and what its constructor takes. Written as statics
// (`static deps = [Db]`, `static scope = Scope.REQUEST`), or under a symbol by decorators.
import { NexureError } from '../errors/nexure-error.ts';
import { isScope } from './scope.ts';
import { tokenName } from './token.ts';

import type { Scope } from './scope.ts';
import type { Dependency } from './token.ts';

/**
 * The key of the {@link InjectableMetadata} that decorators write, as an own property of a class. A symbol of the registry,
 * so that two copies of this module in one process agree.
 */
export const INJECTABLE: unique symbol = Symbol.for('nexurejs.injectable');

/** What decorators write of a class. */
export interface InjectableMetadata {
  /** Default {@link Scope.SINGLETON}. */
  readonly scope?: Scope;
  /** What the constructor takes, in its order; default nothing. */
  readonly deps?: readonly Dependency[];
  /** What properties are given once the constructor has run, by name; those of parents come on top. */
  readonly properties?: ReadonlyMap<string | symbol, Dependency>;
}

/** A class as it is read: nothing of this need be there. */
interface Declaring {
  readonly [INJECTABLE]?: InjectableMetadata;
  readonly deps?: unknown;
  readonly inject?: unknown;
  readonly scope?: unknown;
}

/**
 * What a class says of itself. Each property is taken from the nearest class of its chain that has it, a decorator's word
 * before a static: a subclass without constructor takes what its parent takes, and a parent hears nothing of its children.
 */
export function readMetadata(target: abstract new (...args: never[]) => unknown): InjectableMetadata {
  let scope: Scope | undefined;
  let deps: readonly Dependency[] | undefined;
  const properties = new Map<string | symbol, Dependency>();
  for (let current: unknown = target; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
    if (current === Function.prototype) break;
    const own = current as Declaring;
    const written = Object.hasOwn(current, INJECTABLE) ? own[INJECTABLE] : undefined;
    scope ??= written?.scope ?? scopeOf(current, own);
    deps ??= written?.deps ?? listOf(current, own);
    for (const [key, dependency] of written?.properties ?? []) {
      if (!properties.has(key)) properties.set(key, dependency);
    }
  }
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(deps === undefined ? {} : { deps }),
    ...(properties.size === 0 ? {} : { properties }),
  };
}

/** `static scope`; a static of that name that is no scope belongs to the application. */
function scopeOf(target: object, own: Declaring): Scope | undefined {
  return Object.hasOwn(target, 'scope') && isScope(own.scope) ? own.scope : undefined;
}

/** `static deps`, or `static inject`; not both. */
function listOf(target: object, own: Declaring): readonly Dependency[] | undefined {
  const lists = (['deps', 'inject'] as const).filter((name) => Object.hasOwn(target, name) && Array.isArray(own[name]));
  if (lists.length === 2) {
    throw new NexureError('ERR_NEXURE_DI_PROVIDER', `${tokenName(target)} has static deps and static inject: keep one`);
  }
  const [name] = lists;
  return name === undefined ? undefined : (own[name] as readonly Dependency[]);
}
