// Schemas on their way into a document: what becomes a component, under which name, and what references become.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Components } from '../../js/openapi/components.ts';

import type { TakeOptions } from '../../js/openapi/components.ts';

const output: TakeOptions = { direction: 'output', hint: 'Whole' };
const $ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

interface Case {
  readonly schema: unknown;
  readonly taken: unknown;
  readonly schemas?: Readonly<Record<string, unknown>>;
}

const TABLE: Readonly<Record<string, Case>> = {
  'a schema without references stays where it is': {
    schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', $comment: 'x', type: 'string', 'x-as': 'date' },
    taken: { type: 'string', 'x-as': 'date' },
  },
  'booleans stay': { schema: true, taken: true },
  'definitions become components, those that nobody uses do not': {
    schema: { type: 'array', items: { $ref: '#/$defs/Item' }, $defs: { Item: { type: 'string' }, Lost: {} } },
    taken: { type: 'array', items: $ref('Item') },
    schemas: { Item: { type: 'string' } },
  },
  'a schema that refers to itself has the name of its place': {
    schema: { type: 'object', properties: { next: { $ref: '#' } } },
    taken: $ref('Whole'),
    schemas: { Whole: { type: 'object', properties: { next: $ref('Whole') } } },
  },
  'definitions may refer to each other': {
    schema: {
      $ref: '#/$defs/A',
      $defs: { A: { properties: { b: { $ref: '#/$defs/B' } } }, B: { properties: { a: { $ref: '#/$defs/A' } } } },
    },
    taken: $ref('A'),
    schemas: { A: { properties: { b: $ref('B') } }, B: { properties: { a: $ref('A') } } },
  },
  'any place may be referred to': {
    schema: { properties: { a: { type: 'string' }, b: { $ref: '#/properties/a' } } },
    taken: { properties: { a: $ref('a'), b: $ref('a') } },
    schemas: { a: { type: 'string' } },
  },
  'names that no component may have are changed, escapes are read': {
    schema: { allOf: [{ $ref: '#/$defs/a~1b%20c' }], $defs: { 'a/b c': { type: 'null' } } },
    taken: { allOf: [$ref('a_1b_c')] },
    schemas: { a_1b_c: { type: 'null' } },
  },
  'titles of types and identifiers are names': {
    schema: {
      properties: {
        a: { title: 'Author', type: 'object', properties: {} },
        b: { $id: 'https://example.com/schemas/book.schema.json', type: 'object' },
        c: { title: 'A sentence', type: 'object', properties: {} },
        d: { title: 'Name', type: 'string' },
      },
    },
    taken: {
      properties: {
        a: $ref('Author'),
        b: $ref('book'),
        c: { title: 'A sentence', type: 'object', properties: {} },
        d: { title: 'Name', type: 'string' },
      },
    },
    schemas: { Author: { title: 'Author', type: 'object', properties: {} }, book: { type: 'object' } },
  },
  'anchors and identifiers are found': {
    schema: {
      $id: 'https://example.com/tree',
      type: 'object',
      properties: {
        one: { $ref: '#leaf' },
        two: { $ref: 'other' },
        three: { $ref: 'https://example.com/other#/$defs/x' },
      },
      $defs: {
        Leaf: { $anchor: 'leaf', type: 'string' },
        o: { $id: 'other', $defs: { x: { type: 'null' } }, type: 'number' },
      },
    },
    taken: $ref('tree'),
    schemas: {
      tree: { type: 'object', properties: { one: $ref('Leaf'), two: $ref('o'), three: $ref('x') } },
      Leaf: { type: 'string' },
      o: { type: 'number' },
      x: { type: 'null' },
    },
  },
  'identifiers as TypeBox writes them are found': {
    schema: { $id: 'Node', type: 'object', properties: { nodes: { type: 'array', items: { $ref: 'Node' } } } },
    taken: $ref('Node'),
    schemas: { Node: { type: 'object', properties: { nodes: { type: 'array', items: $ref('Node') } } } },
  },
  'dynamic references lead to where they are written': {
    schema: { $dynamicAnchor: 'node', type: 'object', properties: { child: { $dynamicRef: '#node' } } },
    taken: $ref('Whole'),
    schemas: { Whole: { type: 'object', properties: { child: $ref('Whole') } } },
  },
  'what cannot be found stays': { schema: { $ref: 'https://example.com/x' }, taken: { $ref: 'https://example.com/x' } },
  'data is no schema': {
    schema: { const: { $ref: '#/$defs/A' }, enum: [{ $id: 'x', title: 'T' }], default: { $schema: 'x' } },
    taken: { const: { $ref: '#/$defs/A' }, enum: [{ $id: 'x', title: 'T' }], default: { $schema: 'x' } },
  },
  'names of properties are no keywords': {
    schema: { properties: { $id: { type: 'string' }, $ref: { type: 'string' }, title: { type: 'string' } } },
    taken: { properties: { $id: { type: 'string' }, $ref: { type: 'string' }, title: { type: 'string' } } },
  },
  'draft-07 becomes 2020-12': {
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $ref: '#/definitions/T',
      type: 'null',
      definitions: {
        T: {
          type: 'array',
          items: [{ $ref: '#/definitions/S', minLength: 3 }, { dependencies: { a: ['b'], c: { type: 'object' } } }],
          additionalItems: false,
        },
        S: { $id: '#s', type: 'string' },
      },
    },
    taken: $ref('T'),
    schemas: {
      S: { type: 'string' },
      T: {
        type: 'array',
        prefixItems: [$ref('S'), { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { type: 'object' } } }],
        items: false,
      },
    },
  },
  'integers are those that a number holds exactly, unless they say otherwise': {
    schema: {
      prefixItems: [
        { type: 'integer', minimum: 1 },
        { type: ['integer', 'null'], exclusiveMinimum: 1, exclusiveMaximum: 5 },
        { type: 'integer', format: 'int64' },
        { type: 'number' },
      ],
    },
    taken: {
      prefixItems: [
        { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        { type: ['integer', 'null'], exclusiveMinimum: 1, exclusiveMaximum: 5 },
        { type: 'integer', format: 'int64' },
        { type: 'number' },
      ],
    },
  },
  'integers that become bigints have 64 bits': {
    schema: { type: 'integer', 'x-as': 'bigint' },
    taken: { type: 'integer', 'x-as': 'bigint', format: 'int64' },
  },
};

describe('components', () => {
  for (const [claim, { schema, taken, schemas = {} }] of Object.entries(TABLE)) {
    test(claim, () => {
      const components = new Components();
      assert.deepEqual(components.take(schema, output), taken);
      assert.deepEqual(components.schemas, schemas);
    });
  }

  test('equal schemas share a name, another one of that name gets a number', () => {
    const components = new Components();
    const schema = (type: string): object => ({
      $ref: '#/$defs/A',
      $defs: { A: { items: { $ref: '#/$defs/B' } }, B: { type } },
    });
    assert.deepEqual(components.take(schema('string'), output), $ref('A'));
    assert.deepEqual(components.take(schema('string'), output), $ref('A'));
    assert.deepEqual(components.take(schema('number'), output), $ref('A_2'));
    assert.deepEqual(components.schemas, {
      A: { items: $ref('B') },
      A_2: { items: $ref('B_2') },
      B: { type: 'string' },
      B_2: { type: 'number' },
    });
  });

  test('what is asked of clients has another name only where it differs', () => {
    const components = new Components();
    const schema = (byDefault: object): object => ({
      title: 'Outer',
      type: 'object',
      properties: { inner: { $ref: '#/$defs/Inner' } },
      $defs: { Inner: { type: 'object', properties: { a: { type: 'string', ...byDefault } }, required: ['a'] } },
    });
    const input: TakeOptions = { direction: 'input', hint: 'Whole' };
    assert.deepEqual(components.take(schema({}), input), $ref('Outer'));
    assert.deepEqual(components.take(schema({}), output), $ref('Outer'));
    assert.deepEqual(components.take(schema({ default: 'x' }), input), $ref('OuterInput'));
    assert.deepEqual(components.schemas['InnerInput'], {
      type: 'object',
      properties: { a: { type: 'string', default: 'x' } },
    });
  });

  for (const [unknown, given, own, expected] of [
    ['strip', false, undefined, undefined],
    ['refuse', undefined, undefined, false],
    ['refuse', undefined, 'keep', undefined],
    ['keep', undefined, 'refuse', false],
    ['keep', false, undefined, false],
  ] as const) {
    test(`unknown members: ${unknown} with ${String(given)}${own === undefined ? '' : `, but ${own} of its own`}`, () => {
      const mine = {
        ...(given === undefined ? {} : { additionalProperties: given }),
        ...(own === undefined ? {} : { 'x-unknown': own }),
      };
      const taken = new Components().take(
        { type: 'object', properties: {}, ...mine },
        { direction: 'input', unknown, hint: 'X' },
      );
      assert.equal((taken as { additionalProperties?: unknown }).additionalProperties, expected);
    });
  }
});
