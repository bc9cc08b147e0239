// What a method of a controller is given: as decorators of its parameters in the legacy dialect, and in both dialects as a
// list, `@Args(Body(), Param('id', toInt))`, because the standard dialect has no decorators of parameters.
import { isThenable } from '../answer.ts';
import { isSchemaClass } from '../schema/class-schema.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { readBody } from '../validation/read-body.ts';
import { declarationFor, memberOf } from './declarations.ts';
import { dualDecorator, isStandardContext, noteMisplaced } from './dialect.ts';
import { pipeline } from './pipes.ts';

import type { Context } from '../context/context.ts';
import type { SchemaClass } from '../schema/class-schema.ts';
import type { Ctx as ContextOfPath } from '../declared.ts';
import type { QueryObject } from '../http/query.ts';
import type { Pipe } from './pipes.ts';
import type { ArgumentsDecorating } from './types.ts';

declare const GIVES: unique symbol;

/** Where a value for a method comes from; also a decorator of parameters in the legacy dialect. */
export interface Argument<out Value = unknown> {
  (target: object, method: string | symbol | undefined, index: number): undefined;
  /** Reads the value; where it has to be waited for, a promise of it. */
  readonly read: (context: Context) => unknown;
  /** The route parameter it is, which the path must have. */
  readonly param: string | undefined;
  /** A whole part of the request, and the class that is its schema, where one was given. */
  readonly part?: { readonly name: ArgumentPart; readonly schema: SchemaClass | undefined };
  /** Never there; holds the type. */
  readonly [GIVES]?: Value;
}

/** Parts of a request that an argument may be. */
export type ArgumentPart = 'body' | 'query' | 'params' | 'headers' | 'cookies';

/** The values of arguments, in their order. */
export type ArgumentValues<Arguments extends readonly Argument[]> = {
  -readonly [Index in keyof Arguments]: Arguments[Index] extends Argument<infer Value> ? Value : never;
};

/** A value of a query: several where the name repeats. */
type QueryValue = QueryObject[string] | undefined;

/**
 * The body, parsed by its content type and waited for where it still arrives; or what a pipe or schema makes of it, or one
 * of its properties. A class with `@Schema()` is the schema of the body, and validated natively as in the settings of the
 * route. `Body<T>()` asserts a type that nobody checks.
 */
export function Body<Value = unknown>(): Argument<NoInfer<Value>>;
export function Body<Of extends object>(schema: abstract new (...args: never) => Of): Argument<Of>;
export function Body<Out>(pipe: Pipe<unknown, Out>): Argument<Awaited<Out>>;
export function Body<Value = unknown>(property: string): Argument<NoInfer<Value>>;
export function Body<Out>(property: string, pipe: Pipe<unknown, Out>): Argument<Awaited<Out>>;
export function Body(first?: unknown, second?: unknown): Argument {
  return argument('Body', 'body', first, second, (context, property) => {
    const body = readBody(context);
    if (property === undefined) return body;
    return isThenable(body) ? body.then((value) => propertyOf(value, property)) : propertyOf(body, property);
  });
}

/** The query by name, or one of its values. */
export function Query(): Argument<QueryObject>;
export function Query<Of extends object>(schema: abstract new (...args: never) => Of): Argument<Of>;
export function Query<Out>(pipe: Pipe<QueryObject, Out>): Argument<Awaited<Out>>;
export function Query(name: string): Argument<QueryValue>;
export function Query<Out>(name: string, pipe: Pipe<QueryValue, Out>): Argument<Awaited<Out>>;
export function Query(first?: unknown, second?: unknown): Argument {
  return argument('Query', 'query', first, second, ({ query }, name) => (name === undefined ? query : query[name]));
}

/** All route parameters, or one, which the path must have; as the path's constraint has converted it. */
export function Param<Params = Record<string, string>>(): Argument<NoInfer<Params>>;
export function Param<Of extends object>(schema: abstract new (...args: never) => Of): Argument<Of>;
export function Param<Value = string>(name: string): Argument<NoInfer<Value>>;
export function Param<Out>(name: string, pipe: Pipe<string, Out>): Argument<Awaited<Out>>;
export function Param(first?: unknown, second?: unknown): Argument {
  return argument('Param', 'param', first, second, ({ params }, name) => (name === undefined ? params : params[name]));
}

/** All header fields by lower-case name, or one by its name in any case. */
export function Headers(): Argument<Record<string, string>>;
export function Headers<Of extends object>(schema: abstract new (...args: never) => Of): Argument<Of>;
export function Headers(name: string): Argument<string | undefined>;
export function Headers<Out>(name: string, pipe: Pipe<string | undefined, Out>): Argument<Awaited<Out>>;
export function Headers(first?: unknown, second?: unknown): Argument {
  return argument('Headers', 'header', first, second, ({ request }, name) =>
    name === undefined ? request.headers : request.get(name),
  );
}

/** All cookies by name, or one. */
export function Cookie(): Argument<Record<string, string>>;
export function Cookie<Of extends object>(schema: abstract new (...args: never) => Of): Argument<Of>;
export function Cookie(name: string): Argument<string | undefined>;
export function Cookie<Out>(name: string, pipe: Pipe<string | undefined, Out>): Argument<Awaited<Out>>;
export function Cookie(first?: unknown, second?: unknown): Argument {
  return argument('Cookie', 'cookie', first, second, ({ request }, name) =>
    name === undefined ? request.cookies : request.cookies[name],
  );
}

/** The context of a path, with what middleware has added to it. */
export type Ctx<Path extends string = string, Added = unknown> = ContextOfPath<Path, Added>;

/** The context, or what a function makes of it: the way to arguments of one's own. */
export function Ctx<Added = unknown>(): Argument<Context & NoInfer<Added>>;
export function Ctx<Out>(read: (context: Context) => Out): Argument<Awaited<Out>>;
export function Ctx(read?: (context: Context) => unknown): Argument {
  if (read !== undefined && typeof read !== 'function') {
    throw new NexureError('ERR_NEXURE_CONTROLLER_INVALID', `@Ctx takes a function of the context, not ${typeof read}`);
  }
  return makeArgument('@Ctx', undefined, read ?? ((context) => context));
}

/**
 * What the method is given, by position; in both dialects, in place of decorators of its parameters. The compiler holds the
 * parameters of the method to it.
 */
export function Args<const Arguments extends readonly Argument[]>(
  ...given: Arguments
): ArgumentsDecorating<ArgumentValues<Arguments>> {
  for (const one of given) {
    if (typeof one !== 'function' || typeof one.read !== 'function') {
      throw new NexureError(
        'ERR_NEXURE_CONTROLLER_INVALID',
        `@Args takes Body(), Param('id') and the like, not ${typeof one}`,
      );
    }
  }
  return dualDecorator({
    name: '@Args',
    onMethod: (member, complain) => {
      if (member.arguments.length > 0) complain('@Args stands beside another @Args or beside decorators of parameters');
      member.arguments = [...given];
    },
  });
}

/** The part that each kind of argument is as a whole. */
const PARTS: Readonly<Record<string, ArgumentPart>> = {
  body: 'body',
  query: 'query',
  param: 'params',
  header: 'headers',
  cookie: 'cookies',
};

type Read = (context: Context, name: string | undefined) => unknown;

/** An argument from `(name?, pipe?)`. */
function argument(decorator: string, kind: string, first: unknown, second: unknown, read: Read): Argument {
  const name = typeof first === 'string' ? first : undefined;
  const pipe = name === undefined ? first : second;
  const partName = PARTS[kind] ?? 'body';
  if (isSchemaClass(first) && second === undefined) {
    return makeArgument(`@${decorator}`, undefined, (context) => read(context, undefined), {
      name: partName,
      schema: first,
    });
  }
  const isPipe = typeof pipe === 'function' || (typeof pipe === 'object' && pipe !== null && '~standard' in pipe);
  if ((pipe !== undefined && !isPipe) || (name === undefined && second !== undefined)) {
    throw new NexureError(
      'ERR_NEXURE_CONTROLLER_INVALID',
      `@${decorator} takes a name, and a pipe: a function or a Standard Schema`,
    );
  }
  const param = kind === 'param' ? name : undefined;
  const plain = (context: Context): unknown => read(context, name);
  if (!isPipe) {
    const part = name === undefined ? { name: partName, schema: undefined } : undefined;
    return makeArgument(`@${decorator}`, param, plain, part);
  }
  const convert = pipeline(pipe as Pipe<never>, name === undefined ? kind : `${kind} ${name}`);
  return makeArgument(`@${decorator}`, param, (context) => {
    const value = plain(context);
    return isThenable(value) ? value.then(convert) : convert(value);
  });
}

function makeArgument(
  decorator: string,
  param: string | undefined,
  read: (context: Context) => unknown,
  part?: Argument['part'],
): Argument {
  const self: Argument = Object.assign(decorate, { read, param, ...(part === undefined ? undefined : { part }) });
  return self;

  function decorate(target: object, method: unknown, index: unknown): undefined {
    if (typeof index !== 'number' || isStandardContext(method)) {
      refusePlace(decorator, target, method, index);
      return undefined;
    }
    const isStatic = typeof target === 'function';
    const declaration = declarationFor(isStatic ? target : target.constructor);
    if (isStatic || method === undefined) {
      const place = method === undefined ? 'a constructor' : 'a static method';
      noteMisplaced(declaration, (method ?? 'constructor') as string, `${decorator} stands on a parameter of ${place}`);
    } else {
      const member = memberOf(declaration, method as string | symbol);
      if (member.arguments[index] !== undefined) {
        noteMisplaced(declaration, method as string, `parameter ${index + 1} has two decorators`);
      }
      member.arguments[index] = self;
    }
    return undefined;
  }
}

/** What reads an argument decorates nothing but parameters: `@Body() method()` is a mistake in both dialects. */
function refusePlace(decorator: string, target: unknown, second: unknown, third: unknown): void {
  const refuse = dualDecorator({ name: decorator });
  refuse(target, second, third);
}

function propertyOf(value: unknown, name: string): unknown {
  const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return has ? (value as Record<string, unknown>)[name] : undefined;
}
