// One decorator for both dialects: the standard one (ECMAScript, stage 3) hands over a value and a context object, the
// legacy one (`experimentalDecorators`) a prototype, a name and a descriptor. What stands in the wrong place is noted, and
// refused with the name of its class when that is registered: the standard dialect does not tell it earlier.
import { declarationFor, declarationOfClass, declarationOfMember, memberOf, noteMade } from './declarations.ts';

import type { Class, ClassDeclaration, MemberDeclaration } from './declarations.ts';

/** What a decorator does where it may stand. */
export interface Placement {
  /** With its `@`, for messages. */
  readonly name: string;
  readonly onClass?: (declaration: ClassDeclaration, theClass: Class) => void;
  readonly onMethod?: (member: MemberDeclaration, complain: (complaint: string) => void) => void;
}

/** A decorator as either dialect calls it. */
export type DualDecorator = (target: unknown, second?: unknown, third?: unknown) => undefined;

/** Makes a decorator of classes, methods or both. */
export function dualDecorator(placement: Placement): DualDecorator {
  noteMade();
  return (target, second, third) => {
    if (isStandardContext(second)) applyStandard(placement, target, second);
    else applyLegacy(placement, target as object, second as string | symbol | undefined, third);
    return undefined;
  };
}

/** Whether a decorator is called by the standard dialect. */
export function isStandardContext(second: unknown): second is DecoratorContext {
  return typeof second === 'object' && second !== null && 'kind' in second;
}

function applyStandard(placement: Placement, value: unknown, context: DecoratorContext): void {
  if (context.kind === 'class') {
    const theClass = value as Class;
    const declaration = declarationOfClass(context, theClass);
    if (placement.onClass !== undefined) placement.onClass(declaration, theClass);
    else misplaced(declaration, placement, 'class', 'a class');
    return;
  }
  const declaration = declarationOfMember(context, value);
  const kind = context.kind === 'method' ? methodKind(context.private, context.static) : `a ${context.kind}`;
  applyToMember(placement, declaration, context.name, kind);
}

function methodKind(isPrivate: boolean, isStatic: boolean): string {
  if (isPrivate) return 'a private method';
  return isStatic ? 'a static method' : PUBLIC_METHOD;
}

function applyLegacy(placement: Placement, target: object, name: string | symbol | undefined, third: unknown): void {
  if (typeof third === 'number') {
    const theClass = typeof target === 'function' ? target : target.constructor;
    misplaced(declarationFor(theClass), placement, name ?? 'constructor', 'a parameter');
  } else if (name === undefined) {
    const declaration = declarationFor(target);
    if (placement.onClass !== undefined) placement.onClass(declaration, target as Class);
    else misplaced(declaration, placement, 'class', 'a class');
  } else {
    const isStatic = typeof target === 'function';
    const declaration = declarationFor(isStatic ? target : target.constructor);
    applyToMember(placement, declaration, name, legacyKind(isStatic, third as PropertyDescriptor | undefined));
  }
}

function legacyKind(isStatic: boolean, descriptor: PropertyDescriptor | undefined): string {
  if (descriptor?.get !== undefined || descriptor?.set !== undefined) return 'an accessor';
  if (typeof descriptor?.value !== 'function') return 'a field';
  return methodKind(false, isStatic);
}

const PUBLIC_METHOD = 'a public method';

function applyToMember(placement: Placement, declaration: ClassDeclaration, name: string | symbol, kind: string): void {
  if (kind === PUBLIC_METHOD && placement.onMethod !== undefined) {
    placement.onMethod(memberOf(declaration, name), (complaint) => noteMisplaced(declaration, name, complaint));
  } else {
    misplaced(declaration, placement, name, kind);
  }
}

function misplaced(
  declaration: ClassDeclaration,
  { name, onClass, onMethod }: Placement,
  member: string | symbol,
  kind: string,
): void {
  const places = [...(onClass === undefined ? [] : ['classes']), ...(onMethod === undefined ? [] : ['public methods'])];
  noteMisplaced(declaration, member, `${name} stands on ${kind}; it decorates ${places.join(' and ')}`);
}

/** Notes that a decorator stands where it cannot. */
export function noteMisplaced(declaration: ClassDeclaration, member: string | symbol, complaint: string): void {
  declaration.misplaced.push({ member, complaint });
}
