// Schemas of other libraries, with the libraries themselves: what of them runs natively, and that the filter made of their
// export never refuses what they accept. A validator that is not ours tells what a filter refuses.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';

import { Type as OldType } from '@sinclair/typebox';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { Type } from 'typebox';
import * as v from 'valibot';
import * as z from 'zod';

import { partOf } from '../../js/validation/parts.ts';

import type { StandardSchema } from '../../js/validation/standard-schema.ts';
import type { Ajv } from 'ajv';
import type { GenericSchema } from 'valibot';

/** Types of the draft that the package is named for; the class is that of 2020-12. */
const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as { readonly Ajv2020: typeof Ajv };

type Library = StandardSchema<unknown, unknown>;

/** Whether a JSON Schema takes a value. */
function compile(json: unknown): (value: unknown) => boolean {
  const validator = new Ajv2020({ strict: false, validateFormats: false }).compile(json as object);
  return (value) => validator(value);
}

const offered = (schema: GenericSchema): Library =>
  ({ ...schema, ...toStandardJsonSchema(schema) }) as unknown as Library;

const Node: z.ZodType = z.lazy(() => z.object({ value: z.number(), next: Node.nullable() }));
const ValibotNode: GenericSchema = v.lazy(() => v.object({ value: v.number(), next: v.nullable(ValibotNode) }));

/** What a filter could get wrong: coercion, trimming, flags, lengths, absence, intersections, and everything without a JSON form. */
const libraries: Readonly<Record<string, Readonly<Record<string, Library>>>> = {
  zod: {
    object: z.object({ a: z.string(), b: z.number().optional(), c: z.boolean().default(true) }),
    strict: z.strictObject({ a: z.string() }),
    loose: z.looseObject({ a: z.int().min(1).max(10) }),
    'trim, then a length': z.object({ a: z.string().trim().max(3) }),
    'lower case, then an expression': z
      .string()
      .toLowerCase()
      .regex(/^[a-z]+$/),
    'an expression with a flag': z.object({ a: z.string().regex(/^abc$/i) }),
    'a length in UTF-16': z.string().min(2),
    coercion: z.object({ a: z.coerce.number(), b: z.coerce.boolean(), c: z.coerce.date(), d: z.coerce.string() }),
    'coercion that may be missing': z.object({ a: z.coerce.number().optional() }),
    preprocessing: z.object({ a: z.preprocess((value) => Number(value), z.number()) }),
    transformation: z.object({ a: z.string().transform((text) => text.length) }),
    refinement: z.object({ a: z.number().refine((number) => number % 2 === 0) }),
    fallback: z.object({ a: z.string().catch('x') }),
    'what was given anyhow': z.object({ a: z.unknown(), b: z.any() }),
    union: z.union([z.string(), z.number(), z.null()]),
    'union with undefined': z.object({ a: z.union([z.string(), z.undefined()]) }),
    discriminated: z.discriminatedUnion('k', [
      z.object({ k: z.literal('x'), a: z.string() }),
      z.object({ k: z.literal('y') }),
    ]),
    intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
    'intersection of strict ones': z.intersection(z.strictObject({ a: z.string() }), z.strictObject({ b: z.number() })),
    record: z.record(z.string(), z.number()),
    'record of numbers': z.record(z.number(), z.string()),
    'record of an enum': z.partialRecord(z.enum(['a', 'b']), z.number()),
    'loose record': z.looseRecord(z.string().regex(/^a/), z.number()),
    tuple: z.tuple([z.string(), z.number().optional()]),
    'tuple with a rest': z.tuple([z.string()], z.number()),
    array: z.array(z.string()).min(1).max(2),
    'array with an overwrite': z
      .array(z.number())
      .overwrite((list) => list.slice(0, 1))
      .max(1),
    'no JSON form': z.object({ a: z.date().optional(), b: z.bigint().optional(), c: z.string() }),
    codec: z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    }),
    email: z.email(),
    stringbool: z.stringbool(),
    recursive: Node as unknown as Library,
    metadata: z.object({ a: z.string().meta({ minLength: 100, type: 'number' }) }),
    'an id': z.object({ a: z.string().meta({ id: 'filtered-a', pattern: 'x' }), b: z.literal([1, 'a', null]) }),
    success: z.success(z.string()),
    readonly: z.object({ a: z.string().nullable().readonly(), b: z.string().nullish() }),
    'multiple of': z.number().multipleOf(0.1),
    never: z.object({ a: z.never().optional() }),
    pipe: z.object({ a: z.string().trim().pipe(z.string().min(2)) }),
    described: z.object({ a: z.string().trim().describe('text').max(2) }),
    'coercion, described': z.object({ a: z.coerce.number().describe('text').default(3) }),
  },
  valibot: {
    object: offered(v.object({ a: v.string(), b: v.optional(v.number()), c: v.optional(v.boolean(), true) })),
    strict: offered(v.strictObject({ a: v.string() })),
    loose: offered(v.looseObject({ a: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
    'trim, then a length': offered(v.object({ a: v.pipe(v.string(), v.trim(), v.maxLength(3)) })),
    'lower case, then an expression': offered(v.pipe(v.string(), v.toLowerCase(), v.regex(/^[a-z]+$/))),
    'an expression with a flag': offered(v.pipe(v.string(), v.regex(/^abc$/i))),
    'a length in UTF-16': offered(v.pipe(v.string(), v.minLength(2))),
    transformation: offered(v.object({ a: v.pipe(v.string(), v.transform(Number), v.number(), v.minValue(5)) })),
    refinement: offered(
      v.pipe(
        v.number(),
        v.check((number) => number % 2 === 0),
      ),
    ),
    fallback: offered(v.object({ a: v.fallback(v.string(), 'x') })),
    'fallback of a pipe': offered(v.object({ a: v.fallback(v.pipe(v.string(), v.minLength(3)), 'abc') })),
    union: offered(v.union([v.string(), v.number()])),
    variant: offered(v.variant('k', [v.object({ k: v.literal('x'), a: v.string() }), v.object({ k: v.literal('y') })])),
    intersection: offered(v.intersect([v.object({ a: v.string() }), v.object({ b: v.number() })])),
    record: offered(v.record(v.string(), v.number())),
    'record of a picklist': offered(v.record(v.picklist(['a', 'b']), v.number()) as unknown as GenericSchema),
    tuple: offered(v.tuple([v.string(), v.optional(v.number())])),
    'strict tuple': offered(v.strictTuple([v.string(), v.number()])),
    array: offered(v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(2))),
    'array that is filtered': offered(
      v.pipe(
        v.array(v.number()),
        v.filterItems((item) => item > 1),
        v.maxLength(1),
      ),
    ),
    'no JSON form': offered(v.object({ a: v.optional(v.date()), c: v.string() })),
    email: offered(v.pipe(v.string(), v.email())),
    recursive: offered(ValibotNode),
    'nullable, nullish': offered(v.object({ a: v.nullable(v.string()), b: v.nullish(v.string()) })),
    'picklist and literal': offered(v.object({ a: v.picklist(['x', 'y']), b: v.literal(1) })),
    'may be undefined': offered(v.object({ a: v.undefinedable(v.string()), b: v.unknown() })),
  },
  arktype: {
    object: type({ a: 'string', 'b?': 'number', c: 'boolean = true' }),
    strict: type({ '+': 'reject', a: 'string' }),
    deleting: type({ '+': 'delete', a: 'string' }),
    trim: type({ a: 'string.trim' }).pipe(type({ a: 'string <= 3' })),
    morph: type({ a: 'string.numeric.parse' }),
    'an expression with a flag': type({ a: /^abc$/i }),
    'a length in UTF-16': type('string >= 2'),
    bounds: type({ a: '1 <= number.integer <= 10' }),
    divisor: type('number % 3'),
    union: type('string | number | null'),
    'union with undefined': type({ 'a?': 'string | undefined', b: 'unknown' }),
    tuple: type(['string', 'number?']),
    variadic: type(['string', '...', 'number[]']),
    array: type('1 <= string[] <= 2'),
    record: type({ '[string]': 'number' }),
    'no JSON form': type({ 'a?': 'Date', c: 'string' }),
    narrowed: type('number').narrow((number) => number % 2 === 0),
    email: type('string.email'),
    intersection: type({ a: 'string' }).and({ b: 'number' }),
    recursive: type.module({ node: { value: 'number', next: 'node | null' } }).node as unknown as Library,
    literal: type({ k: '"x" | 1 | true | null' }),
  },
};

const leaves: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  3,
  5,
  9,
  10,
  11,
  1.5,
  0.1,
  0.3,
  0.30000000000000004,
  1e21,
  9_007_199_254_740_991,
  9_007_199_254_740_992,
  '',
  'a',
  'b',
  'x',
  'y',
  'ab',
  'abc',
  'ABC',
  'Abc',
  ' abc ',
  '   a   ',
  '😀',
  '😀😀',
  'true',
  'yes',
  '1',
  '42',
  '1.5',
  'a@b.co',
  '2026-11-23T10:00:00Z',
  '2026-11-23',
  [],
  {},
  'abcd',
  'null',
  '\u0000',
];

/** Some hundred values: each leaf by itself, in lists, in the members that the schemas have, and lists and members missing. */
function values(): unknown[] {
  const all: unknown[] = [...leaves];
  for (const leaf of leaves) {
    all.push(
      [leaf],
      [leaf, leaf],
      ['a', leaf],
      ['a', 1, leaf],
      { a: leaf },
      { b: leaf },
      { a: 'abc', b: leaf },
      { a: leaf, b: 1 },
    );
    all.push(
      { a: 'x', c: leaf },
      { c: 'text', a: leaf },
      { c: leaf },
      { k: leaf },
      { k: 'x', a: leaf },
      { k: 'y', z: leaf },
      { 1: leaf },
    );
    all.push(
      { value: leaf, next: null },
      { value: 1, next: { value: leaf, next: null } },
      { a: 1, b: leaf },
      { a: leaf, zz: 1 },
    );
    all.push({ a: leaf, b: leaf, c: leaf, d: leaf }, { a: 'x', b: leaf }, { constructor: leaf }, { bb: leaf, ab: 1 });
  }
  return all;
}

for (const [name, schemas] of Object.entries(libraries)) {
  describe(`schemas of ${name}`, () => {
    for (const [kind, schema] of Object.entries(schemas)) {
      test(`run behind a filter that refuses nothing they accept: ${kind}`, async () => {
        const plan = partOf('route.body', schema);
        assert.equal(plan.vendor, schema);
        assert.equal(plan.filter, plan.json !== undefined);
        const passes = plan.json === undefined ? () => true : compile(plan.json);
        let accepted = 0;
        for (const value of values()) {
          let result;
          try {
            result = await schema['~standard'].validate(structuredClone(value));
          } catch {
            // What a transformation throws is refused all the same.
            continue;
          }
          if (result.issues !== undefined) continue;
          accepted += 1;
          assert.ok(passes(value), `the filter refuses ${JSON.stringify(value)}: ${JSON.stringify(plan.json)}`);
        }
        assert.ok(accepted > 0, 'the values try nothing');
      });
    }

    test('are turned away natively where they can be', () => {
      const { object } = schemas;
      const passes = compile(partOf('route.body', object).json);
      assert.ok(passes({ a: 'x', c: false }));
      for (const wrong of [5, null, {}, { a: 1 }, { a: 'x', b: '1' }]) assert.equal(passes(wrong), false);
    });
  });
}

test('libraries without an export validate alone', () => {
  const schema = v.object({ a: v.string() });
  assert.deepEqual(partOf('route.body', schema), { json: undefined, filter: false, vendor: schema, revive: undefined });
  const throwing = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: (value: unknown) => ({ value }),
      jsonSchema: {
        input: () => {
          throw new Error('it has no JSON form');
        },
      },
    },
  };
  assert.equal(partOf('route.body', throwing).json, undefined);
});

describe('schemas of TypeBox', () => {
  for (const [name, T] of [
    ['typebox', Type],
    ['@sinclair/typebox', OldType as unknown as typeof Type],
  ] as const) {
    test(`run natively alone: ${name}`, () => {
      const schema = T.Object({
        a: T.String({ minLength: 1 }),
        b: T.Optional(T.Integer()),
        c: T.Tuple([T.String(), T.Number()]),
        d: T.Record(T.String(), T.Boolean()),
        e: T.Union([T.Literal('x'), T.Null()]),
      });
      const { json, filter, vendor } = partOf('route.body', schema);
      assert.equal(filter, false);
      assert.equal(vendor, undefined);
      const passes = compile(json);
      assert.ok(passes({ a: 'x', c: ['a', 1], d: { y: true }, e: null }));
      assert.equal(passes({ a: 'x', c: ['a', 1, 2], d: { y: true }, e: null }), false);
      assert.equal(passes({ a: 'x', c: ['a'], d: {}, e: null }), false);
      assert.equal(passes({ a: '', c: ['a', 1], d: {}, e: 'x' }), false);
    });

    test(`refer to themselves: ${name}`, () => {
      const schema =
        name === 'typebox'
          ? Type.Cyclic({ Node: Type.Object({ next: Type.Optional(Type.Ref('Node')) }) }, 'Node')
          : OldType.Recursive((Self) => OldType.Object({ next: OldType.Optional(Self) }));
      const passes = compile(partOf('route.body', schema).json);
      assert.ok(passes({ next: { next: {} } }));
      assert.equal(passes({ next: { next: 1 } }), false);
    });
  }

  for (const [what, schema, pointer] of [
    ['a date', OldType.Object({ at: OldType.Date() }), '/properties/at'],
    ['undefined', Type.Object({ a: Type.Union([Type.String(), Type.Undefined()]) }), '/properties/a/anyOf/1'],
    ['a bigint', Type.Array(Type.BigInt()), '/items'],
    ['a function', Type.Object({ f: Type.Function([Type.String()], Type.Number()) }), '/properties/f'],
    ['bytes', OldType.Uint8Array(), ''],
    ['an expression', OldType.RegExp(/x/i), ''],
    ['a refinement', Type.Object({ a: Type.Refine(Type.String(), (text) => text !== 'x') }), '/properties/a'],
    ['a codec', Type.Decode(Type.String(), (text) => new Date(text)), ''],
    ['a transformation', OldType.Transform(OldType.String()).Decode(Number).Encode(String), ''],
  ] as const) {
    test(`say at the start that JSON does not have ${what}`, () => {
      assert.throws(
        () => partOf('route.body', schema),
        (error: Error & { code?: string; pointer?: string }) => {
          assert.equal(error.code, 'ERR_NEXURE_SCHEMA');
          assert.equal(error.pointer, pointer);
          assert.match(error.message, /^route\.body .*: use /);
          return true;
        },
      );
    });
  }
});
