// Schemas for lists.
import { Schema } from './schema.ts';

import type { AnySchema, SchemaOptions } from './schema.ts';
import type { InputOf, OutputOf } from './infer.ts';

/** What a list must be like. */
export interface ArrayOptions extends SchemaOptions {
  /** The fewest items. */
  readonly min?: number;
  /** The most items. */
  readonly max?: number;
  /** Whether no two items are equal; default `false`. */
  readonly unique?: boolean;
}

/** A schema for lists of one kind of item. */
export class ArraySchema<Item extends AnySchema> extends Schema<OutputOf<Item>[], InputOf<Item>[]> {
  declare readonly items: Item;

  /** At least so many items. */
  min(count: number): this {
    return this.$with({ minItems: count });
  }

  /** At most so many items. */
  max(count: number): this {
    return this.$with({ maxItems: count });
  }

  /** Exactly so many items. */
  length(count: number): this {
    return this.$with({ minItems: count, maxItems: count });
  }

  /** No two items are equal. */
  unique(): this {
    return this.$with({ uniqueItems: true });
  }
}
