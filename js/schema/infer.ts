// The types of schemas, computed: of those made by `t`, of any Standard Schema, and of TypeBox. Kept shallow for the checker:
// one step per schema within a schema, none for what is asked for twice.
import type { DefaultSchema, OptionalSchema, Schema } from './schema.ts';
import type { TypeBoxOutput } from './typebox-types.ts';

/** What comes out of a schema: what a handler gets. `unknown` for JSON Schema without types. */
export type Output<S> =
  S extends Schema<infer Out, unknown>
    ? Out
    : S extends { readonly '~standard': { readonly types?: { readonly output: infer Out } | undefined } }
      ? Out
      : S extends { readonly static: infer Out; readonly params: unknown }
        ? Out
        : S extends { readonly '~kind': string } | { readonly '~unsafe': unknown }
          ? TypeBoxOutput<S>
          : S extends abstract new (...args: never) => infer Instance
            ? Instance
            : unknown;

/** What may be sent for a schema. */
export type Input<S> =
  S extends Schema<unknown, infer In>
    ? In
    : S extends { readonly '~standard': { readonly types?: { readonly input: infer In } | undefined } }
      ? In
      : Output<S>;

/** What comes out of a schema. */
export type Infer<S> = Output<S>;

/** What comes out of a schema for something that is not there where the schema is optional. */
export type Present<S> = S extends OptionalSchema ? Output<S> | undefined : Output<S>;

/** As `Output`, of a schema made by `t`. */
export type OutputOf<S extends Schema> = S extends Schema<infer Out, unknown> ? Out : never;

/** As `Input`, of a schema made by `t`. */
export type InputOf<S extends Schema> = S extends Schema<unknown, infer In> ? In : never;

/** The properties of an object. */
export type Shape = Readonly<Record<string, Schema>>;

/** As one type, for people. */
export type Flat<Type> = { [Key in keyof Type]: Type[Key] };

/** What comes out of an object. */
export type ObjectOutput<S extends Shape> = Flat<
  { -readonly [Key in keyof S as S[Key] extends OptionalSchema ? never : Key]: OutputOf<S[Key]> } & {
    -readonly [Key in keyof S as S[Key] extends OptionalSchema ? Key : never]?: OutputOf<S[Key]>;
  }
>;

/** What may be sent for an object. */
export type ObjectInput<S extends Shape> = Flat<
  { -readonly [Key in keyof S as S[Key] extends OptionalSchema | DefaultSchema ? never : Key]: InputOf<S[Key]> } & {
    -readonly [Key in keyof S as S[Key] extends OptionalSchema | DefaultSchema ? Key : never]?: InputOf<S[Key]>;
  }
>;

/** All of a union at once. */
export type AllOf<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

declare const SELF: unique symbol;

/** Stands for a recursive schema within itself. */
export interface Self {
  readonly [SELF]: true;
}

/** A type with itself in the place of {@link Self}. */
export type Unrolled<Type, Whole> = Type extends Self
  ? Unrolled<Whole, Whole>
  : Type extends Date
    ? Type
    : { [Key in keyof Type]: Unrolled<Type[Key], Whole> };
