// The routes of an application or a router with everything they were declared with, and the native table that checks
// them. A router has no options of its own: its routes take those of the application it is mounted in.
import { NexureError } from './errors/nexure-error.ts';
import { Lifecycle } from './lifecycle.ts';
import { native } from './native.ts';
import { invalidOption } from './option-checks.ts';
import { joinPaths, segmentsOf } from './prefix.ts';
import { resolveSettings } from './route-options.ts';
import { innerScope } from './scope.ts';
import { isSchemaLink } from './validation/declared-schemas.ts';

import type { StaticFiles } from './files/static-files.ts';
import type { Handler, Middleware } from './middleware.ts';
import type { RouteFailure, RouteTable } from './native.ts';
import type { ResolvedOptions } from './options.ts';
import type { DeclaredRoute, HttpMethod } from './route.ts';
import type { RouteSettings } from './route-options.ts';
import type { RouteConstraints } from './routing-options.ts';
import type { PlacedMiddleware, Scope } from './scope.ts';

export const METHODS: readonly HttpMethod[] = native.methods() as HttpMethod[];

/** A route of one or several methods, as it is declared. */
export interface Declaration {
  readonly methods: readonly HttpMethod[];
  readonly path: string;
  readonly settings: RouteSettings;
  readonly middleware: readonly Middleware[];
  readonly handler: Handler;
  /** Files that answer where they can. */
  readonly files?: StaticFiles | undefined;
  /** Whether a file that is not there is a request without a route. */
  readonly servesFiles?: boolean;
}

/** The routes of one application or router. */
export class RouteList {
  readonly options: ResolvedOptions;
  readonly table: RouteTable;
  readonly routes: DeclaredRoute[] = [];
  /** All middleware in the order of its declaration, for requests that no route matches. */
  readonly placed: PlacedMiddleware[] = [];
  readonly lifecycle: Lifecycle = new Lifecycle();
  readonly scope: Scope;
  /** Why nothing can be added for now. */
  frozen: string | undefined = undefined;
  /** Once it is, nothing can be added any more: what it is mounted in has its routes and handlers. */
  isMounted = false;
  /** Called before each change. */
  onChange: () => void = () => undefined;

  constructor(options: ResolvedOptions, prefix = '') {
    this.options = options;
    this.table = new native.RouteTable(options.routing);
    this.scope = innerScope(undefined, prefix);
  }

  /** Throws when nothing can be added any more. */
  beforeChange(what: string): void {
    this.beforeMounted(what);
    if (this.frozen !== undefined) {
      throw new NexureError('ERR_NEXURE_ROUTE_LATE', `${what} cannot be added while ${this.frozen}`);
    }
    this.onChange();
  }

  /** Throws when it is mounted. */
  beforeMounted(what: string): void {
    if (!this.isMounted) return;
    throw new NexureError('ERR_NEXURE_ROUTE_LATE', `${what} cannot be added to what is mounted: mount it afterwards`);
  }

  /** Checks a path that others lie below, given to `method`. */
  checkPrefix(method: string, path: unknown): asserts path is string {
    if (typeof path !== 'string' || !/^\/(?:[^*]*[^*/])?$/.test(path)) {
      throw invalidOption(method, "a path that begins with '/' and ends without it, such as '/api'", path);
    }
    // A route without methods is only looked at.
    this.#check(this.table.addAll([], path, 0));
  }

  #check(failure: RouteFailure | null): void {
    if (failure !== null) throw new NexureError(failure.code as NexureError['code'], failure.message);
  }

  /** Adds a route; `path` is the whole of it. All of its methods are added, or none. */
  add(scope: Scope, declaration: Declaration): void {
    this.beforeChange('a route');
    const { methods, path } = declaration;
    const settings = resolveSettings(declaration.settings, this.options);
    const described = this.table.params(path);
    const params = described.map(({ name }) => name);
    const kinds = described.some(({ kind }) => kind !== 0) ? described.map(({ kind }) => kind) : undefined;
    // A property of that name would set the prototype.
    if (params.includes('__proto__')) {
      throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', `route ${path} has a parameter named __proto__`);
    }
    const first = this.routes.length;
    this.#check(this.table.addAll(methods.map(methodNumber), path, first, settings.conditions));
    const middleware = [...scope.middleware];
    for (const method of methods) {
      this.table.setRules(this.routes.length, settings.rules);
      this.routes.push({
        ...declaration,
        method,
        params,
        kinds,
        settings,
        scope,
        placed: middleware,
        declared: declaration,
      });
    }
  }

  /**
   * Adds the routes of a router or of another application below a prefix, for a host or version if one is given; it can
   * declare nothing more from then on.
   */
  mount(scope: Scope, path: string, mounted: RouteList, constraints: RouteConstraints = {}): void {
    this.beforeChange('a router');
    if (mounted === this) {
      throw new NexureError('ERR_NEXURE_OPTION_INVALID', 'an application or router cannot be mounted within itself');
    }
    const prefix = joinPaths(scope.prefix, path);
    const copies = new Map<Scope, Scope>();
    const outer = scope.middleware;
    const copy = (inner: Scope): Scope => {
      const known = copies.get(inner);
      if (known !== undefined) return known;
      const parent = inner.parent === undefined ? scope : copy(inner.parent);
      const made: Scope = { ...inner, parent, prefix: joinPaths(prefix, inner.prefix) };
      copies.set(inner, made);
      return made;
    };
    const below = segmentsOf(prefix);
    const deeper = (placed: PlacedMiddleware): PlacedMiddleware =>
      placed.depth === 0 ? placed : { ...placed, depth: placed.depth + below.length };
    const move = (placed: PlacedMiddleware): PlacedMiddleware =>
      placed.below === undefined ? placed : { ...deeper(placed), below: [...below, ...placed.below] };
    const seen = new Set<Declaration>();
    for (const route of mounted.routes) {
      // Its methods are added together, as they were.
      if (seen.has(route.declared)) continue;
      seen.add(route.declared);
      const own = { ...copy(route.scope), middleware: [...outer, ...route.placed.map(move)] };
      const settings = constrained(route.declared.settings, constraints);
      this.add(own, { ...route.declared, settings, path: joinPaths(prefix, route.declared.path) });
    }
    // Requests without a route have met no condition: middleware for one host must not run for all.
    const concerning = Object.keys(constraints).length === 0 ? mounted.placed : [];
    for (const placed of concerning)
      this.placed.push({ ...deeper(placed), below: [...below, ...(placed.below ?? [])] });
    this.lifecycle.adopt(mounted.lifecycle);
    mounted.isMounted = true;
  }

  /** Adds middleware for what is declared in a scope from now on, below a prefix if one is given. */
  place(scope: Scope, middleware: Middleware, prefix: string | undefined): void {
    this.beforeChange('middleware');
    if (isSchemaLink(middleware)) {
      throw new NexureError(
        'ERR_NEXURE_ROUTE_HANDLER',
        'a link of schemas belongs to a route, in front of its handler',
      );
    }
    const below = prefix === undefined ? undefined : segmentsOf(joinPaths(scope.prefix, prefix));
    const depth = below?.length ?? 0;
    scope.middleware = [...scope.middleware, { middleware, below, depth }];
    this.placed.push({
      middleware,
      depth,
      below: below ?? (scope.prefix === '' ? undefined : segmentsOf(scope.prefix)),
    });
  }
}

/** The settings of a route that is mounted for a host or version; its own go before. */
function constrained(settings: RouteSettings, outer: RouteConstraints): RouteSettings {
  if (settings.constraints !== undefined) return { ...settings, constraints: { ...outer, ...settings.constraints } };
  return { ...outer, ...settings };
}

function methodNumber(method: HttpMethod): number {
  const number = METHODS.indexOf(method);
  if (number !== -1) return number;
  throw new NexureError('ERR_NEXURE_ROUTE_METHOD', `${String(method)} is not a method; use ${METHODS.join(', ')}`);
}
