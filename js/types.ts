// Types that are computed from route patterns. Kept shallow for the checker: a pattern is cut at its colons, one step per
// parameter, and what has no parentheses never meets the types that count them.

/**
 * What parameters of a constraint are in TypeScript; those of any other constraint are `string`. For a constraint of your
 * own, whose parameters are text at run time, a narrower type may be declared:
 * `declare module 'nexurejs' { interface ParamTypes { locale: 'de' | 'en' } }`.
 */
export interface ParamTypes {
  int: number;
  float: number;
  bool: boolean;
}

type Letter =
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'e'
  | 'f'
  | 'g'
  | 'h'
  | 'i'
  | 'j'
  | 'k'
  | 'l'
  | 'm'
  | 'n'
  | 'o'
  | 'p'
  | 'q'
  | 'r'
  | 's'
  | 't'
  | 'u'
  | 'v'
  | 'w'
  | 'x'
  | 'y'
  | 'z';
type NameCharacter = Letter | Uppercase<Letter> | '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '_' | '$';

/** Any parameters: what a context has that is not of a certain route. */
export type AnyParams = Readonly<Record<string, string | number | boolean | undefined>>;

/** A parameter: its name and its type. */
type Entry = readonly [name: string, type: unknown];

/** What a pattern captures so far: of the segment at hand, for certain, and perhaps. */
interface Captured<out Here, out Sure, out Perhaps> {
  readonly here: Here;
  readonly sure: Sure;
  readonly perhaps: Perhaps;
}

/** A name and what follows it. */
type CutName<Text extends string, Name extends string = ''> = Text extends `${infer First}${infer Rest}`
  ? First extends NameCharacter
    ? CutName<Rest, `${Name}${First}`>
    : readonly [Name, Text]
  : readonly [Name, ''];

/** A constraint and what follows its parenthesis; one that has parentheses of its own is no name, and only passed over. */
type CutConstraint<Text extends string> = Text extends `${infer Source})${infer Rest}`
  ? Source extends `${string}${'(' | '[' | '\\'}${string}`
    ? readonly ['', BehindParenthesis<Text>]
    : readonly [Source, Rest]
  : readonly ['', ''];

type BehindParenthesis<
  Text extends string,
  Open extends readonly unknown[] = [],
> = Text extends `${infer First}${infer Rest}`
  ? First extends '\\'
    ? Rest extends `${string}${infer After}`
      ? BehindParenthesis<After, Open>
      : ''
    : First extends '['
      ? BehindParenthesis<BehindBracket<Rest>, Open>
      : First extends '('
        ? BehindParenthesis<Rest, [...Open, 0]>
        : First extends ')'
          ? Open extends [unknown, ...infer Less]
            ? BehindParenthesis<Rest, Less>
            : Rest
          : BehindParenthesis<Rest, Open>
  : '';

type BehindBracket<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends ']'
    ? Rest
    : First extends '\\'
      ? Rest extends `${string}${infer After}`
        ? BehindBracket<After>
        : ''
      : BehindBracket<Rest>
  : '';

/** The type of a constraint's values. */
type TypeOf<Source extends string> = Source extends keyof ParamTypes ? ParamTypes[Source] : string;

/** The end of a pattern, behind its last parameter. */
type Finish<Text extends string, Here, Sure, Perhaps> = Text extends `${string}*${infer Name}`
  ? Captured<never, Sure | Here | readonly [Name extends '' ? '*' : Name, string], Perhaps>
  : Captured<never, Sure | Here, Perhaps>;

type Capture<
  Path extends string,
  Here = never,
  Sure = never,
  Perhaps = never,
> = Path extends `${infer Before}:${infer Rest}`
  ? Rest extends `:${infer Escaped}`
    ? Before extends `${string}/${string}`
      ? Capture<Escaped, never, Sure | Here, Perhaps>
      : Capture<Escaped, Here, Sure, Perhaps>
    : CutName<Rest> extends readonly [infer Name extends string, infer After extends string]
      ? After extends `(${infer Inner}`
        ? CutConstraint<Inner> extends readonly [infer Source extends string, infer Behind extends string]
          ? Before extends `${string}/${string}`
            ? Place<Behind, readonly [Name, TypeOf<Source>], Sure | Here, Perhaps>
            : Place<Behind, Here | readonly [Name, TypeOf<Source>], Sure, Perhaps>
          : never
        : Before extends `${string}/${string}`
          ? Place<After, readonly [Name, string], Sure | Here, Perhaps>
          : Place<After, Here | readonly [Name, string], Sure, Perhaps>
      : never
  : Finish<Path, Here, Sure, Perhaps>;

/** Goes on behind a parameter: a `?` makes all of its segment optional. */
type Place<After extends string, Here, Sure, Perhaps> = After extends `?${infer Rest}`
  ? Capture<Rest, never, Sure, Perhaps | Here>
  : Capture<After, Here, Sure, Perhaps>;

type NamesOf<Entries> = Entries extends Entry ? Entries[0] : never;

type Flat<Type> = { readonly [Key in keyof Type]: Type[Key] };

type Built<Of> =
  Of extends Captured<unknown, infer Sure, infer Perhaps>
    ? [Perhaps] extends [never]
      ? { readonly [One in Sure as One extends Entry ? One[0] : never]: One extends Entry ? One[1] : never }
      : Flat<
          { readonly [One in Sure as One extends Entry ? One[0] : never]: One extends Entry ? One[1] : never } & {
            readonly [One in Perhaps as One extends Entry ? One[0] : never]?: One extends Entry ? One[1] : never;
          }
        >
    : never;

/** The names that a pattern captures. */
export type ParamNames<Path extends string> =
  Capture<Path> extends Captured<unknown, infer Sure, infer Perhaps> ? NamesOf<Sure | Perhaps> : never;

/**
 * The parameters of a pattern: `/users/:id(int)/:tab?` gives `{ id: number; tab?: string }`. A pattern that is only known as
 * `string` gives any name.
 */
export type ParamsOf<Path extends string> = string extends Path ? Record<string, string> : Built<Capture<Path>>;
