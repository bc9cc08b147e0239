// What types ask of values beyond their shape, for schemas made from types: `string & Format<'email'>`, `number & Min<1>`.
// Types only. A value of the plain type is assignable to a tagged one: tags say what is validated, they are no brands.
declare const TAG: unique symbol;

/** A keyword of JSON Schema and its value, as a type. */
export interface Tag<Keyword extends string, Value> {
  readonly [TAG]?: { readonly [Name in Keyword]?: Value };
}

/** A number of at least this. */
export type Min<Least extends number | bigint> = Tag<'minimum', Least>;
/** A number of at most this. */
export type Max<Most extends number | bigint> = Tag<'maximum', Most>;
/** A number above this. */
export type Above<Bound extends number | bigint> = Tag<'exclusiveMinimum', Bound>;
/** A number below this. */
export type Below<Bound extends number | bigint> = Tag<'exclusiveMaximum', Bound>;
/** A multiple of this number, which is above 0. */
export type MultipleOf<Factor extends number | bigint> = Tag<'multipleOf', Factor>;
/** A number without a fraction. */
export type Int = number & Tag<'type', 'integer'>;
/** A text of at least so many characters. */
export type MinLength<Least extends number> = Tag<'minLength', Least>;
/** A text of at most so many characters. */
export type MaxLength<Most extends number> = Tag<'maxLength', Most>;
/** A text that an expression matches somewhere: ECMA-262 with the flag `u`, without delimiters. */
export type Pattern<Expression extends string> = Tag<'pattern', Expression>;
/** A text of a format, such as `email`, `uuid`, `uri` or one of your own. */
export type Format<Name extends string> = Tag<'format', Name>;
/** An array of at least so many elements. */
export type MinItems<Least extends number> = Tag<'minItems', Least>;
/** An array of at most so many elements. */
export type MaxItems<Most extends number> = Tag<'maxItems', Most>;
/** An array without equal elements. */
export type UniqueItems = Tag<'uniqueItems', true>;
/** What takes the place of a value that is not there; the property should be optional. */
export type Default<Value> = Tag<'default', Value>;
/** What is done to a text before it is validated, in this order. */
export type Sanitize<Steps extends readonly ('trim' | 'nfc' | 'lowercase' | 'stripControl' | 'escapeHtml')[]> = Tag<
  'x-sanitize',
  Steps
>;
