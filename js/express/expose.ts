// What middleware has put on the request of Express, on the context of this framework: `req.user` is `ctx.user`.
import { access } from '../context/access.ts';
import { checkAddition } from '../context/extend.ts';
import { addedTo } from './request.ts';

import type { AnyContext } from '../context/access.ts';
import type { Bridge } from './bridge.ts';

/** Whoever has an outlet that is a bridge. */
type Bridged = Pick<Bridge, 'req'>;

/** One pair of functions per name, for all contexts; `undefined` for names that the framework has itself. */
const properties = new Map<string, PropertyDescriptor | undefined>();

/** Names come from middleware, of which there are few; should somebody use request data as names, they are not kept. */
const MAX_NAMES = 1000;

/** Shows what middleware has put on the request. What it changes later is seen, too; a body becomes `ctx.body`. */
export function expose(bridge: Bridge): void {
  const { req, context } = bridge;
  const names = addedTo(req);
  for (const name of names) {
    if (name === 'body') {
      const { request } = context;
      // What a schema has made of a body, no parser replaces.
      if (request.$isChecked) continue;
      if (req.body !== undefined && request.$parsed?.value !== req.body) request.$provide(req.body);
    } else if (!name.startsWith('_') && !Object.hasOwn(context, name)) {
      const property = propertyOf(name);
      if (property !== undefined) Object.defineProperty(context, name, property);
    }
  }
}

function propertyOf(name: string): PropertyDescriptor | undefined {
  if (properties.has(name)) return properties.get(name);
  const property = isFree(name) ? descriptorOf(name) : undefined;
  if (properties.size < MAX_NAMES) properties.set(name, property);
  return property;
}

function isFree(name: string): boolean {
  try {
    checkAddition(name);
    return true;
  } catch {
    // `req.file`, say: `ctx.file()` answers with a file. It is to be had from `expressRequest(ctx)`.
    return false;
  }
}

function descriptorOf(name: string): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: AnyContext): unknown {
      const req = requestOf(this);
      const value = req[name];
      // Methods such as `req.login()` are those of the request.
      return typeof value === 'function' ? (value as (...parameters: unknown[]) => unknown).bind(req) : value;
    },
    set(this: AnyContext, value: unknown) {
      requestOf(this)[name] = value;
    },
  };
}

function requestOf(context: AnyContext): Record<string, unknown> {
  return (access.outletOf(context) as unknown as Bridged).req as unknown as Record<string, unknown>;
}
