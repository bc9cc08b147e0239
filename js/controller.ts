// Controllers without decorators: a function declares the routes, and is given what the container makes. It runs wherever
// JavaScript does, also under `node file.ts`, which strips types and knows no decorators.
import { isThenable } from './answer.ts';
import { requestInstance } from './decorators/instances.ts';
import { containerOf } from './decorators/register-controller.ts';
import { untilThere } from './di/suspension.ts';
import { inject } from './di/inject.ts';
import { NexureError } from './errors/nexure-error.ts';
import { invalidOption } from './option-checks.ts';
import { REGISTER } from './register.ts';

import type { AnyContext } from './context/access.ts';
import type { ControllerRegistration } from './decorators/register-controller.ts';
import type { Container } from './di/container.ts';
import type { Constructor, Dependency, DependencyValue, InjectionToken } from './di/token.ts';
import type { AnyRoutes, Registrable } from './register.ts';
import type { Router } from './routes.ts';

/** What a controller is given, by name. */
export type Dependencies = Readonly<Record<string, Dependency>>;

/** What dependencies are filled with. */
export type DependencyInstances<Of extends Dependencies> = { readonly [Name in keyof Of]: DependencyValue<Of[Name]> };

/** Gives what belongs to a request; a promise where something it needs is made by an async factory. */
export type ForRequest = <T>(context: object, token: Constructor<T> | InjectionToken<T>) => T;

/** Declares the routes of a controller. */
export type DeclareController<Prefix extends string, Of extends Dependencies, Inner> = (
  routes: Router<unknown, never, Prefix>,
  instances: DependencyInstances<Of>,
  forRequest: ForRequest,
) => Router<unknown, Inner, string> | void;

/** A controller made by {@link controller}, for `app.register`. `Inner` are its routes, if its function returns them. */
export interface FunctionController<out Inner = never> extends Registrable<ControllerRegistration> {
  /** Only for the compiler. */
  readonly $routes?: Inner;
}

/**
 * A controller: `declare` is given a router for the routes below `prefix`, instances of `dependencies` by name, and a
 * function that gives instances of the request. It is called once, before the application serves its first request; without
 * dependencies at once.
 */
export function controller<const Prefix extends string, const Of extends Dependencies, Inner = never>(
  prefix: Prefix,
  dependencies: Of,
  declare: DeclareController<Prefix, Of, Inner>,
): FunctionController<Inner>;
export function controller<const Prefix extends string, Inner = never>(
  prefix: Prefix,
  declare: DeclareController<Prefix, Record<never, never>, Inner>,
): FunctionController<Inner>;
export function controller(prefix: string, ...given: readonly unknown[]): FunctionController<unknown> {
  const [dependencies, declare] = given.length > 1 ? given : [{}, given[0]];
  if (typeof prefix !== 'string') throw invalidOption('controller', "given a prefix such as '/books'", prefix);
  if (typeof declare !== 'function')
    throw invalidOption(`controller ${prefix}`, 'given a function at the end', declare);
  if (typeof dependencies !== 'object' || dependencies === null || Array.isArray(dependencies)) {
    throw invalidOption(`controller ${prefix}`, 'given dependencies as an object of tokens by name', dependencies);
  }
  const path = prefix === '' ? '/' : prefix;
  return {
    [REGISTER](routes, options = {}) {
      const container = containerOf(routes, options);
      const group = groupOf(routes, path);
      const names = Object.keys(dependencies);
      const run = (instances: Record<string, unknown>): void => {
        const result: unknown = (declare as DeclareController<string, Dependencies, unknown>)(
          group,
          instances,
          (context, token) => requestInstance(context as AnyContext, container, token) as never,
        );
        if (isThenable(result)) {
          throw new NexureError(
            'ERR_NEXURE_CONTROLLER_INVALID',
            `the function of controller ${path} must not be async`,
          );
        }
      };
      if (names.length === 0) return run({});
      return obtainAll(container, dependencies as Dependencies).then(run);
    },
  };
}

/** The group is made at once: what is declared in it stands behind the middleware that was there at that time. */
function groupOf(routes: AnyRoutes, path: string): Router<unknown, never, string> {
  let made: Router<unknown, never, string> | undefined;
  routes.group(path, (group) => {
    made = group;
  });
  return made as unknown as Router<unknown, never, string>;
}

async function obtainAll(container: Container, dependencies: Dependencies): Promise<Record<string, unknown>> {
  // Whatever is provided in the same breath is to be found.
  await Promise.resolve();
  const instances: Record<string, unknown> = {};
  for (const [name, dependency] of Object.entries(dependencies)) instances[name] = await obtain(container, dependency);
  return instances;
}

function obtain(container: Container, dependency: Dependency): unknown {
  return untilThere(() =>
    container.run(() => {
      if (typeof dependency !== 'object') return inject(dependency);
      if ('optional' in dependency) return inject.optional(dependency.optional);
      return 'all' in dependency ? inject.all(dependency.all) : inject(dependency);
    }),
  );
}
