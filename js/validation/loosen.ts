// Makes a JSON Schema that accepts at least what its library accepts. Only keywords of a list stay, each with the meaning that
// all libraries share; everything else is left out.
type Json = Readonly<Record<string, unknown>>;

/** Compare numbers and count items and properties in the same way everywhere. */
const PLAIN: readonly string[] = [
  'type',
  'enum',
  'const',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];

/** A schema loosened; the schema of the whole text has its `$defs`. */
export function loosened(schema: unknown, isCombined = false): Json | boolean {
  if (typeof schema !== 'object' || schema === null) return schema !== false;
  const given = schema as Json;
  const made: Record<string, unknown> = {};
  for (const key of PLAIN) if (given[key] !== undefined) made[key] = given[key];
  const { minLength } = given;
  // Libraries count UTF-16 code units, of which a code point has at most two.
  if (typeof minLength === 'number') made['minLength'] = Math.ceil(minLength / 2);
  properties(given, made, isCombined);
  items(given, made);
  // Loosened alternatives may overlap.
  const anyOf = given['anyOf'] ?? given['oneOf'];
  if (Array.isArray(anyOf)) made['anyOf'] = anyOf.map((one) => loosened(one, isCombined));
  const { allOf, $ref, $defs } = given;
  if (Array.isArray(allOf)) made['allOf'] = allOf.map((one) => loosened(one, true));
  if (typeof $ref === 'string' && ($ref === '#' || $ref.startsWith('#/$defs/'))) made['$ref'] = $ref;
  if (typeof $defs === 'object' && $defs !== null) made['$defs'] = mapped($defs, (one) => loosened(one, true));
  pruneRequired(made);
  return made;
}

function properties(given: Json, made: Record<string, unknown>, isCombined: boolean): void {
  const { properties: known, patternProperties, additionalProperties, required } = given;
  if (typeof known === 'object' && known !== null) made['properties'] = mapped(known, (one) => loosened(one));
  // What patterns name would be additional without them; what the other side of an intersection knows, is not.
  if (additionalProperties !== undefined && patternProperties === undefined) {
    const others = typeof additionalProperties === 'object' ? loosened(additionalProperties) : additionalProperties;
    if (!isCombined || others !== false) made['additionalProperties'] = others;
  }
  if (Array.isArray(required)) made['required'] = required;
}

function items(given: Json, made: Record<string, unknown>): void {
  const { items: all, prefixItems } = given;
  if (Array.isArray(prefixItems) && prefixItems.length > 0)
    made['prefixItems'] = prefixItems.map((one) => loosened(one));
  if (all !== undefined) made['items'] = all === false ? false : loosened(all);
}

/** What may be anything may be missing. */
function pruneRequired(made: Record<string, unknown>): void {
  const { required } = made;
  if (!Array.isArray(required)) return;
  const known = (made['properties'] ?? {}) as Readonly<Record<string, unknown>>;
  const others = made['additionalProperties'];
  const left = (required as string[]).filter((name) => {
    const schema = Object.hasOwn(known, name) ? known[name] : others;
    return schema !== undefined && !mayBeAnything(schema);
  });
  if (left.length > 0) made['required'] = left;
  else delete made['required'];
}

/** Whether a loosened schema may accept everything; of references it is not known, so they may. */
function mayBeAnything(schema: unknown): boolean {
  if (schema === true) return true;
  if (typeof schema !== 'object' || schema === null) return false;
  const { anyOf, allOf, $ref: _, ...rest } = schema as Json;
  if (Object.keys(rest).length > 0) return false;
  if (Array.isArray(anyOf) && !anyOf.some(mayBeAnything)) return false;
  return !Array.isArray(allOf) || allOf.every(mayBeAnything);
}

/** Whether a loosened schema lets everything pass. */
export function isVacuous(schema: Json | boolean): boolean {
  return typeof schema === 'boolean' ? schema : Object.keys(schema).every((key) => key === '$defs');
}

function mapped(given: object, change: (value: unknown) => unknown): Json {
  const made = Object.entries(given).map(([key, value]) => [key, change(value)] as const);
  // `fromEntries` makes own properties, also of `__proto__`.
  return Object.fromEntries(made);
}
