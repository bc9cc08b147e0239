// The schemas of a document: what schemas refer to, and what has a name, becomes a component. One name stands for one
// schema: equal ones share it, another one of that name gets a number, and what is asked of clients gets the ending `Input`
// where it differs from what they are given. Names depend on the order of the routes, and on nothing else.
import { escapeKey } from '../validation/json-pointer.ts';
import { isObject, mapSubschemas, valueAt, visitSchemas } from './subschemas.ts';

import type { JsonSchema, SchemaObject } from './types.ts';

/** Whether a schema is for what clients send or for what they get. */
export type Direction = 'input' | 'output';

/** What to do with members that a schema of what clients send does not name. */
export type UnknownMembers = 'keep' | 'strip' | 'refuse';

/** How a schema is taken into the document. */
export interface TakeOptions {
  readonly direction: Direction;
  readonly unknown?: UnknownMembers;
  /** Whether what is missing is filled in; default `true`. */
  readonly defaults?: boolean;
  /** The name of the whole, where it needs one. */
  readonly hint: string;
}

/** Keywords that only mean something where a schema was written. */
const DROPPED: ReadonlySet<string> = new Set([
  '$anchor',
  '$comment',
  '$defs',
  '$dynamicAnchor',
  '$id',
  '$recursiveAnchor',
  '$schema',
  '$vocabulary',
  'definitions',
]);

const PREFIX = '#/components/schemas/';

/** A schema that is to be a component: where it is, its name, and what it refers to. */
interface Target {
  readonly name: string;
  readonly refers: Set<string>;
}

/** The schemas of one document. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();
  /** What schemas were like before their references had names, by the name that they asked for. */
  readonly #known = new Map<string, { readonly signature: string; readonly name: string }[]>();

  /** All components, sorted by name. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Adds a component that has no references, under exactly this name, before all others. */
  define(name: string, schema: SchemaObject): void {
    this.#schemas.set(name, schema);
    this.#known.set(name, [{ signature: JSON.stringify(schema), name }]);
  }

  /** The schema that a reference of the document is to; what is none as it is. */
  resolve(schema: JsonSchema): JsonSchema {
    let found = schema;
    for (let steps = 0; steps < 100 && isObject(found) && typeof found['$ref'] === 'string'; steps += 1) {
      const name = found['$ref'].startsWith(PREFIX) ? found['$ref'].slice(PREFIX.length) : '';
      const target = this.#schemas.get(name);
      if (target === undefined) break;
      found = target;
    }
    return found;
  }

  /** Takes a schema into the document, and gives what is to stand in its place. */
  take(given: unknown, options: TakeOptions): JsonSchema {
    // Schemas of builders have symbols and methods, which are no part of them.
    const written = JSON.parse(JSON.stringify(given) ?? 'true') as JsonSchema;
    if (!isObject(written)) return written;
    const root = /draft-0[3-7]/.test(String(written['$schema'])) ? modern(written) : written;
    return new Taking(root, options, (wanted, signature, make) => this.#name(wanted, signature, make)).result();
  }

  /** The name of a component, which is made if there is none. */
  #name(wanted: string, signature: string, make: (name: string) => JsonSchema): string {
    let known = this.#known.get(wanted);
    if (known === undefined) this.#known.set(wanted, (known = []));
    const same = known.find((one) => one.signature === signature);
    if (same !== undefined) return same.name;
    let name = wanted;
    for (let number = 2; this.#schemas.has(name); number += 1) name = `${wanted}_${number}`;
    known.push({ signature, name });
    // It may refer to itself.
    this.#schemas.set(name, true);
    this.#schemas.set(name, make(name));
    return name;
  }
}

/** Gives a component its name, and makes it if it is not there yet. */
type Register = (wanted: string, signature: string, make: (name: string) => JsonSchema) => string;

/** One schema on its way into a document. */
class Taking {
  readonly #root: SchemaObject;
  readonly #options: TakeOptions;
  readonly #register: Register;
  /** By JSON Pointer. */
  readonly #targets = new Map<string, Target>();
  /** What `$id` and `$anchor` name: JSON Pointers by absolute URI. */
  readonly #uris = new Map<string, string>();
  readonly #bases = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(root: SchemaObject, options: TakeOptions, register: Register) {
    this.#root = root;
    this.#options = options;
    this.#register = register;
    this.#locate();
    this.#collect();
  }

  result(): JsonSchema {
    return this.#targets.has('') ? { $ref: PREFIX + this.#nameOf('') } : this.#emit(this.#root, '');
  }

  /** Notes which URI each schema has (JSON Schema 2020-12 §8.2). */
  #locate(): void {
    visitSchemas(this.#root, (schema, pointer) => {
      const outer = this.#baseOf(pointer);
      const id = schema['$id'];
      // That is how draft-07 writes an anchor.
      const isAnchor = typeof id === 'string' && id.startsWith('#');
      if (isAnchor) this.#uris.set(join(outer, id), pointer);
      const isResource = typeof id === 'string' && !isAnchor;
      const base = isResource ? withoutFragment(join(outer, id)) : outer;
      if (isResource) {
        this.#bases.set(pointer, base);
        this.#uris.set(base, pointer);
      }
      for (const keyword of ['$anchor', '$dynamicAnchor']) {
        const anchor = schema[keyword];
        if (typeof anchor === 'string') this.#uris.set(`${base}#${anchor}`, pointer);
      }
    });
  }

  /** The URI of the resource that a place belongs to. */
  #baseOf(pointer: string): string {
    for (let place = pointer; ; place = place.slice(0, place.lastIndexOf('/'))) {
      const base = this.#bases.get(place);
      if (base !== undefined) return base;
      if (place === '') return '';
    }
  }

  /** Where a reference leads within this schema; `undefined` for out of it. */
  #target(reference: unknown, pointer: string): string | undefined {
    if (typeof reference !== 'string') return undefined;
    const uri = join(this.#baseOf(pointer), reference);
    const anchor = this.#uris.get(uri);
    if (anchor !== undefined) return anchor;
    const [resource = '', fragment = ''] = uri.split('#', 2);
    const base = resource === '' ? '' : this.#uris.get(resource);
    if (base === undefined || (fragment !== '' && !fragment.startsWith('/'))) return undefined;
    const place = base + decode(fragment);
    return valueAt(this.#root, place) === undefined ? undefined : place;
  }

  /** Finds what is to be a component: what has a name of its own, and what references lead to. */
  #collect(): void {
    visitSchemas(this.#root, (schema, pointer) => {
      const name = ownName(schema);
      if (name !== undefined && !isDefinition(pointer)) this.#add(pointer, name);
      const reference = referenceOf(schema);
      const target = reference === undefined ? undefined : this.#target(reference, pointer);
      if (target !== undefined) this.#add(target, this.#targetName(target));
    });
  }

  #add(pointer: string, name: string): void {
    if (this.#targets.has(pointer)) return;
    this.#targets.set(pointer, { name, refers: new Set() });
  }

  #targetName(pointer: string): string {
    const schema = valueAt(this.#root, pointer);
    const own = isObject(schema) ? ownName(schema) : undefined;
    if (isDefinition(pointer)) return nameOf(pointer.slice(pointer.lastIndexOf('/') + 1));
    return own ?? nameOf(pointer === '' ? this.#options.hint : pointer.slice(pointer.lastIndexOf('/') + 1));
  }

  /** The name of a target in the document. */
  #nameOf(pointer: string): string {
    const known = this.#names.get(pointer);
    if (known !== undefined) return known;
    const given = this.#signature(pointer, false);
    const signature = this.#signature(pointer, true);
    const { name } = this.#targets.get(pointer) as Target;
    const wanted = signature === given ? name : `${name}Input`;
    return this.#register(wanted, signature, (made) => {
      this.#names.set(pointer, made);
      return this.#emit(valueAt(this.#root, pointer), pointer);
    });
  }

  /** A text that equal schemas have in common: the schema, and all that it refers to, with references by place. */
  #signature(pointer: string, asAsked: boolean): string {
    const seen = new Set<string>();
    const texts: string[] = [];
    const visit = (target: string): string => {
      const { name } = this.#targets.get(target) as Target;
      if (seen.has(target)) return name;
      seen.add(target);
      const index = texts.push('') - 1;
      const schema = this.#convert(valueAt(this.#root, target), target, asAsked, visit);
      texts[index] = JSON.stringify([name, schema]);
      return name;
    };
    visit(pointer);
    return texts.join('\n');
  }

  #emit(schema: unknown, pointer: string): JsonSchema {
    return this.#convert(schema, pointer, true, (target) => PREFIX + this.#nameOf(target));
  }

  /** A schema as the document has it; `refer` says how a target is written. */
  #convert(given: unknown, pointer: string, asAsked: boolean, refer: (target: string) => string): JsonSchema {
    if (!isObject(given)) return given as JsonSchema;
    const made: Record<string, unknown> = {};
    const target = this.#target(referenceOf(given), pointer);
    if (target !== undefined) made['$ref'] = refer(target);
    for (const [keyword, value] of Object.entries(given)) {
      if (DROPPED.has(keyword)) continue;
      if (keyword === '$dynamicRef' || keyword === '$recursiveRef' || (keyword === '$ref' && target !== undefined)) {
        continue;
      }
      const place = `${pointer}/${escapeKey(keyword)}`;
      made[keyword] = mapSubschemas(keyword, value, place, (inner, innerPlace) =>
        this.#targets.has(innerPlace) ? { $ref: refer(innerPlace) } : this.#convert(inner, innerPlace, asAsked, refer),
      );
    }
    if (made['x-as'] === 'bigint' && made['type'] === 'integer') made['format'] ??= 'int64';
    boundInteger(made);
    // The schema says so itself, whoever sends it.
    if (made['x-unknown'] === 'refuse' && isObject(made['properties'])) made['additionalProperties'] ??= false;
    return asAsked && this.#options.direction === 'input' ? asked(made, this.#options) : made;
  }
}

/** Integers that no number of JavaScript holds exactly are refused, unless the schema says that they have 64 bits. */
function boundInteger(schema: Record<string, unknown>): void {
  const { type, format } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (!types.includes('integer') || types.includes('number') || format === 'int64' || format === 'uint64') return;
  if (schema['exclusiveMinimum'] === undefined) schema['minimum'] ??= Number.MIN_SAFE_INTEGER;
  if (schema['exclusiveMaximum'] === undefined) schema['maximum'] ??= Number.MAX_SAFE_INTEGER;
}

/** What a client has to send: what has a default may be left out, and what is stripped may be there. */
function asked(schema: SchemaObject, { unknown: outer = 'keep', defaults = true }: TakeOptions): SchemaObject {
  const { properties, required, additionalProperties } = schema;
  if (!isObject(properties)) return schema;
  const own = schema['x-unknown'];
  const unknown = own === 'keep' || own === 'strip' || own === 'refuse' ? own : outer;
  const made: Record<string, unknown> = { ...schema };
  if (defaults && Array.isArray(required)) {
    const kept = required.filter((name: string) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return !isObject(property) || property['default'] === undefined;
    });
    if (kept.length === 0) delete made['required'];
    else made['required'] = kept;
  }
  if (unknown === 'strip' && additionalProperties === false) delete made['additionalProperties'];
  if (unknown === 'refuse' && additionalProperties === undefined) made['additionalProperties'] = false;
  return made;
}

/** What draft-07 and those before it wrote in another way, all through a schema. */
function modern(schema: SchemaObject): SchemaObject {
  const made: Record<string, unknown> = {};
  const keep = (keyword: string, value: unknown): void => {
    made[keyword] = mapSubschemas(keyword, value, '', (inner) => (isObject(inner) ? modern(inner) : inner));
  };
  // What stands beside a reference means nothing, but is referred to.
  const isReference = typeof schema['$ref'] === 'string';
  for (const [keyword, value] of Object.entries(schema)) {
    if (isReference && keyword !== '$ref' && keyword !== 'definitions') continue;
    if (keyword === 'items' && Array.isArray(value)) keep('prefixItems', value);
    else if (keyword === 'additionalItems') {
      if (Array.isArray(schema['items'])) keep('items', value);
    } else if (keyword === 'dependencies' && isObject(value)) {
      const entries = Object.entries(value);
      const names = entries.filter(([, one]) => Array.isArray(one));
      const schemas = entries.filter(([, one]) => !Array.isArray(one));
      if (names.length > 0) made['dependentRequired'] = Object.fromEntries(names);
      if (schemas.length > 0) keep('dependentSchemas', Object.fromEntries(schemas));
    } else keep(keyword, value);
  }
  return made;
}

function referenceOf(schema: SchemaObject): unknown {
  return schema['$ref'] ?? schema['$dynamicRef'] ?? schema['$recursiveRef'];
}

/** The name that a schema gives itself: its `$id`, or a title that looks like the name of a type. */
function ownName(schema: SchemaObject): string | undefined {
  const { $id: id, title } = schema;
  if (typeof id === 'string' && !id.startsWith('#')) {
    const last = id.replace(/[#?].*$/, '').replace(/\/+$/, '');
    return nameOf(last.slice(last.lastIndexOf('/') + 1).replace(/(?:\.schema)?\.json$/, ''));
  }
  const isType = typeof title === 'string' && /^[A-Z][\w.-]*$/.test(title);
  const isStructure = ['properties', 'enum', 'anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema);
  return isType && isStructure ? title : undefined;
}

/** Names of components are letters, digits, `.`, `-` and `_`. */
function nameOf(text: string): string {
  return decode(text).replace(/[^\w.-]+/g, '_') || 'Schema';
}

function isDefinition(pointer: string): boolean {
  return /\/(?:\$defs|definitions)\/[^/]*$/.test(pointer);
}

/** Resolves a reference; what has no absolute base stays relative to its root. */
function join(base: string, reference: string): string {
  if (reference.startsWith('#')) return withoutFragment(base) + (reference === '#' ? '' : reference);
  try {
    const made = new URL(reference, base === '' ? 'relative:///' : base).href;
    return made.replace(/#$/, '');
  } catch {
    return reference;
  }
}

function withoutFragment(uri: string): string {
  return uri.replace(/#.*$/, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
