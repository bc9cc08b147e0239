// Pipes: what `@Param`, `@Query`, `@Headers`, `@Cookie` and `@Body` may convert and check their value with. A value that
// does not fit is answered with 400, which names it.
import { isThenable } from '../answer.ts';
import { BadRequestError } from '../errors/http-error.ts';
import { isStandardSchema } from '../validation/standard-schema.ts';

import type { StandardResult, StandardSchema } from '../validation/standard-schema.ts';

/** Makes one value of another; throws when it cannot. */
export type PipeFunction<In, Out> = (value: In) => Out;

/** A function, or a schema of any library that speaks Standard Schema. */
export type Pipe<In = unknown, Out = unknown> = PipeFunction<In, Out> | StandardSchema<unknown, Out>;

/** An integer that is exact, such as `-12`. */
export function toInt(value: unknown): number {
  const number = typeof value === 'string' && /^[+-]?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw unfit('an integer');
}

/** A finite decimal number, such as `1.5e3`. */
export function toNumber(value: unknown): number {
  const isText =
    typeof value === 'string' && /^[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:e[+-]?\d{1,3})?$/i.test(value);
  const number = isText ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw unfit('a number');
}

/** `true` or `1`, `false` or `0`. */
export function toBoolean(value: unknown): boolean {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw unfit('true or false');
}

/** A UUID of any version (RFC 9562 §4), in lower case. */
export function toUuid(value: unknown): string {
  if (typeof value === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value))
    return value.toLowerCase();
  throw unfit('a UUID');
}

/** One of some texts. */
export function toOneOf<const Values extends readonly string[]>(...values: Values): (value: unknown) => Values[number] {
  return (value) => {
    if (typeof value === 'string' && values.includes(value)) return value;
    throw unfit(`one of ${values.join(', ')}`);
  };
}

/** Elements that are separated by commas, or given several times; nothing is an empty list. */
export function toList<Out = string>(pipe?: PipeFunction<string, Out>): (value: unknown) => Out[] {
  return (value) => {
    if (value === undefined || value === '') return [];
    const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((text) => String(text).split(','));
    return pipe === undefined ? (texts as Out[]) : texts.map((text) => pipe(text));
  };
}

/** What is there, through a pipe if one is given; what is not there is the default. */
export function withDefault<const Default, Out = string>(
  value: Default,
  pipe?: PipeFunction<unknown, Out>,
): (given: unknown) => Default | Out {
  return (given) => {
    if (given === undefined) return value;
    return pipe === undefined ? (given as Out) : pipe(given);
  };
}

function unfit(expected: string): BadRequestError {
  return new BadRequestError(`It must be ${expected}.`, { code: 'ERR_NEXURE_ARGUMENT_INVALID' });
}

/** A pipe as a function, whose complaints name what it was given, such as `query page`. */
export function pipeline(pipe: Pipe<never>, subject: string): (value: unknown) => unknown {
  if (!isStandardSchema(pipe)) return (value) => named(subject, () => (pipe as PipeFunction<unknown, unknown>)(value));
  const take = (result: StandardResult<unknown>): unknown => {
    if (result.issues === undefined) return result.value;
    throw new BadRequestError(`${subject}: ${result.issues[0]?.message ?? 'it does not fit'}`, {
      code: 'ERR_NEXURE_ARGUMENT_INVALID',
    });
  };
  return (value) => {
    const result = pipe['~standard'].validate(value);
    return isThenable(result) ? result.then(take as never) : take(result as StandardResult<unknown>);
  };
}

/** Has the complaints of our own pipes name what they are about; whatever else is thrown stays as it is. */
function named(subject: string, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof BadRequestError) || error.code !== 'ERR_NEXURE_ARGUMENT_INVALID') throw error;
    throw new BadRequestError(`${subject}: ${error.message}`, { code: error.code, cause: error });
  }
}
