// Schemas for numbers.
import { Schema } from './schema.ts';

import type { SchemaOptions } from './schema.ts';

/** What a number must be like. */
export interface NumberOptions extends SchemaOptions {
  /** The least. */
  readonly min?: number;
  /** The most. */
  readonly max?: number;
  /** It is greater than this. */
  readonly above?: number;
  /** It is less than this. */
  readonly below?: number;
  /** It is a multiple of this, exactly: `0.3` is one of `0.1`. */
  readonly step?: number;
}

/** The keywords of options for numbers. */
export function numberKeywords({
  min,
  max,
  above,
  below,
  step,
  coerce,
  ...rest
}: NumberOptions): Record<string, unknown> {
  return {
    minimum: min,
    maximum: max,
    exclusiveMinimum: above,
    exclusiveMaximum: below,
    multipleOf: step,
    'x-coerce': coerce,
    ...rest,
  };
}

/** A schema for numbers. A keyword can be given once: what is given last stands. */
export class NumberSchema<out Out = number, out In = Out> extends Schema<Out, In> {
  /** At least this. */
  min(value: number): this {
    return this.$with({ minimum: value });
  }

  /** At most this. */
  max(value: number): this {
    return this.$with({ maximum: value });
  }

  /** Greater than this. */
  above(value: number): this {
    return this.$with({ exclusiveMinimum: value });
  }

  /** Less than this. */
  below(value: number): this {
    return this.$with({ exclusiveMaximum: value });
  }

  /** A multiple of this, exactly. */
  step(value: number): this {
    return this.$with({ multipleOf: value });
  }
}
