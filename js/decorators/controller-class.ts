// The decorators of classes: controllers, and what the container makes.
import { INJECTABLE } from '../di/metadata.ts';
import { isScope } from '../di/scope.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { REGISTER } from '../register.ts';
import { SETTINGS } from '../route-options.ts';
import { dualDecorator, noteMisplaced } from './dialect.ts';
import { registerController } from './register-controller.ts';
import { pathsOf } from './verbs.ts';

import type { InjectableMetadata } from '../di/metadata.ts';
import type { Scope } from '../di/scope.ts';
import type { Constructor, Dependency } from '../di/token.ts';
import type { AnyRoutes } from '../register.ts';
import type { Class } from './declarations.ts';
import type { ControllerRegistration } from './register-controller.ts';
import type { ClassDecorating, ControllerOptions } from './types.ts';

/**
 * A controller: its decorated methods are routes below the prefix, or below each of several, and `app.register(Class)`
 * declares them. Children inherit routes; one without `@Controller` of its own has the prefix of its parent.
 */
export function Controller(prefix?: string | readonly string[], options: ControllerOptions = {}): ClassDecorating {
  const prefixes = pathsOf('@Controller', prefix).map((path) => path.replace(/\/+$/, ''));
  checkNames('@Controller', options, ['scope', ...SETTINGS]);
  checkScope('@Controller.scope', options.scope);
  return dualDecorator({
    name: '@Controller',
    onClass: (declaration, theClass) => {
      if (declaration.controller !== undefined) noteMisplaced(declaration, 'class', 'it has two @Controller');
      declaration.controller = { prefixes, options };
      Object.defineProperty(theClass, REGISTER, { value: register, configurable: true });
    },
  });
}

/** Inherited by children: `this` is the class that is registered. */
function register(this: Constructor, routes: AnyRoutes, options: ControllerRegistration | undefined): void {
  registerController(this, routes, options);
}

/** How the container makes instances of a class. */
export interface InjectableOptions {
  /** How long an instance lives; default `Scope.SINGLETON`. */
  readonly scope?: Scope;
  /** What the constructor takes, in its order; default what `@Inject` or `static deps` says. */
  readonly deps?: readonly Dependency[];
}

/** Says how the container makes instances of a class. A class needs it only to say something. */
export function Injectable(options: InjectableOptions = {}): ClassDecorating {
  checkInjectable('@Injectable', options);
  return dualDecorator({
    name: '@Injectable',
    onClass: (_, theClass) => describeClass(theClass, options),
  });
}

/** The twin of `@Injectable`, which returns the class: `export const Books = injectable(class Books { ... }, { ... })`. */
export function injectable<Of extends Class>(theClass: Of, options: InjectableOptions): Of {
  if (typeof theClass !== 'function') throw invalidOption('injectable', 'given a class', theClass);
  checkInjectable('injectable', options);
  describeClass(theClass, options);
  return theClass;
}

function checkInjectable(path: string, options: InjectableOptions): void {
  checkNames(path, options, ['scope', 'deps']);
  checkScope(`${path}.scope`, options.scope);
  if (options.deps !== undefined && !Array.isArray(options.deps)) {
    throw invalidOption(`${path}.deps`, 'an array of tokens', options.deps);
  }
}

function checkScope(path: string, scope: unknown): void {
  if (scope !== undefined && !isScope(scope)) throw invalidOption(path, 'a Scope', scope);
}

/** Adds to what a class says of itself; what its parents say is not touched. */
export function describeClass(theClass: Class, more: InjectableMetadata): void {
  const own = Object.getOwnPropertyDescriptor(theClass, INJECTABLE)?.value as InjectableMetadata | undefined;
  Object.defineProperty(theClass, INJECTABLE, { value: { ...own, ...more }, configurable: true });
}
