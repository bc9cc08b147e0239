// Each keyword by a value that is right and one that is not, in the drafts that have it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SchemaValidator } from '../../js/native-api/index.ts';

import type { SchemaDraft } from '../../js/native-api/index.ts';

const ALL: readonly SchemaDraft[] = ['2020-12', '2019-09', 'draft-07'];
const NEW: readonly SchemaDraft[] = ['2020-12', '2019-09'];

/** Drafts, schema, what is right, what is wrong, and the keyword that says so. */
const VECTORS: [readonly SchemaDraft[], object | boolean, unknown, unknown, string][] = [
  [ALL, { type: 'integer' }, 1.0, 1.5, 'type'],
  [ALL, { type: ['null', 'array'] }, [], {}, 'type'],
  [ALL, { enum: [1, 'a', [0], { b: null }] }, { b: null }, { b: 0 }, 'enum'],
  [ALL, { const: { a: [1, 2] } }, { a: [1, 2] }, { a: [2, 1] }, 'const'],
  [ALL, { multipleOf: 0.01 }, 4.02, 4.025, 'multipleOf'],
  [ALL, { minimum: -1.5 }, -1.5, -1.6, 'minimum'],
  [ALL, { maximum: 1e300 }, 1e300, 2e300, 'maximum'],
  [ALL, { exclusiveMinimum: 0 }, 1e-300, 0, 'exclusiveMinimum'],
  [ALL, { exclusiveMaximum: 0 }, -1, -0, 'exclusiveMaximum'],
  [ALL, { minLength: 2 }, '🍌🍌', '🍌', 'minLength'],
  [ALL, { maxLength: 1 }, '🍌', 'ab', 'maxLength'],
  [ALL, { pattern: '^\\p{Letter}+$' }, 'Ωé', 'a1', 'pattern'],
  [ALL, { format: 'date' }, '2024-02-29', '2023-02-29', 'format'],
  [NEW, { format: 'uuid' }, '2EB8AA08-AA98-11EA-B4AA-73B441D16380', '2eb8aa08aa9811eab4aa73b441d16380', 'format'],
  [ALL, { minItems: 1 }, [0], [], 'minItems'],
  [ALL, { maxItems: 1 }, [0], [0, 0], 'maxItems'],
  [
    ALL,
    { uniqueItems: true },
    [1, '1', true, [1]],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    'uniqueItems',
  ],
  [ALL, { items: { type: 'string' } }, ['a'], ['a', 1], 'type'],
  [['2020-12'], { prefixItems: [{ const: 1 }], items: false }, [1], [1, 2], 'items'],
  [['2019-09', 'draft-07'], { items: [{ const: 1 }], additionalItems: false }, [1], [1, 2], 'additionalItems'],
  [ALL, { contains: { const: 1 } }, [0, 1], [0], 'contains'],
  [NEW, { contains: { const: 1 }, minContains: 2, maxContains: 3 }, [1, 1], [1, 0], 'minContains'],
  [NEW, { contains: { const: 1 }, maxContains: 1 }, [1], [1, 1], 'maxContains'],
  [ALL, { minProperties: 1 }, { a: 1 }, {}, 'minProperties'],
  [ALL, { maxProperties: 1 }, { a: 1 }, { a: 1, b: 1 }, 'maxProperties'],
  [ALL, { required: ['a', 'toString'] }, { a: 1, toString: 1 }, { a: 1 }, 'required'],
  [ALL, { properties: { a: false } }, { b: 1 }, { a: 1 }, 'properties'],
  [ALL, { patternProperties: { '^x': { type: 'null' } } }, { x1: null, y: 1 }, { x1: 1 }, 'type'],
  [ALL, { properties: { a: {} }, additionalProperties: false }, { a: 1 }, { b: 1 }, 'additionalProperties'],
  [ALL, { propertyNames: { maxLength: 1 } }, { a: 1 }, { ab: 1 }, 'maxLength'],
  [NEW, { dependentRequired: { a: ['b'] } }, { a: 1, b: 1 }, { a: 1 }, 'dependentRequired'],
  [NEW, { dependentSchemas: { a: { required: ['b'] } } }, { b: 1 }, { a: 1 }, 'required'],
  [['draft-07'], { dependencies: { a: ['b'] } }, { a: 1, b: 1 }, { a: 1 }, 'dependencies'],
  [ALL, { allOf: [{ minimum: 1 }, { maximum: 2 }] }, 2, 3, 'maximum'],
  [ALL, { anyOf: [{ const: 1 }, { const: 2 }] }, 2, 3, 'anyOf'],
  [ALL, { oneOf: [{ minimum: 1 }, { maximum: 2 }] }, 3, 2, 'oneOf'],
  [ALL, { not: { type: 'null' } }, 1, null, 'not'],
  // oxlint-disable-next-line unicorn/no-thenable
  [ALL, { if: { minimum: 5 }, then: { multipleOf: 5 }, else: { multipleOf: 2 } }, 10, 3, 'multipleOf'],
  [
    NEW,
    { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
    { a: 1 },
    { b: 1 },
    'unevaluatedProperties',
  ],
  [['2020-12'], { prefixItems: [{}], unevaluatedItems: false }, [1], [1, 2], 'unevaluatedItems'],
  [ALL, { definitions: { a: { type: 'null' } }, items: { $ref: '#/definitions/a' } }, [null], [1], 'type'],
  [NEW, { $defs: { 'a/b%': { $anchor: 'x', type: 'null' } }, items: { $ref: '#x' } }, [null], [1], 'type'],
  [
    ALL,
    { properties: { next: { $ref: '#' } }, required: ['n'] },
    { n: 1, next: { n: 2 } },
    { n: 1, next: {} },
    'required',
  ],
  [
    ['2020-12'],
    { $dynamicAnchor: 'node', properties: { c: { $dynamicRef: '#node' } }, type: 'object' },
    { c: {} },
    { c: 1 },
    'type',
  ],
  [ALL, true, null, undefined, ''],
];

describe('keywords', () => {
  const validator = new SchemaValidator({ strict: false });
  for (const [drafts, schema, right, wrong, keyword] of VECTORS) {
    for (const draft of drafts) {
      test(`${draft}: ${JSON.stringify(schema)}`, () => {
        const ref = validator.compileSchema(schema, { draft });
        assert.deepEqual(validator.validateValue(ref, right).data, JSON.parse(JSON.stringify(right)));
        if (wrong === undefined) return;
        const { valid, errors } = validator.validateValue(ref, wrong);
        assert.equal(valid, false);
        assert.equal(errors[0]?.code, keyword);
      });
    }
  }
});
