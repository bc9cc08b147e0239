// Schemas made by `t`: the JSON Schema that they are, and what they refuse to be made of.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';

import { jsonSchema, t } from '../../js/schema/index.ts';
import { partOf } from '../../js/validation/parts.ts';

import type { Ajv } from 'ajv';
import type { AnySchema } from '../../js/schema/index.ts';

const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as { readonly Ajv2020: typeof Ajv };

/** A schema as any tool sees it. */
const json = (schema: object): unknown => JSON.parse(JSON.stringify(schema));

const string = { type: 'string' };
const integer = { type: 'integer' };

/** Each kind beside its JSON Schema. */
const KINDS: readonly (readonly [string, object, unknown])[] = [
  ['a string', t.string(), string],
  [
    'a string with options',
    t.string({ min: 1, max: 9, pattern: /^a\d/u, format: 'iban', sanitize: ['trim'], title: 'T' }),
    { ...string, minLength: 1, maxLength: 9, pattern: '^a\\d', format: 'iban', 'x-sanitize': ['trim'], title: 'T' },
  ],
  [
    'a chain',
    t.string().trim().nfc().min(1).max(5).email(),
    { ...string, 'x-sanitize': ['trim', 'nfc'], minLength: 1, maxLength: 5, format: 'email' },
  ],
  [
    'the same twice',
    t.string().trim().lowercase().trim().min(1).min(2),
    { ...string, 'x-sanitize': ['lowercase', 'trim'], minLength: 2 },
  ],
  [
    'control characters and HTML',
    t.string().stripControl().escapeHtml(),
    { ...string, 'x-sanitize': ['stripControl', 'escapeHtml'] },
  ],
  ...(['uuid', 'uri', 'ipv4', 'ipv6', 'date', 'time', 'duration', 'hostname'] as const).map(
    (format) => [format, t.string()[format](), { ...string, format }] as const,
  ),
  ['a point in time as text', t.string().dateTime(), { ...string, format: 'date-time' }],
  ['a URL', t.string().url(), { ...string, format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' }],
  ['an IP address', t.string().ip(), { ...string, anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }],
  ['a length', t.string().length(3), { ...string, minLength: 3, maxLength: 3 }],
  [
    'a number',
    t.number({ above: 0, step: 0.01 }).max(5),
    { type: 'number', exclusiveMinimum: 0, multipleOf: 0.01, maximum: 5 },
  ],
  [
    'an integer',
    t.int({ min: 1, coerce: 'off' }).below(9),
    { ...integer, minimum: 1, exclusiveMaximum: 9, 'x-coerce': 'off' },
  ],
  ['64 bits', t.int64(), { ...integer, format: 'int64', 'x-as': 'bigint' }],
  ['64 bits as text', t.int64({ as: 'string' }), { ...integer, format: 'int64', 'x-as': 'bigint', 'x-as-text': true }],
  ['64 bits without a sign', t.uint64({ min: 1 }), { ...integer, format: 'uint64', 'x-as': 'bigint', minimum: 1 }],
  ['a boolean', t.boolean({ coerce: 'lossless' }), { type: 'boolean', 'x-coerce': 'lossless' }],
  ['null', t.null(), { type: 'null' }],
  ['a literal', t.literal('a'), { ...string, const: 'a' }],
  ['an enum', t.enum(['a', 'b']), { ...string, enum: ['a', 'b'] }],
  ['an enum of several types', t.enum(['a', 1]), { enum: ['a', 1] }],
  ['an enum of TypeScript', t.enum({ 0: 'Red', Red: 0, Blue: 'blue' }), { enum: [0, 'blue'] }],
  ['a date', t.date(), { ...string, format: 'date-time', 'x-as': 'date' }],
  ['a day', t.date({ format: 'date' }), { ...string, format: 'date', 'x-as': 'date' }],
  [
    'a list',
    t.array(t.string(), { max: 5 }).min(1).unique(),
    { type: 'array', items: string, maxItems: 5, minItems: 1, uniqueItems: true },
  ],
  [
    'a tuple',
    t.tuple([t.string(), t.int()]),
    { type: 'array', prefixItems: [string, integer], items: false, minItems: 2 },
  ],
  [
    'a tuple with a rest',
    t.tuple([t.string()], { rest: t.int() }),
    { type: 'array', prefixItems: [string], items: integer, minItems: 1 },
  ],
  [
    'an object',
    t.object({ a: t.string(), b: t.int().optional() }, { unknown: 'strip' }),
    { type: 'object', properties: { a: string, b: integer }, required: ['a'], 'x-unknown': 'strip' },
  ],
  [
    'an object with a default',
    t.object({ a: t.int().default(1) }),
    { type: 'object', properties: { a: { ...integer, default: 1 } } },
  ],
  ['a record', t.record(t.int()), { type: 'object', additionalProperties: integer }],
  [
    'a record of an enum',
    t.record(t.enum(['a']), t.int()),
    { type: 'object', propertyNames: { ...string, enum: ['a'] }, additionalProperties: integer },
  ],
  ['a union', t.union([t.string(), t.int()]), { anyOf: [string, integer] }],
  [
    'an intersection',
    t.intersect([t.object({}), t.object({})]),
    {
      allOf: [
        { type: 'object', properties: {} },
        { type: 'object', properties: {} },
      ],
    },
  ],
  ['anything', t.unknown({ description: 'any' }), { description: 'any' }],
  [
    'null, or missing',
    t.object({ a: t.string().optional().nullable() }),
    { type: 'object', properties: { a: { type: ['string', 'null'] } } },
  ],
  [
    'null, or missing with a default',
    t.object({ a: t.literal('x').default('x').nullable() }),
    { type: 'object', properties: { a: { anyOf: [{ ...string, const: 'x' }, { type: 'null' }], default: 'x' } } },
  ],
  [
    'a union that is not coerced',
    t.discriminated('k', [t.object({ k: t.literal('a') })], { coerce: 'off' }),
    {
      oneOf: [{ type: 'object', properties: { k: { ...string, const: 'a' } }, required: ['k'] }],
      'x-discriminator': 'k',
      'x-coerce': 'off',
    },
  ],
  ['null or text', t.string().email().nullable(), { type: ['string', 'null'], format: 'email' }],
  ['null or one of', t.enum(['a']).nullable(), { type: ['string', 'null'], enum: ['a', null] }],
  ['null or a literal', t.literal('a').nullable(), { anyOf: [{ ...string, const: 'a' }, { type: 'null' }] }],
  ['null or a union', t.union([t.string()]).nullable(), { anyOf: [{ anyOf: [string] }, { type: 'null' }] }],
  [
    'a keyword',
    t.string().check('iban').check('x-validate', 'unique'),
    { ...string, iban: true, 'x-validate': 'unique' },
  ],
  ['a description', t.string().describe('text'), { ...string, description: 'text' }],
  [
    'annotations',
    t.string().describe({ title: 'T', examples: ['a'], deprecated: true }),
    { ...string, title: 'T', examples: ['a'], deprecated: true },
  ],
  ['a reference', t.ref('#/$defs/User'), { $ref: '#/$defs/User' }],
  ['what was written by hand', jsonSchema({ type: 'string', $defs: { a: {} } }), { ...string, $defs: { a: {} } }],
];

describe('a schema made by t', () => {
  for (const [kind, schema, expected] of KINDS) {
    test(`is the JSON Schema of ${kind}`, () => assert.deepEqual(json(schema), expected));
  }

  test('is its keywords and nothing else to whoever looks at its properties', () => {
    const schema = t.string().default('a');
    assert.deepEqual(Object.keys(schema), ['type', 'default']);
    assert.deepEqual({ ...schema }, { type: 'string', default: 'a' });
    assert.deepEqual(Object.getOwnPropertySymbols({ ...schema }), []);
  });

  test('never changes: each call gives another one', () => {
    const first = t.string();
    first.min(1).trim().optional().nullable().describe('text');
    assert.deepEqual(json(first), string);
  });

  test('is taken by other validators as its JSON text says', () => {
    const User = t.object({ name: t.string().min(1), tags: t.array(t.string()).optional() });
    const validate = new Ajv2020({ strict: false }).compile(json(User) as object);
    assert.equal(validate({ name: 'Ann', tags: ['a'] }), true);
    assert.equal(validate({ name: '' }), false);
  });

  test('stays optional, and keeps its default, when more is said of it', () => {
    const made = t.object({ a: t.string().optional().describe('A'), b: t.int().default(1).describe('B') });
    assert.deepEqual(json(made), {
      type: 'object',
      properties: { a: { ...string, description: 'A' }, b: { ...integer, default: 1, description: 'B' } },
    });
  });
});

describe('objects made of objects', () => {
  const User = t.object({ id: t.int(), name: t.string(), role: t.string().default('user') }, { unknown: 'refuse' });
  const role = { ...string, default: 'user' };
  const rest = { 'x-unknown': 'refuse' };
  for (const [what, schema, expected] of [
    ['partial', t.partial(User), { type: 'object', properties: { id: integer, name: string, role: string }, ...rest }],
    [
      'required',
      t.required(User),
      {
        type: 'object',
        properties: { id: integer, name: string, role: string },
        required: ['id', 'name', 'role'],
        ...rest,
      },
    ],
    [
      'pick',
      t.pick(User, ['id', 'role']),
      { type: 'object', properties: { id: integer, role }, required: ['id'], ...rest },
    ],
    ['omit', t.omit(User, ['id']), { type: 'object', properties: { name: string, role }, required: ['name'], ...rest }],
    [
      'extend',
      t.extend(User, { id: t.string(), x: t.int().optional() }),
      { type: 'object', properties: { id: string, name: string, role, x: integer }, required: ['id', 'name'], ...rest },
    ],
    ['keyof', t.keyof(User), { ...string, enum: ['id', 'name', 'role'] }],
    [
      'partial of a partial',
      t.partial(t.partial(User)),
      { type: 'object', properties: { id: integer, name: string, role: string }, ...rest },
    ],
    [
      'partial of what may be missing',
      t.partial(User.describe('U')),
      { type: 'object', properties: { id: integer, name: string, role: string }, ...rest, description: 'U' },
    ],
  ] as const) {
    test(`${what} is a schema of its own`, () => {
      assert.deepEqual(json(schema), expected);
      assert.deepEqual(json(User), {
        type: 'object',
        properties: { id: integer, name: string, role },
        required: ['id', 'name'],
        ...rest,
      });
    });
  }
});

describe('definitions', () => {
  test('stand at the root, once, wherever the schema stands', () => {
    const Address = t.named('Address', t.object({ city: t.string() }));
    const definition = { type: 'object', properties: { city: string }, required: ['city'] };
    const $ref = { $ref: '#/$defs/Address' };
    assert.deepEqual(json(Address), { ...$ref, $defs: { Address: definition } });
    const Order = t.object({ from: Address, to: t.array(Address).optional(), via: t.union([Address, t.null()]) });
    assert.deepEqual(json(Order), {
      type: 'object',
      properties: { from: $ref, to: { type: 'array', items: $ref }, via: { anyOf: [$ref, { type: 'null' }] } },
      required: ['from', 'via'],
      $defs: { Address: definition },
    });
    assert.deepEqual(Object.keys((json(t.partial(Order)) as { $defs: object }).$defs), ['Address']);
  });

  test('may be within themselves, and within others', () => {
    const Tree = t.recursive('Tree', (self) => t.object({ name: t.string(), children: t.array(self) }));
    const validate = new Ajv2020({ strict: false }).compile(
      json(t.object({ tree: Tree.nullable().optional() })) as object,
    );
    assert.ok(validate({ tree: { name: 'a', children: [{ name: 'b', children: [] }] } }));
    assert.ok(validate({ tree: null }));
    assert.equal(validate({ tree: { name: 'a', children: [{ name: 1, children: [] }] } }), false);
  });

  test('have names of any characters', () => {
    const validate = new Ajv2020({ strict: false }).compile(
      json(t.object({ a: t.named('a/b~c d', t.int()) })) as object,
    );
    assert.ok(validate({ a: 1 }));
    assert.equal(validate({ a: 'x' }), false);
  });
});

describe('a union told apart by a property', () => {
  test('is one of its objects', () => {
    const Shape = t.discriminated('kind', [
      t.object({ kind: t.literal('circle'), radius: t.number() }),
      t.object({ kind: t.enum(['square', 'cube']), side: t.number() }),
    ]);
    assert.equal((json(Shape) as Record<string, unknown>)['x-discriminator'], 'kind');
    const validate = new Ajv2020({ strict: false }).compile(json(Shape) as object);
    assert.ok(validate({ kind: 'cube', side: 1 }));
    assert.equal(validate({ kind: 'circle', side: 1 }), false);
  });
});

describe('what cannot be a schema', () => {
  const object = t.object({ a: t.string() });
  for (const [what, make, message] of [
    ['an expression with a flag', () => t.string({ pattern: /a/i }), /no flags: \/a\/i has i/],
    [
      'a schema of another library within one',
      () => t.object({ a: { type: 'string' } as unknown as AnySchema }),
      /jsonSchema\(\)/,
    ],
    ['two definitions of one name', () => t.tuple([t.named('A', t.string()), t.named('A', t.int())]), /named A/],
    ['a definition without a name', () => t.named('', t.string()), /name of a schema/],
    ['a union whose object fixes nothing', () => t.discriminated('a', [object]), /does not fix its property a/],
    [
      'a union with the same value twice',
      () => t.discriminated('a', [t.object({ a: t.literal('x') }), t.object({ a: t.enum(['x']) })]),
      /two objects of the union have a x/,
    ],
    ['a property that is not there', () => t.pick(object, ['b' as 'a']), /no property b/],
    ['a part of what is no object', () => t.partial(t.string() as never), /made by t\.object/],
    ['a keyword that nobody has defined', () => t.string().check('x-nobody'), /"x-nobody" is not defined/],
    ['a keyword twice', () => t.string().check('iban').check('iban'), /"iban" already/],
  ] as const) {
    test(`is refused: ${what}`, () => {
      assert.throws(make, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'ERR_NEXURE_SCHEMA');
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe('dates and bigints', () => {
  const at = '2026-11-23T10:00:00.000Z';
  const date = new Date(at);
  const Tree = t.recursive('Tree', (self) => t.object({ at: t.date(), below: t.array(self).optional() }));
  for (const [where, schema, value, expected] of [
    ['at the root', t.date(), at, date],
    ['in objects', t.object({ at: t.date(), id: t.int64() }), { at, id: 5, x: at }, { at: date, id: 5n, x: at }],
    ['beyond what a number holds', t.int64(), '9223372036854775807', 9_223_372_036_854_775_807n],
    ['as text', t.array(t.int64({ as: 'string' })), [5, '9223372036854775807'], ['5', '9223372036854775807']],
    ['where null may stand', t.object({ at: t.date().nullable() }), { at: null }, { at: null }],
    ['where they are missing', t.object({ at: t.date().optional() }), {}, {}],
    ['in lists', t.array(t.date()), [at, at], [date, date]],
    ['in tuples', t.tuple([t.string(), t.date()], { rest: t.int64() }), [at, at, 1], [at, date, 1n]],
    ['in records', t.record(t.date()), { a: at }, { a: date }],
    [
      'beside what is known',
      jsonSchema({ properties: { a: {} }, patternProperties: { '^d': { 'x-as': 'date' } } }),
      { a: at, d: at, e: at },
      { a: at, d: date, e: at },
    ],
    [
      'in intersections',
      t.intersect([t.object({ a: t.date() }), t.object({ b: t.int64() })]),
      { a: at, b: 1 },
      { a: date, b: 1n },
    ],
    [
      'in recursive schemas',
      Tree,
      { at, below: [{ at, below: [{ at }] }] },
      { at: date, below: [{ at: date, below: [{ at: date }] }] },
    ],
    ['in unions of types', t.array(t.union([t.date(), t.int64(), t.null()])), [at, 1, null], [date, 1n, null]],
    [
      'in unions told apart by a property',
      t.array(
        t.discriminated('k', [
          t.object({ k: t.literal('a'), v: t.date() }),
          t.object({ k: t.literal('b'), v: t.string() }),
        ]),
      ),
      [
        { k: 'a', v: at },
        { k: 'b', v: at },
      ],
      [
        { k: 'a', v: date },
        { k: 'b', v: at },
      ],
    ],
    [
      'behind references',
      t.object({ a: t.named('At', t.object({ at: t.date() })) }),
      { a: { at } },
      { a: { at: date } },
    ],
  ] as const) {
    test(`come to life ${where}`, () => {
      const { revive } = partOf('route.body', schema);
      assert.deepEqual(revive?.(structuredClone(value)), expected);
    });
  }

  test('cost nothing where there are none', () => {
    assert.equal(partOf('route.body', t.object({ a: t.array(t.string()) })).revive, undefined);
    assert.equal(
      partOf('route.body', { type: 'object', properties: { 'x-as': { type: 'string' } } }).revive,
      undefined,
    );
  });

  for (const [what, schema, pointer] of [
    ['in alternatives of one type', t.union([t.date(), t.string()]), '/anyOf'],
    ['under a condition', jsonSchema({ if: { 'x-as': 'date' } }), '/if'],
    ['as something unknown', jsonSchema({ properties: { a: { 'x-as': 'map' } } }), '/properties/a/x-as'],
  ] as const) {
    test(`are refused ${what}`, () => {
      assert.throws(
        () => partOf('route.body', schema),
        (error: Error & { code?: string; pointer?: string }) =>
          error.code === 'ERR_NEXURE_SCHEMA' && error.pointer === pointer,
      );
    });
  }
});

describe('a part of a request', () => {
  test('is validated natively alone by schemas of t, JSON Schema and booleans', () => {
    for (const schema of [t.object({}), { type: 'object' }, true, false]) {
      const { json: native, filter, vendor } = partOf('route.body', schema);
      assert.equal(native, schema);
      assert.equal(filter, false);
      assert.equal(vendor, undefined);
    }
  });

  test('takes no value that is no schema', () => {
    for (const value of [null, 5, 'string', [], undefined, () => undefined]) {
      assert.throws(() => partOf('route.query', value), { code: 'ERR_NEXURE_OPTION_INVALID', message: /route\.query/ });
    }
    const loop: Record<string, unknown> = {};
    loop['not'] = loop;
    for (const [value, pointer] of [
      [{ properties: { a: { default: () => 1 } } }, '/properties/a/default'],
      [{ maximum: 5n }, '/maximum'],
      [{ enum: [Number.NaN] }, '/enum/0'],
      [loop, '/not'],
    ] as const) {
      assert.throws(() => partOf('route.query', value), { code: 'ERR_NEXURE_SCHEMA', pointer });
    }
  });
});

describe('Standard Schema', () => {
  const Order = t.object({ a: t.int().default(1), b: t.date(), enum: t.string().optional() });

  test('gives the JSON Schema of what is sent, and of what comes out', () => {
    const options = { target: 'draft-2020-12' };
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const { input, output } = Order['~standard'].jsonSchema;
    assert.deepEqual(input(options), { $schema, ...(json(Order) as object) });
    assert.deepEqual(output(options), { $schema, ...(json(Order) as object), required: ['b', 'a'] });
    assert.throws(() => input({ target: 'draft-04' }), { code: 'ERR_NEXURE_OPTION_INVALID' });
  });

  test('is the same whenever it is asked for', () => {
    assert.equal(Order['~standard'], Order['~standard']);
    assert.equal(Order['~standard'].vendor, 'nexure');
    assert.equal(Order['~standard'].version, 1);
  });
});
