// What a typed client computes from the routes of an application.
import type { ResponseBuilder } from '../context/response.ts';
import type { Declared } from '../declared.ts';
import type { Input } from '../schema/infer.ts';
import type { ParamsOf } from '../types.ts';
import type { AnswerOutput } from '../validation/schema-types.ts';
import type { CallBody, QueryValues } from './client.ts';

/** The routes of a table that answer a method; those whose path the compiler does not know are left out. */
export type RoutesFor<Table, Method extends string> =
  Table extends Declared<infer Methods, infer Path, unknown>
    ? Method extends Methods
      ? string extends Path
        ? never
        : Table
      : never
    : never;

/** The route of a path. */
export type RouteAt<Table, Method extends string, Path extends string> = Extract<
  RoutesFor<Table, Method>,
  { readonly path: Path }
>;

/** What can stand in a path. */
export type ParamValue = string | number | boolean | bigint;

/** The parameters a path needs from a caller. */
export type PathParams<Path extends string> = {
  readonly [Name in keyof ParamsOf<Path>]: ParamValue | Extract<ParamsOf<Path>[Name], undefined>;
};

/** The query that a route takes; any, unless a schema says which. */
export type QueryOf<Given> = Given extends { readonly query: infer Schema }
  ? Record<never, never> extends Input<Schema>
    ? { readonly query?: Input<Schema> }
    : { readonly query: Input<Schema> }
  : { readonly query?: QueryValues };

/** The content that a route takes: any, unless a schema says which; what is not JSON is not looked into. */
export type ContentOf<Given> = Given extends { readonly body: infer Schema }
  ? { readonly json: Input<Schema>; readonly body?: undefined } | { readonly body: CallBody; readonly json?: undefined }
  : { readonly json?: unknown; readonly body?: CallBody };

/** What an answer of success is for a client. */
export type DataOf<Route> =
  Route extends Declared<string, string, infer Answer, infer Given> ? Wire<AnswerOutput<Given, Answer>> : never;

/** A value as its JSON text gives it back: dates are strings, what has no JSON form is left out. */
export type Wire<Value> = unknown extends Value
  ? unknown
  : Value extends string | number | boolean | null
    ? Value
    : Value extends bigint
      ? number
      : Value extends { toJSON(): infer Text }
        ? Wire<Text>
        : Value extends ResponseBuilder<infer Body>
          ? Wire<Body>
          : Value extends Response | ReadableStream | Uint8Array | ArrayBuffer | Blob | AsyncIterable<unknown>
            ? unknown
            : Value extends undefined | void | symbol | ((...values: never[]) => unknown)
              ? undefined
              : Value extends readonly unknown[]
                ? { readonly [Index in keyof Value]: WireItem<Value[Index]> }
                : Value extends object
                  ? { readonly [Key in keyof Value as SendableKey<Key, Value[Key]>]: Wire<Value[Key]> }
                  : never;

/** What has no JSON form is `null` within an array. */
type WireItem<Value> = Value extends undefined | symbol | ((...values: never[]) => unknown) ? null : Wire<Value>;

type SendableKey<Key, Value> = Key extends string | number
  ? [Value] extends [((...values: never[]) => unknown) | symbol | undefined]
    ? never
    : Key
  : never;
