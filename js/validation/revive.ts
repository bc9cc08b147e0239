// Dates and bigints of values that were validated: `x-as` in a schema says where they stand. Followed are `properties`,
// `patternProperties`, `additionalProperties`, `items`, `prefixItems`, `allOf`, references within the schema, and
// alternatives that can be told apart; elsewhere it is a mistake that is found at the start.
import { SchemaError } from '../errors/schema-error.ts';
import { escapeKey, keyOf } from './json-pointer.ts';
import { NativeSchema } from './native-schema.ts';
import { resolveSchemaOptions } from './schema-options.ts';

type Json = Readonly<Record<string, unknown>>;

/** Changes what a value has within it, in place, and gives the value, or what it is to be replaced by. */
export type Revive = (value: unknown) => unknown;

/** What `x-as` may say. */
const KINDS: Readonly<Record<string, Revive>> = {
  date: (value) => (typeof value === 'string' ? dateOf(value) : value),
  bigint: (value) => (isInteger(value) ? BigInt(value) : value),
};

/** The date of a text that is one: of a leap second (RFC 3339 §5.7), which `Date` does not know, the second behind it. */
function dateOf(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime()) || text.slice(16, 19) !== ':60') return date;
  return new Date(new Date(`${text.slice(0, 17)}59${text.slice(19)}`).getTime() + 1000);
}

/** A bigint for who wants its text, as `x-as-text` says. */
const asText: Revive = (value) => (typeof value === 'number' ? String(value) : value);

/** An integer that is exact is a number; another stands in its text. */
function isInteger(value: unknown): value is number | string {
  return typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isSafeInteger(value);
}

/** Whether a value is an integer beyond 2^53, which stands in its text, and of the format of a schema. */
function isWide(value: unknown, schema: unknown): boolean {
  if (typeof value !== 'string' || !/^-?[1-9]\d{15,19}$/.test(value)) return false;
  const wide = BigInt(value);
  const kept = isObject(schema) && schema['format'] === 'uint64' ? BigInt.asUintN(64, wide) : BigInt.asIntN(64, wide);
  return kept === wide && !Number.isSafeInteger(Number(value));
}

/** What makes dates and bigints of what a schema has validated; `undefined` where it names none. */
export function reviverOf(path: string, schema: Json): Revive | undefined {
  if (!mentions(schema, new Set())) return undefined;
  return new Reviver(path, schema).of(schema, '');
}

/** Whether `x-as` is anywhere in a schema: most have none. */
function mentions(value: unknown, open: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || open.has(value)) return false;
  open.add(value);
  return 'x-as' in value || Object.values(value).some((inner) => mentions(inner, open));
}

class Reviver {
  readonly #path: string;
  readonly #root: Json;
  /** By schema; one that is still open has referred to itself. */
  readonly #made = new Map<object, { revive: Revive | undefined; isOpen: boolean }>();

  constructor(path: string, root: Json) {
    this.#path = path;
    this.#root = root;
  }

  of(schema: unknown, pointer: string): Revive | undefined {
    if (typeof schema !== 'object' || schema === null || !mentionsBelow(schema, this.#root)) return undefined;
    const known = this.#made.get(schema);
    if (known !== undefined) {
      if (!known.isOpen) return known.revive;
      return (value) => (known.revive === undefined ? value : known.revive(value));
    }
    const entry: { revive: Revive | undefined; isOpen: boolean } = { revive: undefined, isOpen: true };
    this.#made.set(schema, entry);
    entry.revive = this.#make(schema as Json, pointer);
    entry.isOpen = false;
    return entry.revive;
  }

  #make(schema: Json, pointer: string): Revive | undefined {
    const kind = schema['x-as'];
    if (kind !== undefined) {
      const own = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
      if (own !== undefined) return kind === 'bigint' && schema['x-as-text'] === true ? asText : own;
      throw new SchemaError(this.#path, `${pointer}/x-as`, 'unknown', "is neither 'date' nor 'bigint'");
    }
    const steps = [
      this.#properties(schema, pointer),
      this.#items(schema, pointer),
      this.#reference(schema, pointer),
      this.#alternatives(schema, pointer),
      ...this.#list(schema['allOf'], `${pointer}/allOf`),
    ].filter((step) => step !== undefined);
    for (const keyword of UNFOLLOWED) this.#refuse(schema[keyword], `${pointer}/${keyword}`);
    if (steps.length < 2) return steps[0];
    return (value) => steps.reduce((current, step) => step(current), value);
  }

  #list(schemas: unknown, pointer: string): (Revive | undefined)[] {
    if (!Array.isArray(schemas)) return [];
    return schemas.map((one, index) => this.of(one, `${pointer}/${index}`));
  }

  #properties(schema: Json, pointer: string): Revive | undefined {
    const { properties, patternProperties, additionalProperties } = schema;
    const named = new Map<string, Revive>();
    for (const [name, inner] of Object.entries((properties ?? {}) as Json)) {
      const step = this.of(inner, `${pointer}/properties/${escapeKey(name)}`);
      if (step !== undefined) named.set(name, step);
    }
    const matching: [Matcher, Revive][] = [];
    for (const [pattern, inner] of Object.entries((patternProperties ?? {}) as Json)) {
      const step = this.of(inner, `${pointer}/patternProperties/${escapeKey(pattern)}`);
      if (step !== undefined) matching.push([matcherOf(pattern), step]);
    }
    const others = this.of(additionalProperties, `${pointer}/additionalProperties`);
    if (named.size === 0 && matching.length === 0 && others === undefined) return undefined;
    const known = Object.keys((properties ?? {}) as Json);
    const patterns = Object.keys((patternProperties ?? {}) as Json).map(matcherOf);
    return (value) => {
      if (!isObject(value)) return value;
      for (const [name, step] of named) if (Object.hasOwn(value, name)) value[name] = step(value[name]);
      if (matching.length === 0 && others === undefined) return value;
      for (const name of Object.keys(value)) {
        for (const [matches, step] of matching) if (matches(name)) value[name] = step(value[name]);
        if (others === undefined || known.includes(name) || patterns.some((matches) => matches(name))) continue;
        value[name] = others(value[name]);
      }
      return value;
    };
  }

  #items(schema: Json, pointer: string): Revive | undefined {
    const first = this.#list(schema['prefixItems'], `${pointer}/prefixItems`);
    const rest = this.of(schema['items'], `${pointer}/items`);
    if (rest === undefined && first.every((step) => step === undefined)) return undefined;
    return (value) => {
      if (!Array.isArray(value)) return value;
      const list = value as unknown[];
      for (let index = 0; index < list.length; index += 1) {
        const step = index < first.length ? first[index] : rest;
        if (step !== undefined) list[index] = step(list[index]);
      }
      return value;
    };
  }

  #reference(schema: Json, pointer: string): Revive | undefined {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return undefined;
    return this.of(targetOf(this.#root, $ref), `${pointer}/$ref`);
  }

  /** Alternatives are told apart by the type of the value, or by a property that each of them fixes. */
  #alternatives(schema: Json, pointer: string): Revive | undefined {
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const options: unknown = schema[keyword];
      if (!Array.isArray(options)) continue;
      const place = `${pointer}/${keyword}`;
      const steps = this.#list(options, place);
      if (steps.every((step) => step === undefined)) continue;
      const targets = options.map((option) => resolved(this.#root, option));
      const tests = distinctionOf(targets);
      if (tests === undefined) {
        throw new SchemaError(
          this.#path,
          place,
          'contradiction',
          'has "x-as" in alternatives that neither their types nor a fixed property tell apart',
        );
      }
      const wide = targets.findIndex((target) => isObject(target) && target['x-as'] === 'bigint');
      return (value) => {
        const index = wide !== -1 && isWide(value, targets[wide]) ? wide : tests.findIndex((test) => test(value));
        return steps[index]?.(value) ?? value;
      };
    }
    return undefined;
  }

  #refuse(schema: unknown, pointer: string): void {
    if (!mentions(schema, new Set())) return;
    throw new SchemaError(this.#path, pointer, 'contradiction', 'has "x-as" where it cannot be followed');
  }
}

type Matcher = (name: string) => boolean;

/** Whether names match a pattern, by what validates them: in linear time, and with the same answer. */
function matcherOf(pattern: string): Matcher {
  let schema: NativeSchema | undefined;
  return (name) => {
    // Made when it is first asked: a pattern that is none is an error of the whole schema, with its place.
    schema ??= new NativeSchema(JSON.stringify({ pattern }), resolveSchemaOptions('options'));
    return schema.accepts(JSON.stringify(name)) === true;
  };
}

/** Keywords whose schemas apply under conditions, or say nothing of what the value becomes. */
const UNFOLLOWED = [
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
];

/** Whether `x-as` is in a schema, or may be in what it refers to. */
function mentionsBelow(schema: object, root: Json): boolean {
  return schema === root || mentions(schema, new Set()) || refers(schema, new Set());
}

function refers(value: unknown, open: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || open.has(value)) return false;
  open.add(value);
  return '$ref' in value || Object.values(value).some((inner) => refers(inner, open));
}

/** The schema that a reference within the document names; `undefined` for all others. */
function targetOf(root: Json, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const key of reference.slice(1).split('/').slice(1)) {
    const name = keyOf(decodeURIComponent(key));
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Json)[name] : undefined;
  }
  return at;
}

function resolved(root: Json, schema: unknown): unknown {
  let at = schema;
  for (let steps = 0; steps < 20; steps += 1) {
    const $ref = isObject(at) ? at['$ref'] : undefined;
    if (typeof $ref !== 'string') return at;
    at = targetOf(root, $ref);
  }
  return undefined;
}

type Test = (value: unknown) => boolean;

/** One test for each alternative, of which a valid value passes one; `undefined` where there are none. */
function distinctionOf(options: readonly unknown[]): readonly Test[] | undefined {
  const types = options.map(typesOf);
  const all = types.flat();
  if (types.every((list) => list.length > 0) && new Set(all).size === all.length) {
    return types.map((list) => (value) => list.includes(typeOf(value)));
  }
  const first = isObject(options[0]) ? Object.keys((options[0]['properties'] ?? {}) as Json) : [];
  for (const name of first) {
    const fixed = options.map((option) => fixedValues(option, name));
    const values = fixed.flat();
    if (fixed.every((list) => list.length > 0) && new Set(values).size === values.length) {
      return fixed.map((list) => (value) => isObject(value) && list.includes(value[name]));
    }
  }
  return undefined;
}

/** The JSON types that a schema names; integers are numbers. */
function typesOf(schema: unknown): string[] {
  if (!isObject(schema)) return [];
  const { type, const: fixed } = schema;
  if (fixed !== undefined) return [typeOf(fixed)];
  const list = Array.isArray(type) ? (type as unknown[]) : [type];
  return list.filter((one) => typeof one === 'string').map((one) => (one === 'integer' ? 'number' : one));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The values that a schema fixes a required property to. */
function fixedValues(schema: unknown, name: string): unknown[] {
  if (!isObject(schema)) return [];
  const { properties, required } = schema as { properties?: Json; required?: unknown };
  if (!Array.isArray(required) || !required.includes(name)) return [];
  const property = properties?.[name];
  if (!isObject(property)) return [];
  if (property['const'] !== undefined) return [property['const']];
  return Array.isArray(property['enum']) ? (property['enum'] as unknown[]) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
