// From a type to a JSON Schema (draft 2020-12) that accepts no value outside of the type. Properties that a type does not name
// are let through, as TypeScript does. What has no JSON form is told with its place, all of it; named types that are used more
// than once, or in themselves, go to `$defs`.
import { objectSchema, tupleSchema } from './emit-parts.ts';
import { foreignMessage } from './globals.ts';
import { applyDocs } from './keywords.ts';
import { countUses, MAX_TYPES } from './uses.ts';
import { force } from './types.ts';
import { isImpossible, membersOf, templateSource } from './unions.ts';

import type { Position } from './source-file.ts';
import type { Literal, Type } from './types.ts';

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown> | boolean;

/** What is wrong with a type. */
export interface TypeProblem {
  readonly at: Position;
  /** Where in the type: `CreateUser.items[].price`. */
  readonly path: string;
  readonly message: string;
}

/** A schema while it is made. */
export interface Emitter {
  readonly problems: TypeProblem[];
  /** What is referred to, by name. */
  readonly defs: Readonly<Record<string, JsonSchema>>;
  /** The schema of a type at a place. */
  readonly schema: (type: Type, place: Place) => JsonSchema;
}

/** Where a type stands. */
export interface Place {
  readonly path: string;
  readonly at: Position;
}

/** Deeper than any type that is meant. */
const MAX_DEPTH = 100;

/** Makes the schema of a type. */
export function emitSchema(
  type: Type,
  place: Place,
): { readonly schema: JsonSchema; readonly problems: readonly TypeProblem[] } {
  const emission = new Emission(type);
  const schema = emission.root(type, place);
  return { schema, problems: emission.problems };
}

class Emission implements Emitter {
  readonly problems: TypeProblem[] = [];
  readonly defs: Record<string, JsonSchema> = {};
  readonly #shared: ReadonlySet<Type>;
  readonly #names = new Map<Type, string>();
  readonly #twins = new Map<Type, string>();
  #depth = 0;
  /** Types that were written; beyond the limit nothing is. */
  #count = 0;

  constructor(root: Type) {
    this.#shared = countUses(root);
  }

  root(type: Type, place: Place): JsonSchema {
    const schema = this.schema(type, place);
    if (Object.keys(this.defs).length === 0 || typeof schema === 'boolean') return schema;
    const sorted = Object.entries(this.defs).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...schema, $defs: Object.fromEntries(sorted) };
  }

  schema(type: Type, place: Place): JsonSchema {
    const at = force(type);
    if (at.kind === 'tagged') {
      const schema = this.schema(at.base, place);
      return applyDocs(schema, at.docs, place, this);
    }
    if (!this.#shared.has(at)) return this.#deeper(at, place);
    let name = this.#names.get(at);
    if (name === undefined) {
      name = this.#freeName('name' in at && at.name !== undefined ? at.name : 'Type');
      this.#names.set(at, name);
      this.defs[name] = true;
      this.defs[name] = this.#deeper(at, { ...place, path: name });
    }
    return { $ref: `#/$defs/${name}` };
  }

  #freeName(name: string): string {
    const plain = name.replaceAll(/[^\w.-]/g, '_');
    const taken = (one: string): boolean => Object.hasOwn(this.defs, one);
    if (!taken(plain)) return plain;
    for (let count = 2; ; count += 1) if (!taken(`${plain}_${count}`)) return `${plain}_${count}`;
  }

  #deeper(type: Type, place: Place): JsonSchema {
    if (this.#count === MAX_TYPES || this.#depth >= MAX_DEPTH) {
      this.#count = MAX_TYPES + 1;
      return this.#problem(place, 'this type is nested without end');
    }
    if (this.#count > MAX_TYPES) return true;
    this.#count += 1;
    this.#depth += 1;
    try {
      return this.#plain(type, place);
    } finally {
      this.#depth -= 1;
    }
  }

  #plain(type: Type, place: Place): JsonSchema {
    switch (type.kind) {
      case 'keyword':
        return this.#keyword(type.name, place);
      case 'literal':
        return this.#literals([type], false, place);
      case 'template': {
        const source = templateSource(type);
        if (source === undefined) return this.#problem(place, 'this template has a part that no pattern describes');
        return { type: 'string', pattern: `^${source}$` };
      }
      case 'union':
        return this.#union(type, place);
      case 'object': {
        const schema = objectSchema(type.members(), place, this);
        return type.docs === undefined ? schema : applyDocs(schema, type.docs, place, this);
      }
      case 'array':
        return { type: 'array', items: this.schema(type.element(), { ...place, path: `${place.path}[]` }) };
      case 'tuple':
        return tupleSchema(type, place, this);
      case 'function':
        return this.#problem({ ...place, at: type.at }, `${type.what} has no JSON form`);
      case 'foreign':
        return this.#problem({ ...place, at: type.at }, foreignMessage(type.name));
      case 'unsupported':
        return this.#problem({ ...place, at: type.at }, type.message);
      case 'tag':
        return this.#problem(place, 'a tag stands beside a type: `string & MinLength<1>`');
      default:
        return this.#problem(place, 'this type is open: what it stands for is not known here');
    }
  }

  #problem({ at, path }: Place, message: string): JsonSchema {
    this.problems.push({ at, path, message });
    return true;
  }

  #keyword(name: string, place: Place): JsonSchema {
    switch (name) {
      case 'unknown':
        return true;
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
        return { type: name };
      case 'object':
        return { type: ['object', 'array'] };
      case 'bigint':
        return { type: 'integer', format: 'int64', 'x-as': 'bigint' };
      case 'date':
        return { type: 'string', format: 'date-time', 'x-as': 'date' };
      case 'any':
        return this.#problem(place, '`any` would let everything pass: write `unknown` where that is meant');
      case 'never':
        return this.#problem(place, 'no value is of this type: it is `never`');
      case 'undefined':
        return this.#problem(place, '`undefined` has no JSON form: make the property optional, or write `null`');
      default:
        return this.#problem(place, `a ${name} has no JSON form`);
    }
  }

  /** Literals of one or more types, with `null` or without. */
  #literals(literals: readonly Literal[], withNull: boolean, place: Place): JsonSchema {
    const big = literals.find(({ value }) => typeof value === 'bigint' && !Number.isSafeInteger(Number(value)));
    if (big !== undefined)
      return this.#problem(place, `the literal ${String(big.value)}n is beyond what numbers hold exactly`);
    const values = literals.map(({ value }) => (typeof value === 'bigint' ? Number(value) : value));
    const types = [...new Set(literals.map(({ value }) => (typeof value === 'bigint' ? 'integer' : typeof value)))];
    const type = withNull ? [...types, 'null'] : types;
    const only = type.length === 1 ? type[0] : type;
    const isBig = literals.every(({ value }) => typeof value === 'bigint');
    const as = isBig ? { format: 'int64', 'x-as': 'bigint' } : {};
    if (values.length === 1 && !withNull) return { type: only, const: values[0], ...as };
    return { type: only, enum: withNull ? [...values, null] : values, ...as };
  }

  #union(type: Type, place: Place): JsonSchema {
    const all = membersOf(type);
    const possible = all.filter((one) => !isImpossible(one));
    const members = possible.length === 0 ? all : possible;
    const isNull = (one: Type): boolean => one.kind === 'keyword' && one.name === 'null';
    const withNull = members.some(isNull);
    const rest = members.filter((one) => !isNull(one));
    if (rest.length === 0) return { type: 'null' };
    const literals = rest.filter((one): one is Literal => one.kind === 'literal');
    const isBoolean = literals.some(({ value }) => value === true) && literals.some(({ value }) => value === false);
    const names = new Set(rest.flatMap((one) => (one.kind === 'keyword' ? [one.name as string] : [])));
    if (isBoolean) names.add('boolean');
    const simple = ['string', 'number', 'boolean'].filter((name) => names.has(name));
    // What `string` contains need not be told.
    const kept = literals.filter(({ value }) => !names.has(typeof value));
    const others = rest.filter(
      (one) =>
        one.kind !== 'literal' &&
        !(one.kind === 'keyword' && simple.includes(one.name)) &&
        !(one.kind === 'template' && names.has('string')),
    );
    const branches: JsonSchema[] = [];
    if (simple.length > 0) branches.push({ type: simple.length === 1 ? simple[0] : simple });
    if (kept.length > 0) branches.push(this.#literals(kept, withNull && simple.length + others.length === 0, place));
    const [only] = others;
    if (withNull && only !== undefined && others.length === 1 && branches.length === 0)
      return this.#orNull(only, place);
    for (const [index, one] of others.entries()) {
      branches.push(
        this.schema(one, { ...place, path: others.length === 1 ? place.path : `${place.path}|${index + 1}` }),
      );
    }
    const [first = true] = branches;
    const complete = !withNull || (kept.length > 0 && branches.length === 1);
    if (complete) return branches.length === 1 ? first : { anyOf: branches };
    const merged = withNullType(first);
    if (merged === undefined) return { anyOf: [...branches, { type: 'null' }] };
    return branches.length === 1 ? merged : { anyOf: [merged, ...branches.slice(1)] };
  }

  /** A type or `null`; of one that is referred to, a twin with `null` is referred to. */
  #orNull(type: Type, place: Place): JsonSchema {
    const at = force(type);
    if (!this.#shared.has(at)) return orNull(this.schema(type, place));
    let name = this.#twins.get(at);
    if (name === undefined) {
      name = this.#freeName(`${'name' in at && at.name !== undefined ? at.name : 'Type'}_or_null`);
      this.#twins.set(at, name);
      this.defs[name] = true;
      this.defs[name] = orNull(this.#deeper(at, { ...place, path: name }));
    }
    return { $ref: `#/$defs/${name}` };
  }
}

/** `null` goes into `type` where there is one: rewriting and coercion look there, and not into `anyOf`. */
function orNull(schema: JsonSchema): JsonSchema {
  return withNullType(schema) ?? { anyOf: [schema, { type: 'null' }] };
}

function withNullType(schema: JsonSchema): JsonSchema | undefined {
  if (typeof schema === 'boolean' || 'enum' in schema || 'const' in schema || '$ref' in schema) return undefined;
  const { type } = schema;
  if (typeof type === 'string') return { ...schema, type: [type, 'null'] };
  return Array.isArray(type) ? { ...schema, type: [...(type as unknown[]), 'null'] } : undefined;
}
