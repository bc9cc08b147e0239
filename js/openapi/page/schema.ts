// Schemas for people: their type and rules in a line, and what they are made of as lists. What has a name is a link.
import { isObject } from '../subschemas.ts';
import { html, prose } from './html.ts';

import type { JsonSchema } from '../types.ts';
import type { Content } from './html.ts';

/** Deeper, schemas are cut. */
const MAX_DEPTH = 16;

const PREFIX = '#/components/schemas/';

/** Keywords that say a rule in one value, and how it is read. */
const RULES: readonly (readonly [keyword: string, text: string])[] = [
  ['format', ''],
  ['minimum', '≥ '],
  ['exclusiveMinimum', '> '],
  ['maximum', '≤ '],
  ['exclusiveMaximum', '< '],
  ['multipleOf', 'multiple of '],
  ['minLength', 'length ≥ '],
  ['maxLength', 'length ≤ '],
  ['pattern', 'matches '],
  ['minItems', 'items ≥ '],
  ['maxItems', 'items ≤ '],
  ['minProperties', 'properties ≥ '],
  ['maxProperties', 'properties ≤ '],
  ['contentMediaType', ''],
  ['const', 'always '],
  ['default', 'default '],
];

/** A schema, with all that it is made of. */
export function schemaView(schema: JsonSchema | undefined, depth = 0): Content {
  if (depth > MAX_DEPTH) return html`<span class="type">…</span>`;
  if (!isObject(schema)) return html`<span class="type">${schema === false ? 'nothing' : 'anything'}</span>`;
  return [
    html`<span class="line">${typeLine(schema)}</span>`,
    prose(textOf(schema['description'])),
    inner(schema, depth),
  ];
}

/** The type and the rules of a schema, in a line. */
export function typeLine(schema: JsonSchema | undefined): Content {
  if (!isObject(schema)) return html`<span class="type">${schema === false ? 'nothing' : 'anything'}</span>`;
  const { $ref, enum: values, uniqueItems, readOnly, writeOnly, deprecated, examples } = schema;
  const rules = RULES.flatMap(([keyword, text]) => {
    const value = schema[keyword];
    return value === undefined ? [] : [`${text}${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  if (uniqueItems === true) rules.push('unique');
  if (readOnly === true) rules.push('read only');
  if (writeOnly === true) rules.push('write only');
  if (deprecated === true) rules.push('deprecated');
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-'))
      rules.push(`${keyword}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  return [
    html`<span class="type">${typeof $ref === 'string' ? reference($ref) : typeName(schema)}</span>`,
    rules.map((rule) => html` <span class="rule">${rule}</span>`),
    Array.isArray(values) &&
      html` <span class="rule"
        >one of ${values.map((value) => [' ', html`<code>${JSON.stringify(value)}</code>`])}</span
      >`,
    Array.isArray(examples) && html` <span class="rule">such as <code>${JSON.stringify(examples[0])}</code></span>`,
  ];
}

function typeName(schema: Readonly<Record<string, unknown>>): Content {
  const { type, items, title, properties } = schema;
  const name = Array.isArray(type) ? type.join(' or ') : textOf(type);
  if (name === 'array' && isObject(items))
    return ['array of ', typeof items['$ref'] === 'string' ? reference(items['$ref']) : typeName(items)];
  return textOf(title) ?? name ?? (isObject(properties) ? 'object' : combined(schema));
}

function combined(schema: Readonly<Record<string, unknown>>): string {
  if ('allOf' in schema) return 'all of';
  if ('anyOf' in schema || 'oneOf' in schema) return 'one of';
  return 'const' in schema || 'enum' in schema ? 'value' : 'anything';
}

function reference($ref: string): Content {
  const name = $ref.slice(PREFIX.length);
  return $ref.startsWith(PREFIX) ? html`<a href="#schema-${name}">${name}</a>` : $ref;
}

function inner(schema: Readonly<Record<string, unknown>>, depth: number): Content {
  const { properties, required, items, prefixItems, additionalProperties, patternProperties } = schema;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const members = [
    ...entriesOf(properties).map(([name, property]) => member(name, property, names.includes(name), depth)),
    ...entriesOf(patternProperties).map(([pattern, property]) => member(`/${pattern}/`, property, false, depth)),
    isObject(additionalProperties) && member('any other', additionalProperties, false, depth),
    additionalProperties === false && isObject(properties) && html`<li class="rule">and nothing else</li>`,
  ];
  const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'].flatMap((keyword) => {
    const list = keyword === 'prefixItems' ? prefixItems : schema[keyword];
    return Array.isArray(list)
      ? [
          html`<ul>
            ${list.map((one) => html`<li>${schemaView(one as JsonSchema, depth + 1)}</li>`)}
          </ul>`,
        ]
      : [];
  });
  return [
    members.some((one) => one !== false) &&
      html`<ul class="members">
        ${members}
      </ul>`,
    lists,
    isObject(items) &&
      !('$ref' in items) &&
      hasParts(items) &&
      html`<ul>
        <li>${schemaView(items, depth + 1)}</li>
      </ul>`,
  ];
}

function member(name: string, schema: unknown, isRequired: boolean, depth: number): Content {
  return html`<li>
    <code class="name">${name}</code>${isRequired && html` <span class="required">required</span>`}
    ${schemaView(schema as JsonSchema, depth + 1)}
  </li>`;
}

function hasParts(schema: Readonly<Record<string, unknown>>): boolean {
  return ['properties', 'items', 'prefixItems', 'allOf', 'anyOf', 'oneOf', 'enum', 'description'].some(
    (keyword) => keyword in schema,
  );
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
