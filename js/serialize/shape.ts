// What values of a schema look like: its places, and the members that objects at a place have, in their order. Of schemas
// that say more than that (`anyOf`, `patternProperties`, ...) the parts concerned are written by `JSON.stringify`.
import type { JsonSchemaObject } from '../validation/parts.ts';

/** What stands at a place, as the native program numbers it. */
export const RAW = 0;
export const STRING = 1;
export const NUMBER = 2;
export const BOOLEAN = 3;
export const ARRAY = 4;
export const OBJECT = 5;

/** Members of an object in the order in which an object was seen to have them. */
export interface Layout {
  /** As the native program numbers the layouts of a place. */
  readonly number: number;
  readonly keys: readonly string[];
  readonly places: readonly Place[];
  /** Those of the places: looked at for each member. */
  readonly shapes: readonly number[];
  /** What stands in front of each value: `,"name":`. */
  readonly leads: readonly string[];
  /** Words of the mask of members that are lacking, 32 to a word. */
  readonly masks: number;
}

/** A place of a schema. */
export interface Place {
  readonly shape: number;
  /** As the native program numbers it. */
  readonly number: number;
  /** Of an array. */
  items: Place | undefined;
  /** Of an object: the properties that the schema names. */
  readonly properties: Map<string, Place>;
  /** Of an object: whether there may be no others. */
  readonly isClosed: boolean;
  /** Whether a bigint is written as its digits. */
  readonly holdsBigints: boolean;
  /** Of an object: how such objects were seen; that of the schema is the first. */
  readonly layouts: Layout[];
  /** Of an object: the layout that the last one had. */
  recent: number;
}

/** The shape of a schema. */
export interface ShapePlan {
  readonly root: Place;
  /** All places, the root first; a schema that refers to itself has few. */
  readonly places: readonly Place[];
  /** What members are that the schema does not know. */
  readonly other: Place;
  /** Whether it asks for something that `JSON.stringify` does not do. */
  readonly isParticular: boolean;
}

/** Ways of ordering members that are remembered for a place; chosen. Objects with others are written one by one. */
export const MAX_LAYOUTS = 8;
/** The longest layout of the native program. */
export const MAX_MEMBERS = 256;
/** More places than any schema written by people has. */
const MAX_PLACES = 10_000;

/** Keywords that leave the type of a value open where they stand alone, or make an array or object another than it looks. */
const BRANCHES = ['anyOf', 'oneOf', 'allOf', 'not', 'if', '$dynamicRef', '$recursiveRef'];

/** Names that `JSON.stringify` gives a meaning of their own. */
export const PARTICULAR_NAMES: ReadonlySet<string> = new Set(['toJSON', 'rawJSON', '__proto__']);

/** Works out the shape. `closes: false` lets unknown members pass whatever the schema says. */
export function shapeOf(schema: JsonSchemaObject | boolean | undefined, closes: boolean): ShapePlan {
  const places: Place[] = [];
  const byRef = new Map<unknown, Place>();

  function add(shape: number, isClosed = false, holdsBigints = false): Place {
    const place: Place = {
      shape,
      number: places.length,
      items: undefined,
      properties: new Map(),
      isClosed,
      holdsBigints,
      layouts: [],
      recent: 0,
    };
    places.push(place);
    return place;
  }

  function visit(given: unknown): Place {
    const node = resolve(given, schema);
    if (node === undefined || places.length >= MAX_PLACES) return add(RAW);
    const known = byRef.get(node);
    if (known !== undefined) return known;
    const type = typeOf(node);
    if (type === 'string') return add(STRING);
    if (type === 'boolean') return add(BOOLEAN);
    if (type === 'number' || type === 'integer') {
      const { format } = node;
      const holdsBigints = format === 'int64' || format === 'uint64';
      return holdsBigints ? add(RAW, false, true) : add(NUMBER);
    }
    if (type === 'array') return visitArray(node);
    return type === 'object' ? visitObject(node) : add(RAW);
  }

  function visitArray(node: JsonSchemaObject): Place {
    const { items, prefixItems } = node;
    if (!isSchema(items) || prefixItems !== undefined) return add(RAW);
    const place = add(ARRAY);
    byRef.set(node, place);
    place.items = visit(items);
    return place;
  }

  function visitObject(node: JsonSchemaObject): Place {
    const { properties } = node;
    const isClosed = closes && node['additionalProperties'] === false && node['patternProperties'] === undefined;
    const names = isSchema(properties) ? Object.keys(properties) : [];
    if ((names.length === 0 && !isClosed) || names.length > MAX_MEMBERS) return add(RAW);
    if (names.some((name) => PARTICULAR_NAMES.has(name))) return add(RAW);
    const place = add(OBJECT, isClosed);
    byRef.set(node, place);
    for (const name of names) place.properties.set(name, visit((properties as JsonSchemaObject)[name]));
    place.layouts.push(layoutOf(place, names, [...place.properties.values()]));
    return place;
  }

  const root = visit(schema);
  return { root, places, other: add(RAW), isParticular: places.some((place) => place.isClosed || place.holdsBigints) };
}

/** A layout with these members. */
export function layoutOf(place: Place, keys: readonly string[], places: readonly Place[]): Layout {
  return {
    number: place.layouts.length,
    keys,
    places,
    shapes: places.map(({ shape }) => shape),
    leads: keys.map((key) => `,${JSON.stringify(key)}:`),
    masks: Math.ceil(keys.length / 32),
  };
}

function isSchema(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of all values but `null`; `undefined` where there may be several. */
function typeOf(node: JsonSchemaObject): string | undefined {
  const { type, enum: values } = node;
  if (BRANCHES.some((keyword) => node[keyword] !== undefined)) return undefined;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const others = type.filter((one) => one !== 'null');
    return others.length === 1 ? (others[0] as string) : undefined;
  }
  if (Array.isArray(values) && values.every((value) => typeof value === 'string' || value === null)) return 'string';
  return typeof node['const'] === 'string' ? 'string' : undefined;
}

/** Follows `$ref` within the schema, and `anyOf` or `oneOf` of one schema and `null`. */
function resolve(given: unknown, schema: unknown): JsonSchemaObject | undefined {
  let node = given;
  for (let steps = 0; steps < 32 && isSchema(node); steps += 1) {
    const { $ref } = node;
    const branches = node['anyOf'] ?? node['oneOf'];
    if (typeof $ref === 'string') {
      // What else stands there may say more of the value.
      const others = Object.keys(node).filter((keyword) => !ANNOTATIONS.has(keyword));
      node = others.length === 1 ? pointed(schema, $ref) : undefined;
    } else if (Array.isArray(branches) && Object.keys(node).every((keyword) => NULLABLE.has(keyword))) {
      const others = branches.filter((branch) => !(isSchema(branch) && branch['type'] === 'null'));
      node = others.length === 1 ? others[0] : undefined;
    } else {
      return node;
    }
  }
  return undefined;
}

const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', '$comment']);
const NULLABLE = new Set([...ANNOTATIONS, 'anyOf', 'oneOf']);

/** What a pointer into the schema points to; `undefined` for every other reference, and in schemas with ids of their own. */
function pointed(schema: unknown, reference: string): unknown {
  if (!reference.startsWith('#') || (reference !== '#' && !reference.startsWith('#/'))) return undefined;
  let node: unknown = schema;
  for (const part of reference.split('/').slice(1)) {
    if (!isSchema(node) || (node !== schema && node['$id'] !== undefined)) return undefined;
    let key: string;
    try {
      key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    } catch {
      return undefined;
    }
    node = Object.hasOwn(node, key) ? node[key] : undefined;
  }
  return node;
}
