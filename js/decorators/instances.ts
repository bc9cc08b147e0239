// The instances behind the routes of a controller: one for the application, made once, or one per request.
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { Container } from '../di/container.ts';
import { Scope } from '../di/scope.ts';
import { untilThere } from '../di/suspension.ts';

import type { AnyContext } from '../context/access.ts';
import type { Context } from '../context/context.ts';
import type { Next } from '../declared.ts';
import type { RequestScope } from '../di/request-scope.ts';
import type { Constructor, Token } from '../di/token.ts';
import type { AnyRoutes } from '../register.ts';

/** The containers of applications and routers whose controllers were registered without one. */
const containers = new WeakMap<object, Container>();

/** The container of an application or a router: provides every class that nobody has provided otherwise. */
export function containerOf({ $list }: AnyRoutes): Container {
  let container = containers.get($list);
  if (container === undefined) {
    const made = new Container({ name: 'application', implicit: true });
    containers.set($list, (container = made));
    $list.lifecycle.add('stop', () => made.dispose());
  }
  return container;
}

/** Whether a class is made anew for each request: it says so itself, or whoever provides it. */
export function isPerRequest(container: Container, theClass: Constructor): boolean {
  return container.find(theClass)?.scope !== Scope.SINGLETON;
}

/** The scopes of requests under way. */
const scopes = new WeakMap<AnyContext, Map<unknown, RequestScope>>();

/** The scope of a request in a container; made when it is first asked for. */
function scopeOf(context: AnyContext, container: Container): RequestScope {
  let ofRequest = scopes.get(context);
  if (ofRequest === undefined) scopes.set(context, (ofRequest = new Map()));
  let scope = ofRequest.get(container);
  if (scope === undefined) {
    ofRequest.set(container, (scope = container.createScope(context)));
    const made = scope;
    access.atEnd(context, () => dispose(made, container));
  }
  return scope;
}

function dispose(scope: RequestScope, container: Container): void {
  if (!scope.isEmpty) scope.dispose().catch((error: unknown) => container.tree.report(error));
}

/** The instance that a request is given; a promise where something it needs is one. */
export function requestInstance(context: AnyContext, container: Container, token: Token): unknown {
  const scope = scopeOf(context, container);
  return untilThere(() => scope.resolve(token));
}

type Step = (context: Context, next: Next) => unknown;

/** What `make` makes of an instance: for a singleton once, else for each request. Ready when `prepared` is. */
export interface Bound {
  readonly run: (context: Context, next?: Next) => unknown;
  /** Makes the instance of a singleton. */
  readonly prepare: () => Promise<void>;
}

/** Binds what runs in a request to the instance of a class. */
export function bind(container: Container, theClass: Constructor, make: (instance: object) => Step): Bound {
  let bound: Step | undefined;
  const run = (context: Context, next?: Next): unknown => {
    if (bound !== undefined) return bound(context, next as Next);
    const instance = requestInstance(context as AnyContext, container, theClass) as object;
    return isThenable(instance)
      ? instance.then((value) => make(value as object)(context, next as Next))
      : make(instance)(context, next as Next);
  };
  const prepare = async (): Promise<void> => {
    if (!isPerRequest(container, theClass)) bound = make((await container.resolveAsync(theClass)) as object);
  };
  return { run, prepare };
}
