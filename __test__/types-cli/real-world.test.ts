// Types that nobody wrote for us: declarations of packages, a large project. They become schemas or clear errors, quickly.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// oxlint-disable-next-line no-restricted-imports -- the folder of another package
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { emitSchema } from '../../js/types-cli/emit.ts';
import { loadParser } from '../../js/types-cli/parser.ts';
import { siteOf } from '../../js/types-cli/site.ts';
import { createWorld } from '../../js/types-cli/world.ts';
import { generate } from './generate.ts';

import type { Scope } from '../../js/types-cli/scope.ts';
import type { TSType } from '../../js/types-cli/ast.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parse = await loadParser(root);
const ajv = new Ajv2020({ allErrors: true, strict: false });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addFormat('int64', true);

/** Declaration files with types of all kinds. */
const DECLARATIONS = [
  '@types/node/http.d.ts',
  '@types/node/fs.d.ts',
  '@types/node/url.d.ts',
  '@types/express-serve-static-core/index.d.ts',
  '@types/qs/index.d.ts',
  '@types/multer/index.d.ts',
  'fastify/fastify.d.ts',
  'fastify/types/route.d.ts',
  'ajv/dist/types/index.d.ts',
  'ajv/dist/core.d.ts',
  'esbuild/lib/main.d.ts',
  'zod/v4/core/schemas.d.cts',
  'valibot/dist/index.d.mts',
  'hono/dist/types/types.d.ts',
  'pino/pino.d.ts',
  'undici-types/fetch.d.ts',
  'typescript-5.9/lib/typescript.d.ts',
  'helmet/index.d.mts',
  '@oxc-project/types/types.d.ts',
];

/** Evaluates every type that a file declares; those with type parameters with `string` for each. */
function evaluateAll(path: string): { readonly schemas: number; readonly problems: number } {
  const world = createWorld(parse);
  const scope = world.project.open(path);
  assert.ok(scope !== undefined, path);
  const counts = { schemas: 0, problems: 0 };
  const scopes: Scope[] = [scope, ...world.project.modules];
  for (const at of scopes) {
    for (const [name, { types, namespaces }] of at.names) {
      scopes.push(...namespaces);
      const [first] = types;
      if (first === undefined || scopes.length > 2000) continue;
      const parameters = first.node.type === 'TSEnumDeclaration' ? 0 : (first.node.typeParameters?.params.length ?? 0);
      const text = `type $ = ${name}${parameters === 0 ? '' : `<${Array.from({ length: parameters }, () => 'string').join()}>`}`;
      const [alias] = parse('a.ts', text).program.body;
      if (alias?.type !== 'TSTypeAliasDeclaration') continue;
      const node: TSType = alias.typeAnnotation;
      const { schema, problems } = emitSchema(siteOf(world, at).type(node), {
        path: name,
        at: { file: at.file, offset: 0 },
      });
      for (const { at: place, message } of problems) {
        assert.ok(message.length > 10 && message.length < 200, message);
        assert.ok(place.offset >= 0 && place.offset <= place.file.text.length);
      }
      if (problems.length > 0) counts.problems += 1;
      else {
        counts.schemas += 1;
        // What ajv makes of schemas with hundreds of definitions takes it minutes.
        if (JSON.stringify(schema).length < 5000) ajv.compile(typeof schema === 'boolean' ? schema : { ...schema });
      }
    }
  }
  return counts;
}

describe('types of packages', () => {
  for (const name of DECLARATIONS) {
    test(`of ${name} become schemas or errors`, (t) => {
      const path = join(root, 'node_modules', name);
      try {
        readFileSync(path);
      } catch {
        t.skip(`${name} is not installed`);
        return;
      }
      const { schemas, problems } = evaluateAll(path);
      assert.ok(schemas + problems > 0);
      t.diagnostic(`${schemas} schemas, ${problems} with errors`);
    });
  }
});

describe('a large project', () => {
  test('of 500 types is read within a second of CPU', (t) => {
    const files: Record<string, string> = {};
    for (let file = 0; file < 10; file += 1) {
      let text = file === 0 ? '' : `import type * as Before from './types${file - 1}.ts';\n`;
      for (let index = 0; index < 50; index += 1) {
        text += `/** Entity ${index}. */
export interface Entity${index} {
  id: string; /** @minimum 0 */ count: number; state: 'new' | 'open' | 'done'; tags?: string[];
  owner: ${file === 0 ? '{ name: string; mail?: string | null }' : `Before.Entity${index}`} | null;
  next?: Entity${(index + 1) % 50}; pairs: [number, string?]; map: Record<string, number>;
  part: Partial<Pick<Entity${index}, 'id' | 'count'>>;
}\n`;
      }
      files[`types${file}.ts`] = text;
    }
    let app = "import { body } from 'nexurejs/schema';\n";
    for (let file = 0; file < 10; file += 1) app += `import type * as T${file} from './types${file}.ts';\n`;
    for (let index = 0; index < 50; index += 1)
      app += `body<Omit<T${index % 2}.Entity${index}, 'next' | 'owner'>>();\n`;
    // Reaches all of them.
    app += 'body<T9.Entity0>();\n';
    const began = process.cpuUsage();
    const { problems, registry } = generate({ ...files, 'app.ts': app });
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1000;
    t.diagnostic(`${took.toFixed(0)} ms`);
    assert.deepEqual(problems, []);
    assert.equal(Object.keys(registry.files['app.ts']?.calls ?? {}).length, 51);
    assert.ok(took < 1000, `${took} ms`);
  });
});
