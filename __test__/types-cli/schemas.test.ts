// Each form of a type and its schema. What a schema lets pass is judged by ajv.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

// oxlint-disable-next-line no-restricted-imports -- the folder of another package
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { SchemaValidator } from '../../js/native-api/index.ts';
import { schemaOfText } from './generate.ts';

interface Case {
  readonly type: string;
  readonly declarations?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly schema?: unknown;
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
}

const USER = 'interface User { name: string; age?: number; readonly id: number }';
const TREE = 'interface Tree<T> { value: T; children: Tree<T>[] }';
const JSON_TYPE = 'type Json = string | number | boolean | null | Json[] | { [key: string]: Json };';
const DEEP =
  'type DeepPartial<T> = T extends (infer U)[] ? DeepPartial<U>[] : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;';
const user = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'number' }, id: { type: 'number' } },
  required: ['name', 'id'],
};

const CASES: Readonly<Record<string, Case>> = {
  string: { type: 'string', schema: { type: 'string' }, accepts: ['', 'a'], refuses: [1, null, {}] },
  number: { type: 'number', schema: { type: 'number' }, accepts: [0, 1.5], refuses: ['1', null] },
  boolean: { type: 'boolean', schema: { type: 'boolean' }, accepts: [true, false], refuses: [0, 'true'] },
  null: { type: 'null', schema: { type: 'null' }, accepts: [null], refuses: [0, ''] },
  unknown: { type: '{ a: unknown }', accepts: [{ a: 1 }, { a: null }], refuses: [{}] },
  object: { type: 'object', accepts: [{}, []], refuses: [1, null] },
  'an empty object': { type: '{}', schema: { type: 'object' }, accepts: [{}, { a: 1 }], refuses: [[], 1] },
  bigint: {
    type: 'bigint',
    schema: { type: 'integer', format: 'int64', 'x-as': 'bigint' },
    accepts: [1, -5],
    refuses: [1.5, 'a'],
  },
  Date: {
    type: 'Date',
    schema: { type: 'string', format: 'date-time', 'x-as': 'date' },
    accepts: ['2020-01-01T00:00:00Z'],
    refuses: ['yesterday', 1],
  },
  'a literal': { type: "'a'", schema: { type: 'string', const: 'a' }, accepts: ['a'], refuses: ['b', 1] },
  'negative and other literals': { type: '-1 | true | 2.5', accepts: [-1, true, 2.5], refuses: [1, false, '-1'] },
  'a union of literals': {
    type: "'a' | 'b'",
    schema: { type: 'string', enum: ['a', 'b'] },
    accepts: ['a', 'b'],
    refuses: ['c'],
  },
  'literals or null': {
    type: "'a' | null",
    schema: { type: ['string', 'null'], enum: ['a', null] },
    accepts: ['a', null],
    refuses: ['null'],
  },
  'several types': {
    type: 'string | number | null',
    schema: { type: ['string', 'number', 'null'] },
    accepts: ['', 1, null],
    refuses: [true, {}],
  },
  'what a wider type contains': {
    type: "'a' | string | (string & {})",
    schema: { type: 'string' },
    accepts: ['b'],
    refuses: [1],
  },
  'true | false': { type: 'true | false', schema: { type: 'boolean' }, accepts: [true], refuses: [1] },
  'an object': {
    type: 'User',
    declarations: USER,
    schema: user,
    accepts: [
      { name: 'a', id: 1 },
      { name: 'a', id: 1, more: true },
    ],
    refuses: [{ name: 'a' }, { name: 1, id: 1 }, { name: 'a', id: 1, age: 'x' }],
  },
  'a property that may be undefined': {
    type: '{ a: string | undefined }',
    accepts: [{}, { a: 'x' }],
    refuses: [{ a: null }],
  },
  'a property that is never there': { type: '{ a?: never; b: 1 }', accepts: [{ b: 1 }], refuses: [{ a: 1, b: 1 }] },
  'an object or null': {
    type: '{ a: { b: 1 } | null }',
    accepts: [{ a: null }, { a: { b: 1 } }],
    refuses: [{ a: {} }, {}],
  },
  'a type used twice': {
    type: '{ a: User; b: User | null }',
    declarations: USER,
    accepts: [{ a: { name: '', id: 1 }, b: null }],
    refuses: [
      { a: null, b: null },
      { a: { name: '', id: 1 }, b: {} },
    ],
  },
  extends: {
    type: 'Admin',
    declarations: `${USER} interface Base { level: 1 | 2 } interface Admin extends User, Base { name: 'root' }`,
    accepts: [{ name: 'root', id: 1, level: 2 }],
    refuses: [
      { name: 'x', id: 1, level: 2 },
      { name: 'root', id: 1 },
    ],
  },
  'merged interfaces': {
    type: 'M',
    declarations: 'interface M { a: 1 } interface M { b: 2 }',
    accepts: [{ a: 1, b: 2 }],
    refuses: [{ a: 1 }, { b: 2 }],
  },
  generics: {
    type: 'Page<User>',
    declarations: `${USER} interface Page<T, Meta extends object = { total: number }> { items: T[]; meta: Meta }`,
    accepts: [{ items: [], meta: { total: 1 } }],
    refuses: [
      { items: [{}], meta: { total: 1 } },
      { items: [], meta: {} },
    ],
  },
  'a recursive generic': {
    type: 'Tree<number>',
    declarations: TREE,
    schema: {
      $ref: '#/$defs/Tree_number',
      $defs: {
        Tree_number: {
          type: 'object',
          properties: {
            value: { type: 'number' },
            children: { type: 'array', items: { $ref: '#/$defs/Tree_number' } },
          },
          required: ['value', 'children'],
        },
      },
    },
    accepts: [{ value: 1, children: [{ value: 2, children: [] }] }],
    refuses: [{ value: 1, children: [{ value: '2', children: [] }] }],
  },
  'a recursive alias': { type: 'Json', declarations: JSON_TYPE, accepts: [null, [{ a: [1, 'x', null] }]], refuses: [] },
  'a recursive type or null': {
    type: 'List',
    declarations: 'interface List { next: List | null; v: number }',
    accepts: [{ v: 1, next: { v: 2, next: null } }],
    refuses: [{ v: 1, next: {} }, { v: 1 }],
  },
  arrays: {
    type: 'readonly string[]',
    schema: { type: 'array', items: { type: 'string' } },
    accepts: [[], ['a']],
    refuses: [[1], 'a'],
  },
  'Array<T> and ReadonlyArray<T>': { type: 'Array<ReadonlyArray<1>>', accepts: [[[1]], []], refuses: [[1], [[2]]] },
  tuples: { type: '[number, string?]', accepts: [[1], [1, 'a']], refuses: [[], ['a'], [1, 2], [1, 'a', 3]] },
  'tuples with names and a rest': {
    type: 'readonly [first: number, ...rest: string[]]',
    accepts: [[1], [1, 'a', 'b']],
    refuses: [[], [1, 2]],
  },
  'tuples with tuples in them': {
    type: '[...A, boolean]',
    declarations: 'type A = [1, 2];',
    accepts: [[1, 2, true]],
    refuses: [
      [1, 2],
      [1, 2, 3],
    ],
  },
  'the empty tuple': { type: '[]', accepts: [[]], refuses: [[1], {}] },
  Record: { type: 'Record<string, number>', accepts: [{}, { a: 1 }], refuses: [{ a: 'x' }] },
  'Record of literals': { type: "Record<'a' | 'b', number>", accepts: [{ a: 1, b: 2 }], refuses: [{ a: 1 }] },
  'Record<string, never>': { type: 'Record<string, never>', accepts: [{}], refuses: [{ a: 1 }] },
  'an index signature': {
    type: '{ [key: string]: number; a: 1 }',
    accepts: [{ a: 1, b: 5 }],
    refuses: [{ b: 5 }, { a: 1, b: 'x' }],
  },
  'an index signature of a template': {
    type: '{ [key: `x-${string}`]: number }',
    accepts: [{ 'x-a': 1, y: 'free' }],
    refuses: [{ 'x-a': 'no' }],
  },
  'an index signature of numbers': {
    type: '{ [key: number]: boolean }',
    accepts: [{ 1: true, a: 1 }],
    refuses: [{ 1: 'x' }],
  },
  'string enums': {
    type: 'E',
    declarations: "enum E { A = 'a', B = `b` }",
    schema: { type: 'string', enum: ['a', 'b'] },
    accepts: ['a'],
    refuses: ['A', 0],
  },
  'numeric enums': {
    type: 'E',
    declarations: 'enum E { A, B = 5, C, D = A | 8, F = 1 << 4 }',
    schema: { type: 'number', enum: [0, 5, 6, 8, 16] },
    accepts: [0, 6],
    refuses: [1, 'A'],
  },
  'const enums and their members': {
    type: 'E.B | E.A',
    declarations: "const enum E { A = 1, B = 'b' }",
    accepts: [1, 'b'],
    refuses: [2],
  },
  keyof: {
    type: 'keyof User',
    declarations: USER,
    schema: { type: 'string', enum: ['name', 'age', 'id'] },
    accepts: ['id'],
    refuses: ['x'],
  },
  'indexed access': {
    type: "{ a: User['name']; b: User['age'] }",
    declarations: USER,
    accepts: [{ a: '' }, { a: '', b: 1 }],
    refuses: [{ b: 1 }, { a: '', b: '' }],
  },
  'indexed access of arrays': {
    type: "T[number]['a'][0]",
    declarations: 'type T = { a: [1, 2] }[];',
    accepts: [1],
    refuses: [2],
  },
  'mapped types': {
    type: '{ [K in keyof User]: { v: User[K] } }',
    declarations: USER,
    accepts: [{ name: { v: 'a' }, id: { v: 1 } }],
    refuses: [{ name: 'a', id: { v: 1 } }, { id: [1] }],
  },
  'mapped types with modifiers': {
    type: '{ -readonly [K in keyof User]-?: User[K] }',
    declarations: USER,
    accepts: [{ name: '', id: 1, age: 1 }],
    refuses: [{ name: '', id: 1 }],
  },
  'mapped types with new keys': {
    type: '{ [K in keyof User as `get${Capitalize<K>}`]: User[K] }',
    declarations: USER,
    accepts: [{ getName: '', getId: 1 }],
    refuses: [{ getName: '' }, { name: '', id: 1 }],
  },
  'mapped types that leave keys out': {
    type: "{ [K in keyof User as K extends 'id' ? never : K]: User[K] }",
    declarations: USER,
    accepts: [{ name: '' }],
    refuses: [{ id: 1 }],
  },
  'mapped types over literals': { type: "{ [K in 'a' | 'b']?: K }", accepts: [{}, { a: 'a' }], refuses: [{ a: 'b' }] },
  'a Pick of one’s own': {
    type: "My<User, 'age'>",
    declarations: `${USER} type My<T, K extends keyof T> = { [P in K]: T[P] };`,
    accepts: [{}, { age: 1 }],
    refuses: [{ age: '' }],
  },
  'mapped types over tuples': {
    type: 'Boxed<[1, 2?]>',
    declarations: 'type Boxed<T> = { [K in keyof T]: { v: T[K] } };',
    accepts: [[{ v: 1 }], [{ v: 1 }, { v: 2 }]],
    refuses: [[1], [{ v: 2 }]],
  },
  Partial: { type: 'Partial<User>', declarations: USER, accepts: [{}, { name: '' }], refuses: [{ name: 1 }] },
  Required: {
    type: 'Required<User>',
    declarations: USER,
    accepts: [{ name: '', id: 1, age: 1 }],
    refuses: [{ name: '', id: 1 }],
  },
  Readonly: { type: 'Readonly<User>', declarations: USER, schema: user, accepts: [], refuses: [] },
  Pick: { type: "Pick<User, 'name' | 'age'>", declarations: USER, accepts: [{ name: '' }], refuses: [{ id: 1 }] },
  Omit: { type: "Omit<User, 'name'>", declarations: USER, accepts: [{ id: 1 }], refuses: [{ name: '' }] },
  Exclude: { type: "Exclude<'a' | 'b' | 1, string>", accepts: [1], refuses: ['a'] },
  Extract: {
    type: "Extract<'a' | { k: 'x' } | { k: 'y' }, { k: 'x' }>",
    accepts: [{ k: 'x' }],
    refuses: ['a', { k: 'y' }],
  },
  NonNullable: {
    type: 'NonNullable<string | null | undefined>',
    schema: { type: 'string' },
    accepts: [''],
    refuses: [null],
  },
  Awaited: { type: 'Awaited<Promise<Promise<1>>>', accepts: [1], refuses: [2] },
  'Uppercase and its kind': {
    type: "Uppercase<'a'> | Uncapitalize<'Bc'>",
    accepts: ['A', 'bC'.replace('C', 'c')],
    refuses: ['a', 'Bc'],
  },
  'ReturnType and Parameters': {
    type: '[ReturnType<typeof f>, ...Parameters<typeof f>]',
    declarations: 'declare function f(a: 1, b?: 2): 3;',
    accepts: [
      [3, 1],
      [3, 1, 2],
    ],
    refuses: [[1, 3]],
  },
  'templates as patterns': { type: '`id-${number}`', accepts: ['id-1', 'id--1.5'], refuses: ['id-', 'id-x', 'xid-1'] },
  'templates of literals': {
    type: "`${'a' | 'b'}-${1 | 2}`",
    schema: { type: 'string', enum: ['a-1', 'a-2', 'b-1', 'b-2'] },
    accepts: ['b-1'],
    refuses: ['c-1'],
  },
  'typeof of constants': {
    type: '(typeof COLORS)[number]',
    declarations: "const COLORS = ['red', 'green'] as const;",
    schema: { type: 'string', enum: ['red', 'green'] },
    accepts: ['red'],
    refuses: ['blue'],
  },
  'typeof of objects': {
    type: '(typeof C)[keyof typeof C]',
    declarations: "const C = { a: 'x', b: { c: 1 } } as const;",
    accepts: ['x', { c: 1 }],
    refuses: ['a', { c: 2 }],
  },
  'typeof of values that may change': {
    type: 'typeof config',
    declarations: "const config = { port: 3000, host: 'x', tags: ['a'] };",
    accepts: [{ port: 1, host: '', tags: [] }],
    refuses: [{ port: '', host: '', tags: [] }],
  },
  'satisfies, spreads and frozen objects': {
    type: 'typeof all',
    declarations: "const a = { x: 1 } as const; const all = Object.freeze({ ...a, y: 'z' } as const satisfies object);",
    accepts: [{ x: 1, y: 'z' }],
    refuses: [{ x: 2, y: 'z' }, { x: 1 }],
  },
  classes: {
    type: 'Dog',
    declarations:
      'abstract class Animal<T> { kind!: T; #age = 1; private x = 1; protected y = 2; static z = 3; speak(): void {} get loud(): boolean { return true; } } class Dog extends Animal<"dog"> { legs = 4; readonly tail?: boolean; constructor(public owner: string, private chip: number) { super(); } }',
    accepts: [{ kind: 'dog', legs: 3, owner: 'a' }],
    refuses: [
      { kind: 'cat', legs: 4, owner: 'a' },
      { kind: 'dog', legs: 4 },
      { kind: 'dog', owner: 'a' },
    ],
  },
  namespaces: {
    type: 'N.Inner.A | N.B',
    declarations: 'namespace N { export namespace Inner { export type A = 1 } export type B = Local; type Local = 2; }',
    accepts: [1, 2],
    refuses: [3],
  },
  intersections: {
    type: "User & { name: 'a'; extra: 1 }",
    declarations: USER,
    accepts: [{ name: 'a', id: 1, extra: 1 }],
    refuses: [
      { name: 'b', id: 1, extra: 1 },
      { name: 'a', id: 1 },
    ],
  },
  'intersections of unions': {
    type: '({ a: 1 } | { b: 2 }) & { c: 3 }',
    accepts: [
      { a: 1, c: 3 },
      { b: 2, c: 3 },
    ],
    refuses: [{ a: 1 }, { c: 3 }],
  },
  brands: { type: "string & { readonly __brand: 'Id' }", schema: { type: 'string' }, accepts: [''], refuses: [1] },
  'discriminated unions': {
    type: "{ k: 'a'; v: string } | { k: 'b'; v: number }",
    accepts: [
      { k: 'a', v: '' },
      { k: 'b', v: 1 },
    ],
    refuses: [
      { k: 'a', v: 1 },
      { k: 'c', v: 1 },
    ],
  },
  'conditional types': {
    type: "[Is<'a'>, Is<1>]",
    declarations: "type Is<T> = T extends string ? 'yes' : 'no';",
    accepts: [['yes', 'no']],
    refuses: [['yes', 'yes']],
  },
  'conditional types over unions': {
    type: 'Is<1 | "a" | true>',
    declarations: 'type Is<T> = T extends string ? T : T extends number ? "n" : never;',
    schema: { type: 'string', enum: ['n', 'a'] },
    accepts: ['n', 'a'],
    refuses: [1],
  },
  infer: {
    type: 'E<string[]> | P<Promise<1>> | R<() => true>',
    declarations:
      'type E<T> = T extends (infer U)[] ? U : never; type P<T> = T extends Promise<infer U> ? U : never; type R<T> = T extends (...args: never[]) => infer U ? U : never;',
    accepts: ['', 1, true],
    refuses: [2, false],
  },
  'infer in tuples and templates': {
    type: '[Head<[1, 2, 3]>, Tail<[1, 2, 3]>, Split<"a.b">]',
    declarations:
      'type Head<T> = T extends [infer H, ...unknown[]] ? H : never; type Tail<T> = T extends [unknown, ...infer R] ? R : never; type Split<S> = S extends `${infer A}.${infer B}` ? [A, B] : [S];',
    accepts: [[1, [2, 3], ['a', 'b']]],
    refuses: [
      [2, [2, 3], ['a', 'b']],
      [1, [1, 2, 3], ['a', 'b']],
    ],
  },
  'recursive conditional types': {
    type: 'DeepPartial<{ a: { b: number }[]; c: { d: Date } }>',
    declarations: DEEP,
    accepts: [{}, { a: [{}] }, { c: {} }],
    refuses: [{ a: [{ b: '' }] }, { a: {} }],
  },
  'imports of all kinds': {
    type: '[A, B, Ns.C, D, import("./lib/c.js").C, E, F.G]',
    declarations:
      "import type { A, Renamed as B } from './lib/index.js'; import * as Ns from './lib/c.ts'; import type D from './lib/d'; import { E } from '#e'; import { F } from 'pkg';",
    files: {
      'lib/index.ts': "export * from './a.ts'; export { Original as Renamed } from './a.ts';",
      'lib/a.ts': 'export type A = 1; export type Original = 2;',
      'lib/c.ts': 'export type C = 3;',
      'lib/d.ts': 'type D = 4; export default D;',
      'tsconfig.json': '{ // comment\n "compilerOptions": { "paths": { "#e": ["./lib/e.ts"] }, } }',
      'lib/e.ts': 'export type E = 5;',
      'node_modules/pkg/package.json':
        '{ "name": "pkg", "exports": { ".": { "types": "./types/main.d.ts", "default": "./main.js" } } }',
      'node_modules/pkg/types/main.d.ts': 'export declare namespace F { type G = 6 }',
    },
    accepts: [[1, 2, 3, 4, 3, 5, 6]],
    refuses: [[1, 2, 3, 4, 3, 5, 7]],
  },
  'export = and declaration files': {
    type: '[A.B, C]',
    declarations: "import A = require('./a'); import C from 'c';",
    files: {
      'a.d.ts': 'declare namespace A { type B = 1 } export = A;',
      'node_modules/@types/c/package.json': '{ "types": "index.d.ts" }',
      'node_modules/@types/c/index.d.ts': 'interface C { c: 2 } export default C;',
    },
    accepts: [[1, { c: 2 }]],
    refuses: [[1, { c: 1 }]],
  },
  'global declarations': {
    type: 'Shared',
    files: { 'globals.d.ts': 'interface Shared { a: 1 }' },
    accepts: [{ a: 1 }],
    refuses: [{}],
  },
  'tags of numbers': {
    type: '[number & Min<1> & Max<5>, Int & Above<0> & Below<9>, number & MultipleOf<0.5>]',
    accepts: [[1, 1, 0.5]],
    refuses: [
      [0, 1, 0.5],
      [1, 1.5, 0.5],
      [1, 9, 0.5],
      [1, 1, 0.3],
    ],
  },
  'tags of texts': {
    type: "[string & MinLength<2> & MaxLength<3>, string & Pattern<'^a'>, string & Format<'email'>]",
    accepts: [['ab', 'a', 'a@b.cc']],
    refuses: [
      ['a', 'a', 'a@b.cc'],
      ['ab', 'b', 'a@b.cc'],
      ['ab', 'a', 'x'],
    ],
  },
  'tags of arrays': {
    type: 'string[] & MinItems<1> & MaxItems<2> & UniqueItems',
    accepts: [['a'], ['a', 'b']],
    refuses: [[], ['a', 'a'], ['a', 'b', 'c']],
  },
  'tags under another name': {
    type: 'Email',
    declarations: "type Email = string & tags.Format<'email'>;",
    schema: { type: 'string', format: 'email' },
    accepts: [],
    refuses: [],
  },
  'tags of nullable types': {
    type: 'Short | null',
    declarations: 'type Short = string & MaxLength<2>;',
    schema: { type: ['string', 'null'], maxLength: 2 },
    accepts: ['ab', null],
    refuses: ['abc'],
  },
  'defaults and sanitising': {
    type: "{ a?: string & Default<'x'> & Sanitize<['trim', 'lowercase']> }",
    schema: {
      type: 'object',
      properties: { a: { type: 'string', default: 'x', 'x-sanitize': ['trim', 'lowercase'] } },
    },
    accepts: [{}],
    refuses: [],
  },
  JSDoc: {
    type: 'Item',
    declarations: `/** An item. */ interface Item {
      /**
       * How many.
       * @minimum 1
       * @maximum 10
       * @default 1
       * @integer
       */
      count?: number;
      /** @minLength 2 @maxLength 3 */
      code: string;
      /** @pattern ^[a-z]+$ */ slug?: string;
      /** @format email */ mail?: string | null;
      /** @minItems 1 @uniqueItems */ tags?: string[];
      /** @deprecated use code
       *  @example "x"
       *  @see elsewhere */ old?: string;
    }`,
    schema: {
      type: 'object',
      properties: {
        count: { type: 'integer', description: 'How many.', minimum: 1, maximum: 10, default: 1 },
        code: { type: 'string', minLength: 2, maxLength: 3 },
        slug: { type: 'string', pattern: '^[a-z]+$' },
        mail: { type: ['string', 'null'], format: 'email' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
        old: { type: 'string', deprecated: true, examples: ['x'] },
      },
      required: ['code'],
      description: 'An item.',
    },
    accepts: [{ code: 'ab' }],
    refuses: [{ code: 'a' }, { code: 'ab', count: 1.5 }, { code: 'ab', slug: 'A' }, { code: 'ab', tags: [] }],
  },
  'JSDoc of an alias': {
    type: '{ a: Name; b: Name | null }',
    declarations: '/** A name.\n * @minLength 1 */ type Name = string;',
    schema: {
      type: 'object',
      properties: {
        a: { type: 'string', description: 'A name.', minLength: 1 },
        b: { type: ['string', 'null'], description: 'A name.', minLength: 1 },
      },
      required: ['a', 'b'],
    },
    accepts: [],
    refuses: [],
  },
  'what Partial keeps of comments': {
    type: 'Partial<A>',
    declarations: 'interface A { /** @minimum 1 */ a: number }',
    schema: { type: 'object', properties: { a: { type: 'number', minimum: 1 } } },
    accepts: [],
    refuses: [],
  },
};

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
});
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
for (const keyword of ['x-as', 'x-sanitize']) ajv.addKeyword(keyword);

const native = new SchemaValidator();

describe('the schema of', () => {
  for (const [name, { type, declarations, files, schema, accepts, refuses }] of Object.entries(CASES)) {
    test(name, () => {
      const made = schemaOfText(type, declarations, files);
      assert.deepEqual(made.problems, []);
      if (schema !== undefined) assert.deepEqual(made.schema, schema);
      const validate = ajv.compile(made.schema as object);
      // Strict: keywords that say nothing of their type are errors.
      const reference = native.compileSchema(made.schema as Record<string, unknown>);
      const show = (value: unknown): string => `${JSON.stringify(value)} by ${JSON.stringify(made.schema)}`;
      for (const [values, verdict] of [
        [accepts, true],
        [refuses, false],
      ] as const) {
        for (const value of values) {
          assert.equal(validate(value), verdict, `ajv of ${show(value)}`);
          assert.equal(native.validate(reference, JSON.stringify(value)).valid, verdict, `native of ${show(value)}`);
        }
      }
    });
  }
});
