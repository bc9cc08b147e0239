// Types that are computed from route patterns. Kept shallow: one step per segment, no unions of objects.

/** The name a segment of a pattern captures; `never` for static text. */
type CaptureOf<Segment extends string> = Segment extends `:${infer Name}`
  ? Name
  : Segment extends '*'
    ? '*'
    : Segment extends `*${infer Name}`
      ? Name
      : never;

/** The names that a pattern captures. */
export type ParamNames<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? CaptureOf<Segment> | ParamNames<Rest>
  : CaptureOf<Path>;

/** The parameters of a pattern: `/users/:id` gives `{ id: string }`. A pattern that is only known as `string` gives any name. */
export type ParamsOf<Path extends string> = string extends Path
  ? Record<string, string>
  : { readonly [Name in ParamNames<Path>]: string };
