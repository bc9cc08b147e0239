// What schemas of the newer line of TypeBox (`typebox`) stand for, read from their structure: no type of it is imported, for it
// need not be installed. The older line says it itself, in `static`.
import type { AllOf, Flat } from './infer.ts';

interface Kind<Name extends string> {
  readonly '~kind': Name;
}

/** Types that need nothing else to be known. */
interface Plain {
  readonly String: string;
  readonly TemplateLiteral: string;
  readonly Number: number;
  readonly Integer: number;
  readonly Boolean: boolean;
  readonly Null: null;
  readonly Never: never;
}

interface Optional {
  readonly '~optional': true;
}

/** What a schema stands for; `Definitions` are what its references name. */
export type TypeBoxOutput<S, Definitions = unknown> = S extends { readonly '~unsafe': infer Type }
  ? Type
  : S extends Kind<infer Name>
    ? Name extends keyof Plain
      ? Plain[Name]
      : S extends { readonly const: infer Value }
        ? Value
        : S extends { readonly enum: readonly (infer Value)[] }
          ? Value
          : S extends { readonly properties: infer Properties; readonly type: 'object' }
            ? Flat<
                {
                  [Key in keyof Properties as Properties[Key] extends Optional ? never : Key]: TypeBoxOutput<
                    Properties[Key],
                    Definitions
                  >;
                } & {
                  [Key in keyof Properties as Properties[Key] extends Optional ? Key : never]?: TypeBoxOutput<
                    Properties[Key],
                    Definitions
                  >;
                }
              >
            : S extends { readonly patternProperties: infer Patterns }
              ? Record<string, TypeBoxOutput<Patterns[keyof Patterns], Definitions>>
              : S extends Kind<'Tuple'> & { readonly items: infer Items }
                ? { -readonly [Index in keyof Items]: TypeBoxOutput<Items[Index], Definitions> }
                : S extends { readonly items: infer Item }
                  ? TypeBoxOutput<Item, Definitions>[]
                  : S extends { readonly anyOf: readonly (infer Option)[] }
                    ? Option extends unknown
                      ? TypeBoxOutput<Option, Definitions>
                      : never
                    : S extends { readonly allOf: readonly (infer One)[] }
                      ? AllOf<One extends unknown ? TypeBoxOutput<One, Definitions> : never>
                      : S extends { readonly $defs: infer Own; readonly $ref: infer Ref extends string }
                        ? TypeBoxOutput<Own[Ref & keyof Own], Own>
                        : S extends { readonly $ref: infer Ref extends string }
                          ? TypeBoxOutput<Definitions[Ref & keyof Definitions], Definitions>
                          : unknown
    : unknown;
