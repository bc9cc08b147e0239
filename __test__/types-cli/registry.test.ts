// The registry: which calls are in it, and that the same sources give the same text.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { generate } from './generate.ts';

const TYPES = 'export interface A { a: 1 }\n';

function callsOf(text: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const { registry, problems } = generate({ 'types.ts': TYPES, 'app.ts': text, ...more });
  assert.deepEqual(problems, []);
  return Object.entries(registry.files['app.ts']?.calls ?? {}).map(
    ([place, { kind, type }]) => `${place} ${kind} ${type}`,
  );
}

describe('the registry', () => {
  const IMPORT = "import { body, query } from 'nexurejs/schema';\n";
  const FORMS: Readonly<Record<string, readonly [text: string, calls: readonly string[]]>> = {
    'has calls where V8 sees them: at the name': [
      `${IMPORT}post('/a', body<{ a: 1 }>(), query<\n  { b: 1 }\n>());\n`,
      ['2:12 body { a: 1 }', '2:30 query { b: 1 }'],
    ],
    'knows names that are imported under another one': [
      "import { body as b } from 'nexurejs';\nb<1>();\n",
      ['2:1 body 1'],
    ],
    'knows the module as a whole': [
      "import * as s from 'nexurejs/schema';\ns.body<1>(); s\n  .query<{}>();\n",
      ['2:3 body 1', '3:4 query {}'],
    ],
    'knows calls in functions, classes and blocks, with their types': [
      `${IMPORT}function f() { type Local = 2; { type Local = 3; body<Local>(); } return body<Local>(); }\nclass C { static s = body<4>(); m = () => body<5>(); }\nnamespace N { type T = 6; body<T>(); }\n`,
      ['2:50 body Local', '2:74 body Local', '3:22 body 4', '3:43 body 5', '4:27 body T'],
    ],
    'has no calls with a schema, and none of other functions': [
      `${IMPORT}declare function other<T>(): T;\nbody<{ a: 1 }>({ type: 'object' }); other<1>(); body(x); new Map<string, 1>();\n`,
      [],
    ],
    'counts columns in UTF-16, lines as JavaScript does': [
      `${IMPORT}/* 🤨 */ body<1>(); // x\u2028body<2>();\r\nbody<3>();\n`,
      ['2:10 body 1', '3:1 body 2', '4:1 body 3'],
    ],
  };
  for (const [name, [text, calls]] of Object.entries(FORMS)) {
    test(name, () => assert.deepEqual(callsOf(text), calls));
  }

  test('follows names that the project exports on', () => {
    const calls = callsOf("import { valid } from './own.ts';\nvalid<1>();\n", {
      'own.ts': "export { body as valid } from 'nexurejs/schema';\n",
    });
    assert.deepEqual(calls, ['2:1 body 1']);
  });

  test('has the files that types come from, and what they take from others', () => {
    const { registry } = generate({
      'app.ts': "import { body } from 'nexurejs/schema';\nimport { A } from './a.ts';\nbody<A>();\n",
      'a.ts': "import type { B } from './b.ts';\nexport interface A { b: B }\n",
      'b.ts': 'export type B = 1;\n',
      'unused.ts': 'export type C = 1;\n',
    });
    assert.deepEqual(Object.keys(registry.files), ['a.ts', 'app.ts', 'b.ts']);
    assert.deepEqual(registry.files['app.ts']?.needs, ['a.ts', 'b.ts']);
  });

  test('has schemas by name, and refuses one name for two', () => {
    const text = (type: string): string =>
      `import { body } from 'nexurejs/schema';\nbody<1>('One'); body<${type}>('One');\n`;
    assert.deepEqual(generate({ 'app.ts': text('1') }).registry.names, {
      One: { type: '1', schema: { type: 'number', const: 1 }, needs: ['app.ts'] },
    });
    assert.match(
      generate({ 'app.ts': text('2') }).problems.join(),
      /^app\.ts:2:17: the name "One" has another schema elsewhere/,
    );
  });

  test('is the same text for the same sources, and for all line ends', () => {
    const app = "import { body } from 'nexurejs/schema';\nimport type { A } from './types.ts';\nbody<A>();\n";
    const first = generate({ 'types.ts': TYPES, 'app.ts': app });
    assert.equal(generate({ 'app.ts': app, 'types.ts': TYPES }).text, first.text);
    assert.equal(
      generate({ 'types.ts': TYPES.replaceAll('\n', '\r\n'), 'app.ts': `\uFEFF${app.replaceAll('\n', '\r\n')}` }).text,
      first.text,
    );
  });

  test('leaves out packages, hidden folders and the output of the compiler', () => {
    const call = "import { body } from 'nexurejs/schema';\nbody<1>();\n";
    const { registry } = generate({
      'src/app.ts': call,
      'node_modules/x/a.ts': call,
      '.cache/a.ts': call,
      'out/a.ts': call,
      'tsconfig.json': '{ "compilerOptions": { "outDir": "out" } }',
    });
    assert.deepEqual(Object.keys(registry.files), ['src/app.ts']);
  });
});
