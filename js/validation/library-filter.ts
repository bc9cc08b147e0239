// The JSON Schema that a library exports of its own schema (Standard JSON Schema), loosened to a filter: it turns away natively
// what the library would refuse, and never what it accepts. What libraries mean otherwise than JSON Schema does (patterns,
// lengths in UTF-16, coercion, trimming, fallbacks) is left to the library.
import { isVacuous, loosened } from './loosen.ts';

import type { StandardSchema } from './standard-schema.ts';

type Json = Record<string, unknown>;

/** How a library is asked for its JSON Schema. */
interface Exporter {
  readonly input: (options: {
    readonly target: string;
    readonly libraryOptions?: Readonly<Record<string, unknown>>;
  }) => unknown;
}

/** What of zod is looked at. */
interface ZodSchema {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly coerce?: boolean;
      readonly checks?: readonly { readonly _zod?: { readonly def?: { readonly check?: string } } }[];
      readonly in?: ZodSchema;
    };
  };
}

/** What of valibot is looked at. */
interface ValibotSchema {
  readonly type: string;
  readonly fallback?: unknown;
}

/** A filter for what a library validates; `undefined` where it exports none, or one that lets everything pass. */
export function filterOf(schema: StandardSchema<unknown, unknown>): Json | undefined {
  const standard = schema['~standard'] as StandardSchema['~standard'] & { readonly jsonSchema?: Exporter };
  if (typeof standard.jsonSchema?.input !== 'function') return undefined;
  if (standard.vendor === 'valibot' && hasFallback(schema, new Set())) return undefined;
  const libraryOptions = OPTIONS[standard.vendor];
  let exported: unknown;
  try {
    exported = standard.jsonSchema.input({
      target: 'draft-2020-12',
      ...(libraryOptions === undefined ? undefined : { libraryOptions }),
    });
  } catch {
    // It has no JSON form. The library validates all by itself.
    return undefined;
  }
  if (typeof exported !== 'object' || exported === null) return undefined;
  const filter = loosened(exported as Json);
  return isVacuous(filter) ? undefined : (filter as Json);
}

/** Keywords that say of what a value is made; all others come from checks. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
  'allOf',
  '$ref',
]);

function empty(json: Json): void {
  for (const key of Object.keys(json)) delete json[key];
}

const OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zod: {
    unrepresentable: 'any',
    // What `.meta()` says is for documents, and may say anything.
    metadata: { get: () => undefined, has: () => false },
    override: ({ zodSchema, jsonSchema }: { readonly zodSchema: ZodSchema; readonly jsonSchema: Json }) => {
      const { type, coerce, checks, in: first } = zodSchema._zod.def;
      const takesAnything =
        coerce === true ||
        type === 'catch' ||
        type === 'success' ||
        (type === 'pipe' && first?._zod.def.type === 'transform');
      if (takesAnything) return empty(jsonSchema);
      // Such as `trim`: the checks behind it are asked of another value than the one that was sent.
      if (checks?.some((check) => check._zod?.def?.check === 'overwrite') === true) {
        for (const key of Object.keys(jsonSchema)) if (!STRUCTURE.has(key)) delete jsonSchema[key];
      }
    },
  },
  valibot: {
    errorMode: 'ignore',
    overrideAction: ({
      valibotAction,
      jsonSchema,
    }: {
      readonly valibotAction: { readonly kind: string };
      jsonSchema: Json;
    }) => {
      if (valibotAction.kind !== 'transformation' && jsonSchema['x-rewritten'] !== true) return undefined;
      const kept = Object.entries(jsonSchema).filter(([key]) => STRUCTURE.has(key));
      return { ...Object.fromEntries(kept), 'x-rewritten': true };
    },
    overrideSchema: ({
      valibotSchema,
      jsonSchema,
    }: {
      readonly valibotSchema: ValibotSchema;
      readonly jsonSchema: Json;
    }) => {
      // Optional items may be missing at the end.
      if (!valibotSchema.type.includes('tuple')) return undefined;
      const { minItems: _, ...rest } = jsonSchema;
      return rest;
    },
  },
};

/** Whether a schema of valibot has a fallback anywhere: what has one takes anything, and its export does not tell. */
function hasFallback(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  if ('fallback' in value) return true;
  if ('getter' in value && typeof value.getter === 'function' && !seen.has(value.getter)) {
    seen.add(value.getter);
    if (hasFallback((value.getter as (input: unknown) => unknown)(undefined), seen)) return true;
  }
  return Object.values(value).some((inner) => hasFallback(inner, seen));
}
