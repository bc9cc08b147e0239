// What has no schema is told with file, line and column, and the way through the type: all of it, never in silence.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { generate, HEAD_LINES, schemaOfText } from './generate.ts';

/** Declarations and a type, by what is said of it; line 1 is the first of the declarations. */
const CASES: Readonly<Record<string, readonly [type: string, declarations: string, problems: readonly RegExp[]]>> = {
  'a function': ['A', 'interface A { f: () => void }', [/^1:18: A\.f: a function has no JSON form$/]],
  'a method': ['A', 'interface A { f(): void }', [/^1:15: A\.f: a method has no JSON form$/]],
  'what can be called': ['A', 'interface A { (): void }', [/^1:15: A: an object that can be called/]],
  'a symbol': ['A', 'type A = { s: symbol }', [/^1:12: A\.s: a symbol has no JSON form$/]],
  any: ['A', 'type A = { s: any[] }', [/^1:12: A\.s\[\]: `any` would let everything pass/]],
  'a property without a type': ['A', 'interface A { s }', [/^1:15: A\.s: this property has no type/]],
  undefined: ['A', 'type A = undefined[]', [/A\[\]: `undefined` has no JSON form/]],
  never: ['A', 'type A = { a: never }', [/A\.a: no value is of this type/]],
  'a Map': [
    'A',
    'type A = { a: Map<string, 1> }',
    [/^1:15: A\.a: Map has no JSON form; is Record<string, \.\.\.> meant\?$/],
  ],
  'types of the platform': [
    'A',
    'type A = { a: RegExp; b: Uint8Array; c: Promise<1>; d: Function; e: String }',
    [/RegExp has/, /Uint8Array has/, /Promise has/, /Function has/, /String has no JSON form; is string meant/],
  ],
  'an unknown name': [
    'A',
    'type A = { a: Nowhere; b: HTMLElement }',
    [/^1:15: A\.a: Nowhere is neither declared/, /A\.b: HTMLElement is neither/],
  ],
  'an unknown module': [
    'A',
    "import type { A } from './nowhere';",
    [/no types were found for the module '\.\/nowhere'/],
  ],
  'a name that a module has not': [
    'A',
    "import type { A } from './lib.ts';",
    [/the module '\.\/lib\.ts' exports no A/],
  ],
  'a value': ['A', 'const A = 1;', [/A is a value: write `typeof A`/]],
  'a missing type argument': ['A', 'interface A<T> { t: T }', [/A: its type parameter T needs an argument/]],
  'too many type arguments': ['A<1, 2>', 'interface A<T> { t: T }', [/A: it takes 1 type arguments, not 2/]],
  'utility types without arguments': ['Partial', '', [/Partial takes 1 type arguments, not 0/]],
  'a type that grows without end': ['A<1>', 'interface A<T> { a: A<T[]> }', [/A grows without end/]],
  'an alias of itself': ['A', "type A = A['x'];", [/A refers to itself without anything between/]],
  'an intersection that means nothing': [
    'A',
    'type A = string[] & { a: 1 }',
    [/^1:10: A: an intersection of an object type with one that is no object/],
  ],
  'a conditional type that cannot be decided': [
    'A<{ f: any }>',
    'type A<T> = T extends { f: string } ? 1 : 2;',
    [/^1:13: .*cannot be decided without a type checker/],
  ],
  'an expression that would have to run': [
    'typeof a',
    'const a = compute();',
    [/^1:11: .*the type of this expression is not known without running it/],
  ],
  'an enum that would have to run': ['E', 'enum E { A = "x".length }', [/^1:10: .*the value of E\.A is not known/]],
  'a parent that is no object': [
    'A',
    'class A extends Error { a = 1 }',
    [/^1:17: A: it extends what is no object type/],
  ],
  'elements behind a rest': ['A', 'type A = [...string[], number]', [/elements behind a `\.\.\.`/]],
  __proto__: ['A', "type A = { ['__proto__']: 1 }", [/__proto__ is refused/]],
  'a wrong value of a tag': [
    'A',
    'interface A {\n  /** @minimum low */\n  a: number }',
    [/^3:3: A\.a: @minimum takes a number, not "low"$/],
  ],
  'wrong values of all tags': [
    'A',
    'interface A { /** @minLength -1 */ a: string; /** @pattern ( */ b: string; /** @uniqueItems maybe */ c: 1[]; /** @multipleOf 0 */ d: number; /** @sanitize wash */ e: string }',
    [
      /@minLength takes a count/,
      /@pattern takes a regular expression/,
      /@uniqueItems takes/,
      /@multipleOf takes a number above 0/,
      /@sanitize takes/,
    ],
  ],
  'a tag that is nearly one': [
    'A',
    'interface A { /** @min 1 @maxlength 2 */ a: string }',
    [/@min is no tag: @minimum is/, /@maxlength is no tag: @maxLength is/],
  ],
  'a tag that says nothing of the type': [
    'A',
    'interface A { /** @minimum 1 */ a: string; /** @minLength 1 */ b: string[] }',
    [/A\.a: minimum says nothing of this type: it is for a number/, /A\.b: minLength says nothing/],
  ],
  'a default of another type': [
    'A',
    'interface A { /** @default x */ a: number }',
    [/A\.a: the default x is not of this type/],
  ],
  'bounds that exclude each other': [
    'A',
    'interface A { /** @minimum 2 @maximum 1 */ a: number }',
    [/minimum is above maximum/],
  ],
  'tags with wrong values': [
    "[number & Min<'1'>, string & MinLength<1.5>, string & Pattern<'('>]",
    '',
    [/Min takes a number/, /MinLength takes a count/, /Pattern takes a regular expression/],
  ],
  'tags on what they say nothing of': [
    '[string & Min<1>, Min<1>]',
    '',
    [/minimum says nothing of this type/, /a tag stands beside a type/],
  ],
  'a type parameter': [
    '1',
    'function f<T>() { return body<T>(); }',
    [/^1:31: T: T is a type parameter: what it stands for is not known here$/],
  ],
  'what is nested in a query': ['1', 'query<{ a: { b: string } }>();', [/query\.a: there are no objects in query/]],
  'a query that is no object': ['1', 'query<string[]>();', [/query come by name: the type is to be an object/]],
  'header fields in upper case': [
    '1',
    "headers<{ 'X-Key': string }>();",
    [/names of header fields are in lower case here: x-key/],
  ],
};

describe('nexure types tells', () => {
  for (const [name, [type, declarations, expected]] of Object.entries(CASES)) {
    test(name, () => {
      const { problems } = schemaOfText(type, declarations, { 'lib.ts': 'export type B = 1;' });
      const told = problems.map((problem) =>
        problem.replace(/^app\.ts:(\d+):/, (_, line: string) => `${Number(line) - HEAD_LINES}:`),
      );
      assert.equal(told.length, expected.length, told.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(told[index] ?? '', pattern);
    });
  }

  test('the call that a type of another file is for', () => {
    const { problems } = generate({
      'lib/types.ts': '\nexport interface A {\n  f(): void;\n}\n',
      'app.ts':
        "import { body } from 'nexurejs/schema';\nimport type { A } from './lib/types.ts';\n  body<A[]>();\nbody<A>();\n",
    });
    assert.deepEqual(problems, [
      'lib/types.ts:3:3: body[].f: a method has no JSON form (body<A[]> at app.ts:3:3)',
      'lib/types.ts:3:3: A.f: a method has no JSON form (body<A> at app.ts:4:1)',
    ]);
  });

  test('what is malformed', () => {
    const { problems } = generate({ 'app.ts': "import { body } from 'nexurejs/schema';\nbody<{ a: }>();\n" });
    assert.match(problems.join('\n'), /^app\.ts:2:11: /);
  });
});
