// What becomes of the schema of one part of a request: which JSON Schema runs natively, and what of it runs in JavaScript.
// Everything that validates, documents or compiles schemas starts here, so that all of it sees the same schema.
import { SchemaError } from '../errors/schema-error.ts';
import { invalidOption } from '../option-checks.ts';
import { escapeKey } from './json-pointer.ts';
import { filterOf } from './library-filter.ts';
import { reviverOf } from './revive.ts';
import { isStandardSchema } from './standard-schema.ts';
import { isTypeBox, plainTypeBox } from './typebox.ts';

import type { Revive } from './revive.ts';
import type { StandardSchema } from './standard-schema.ts';

/** A schema as it runs natively: JSON Schema, draft 2020-12 unless `$schema` says otherwise. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>;

/** What runs of the schema of one part. */
export interface PartPlan {
  /** Runs natively, on the bytes; `undefined` where nothing does. */
  readonly json: JsonSchemaObject | boolean | undefined;
  /**
   * Whether `json` only turns away what `vendor` would refuse anyhow: unknown keywords and formats in it mean nothing, it
   * changes nothing, and if it cannot be compiled it is left out.
   */
  readonly filter: boolean;
  /** Runs in JavaScript, behind `json`: what it gives is the value. */
  readonly vendor: StandardSchema<unknown, unknown> | undefined;
  /** Makes dates and bigints of what was validated, in place, and gives the value; `undefined` where there are none. */
  readonly revive: Revive | undefined;
}

/** Classes that are schemas have this method, which gives the schema of the class it is called of. */
export const CLASS_SCHEMA: unique symbol = Symbol.for('nexure.classSchema');

/** Schemas made by `t` have this property, which is not enumerable: they are JSON Schemas, and need no other library. */
export const BUILT = '~nexure';

/**
 * Plans the schema of a part: one made by `t`, JSON Schema, TypeBox (`typebox` or `@sinclair/typebox`), or any Standard
 * Schema. Throws `ERR_NEXURE_OPTION_INVALID`, which names `path`, for what is no schema, and `ERR_NEXURE_SCHEMA` for a schema
 * that says what has no JSON form.
 */
export function partOf(path: string, schema: unknown): PartPlan {
  if (typeof schema === 'boolean') return native(schema, undefined);
  if (typeof schema === 'function' && CLASS_SCHEMA in schema) {
    return partOf(path, (schema as unknown as { [CLASS_SCHEMA](): unknown })[CLASS_SCHEMA]());
  }
  if (isBuilt(schema)) return native(schema, reviverOf(path, schema));
  if (isStandardSchema(schema)) {
    const json = filterOf(schema);
    return { json, filter: json !== undefined, vendor: schema, revive: undefined };
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw invalidOption(
      path,
      'a schema: made by `t`, JSON Schema, TypeBox, a Standard Schema or a class with @Schema()',
      schema,
    );
  }
  const json = isTypeBox(schema) ? plainTypeBox(path, schema) : (schema as JsonSchemaObject);
  checkJson(path, json, '', new Set());
  return native(json, reviverOf(path, json));
}

function native(json: JsonSchemaObject | boolean, revive: Revive | undefined): PartPlan {
  return { json, filter: false, vendor: undefined, revive };
}

/** Whether `t` has made a schema, or `jsonSchema` has taken it in. */
export function isBuilt(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && BUILT in value;
}

/** Whether a schema is for something that may be missing, as `optional()` of `t` says. */
export function isOptional(schema: unknown): boolean {
  return (
    isBuilt(schema) && (schema as { readonly [BUILT]?: { readonly presence?: string } })[BUILT]?.presence === 'optional'
  );
}

/** A schema is data: what `JSON.stringify` would drop or change in silence would make it another schema. */
function checkJson(path: string, value: unknown, pointer: string, open: Set<object>): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object') throw new SchemaError(path, pointer, 'syntax', `is ${nameOf(value)}, not JSON`);
  if (open.has(value)) throw new SchemaError(path, pointer, 'syntax', 'is within itself: use "$ref"');
  open.add(value);
  for (const [key, inner] of Object.entries(value)) {
    // An optional keyword that was left out.
    if (inner === undefined && !Array.isArray(value)) continue;
    checkJson(path, inner, `${pointer}/${escapeKey(key)}`, open);
  }
  open.delete(value);
}

function nameOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a ${typeof value}`;
}
