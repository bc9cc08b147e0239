// `@Inject`: what the container fills. Parameters of constructors are decorated in the legacy dialect only; fields and
// accessors in both.
import { inject } from '../di/inject.ts';
import { INJECTABLE } from '../di/metadata.ts';
import { tokenOf } from '../di/provider.ts';
import { isToken } from '../di/token.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { describeClass } from './controller-class.ts';
import { declarationOfMember, noteMade } from './declarations.ts';
import { isStandardContext, noteMisplaced } from './dialect.ts';

import type { InjectableMetadata } from '../di/metadata.ts';
import type { Inject as InjectFunction } from '../di/inject.ts';
import type { Dependency, DependencyValue } from '../di/token.ts';
import type { Class } from './declarations.ts';

/** Decorates parameters of constructors in the legacy dialect, and fields and accessors in both. */
export interface InjectDecorating<Value> {
  (value: undefined, context: ClassFieldDecoratorContext<never, Value>): (initial: Value) => Value;
  (
    value: ClassAccessorDecoratorTarget<never, Value>,
    context: ClassAccessorDecoratorContext<never, Value>,
  ): ClassAccessorDecoratorResult<never, Value>;
  (target: object, name: string | symbol | undefined, index?: number | PropertyDescriptor): void;
}

/** The type of `inject`. */
export type Inject = InjectFunction;

/**
 * Fills a parameter of a constructor (legacy dialect), or a field or accessor (both), with what the container has for a
 * token. Without decorators it is `field = inject(Token)` or `static deps = [Token]`.
 */
export function Inject<Token extends Dependency>(token: Token): InjectDecorating<DependencyValue<Token>> {
  return injecting('@Inject', token) as InjectDecorating<DependencyValue<Token>>;
}

/** The same as `@Inject`, for fields and accessors. */
export function InjectProperty<Token extends Dependency>(token: Token): InjectDecorating<DependencyValue<Token>> {
  return injecting('@InjectProperty', token) as InjectDecorating<DependencyValue<Token>>;
}

type AnyDecorator = (target: unknown, second: unknown, third?: unknown) => unknown;

function injecting(name: string, dependency: Dependency): AnyDecorator {
  noteMade();
  return (target, second, third) =>
    isStandardContext(second)
      ? injectInto(name, dependency, target, second)
      : void injectLegacy(name, dependency, target as object, second as string | symbol | undefined, third);
}

/** Fields are filled while the instance is made, as by `inject()`. */
function injectInto(name: string, dependency: Dependency, value: unknown, context: DecoratorContext): unknown {
  const fill = function (this: object): unknown {
    checkToken(dependency, `${this.constructor.name}.${String(context.name)}`, name);
    return resolve(dependency);
  };
  if (context.kind === 'field' && !context.static) return fill;
  if (context.kind === 'accessor' && !context.static) return { init: fill };
  const place = 'static' in context && context.static ? `a static ${context.kind}` : `a ${context.kind}`;
  const member = context.kind === 'class' ? 'class' : context.name;
  noteMisplaced(declarationOfMember(context, value), member, complaint(name, place));
  return undefined;
}

function injectLegacy(
  name: string,
  dependency: Dependency,
  target: object,
  member: string | symbol | undefined,
  third: unknown,
): void {
  const theClass = (typeof target === 'function' ? target : target.constructor) as Class;
  const label = `${theClass.name}.${String(member ?? 'constructor')}`;
  checkToken(dependency, label, name);
  const own = Object.getOwnPropertyDescriptor(theClass, INJECTABLE)?.value as InjectableMetadata | undefined;
  const isMethod = typeof (third as PropertyDescriptor | undefined)?.value === 'function';
  if (typeof third === 'number' && member === undefined) {
    // Parameters are decorated from the last to the first; one that is not decorated is told by the container.
    const length = Math.max(theClass.length, own?.deps?.length ?? 0, third + 1);
    const deps = Array.from({ length }, (_, index) => own?.deps?.[index]) as Dependency[];
    deps[third] = dependency;
    describeClass(theClass, { deps });
  } else if (member === undefined || typeof target === 'function' || typeof third === 'number' || isMethod) {
    const place =
      typeof third === 'number' ? 'a parameter of a method' : isMethod ? 'a method' : 'a static field or a class';
    throw new NexureError('ERR_NEXURE_CONTROLLER_INVALID', `${label}: ${complaint(name, place)}`);
  } else {
    describeClass(theClass, { properties: new Map([...(own?.properties ?? []), [member, dependency]]) });
  }
}

function complaint(name: string, place: string): string {
  return `${name} stands on ${place}; it decorates fields, accessors and parameters of constructors`;
}

/** A token that is `undefined` is most often an import in a circle. */
function checkToken(dependency: unknown, label: string, name: string): void {
  if (isToken(dependency) || isToken(tokenOf(dependency))) return;
  const hint = dependency === undefined ? ' (do two files import each other?)' : '';
  throw new NexureError('ERR_NEXURE_CONTROLLER_INVALID', `${label}: ${name} was given no token${hint}`);
}

function resolve(dependency: Dependency): unknown {
  if (typeof dependency !== 'object' || isToken(dependency)) return inject(dependency);
  return 'optional' in dependency
    ? inject.optional(dependency.optional)
    : inject.all((dependency as { all: never }).all);
}
