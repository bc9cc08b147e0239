// Registers a controller: its routes are declared at once, with the errors of the router named by class and method, and
// its instance comes from the container when a request needs it first, or the application starts.
import { isThenable } from '../answer.ts';
import { Container } from '../di/container.ts';
import { Scope } from '../di/scope.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { containerFor } from '../modules/host.ts';
import { bound } from './instances.ts';
import { header, status } from './middleware.ts';
import { planOf } from './plan.ts';

import type { Context } from '../context/context.ts';
import type { Next } from '../declared.ts';
import type { Constructor } from '../di/token.ts';
import type { Handler, Middleware } from '../middleware.ts';
import type { AnyRoutes } from '../register.ts';
import type { Argument } from './arguments.ts';
import type { Link } from './links.ts';
import type { PlannedRoute } from './plan.ts';

/** What registering a controller takes. */
export interface ControllerRegistration {
  /**
   * Where instances come from; default the application's own, which provides every class that has no provider. A container
   * that does not provide the controller is given it.
   */
  readonly container?: Container;
}

/** Declares the routes of a class. Instances are made when the application starts, or the container is compiled. */
export function registerController(
  theClass: Constructor,
  routes: AnyRoutes,
  options: ControllerRegistration = {},
): void {
  const container = containerOf(routes, options);
  const plan = planOf(theClass);
  provideClass(container, theClass, plan.scope);
  const links = new Map<Link, Middleware>();
  for (const route of plan.routes) {
    const middleware = route.links.map((link) => {
      let one = links.get(link);
      if (one === undefined) links.set(link, (one = linked(container, link)));
      return one;
    });
    const handler = bound(container, theClass, (instance) => handlerOf(route, instance));
    const { methods, settings, member } = route;
    const use = [...middleware, ...member.headers.map(([name, value]) => header(name, value))];
    if (member.status !== undefined) use.push(status(member.status));
    for (const path of route.paths) {
      named(route, () => routes.route({ ...settings, method: methods, path, use, handler }));
      checkParams(route, path, routes.$list.routes.at(-1)?.params ?? []);
    }
  }
  if (options.container === undefined) return;
  const classes = [...links.keys()].flatMap((link) => link.theClass ?? []);
  startWith(container, routes, [...classes, theClass]);
}

/** A container that the application does not start is asked for its singletons when the application starts. */
function startWith(container: Container, routes: AnyRoutes, classes: readonly Constructor[]): void {
  routes.onStart(async () => {
    for (const theClass of classes) {
      if (container.find(theClass)?.scope === Scope.SINGLETON) await container.resolveAsync(theClass);
    }
  });
}

/** The container of a registration. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function containerOf(routes: AnyRoutes, options: ControllerRegistration): Container {
  checkNames('register', options, ['container']);
  const { container } = options;
  if (container !== undefined && !(container instanceof Container)) {
    throw invalidOption('register.container', 'a Container', container);
  }
  return container ?? containerFor(routes);
}

/** Has a container make instances of a class, unless somebody provides it. */
function provideClass(container: Container, theClass: Constructor, scope?: ReturnType<typeof planOf>['scope']): void {
  const isProvided = container.bindings().some(({ token }) => token === theClass);
  if (isProvided) return;
  container.register(theClass, { useClass: theClass, ...(scope === undefined ? undefined : { scope }) });
}

function linked(container: Container, link: Link): Middleware {
  if (link.theClass === undefined) return link.middleware;
  const { theClass, takesNext, middlewareOf } = link;
  if (!container.has(theClass)) provideClass(container, theClass);
  const run = bound(container, theClass, (instance) => {
    const middleware = middlewareOf(instance);
    return (context, next) => middleware(context, next as Next);
  });
  return takesNext ? (context, next) => run(context, next) : (context) => run(context);
}

/** The handler of a route, with everything that can be done once done once. */
function handlerOf(route: PlannedRoute, instance: object): Handler {
  const method = (instance as Record<PropertyKey, (...values: readonly unknown[]) => unknown>)[route.name];
  if (typeof method !== 'function') {
    throw new NexureError('ERR_NEXURE_CONTROLLER_INVALID', `${route.label} is no method of the instance`);
  }
  const { arguments: given, redirect } = route.member;
  const run = method.bind(instance);
  const handler: Handler = given.length === 0 ? run : withArguments(run, given);
  return redirect === undefined ? handler : redirecting(handler, redirect);
}

/** Reads arguments in their order; waits only where one is a promise. */
function withArguments(
  method: (...values: readonly unknown[]) => unknown,
  given: readonly (Argument | undefined)[],
): Handler {
  // A parameter without a decorator is given the context.
  const reads = Array.from(given, (one) => one?.read ?? ((context: Context): unknown => context));
  const [only] = reads;
  if (reads.length === 1 && only !== undefined) {
    return (context) => {
      const value = only(context);
      return isThenable(value) ? value.then((settled) => method(settled)) : method(value);
    };
  }
  return (context) => {
    const values = reads.map((read) => read(context));
    return values.some(isThenable) ? Promise.all(values).then((settled) => method(...settled)) : method(...values);
  };
}

function redirecting(handler: Handler, declared: { readonly location: string; readonly status: number }): Handler {
  const redirect = (context: Context, value: unknown): unknown => {
    const told =
      typeof value === 'object' ? (value as Partial<Record<keyof typeof declared, unknown>> | null) : undefined;
    const location = typeof told?.location === 'string' ? told.location : declared.location;
    return context.response.redirect(location, typeof told?.status === 'number' ? told.status : declared.status);
  };
  return (context) => {
    const value = handler(context);
    return isThenable(value) ? value.then((settled) => redirect(context, settled)) : redirect(context, value);
  };
}

/** What a method asks for must be in its path. */
function checkParams({ label, member }: PlannedRoute, path: string, names: readonly string[]): void {
  const missing = member.arguments.find((one) => one?.param !== undefined && !names.includes(one.param))?.param;
  if (missing === undefined) return;
  const known = names.length === 0 ? 'none' : names.map((name) => `:${name}`).join(', ');
  throw new NexureError(
    'ERR_NEXURE_CONTROLLER_INVALID',
    `${label}: there is no parameter :${missing} in ${path}; it has ${known}`,
  );
}

/** Has the errors of the router name the method. */
function named(route: PlannedRoute, declare: () => void): void {
  try {
    declare();
  } catch (error) {
    if (!(error instanceof NexureError)) throw error;
    throw new NexureError(error.code, `${route.label}: ${error.message}`, { cause: error });
  }
}
