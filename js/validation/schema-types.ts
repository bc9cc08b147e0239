// What schemas of a route mean for the compiler: what a handler gets, what it may answer, what a client may send.
import type { Context } from '../context/context.ts';
import type { ResponseBuilder } from '../context/response.ts';
import type { QueryObject } from '../http/query.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { ProblemAnswer } from '../problem-answer.ts';
import type { Input, Output, Present } from '../schema/infer.ts';

/** A schema as a route takes it: made by `t`, JSON Schema, TypeBox, or any Standard Schema. */
export type SchemaLike = object | boolean;

/**
 * Schemas of the JSON that a route answers with, by status: `200`, a class such as `'2xx'`, or `default`. A Standard Schema
 * checks what the handler gives, and changes nothing of it.
 */
export type ResponseSchemas = Readonly<Record<string | number, SchemaLike>>;

/** Schemas of a route by what they are for. */
export interface Schemas {
  readonly body?: SchemaLike;
  readonly query?: SchemaLike;
  readonly params?: SchemaLike;
  readonly headers?: SchemaLike;
  readonly cookies?: SchemaLike;
  readonly response?: ResponseSchemas;
}

/** What schemas of a route are for. */
export type SchemaPart = keyof Schemas;

/** What the schema of one part gives; `Otherwise` where there is none. */
type PartOutput<Given, Part extends SchemaPart, Otherwise> = Given extends { readonly [Key in Part]: infer Schema }
  ? Output<Schema>
  : Otherwise;

declare const VALIDATED: unique symbol;

/** Marks contexts whose parameters are what a schema has made of them. */
export interface ParamsValidated {
  readonly [VALIDATED]?: true;
}

/** The schemas of a route whose options say that there may be no body. */
interface MayHaveNoBody {
  readonly options: { readonly body: { readonly optional: true } };
}

/** The context behind schemas: `ctx.body`, `ctx.query`, `ctx.params` and fields and cookies of `ctx.request` as they were parsed. */
export type ValidatedContext<Params, Given> = Context<
  PartOutput<Given, 'params', Params>,
  PartOutput<Given, 'query', QueryObject>,
  PartOutput<Given, 'headers', Record<string, string>>,
  PartOutput<Given, 'cookies', Record<string, string>>
> &
  (Given extends { readonly body: infer Body }
    ? { readonly body: Given extends MayHaveNoBody ? Output<Body> | undefined : Present<Body> }
    : unknown) &
  (Given extends { readonly params: unknown } ? ParamsValidated : unknown);

/**
 * The schemas in the settings of a route: those in `schema`, and those that stand in the settings themselves. What may be
 * missing, or may be any schema, tells nothing.
 */
export type SettingsGiven<Settings> = (Settings extends { readonly schema: infer Given } ? Given : unknown) &
  (keyof Settings & SchemaPart extends never
    ? unknown
    : {
        readonly [
          Part in keyof Settings & SchemaPart as Settings[Part] extends 'stream' | undefined
            ? never
            : undefined extends Settings[Part]
              ? never
              : true extends Settings[Part]
                ? never
                : Part
        ]: Settings[Part];
      });

declare const LINKED: unique symbol;

/** What a link of schemas stands for; never there. */
export interface Linked<out Given> {
  readonly [LINKED]: Given;
}

/** The schemas of a link, read from what it returns. */
export type GivenBy<Returned> = [Returned] extends [Linked<infer Given>] ? Given : unknown;

/** The statuses of success. */
type Succeeds<Status> = `${Status & (string | number)}` extends `2${string}` | 'default' ? true : false;

/** What the schemas of answers say of one that succeeds: as it is sent, or as it would come out. */
type Succeeding<Responses> = {
  [Status in keyof Responses]: Succeeds<Status> extends true
    ? Input<Responses[Status]> | Output<Responses[Status]>
    : never;
}[keyof Responses];

/** Answers that bring their own type, or are not JSON. */
type Untyped =
  | ResponseBuilder
  | PreparedAnswer
  | ProblemAnswer
  | Response
  | ReadableStream
  | AsyncIterable<unknown>
  | Uint8Array;

/** What a handler may return: anything, unless schemas of answers say what. */
export type Answers<Given> = Given extends { readonly response: infer Responses }
  ? [Succeeding<Responses>] extends [never]
    ? unknown
    : Succeeding<Responses> | Untyped | Promise<Succeeding<Responses> | Untyped>
  : unknown;

/** What an answer of success is when it has come out of its schema; `Answer` where there is none. */
export type AnswerOutput<Given, Answer> = Given extends { readonly response: infer Responses }
  ? [Succeeding<Responses>] extends [never]
    ? Answer
    : {
        [Status in keyof Responses]: Succeeds<Status> extends true ? Output<Responses[Status]> : never;
      }[keyof Responses]
  : Answer;
