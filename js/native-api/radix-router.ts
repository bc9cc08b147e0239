// The native router by itself: any methods, any values, routes that can be removed. Patterns and priorities are those of
// the application's routes.
import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { valueOfParam } from '../param-kinds.ts';
import { resolveConstraints, resolveRouting, ROUTING } from '../routing-options.ts';

import type { RouteConditions, RouteFinder } from '../native.ts';
import type { RouteConstraints, RoutingOptions } from '../routing-options.ts';

/** How a `RadixRouter` matches. */
export interface RadixRouterOptions extends RoutingOptions {
  /** Whether a parameter may be empty, as with find-my-way, so that `/a/:b` matches `/a/`; default `false`. */
  readonly emptyParams?: boolean;
  /**
   * Whether patterns may have what is refused as a likely mistake, and find-my-way takes: names that repeat (the last value
   * is kept), percent escapes and braces (as plain text), words for expressions; default `false`.
   */
  readonly lenientPatterns?: boolean;
}

/** What routes with constraints are compared with. */
export interface RadixRequest {
  /** The value of `Host`. */
  readonly host?: string | undefined;
  /** The value of `Accept-Version`. */
  readonly version?: string | undefined;
}

/** A route that was found. */
export interface RadixMatch<Value> {
  /** What the route was added with. */
  readonly value: Value;
  /** The pattern it was added with. */
  readonly pattern: string;
  /** The parameters by name, decoded; numbers and booleans where the pattern says so. */
  readonly params: Record<string, string | number | boolean>;
}

interface Route<Value> {
  readonly value: Value;
  readonly pattern: string;
  readonly names: readonly string[];
  readonly kinds: readonly number[];
}

const BAD_ENCODING = -2;

/** Sixteen parameters, the most a pattern can have, and their number. */
const SPANS = 1 + 2 * 16;

/** Values by method and pattern. */
export class RadixRouter<Value = unknown> {
  readonly #finder: RouteFinder;
  readonly #routes = new Map<number, Route<Value>>();
  readonly #spans = new Uint32Array(SPANS);
  #next = 0;

  /** Throws `ERR_NEXURE_OPTION_INVALID`. */
  constructor(options: RadixRouterOptions = {}) {
    checkNames('RadixRouter', options, [...ROUTING, 'emptyParams', 'lenientPatterns']);
    const { emptyParams = false, lenientPatterns = false, ...routing } = options;
    if (typeof emptyParams !== 'boolean') throw invalidOption('emptyParams', 'a boolean', emptyParams);
    if (typeof lenientPatterns !== 'boolean') throw invalidOption('lenientPatterns', 'a boolean', lenientPatterns);
    this.#finder = new native.RouteFinder({
      ...resolveRouting(routing),
      emptyParams,
      permissivePatterns: lenientPatterns,
    });
  }

  /** How many routes there are. */
  get size(): number {
    return this.#routes.size;
  }

  /**
   * Adds a route. Methods are compared as they are, and none is served by another. Throws `ERR_NEXURE_ROUTE_SYNTAX`,
   * `_CONFLICT`, `_CONDITION` and `_LIMIT` with both patterns in the message; nothing has changed then.
   */
  add(method: string, pattern: string, value: Value, constraints?: RouteConstraints): this {
    const conditions = checked(method, pattern, constraints);
    const params = this.#finder.params(pattern);
    const names = params.map(({ name }) => name);
    if (names.includes('__proto__')) {
      throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', `route ${pattern} has a parameter named __proto__`);
    }
    const failure = this.#finder.add(method, pattern, this.#next, conditions);
    if (failure !== null) throw new NexureError(failure.code as NexureError['code'], failure.message);
    this.#routes.set(this.#next, { value, pattern, names, kinds: params.map(({ kind }) => kind) });
    this.#next += 1;
    return this;
  }

  /**
   * Finds the route for a path, as it was sent: with its percent escapes, without the query. `undefined` if there is none.
   * Throws `ERR_NEXURE_PATH_ENCODING` when an escape is malformed.
   */
  find(method: string, path: string, request?: RadixRequest): RadixMatch<Value> | undefined {
    const raw = escaped(path);
    const number = this.#finder.find(method, raw, request?.host, request?.version, this.#spans);
    if (number === BAD_ENCODING) throw badEncoding(path);
    const route = this.#routes.get(number);
    if (route === undefined) return undefined;
    const params: Record<string, string | number | boolean> = {};
    const count = this.#spans[0] as number;
    for (let index = 0; index < count; index += 1) {
      const start = this.#spans[1 + index * 2] as number;
      const length = (this.#spans[2 + index * 2] as number) | 0;
      const text = length < 0 ? decodeURIComponent(raw.slice(start, start - length)) : raw.slice(start, start + length);
      params[route.names[index] as string] = valueOfParam(text, route.kinds[index] as number);
    }
    return { value: route.value, pattern: route.pattern, params };
  }

  /** The methods that have a route for a path, sorted: what `Allow` lists when `find` finds nothing for another. */
  methods(path: string, request?: RadixRequest): string[] {
    return this.#finder.methodsOf(escaped(path), request?.host, request?.version);
  }

  /**
   * Removes the route with this pattern, whatever its parameters are called, and these constraints; `false` if there is none.
   * The other routes of the method are added anew.
   */
  remove(method: string, pattern: string, constraints?: RouteConstraints): boolean {
    const { route, failure } = this.#finder.remove(method, pattern, checked(method, pattern, constraints));
    if (failure !== undefined) throw new NexureError(failure.code as NexureError['code'], failure.message);
    return route !== undefined && this.#routes.delete(route);
  }
}

function checked(method: unknown, pattern: unknown, constraints: RouteConstraints = {}): RouteConditions {
  if (typeof method !== 'string' || method === '') {
    throw new NexureError('ERR_NEXURE_ROUTE_METHOD', `a method is text, not ${String(method)}`);
  }
  if (typeof pattern !== 'string') throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', 'a route pattern is a string');
  return resolveConstraints('constraints', constraints) ?? {};
}

/** A path in ASCII, so that bytes and characters are the same. */
function escaped(path: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[^\0-\x7f]/.test(path)) return path;
  if (!path.isWellFormed()) throw badEncoding(path);
  return path.replaceAll(/[^\0-\x7f]+/g, encodeURIComponent);
}

function badEncoding(path: string): NexureError {
  return new NexureError('ERR_NEXURE_PATH_ENCODING', `the path ${path} has a malformed percent escape`);
}
