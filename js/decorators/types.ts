// The types of decorators, for compilers of both dialects: each has one call signature per dialect, and the compiler takes
// the one that fits how it calls them.
import type { Context } from '../context/context.ts';
import type { Scope } from '../di/scope.ts';
import type { RouteSettings } from '../route-options.ts';
import type { ParamsOf } from '../types.ts';
import type { ParamsValidated, Schemas, ValidatedContext } from '../validation/schema-types.ts';
import type { StandardSchema } from '../validation/standard-schema.ts';

/** Any method. */
export type Method = (...args: never) => unknown;

/** Any class. */
type AnyClass = abstract new (...args: never) => object;

/**
 * The context behind `@Schema({ body })`: `CtxOf<typeof NewBook>`, which may be a class, or of several schemas by what they
 * are for: `CtxOf<{ body: typeof NewBook; query: typeof Page }>`.
 */
export type CtxOf<
  Given extends Schemas | StandardSchema<unknown, unknown> | AnyClass,
  Path extends string = string,
  Added = unknown,
> = Added &
  ValidatedContext<
    ParamsOf<Path>,
    Given extends StandardSchema<unknown, unknown> | AnyClass ? { readonly body: Given } : Given
  >;

/** What a controller says of all of its routes; a route may say otherwise. */
export interface ControllerOptions extends RouteSettings {
  /** How long an instance lives; default what the class says, else `Scope.SINGLETON`. */
  readonly scope?: Scope;
}

/** What a route of a controller says of its requests and answers. */
export type MethodSettings = RouteSettings;

/** `unknown` when a method takes the context of a path, or takes none; else what is wrong, for the compiler's message. */
export type TakesContextOf<Path extends string, Value> = Value extends (first: infer First, ...rest: never) => unknown
  ? First extends { readonly params: infer Params; readonly request: Context['request'] }
    ? keyof ParamsValidated extends keyof First
      ? unknown
      : Agree<ParamsOf<Path>, Params> extends true
        ? unknown
        : { readonly 'the method takes the context of another path': ParamsOf<Path> }
    : unknown
  : unknown;

/** Parameters of the prefix may come on top of those of the path. */
type Agree<Given, Taken> = Given extends Taken
  ? true
  : [keyof Given] extends [keyof Taken]
    ? Given extends Pick<Taken, keyof Given & keyof Taken>
      ? true
      : false
    : false;

/** In the standard dialect: a method that is neither private nor static. */
interface PublicMethodContext extends ClassMethodDecoratorContext {
  readonly private: false;
  readonly static: false;
}

/** Decorates classes. */
export type ClassDecorating = (target: AnyClass, context?: ClassDecoratorContext) => undefined;

/** Decorates public methods. */
export interface MethodDecorating {
  (value: Method, context: PublicMethodContext): undefined;
  <Value extends Method>(target: object, name: string | symbol, descriptor: TypedPropertyDescriptor<Value>): undefined;
}

/** Decorates classes and public methods. */
export interface ClassOrMethodDecorating {
  (value: Method, context: PublicMethodContext): undefined;
  <Value extends Method>(target: object, name: string | symbol, descriptor: TypedPropertyDescriptor<Value>): undefined;
  (target: AnyClass, context?: ClassDecoratorContext): undefined;
}

/** Decorates public methods that take the context of a path, or nothing, or what `@Args` or parameter decorators give. */
export interface RouteDecorating<Path extends string> {
  <Value extends Method>(value: TakesContextOf<Path, Value> & Value, context: PublicMethodContext): undefined;
  <Value extends Method>(
    target: object,
    name: string | symbol,
    descriptor: TakesContextOf<Path, Value> & TypedPropertyDescriptor<Value>,
  ): undefined;
}

/** `unknown` when a method can be given some values; else what they are, for the compiler's message. */
export type TakesValues<Values extends readonly unknown[], Value> = Value extends (...values: Values) => unknown
  ? unknown
  : { readonly 'the method does not take these arguments': Values };

/** Decorates public methods that take given arguments. */
export interface ArgumentsDecorating<Values extends readonly unknown[]> {
  <Value extends Method>(value: TakesValues<Values, Value> & Value, context: PublicMethodContext): undefined;
  <Value extends Method>(
    target: object,
    name: string | symbol,
    descriptor: TakesValues<Values, Value> & TypedPropertyDescriptor<Value>,
  ): undefined;
}
