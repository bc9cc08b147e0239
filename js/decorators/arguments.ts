// What a method of a controller is given: as decorators of its parameters in the legacy dialect, and in both dialects as a
// list, `@Args(Body(), Param('id', toInt))`, because the standard dialect has no decorators of parameters.
import { isThenable } from '../answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { readBody } from '../validation/read-body.ts';
import { isStandardSchema } from '../validation/standard-schema.ts';
import { isNativeSchema } from './argument-schemas.ts';
import { declarationFor, memberOf } from './declarations.ts';
import { dualDecorator, isStandardContext, noteMisplaced } from './dialect.ts';
import { pipeline } from './pipes.ts';

import type { Context } from '../context/context.ts';
import type { Ctx as ContextOfPath } from '../declared.ts';
import type { QueryObject } from '../http/query.ts';
import type { Present } from '../schema/infer.ts';
import type { StandardSchema } from '../validation/standard-schema.ts';
import type { Pipe, PipeFunction } from './pipes.ts';
import type { ArgumentsDecorating } from './types.ts';

declare const GIVES: unique symbol;

/** Where a value for a method comes from; also a decorator of parameters in the legacy dialect. */
export interface Argument<out Value = unknown> {
  (target: object, method: string | symbol | undefined, index: number): undefined;
  /** Reads the value; where it has to be waited for, a promise of it. */
  readonly read: (context: Context) => unknown;
  /** The route parameter it is, which the path must have. */
  readonly param: string | undefined;
  /** The part of the request it is, or is a value of by name; and the schema that was given for it, if any. */
  readonly part?: { readonly name: ArgumentPart; readonly property: string | undefined; readonly schema: unknown };
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

/** What knows its type: a class with `@Schema()`, a schema of `t`, or of any library that speaks Standard Schema. */
type TypedSchema = (abstract new (...args: never) => object) | StandardSchema<unknown, unknown>;

/** JSON Schema, or TypeBox. */
type PlainSchema = Readonly<Record<string, unknown>>;

/**
 * The body, parsed by its content type and waited for where it still arrives; or one of its properties. A schema of any kind
 * is that of the body, as in the settings of the route: 422 for what does not fit. A pipe converts and checks: 400.
 * `Body<T>()` asserts a type that nobody checks.
 */
export function Body<Value = unknown>(): Argument<NoInfer<Value>>;
export function Body<S extends TypedSchema>(schema: S): Argument<Present<S>>;
export function Body<Out>(pipe: PipeFunction<unknown, Out>): Argument<Awaited<Out>>;
export function Body<Value = unknown>(property: string): Argument<NoInfer<Value>>;
export function Body<S extends TypedSchema>(property: string, schema: S): Argument<Present<S>>;
export function Body<Out>(property: string, pipe: PipeFunction<unknown, Out>): Argument<Awaited<Out>>;
export function Body<S extends PlainSchema>(schema: S): Argument<Present<S>>;
export function Body<S extends PlainSchema>(property: string, schema: S): Argument<Present<S>>;
export function Body(first?: unknown, second?: unknown): Argument {
  return argument('Body', 'body', first, second, (context, property) => {
    const body = readBody(context);
    if (property === undefined) return body;
    return isThenable(body) ? body.then((value) => propertyOf(value, property)) : propertyOf(body, property);
  });
}

/** The query by name, or one of its values; with a schema or a pipe, as {@link Body}. */
export function Query(): Argument<QueryObject>;
export function Query<S extends TypedSchema>(schema: S): Argument<Present<S>>;
export function Query<Out>(pipe: PipeFunction<QueryObject, Out>): Argument<Awaited<Out>>;
export function Query(name: string): Argument<QueryValue>;
export function Query<S extends TypedSchema>(name: string, schema: S): Argument<Present<S>>;
export function Query<Out>(name: string, pipe: PipeFunction<QueryValue, Out>): Argument<Awaited<Out>>;
export function Query<S extends PlainSchema>(schema: S): Argument<Present<S>>;
export function Query<S extends PlainSchema>(name: string, schema: S): Argument<Present<S>>;
export function Query(first?: unknown, second?: unknown): Argument {
  return argument('Query', 'query', first, second, ({ query }, name) => (name === undefined ? query : query[name]));
}

/**
 * All route parameters, or one, which the path must have; as the path's constraint has converted it. With a schema or a pipe,
 * as {@link Body}.
 */
export function Param<Params = Record<string, string>>(): Argument<NoInfer<Params>>;
export function Param<S extends TypedSchema>(schema: S): Argument<Present<S>>;
export function Param<Value = string>(name: string): Argument<NoInfer<Value>>;
export function Param<S extends TypedSchema>(name: string, schema: S): Argument<Present<S>>;
export function Param<Out>(name: string, pipe: PipeFunction<string, Out>): Argument<Awaited<Out>>;
export function Param<S extends PlainSchema>(schema: S): Argument<Present<S>>;
export function Param<S extends PlainSchema>(name: string, schema: S): Argument<Present<S>>;
export function Param(first?: unknown, second?: unknown): Argument {
  return argument('Param', 'param', first, second, ({ params }, name) => (name === undefined ? params : params[name]));
}

/** All header fields by lower-case name, or one by its name in any case; with a schema or a pipe, as {@link Body}. */
export function Headers(): Argument<Record<string, string>>;
export function Headers<S extends TypedSchema>(schema: S): Argument<Present<S>>;
export function Headers(name: string): Argument<string | undefined>;
export function Headers<S extends TypedSchema>(name: string, schema: S): Argument<Present<S>>;
export function Headers<Out>(name: string, pipe: PipeFunction<string | undefined, Out>): Argument<Awaited<Out>>;
export function Headers<S extends PlainSchema>(schema: S): Argument<Present<S>>;
export function Headers<S extends PlainSchema>(name: string, schema: S): Argument<Present<S>>;
export function Headers(first?: unknown, second?: unknown): Argument {
  return argument('Headers', 'header', first, second, ({ request }, name) =>
    name === undefined ? request.headers : request.get(name),
  );
}

/** All cookies by name, or one; with a schema or a pipe, as {@link Body}. */
export function Cookie(): Argument<Record<string, string>>;
export function Cookie<S extends TypedSchema>(schema: S): Argument<Present<S>>;
export function Cookie(name: string): Argument<string | undefined>;
export function Cookie<S extends TypedSchema>(name: string, schema: S): Argument<Present<S>>;
export function Cookie<Out>(name: string, pipe: PipeFunction<string | undefined, Out>): Argument<Awaited<Out>>;
export function Cookie<S extends PlainSchema>(schema: S): Argument<Present<S>>;
export function Cookie<S extends PlainSchema>(name: string, schema: S): Argument<Present<S>>;
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

/** An argument from `(name?, schema or pipe?)`. */
function argument(decorator: string, kind: string, first: unknown, second: unknown, read: Read): Argument {
  const name = typeof first === 'string' ? first : undefined;
  const given = name === undefined ? first : second;
  if (name === undefined && second !== undefined) throw misgiven(decorator);
  const part = PARTS[kind] ?? 'body';
  const param = kind === 'param' ? name : undefined;
  // The value of another library's schema for a single value is not known to the route.
  if (isNativeSchema(given) || (name === undefined && isStandardSchema(given))) {
    const property = kind === 'header' ? name?.toLowerCase() : name;
    const readChecked: Read =
      kind === 'header' && property !== undefined ? ({ request }) => request.headers[property] : read;
    return makeArgument(`@${decorator}`, param, (context) => readChecked(context, name), {
      name: part,
      property,
      schema: given,
    });
  }
  const plain = (context: Context): unknown => read(context, name);
  if (given === undefined) {
    const whole = { name: part, property: undefined, schema: undefined };
    return makeArgument(`@${decorator}`, param, plain, name === undefined ? whole : undefined);
  }
  if (typeof given !== 'function' && !isStandardSchema(given)) throw misgiven(decorator);
  const convert = pipeline(given as Pipe<never>, name === undefined ? kind : `${kind} ${name}`);
  return makeArgument(`@${decorator}`, param, (context) => {
    const value = plain(context);
    return isThenable(value) ? value.then(convert) : convert(value);
  });
}

function misgiven(decorator: string): NexureError {
  return new NexureError(
    'ERR_NEXURE_CONTROLLER_INVALID',
    `@${decorator} takes a name, and a schema or a pipe, which is a function`,
  );
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
