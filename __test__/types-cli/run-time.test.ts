// From a type to the schema of a link while the application runs: by Node's type stripping, by `tsx`, compiled, bundled; and what
// is thrown where it is not sure which schema is meant.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { transformTypes } from '../../js/types-cli/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TSX = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;

const TYPES = `import type { Format } from 'nexurejs/schema';
export interface CreateUser { name: string; mail?: string & Format<'email'> }
`;
const APP = `import { body, query, response, schemaOf } from 'nexurejs/schema';
import type { CreateUser } from './types.ts';

const links = [body<CreateUser>(), query<{ page?: number }>(), response<CreateUser>(), body<CreateUser>('CreateUser')];
const of = (link: object): unknown => (link as Record<symbol, unknown>)[Symbol.for('nexure.schemaLink')];
console.log(JSON.stringify([...links.map(of), schemaOf<1 | null>()]));
`;
const user = {
  type: 'object',
  properties: { name: { type: 'string' }, mail: { type: 'string', format: 'email' } },
  required: ['name'],
};
const EXPECTED = `${JSON.stringify([{ body: user }, { query: { type: 'object', properties: { page: { type: 'number' } } } }, { response: { '2xx': user } }, { body: user }, { type: ['number', 'null'], enum: [1, null] }])}\n`;

/** An application that asks itself. */
const SERVER = `import { createApp } from 'nexurejs';
import { body, query } from 'nexurejs/schema';
import type { Int, Min } from 'nexurejs/schema';
interface Order { items: { qty: Int & Min<1> }[]; at?: Date; total?: bigint }
const app = createApp().post('/orders', body<Order>(), query<{ page?: number }>(), (ctx) => ({
  page: typeof ctx.query.page, at: ctx.body.at instanceof Date, total: typeof ctx.body.total,
}));
for (const [path, json] of [
  ['/orders?page=1', { items: [{ qty: 1 }], at: '2020-01-01T00:00:00Z', total: 5 }],
  ['/orders', { items: [{ qty: 'x' }] }],
  ['/orders', { items: [{ qty: 0 }] }],
  ['/orders?page=x', { items: [] }],
] as const) {
  const answer = await app.request(path, { method: 'POST', json });
  const told = (await answer.json()) as { errors?: { in: string; pointer: string; code: string }[] };
  console.log(answer.status, JSON.stringify(told.errors?.map(({ in: part, pointer, code }) => [part, pointer, code]) ?? told));
}
`;
const ANSWERS = `200 {"page":"number","at":true,"total":"bigint"}
422 [["body","/items/0/qty","type"]]
422 [["body","/items/0/qty","minimum"]]
422 [["query","/page","type"]]
`;

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const nexure = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, ['--import', TSX, join(root, 'js/cli/nexure.ts'), ...args], cwd);
const tsx = (cwd: string, file: string): Promise<Ended> => run(process.execPath, ['--import', TSX, file], cwd);

describe('types at run time', { concurrency: 2 }, () => {
  let made = '';
  let count = 0;

  /** A project of its own, with its registry. */
  function project(): string {
    count += 1;
    const folder = join(made, `copy-${count}`);
    cpSync(join(made, 'first'), folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  before(async () => {
    made = realpathSync(mkdtempSync(join(tmpdir(), 'nexure-types-')));
    const folder = join(made, 'first');
    mkdirSync(join(folder, 'src'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/nexurejs'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "name": "app", "type": "module" }\n');
    // The sources of the package through tsx, not what was built: the paths that the package's own tests have.
    const paths = { nexurejs: [join(root, 'js/index.ts')], 'nexurejs/schema': [join(root, 'js/schema/index.ts')] };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { paths, target: 'es2022', module: 'nodenext' } }),
    );
    writeFileSync(join(folder, 'src/types.ts'), TYPES);
    writeFileSync(join(folder, 'src/app.ts'), APP);
    const { status, stdout, stderr } = await nexure(folder, 'types');
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /^nexure\.types\.json: 5 schemas in \d+ ms\n$/);
  });
  after(() => rmSync(made, { recursive: true, force: true }));

  test('are found under tsx', async () => {
    const { stdout, stderr } = await tsx(project(), 'src/app.ts');
    assert.deepEqual([stderr, stdout], ['', EXPECTED]);
  });

  test('are found where Node strips types', async (t) => {
    const node = await run(process.execPath, [join(root, 'scripts/nodes.mjs'), '24'], root);
    if (node.status !== 0) return t.skip(node.stderr.trim());
    const folder = project();
    const { stdout, stderr } = await run(node.stdout.trim(), ['--no-warnings', 'src/app.ts'], folder);
    if (stderr.includes('ERR_MODULE_NOT_FOUND')) return t.skip('the package is not built');
    assert.deepEqual([stderr, stdout], ['', EXPECTED]);
  });

  test('validate requests natively', async (t) => {
    const folder = project();
    writeFileSync(join(folder, 'src/server.ts'), SERVER);
    assert.equal((await nexure(folder, 'types')).status, 0);
    const { stdout, stderr } = await tsx(folder, 'src/server.ts');
    assert.deepEqual([stderr, stdout], ['', ANSWERS]);
    const node = await run(process.execPath, [join(root, 'scripts/nodes.mjs'), '24'], root);
    if (node.status !== 0) return t.skip(node.stderr.trim());
    const stripped = await run(node.stdout.trim(), ['--no-warnings', 'src/server.ts'], folder);
    assert.deepEqual([stripped.stderr, stripped.stdout], ['', ANSWERS]);
  });

  for (const flags of [[], ['--enable-source-maps']]) {
    test(`are found in compiled JavaScript, by its source map${flags.length > 0 ? ', which Node reads' : ''}`, async () => {
      const folder = project();
      for (const name of ['app', 'types']) {
        await build({
          entryPoints: [join(folder, `src/${name}.ts`)],
          outfile: join(folder, `dist/${name}.js`),
          format: 'esm',
          sourcemap: true,
          minify: true,
        });
      }
      // Where only what is compiled is deployed.
      rmSync(join(folder, 'src'), { recursive: true });
      const { stdout, stderr } = await run(process.execPath, [...flags, '--import', TSX, 'dist/app.js'], folder);
      assert.deepEqual([stderr, stdout], ['', EXPECTED]);
    });
  }

  test('are written into a bundle, which needs no registry', async () => {
    const folder = project();
    rmSync(join(folder, 'nexure.types.json'));
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'src/app.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      external: ['nexurejs', 'nexurejs/*'],
      plugins: [
        {
          name: 'nexure-types',
          setup: (given) => {
            given.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
              const contents = await transformTypes(readFileSync(path, 'utf8'), path);
              return contents === undefined ? undefined : { contents, loader: 'ts' };
            });
          },
        },
      ],
    });
    writeFileSync(join(folder, 'bundle.mjs'), outputFiles[0]?.contents ?? '');
    const { stdout, stderr } = await tsx(folder, 'bundle.mjs');
    assert.deepEqual([stderr, stdout], ['', EXPECTED]);
  });

  test('are refused by transformTypes with all places', async () => {
    const path = join(project(), 'src/other.ts');
    const code = "import { body } from 'nexurejs/schema';\nbody<() => 1>(); body<symbol>();\n";
    await assert.rejects(transformTypes(code, path), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'ERR_NEXURE_TYPES_INVALID');
      assert.equal(error.message.split('\n').length, 2);
      return error.message.includes(`${path}:2:6: body: a function has no JSON form`);
    });
    assert.equal(await transformTypes('const a = 1;', path), undefined);
  });

  const FAILURES: Readonly<Record<string, readonly [change: (folder: string) => void, code: string, message: RegExp]>> =
    {
      'there is no registry': [
        (folder) => rmSync(join(folder, 'nexure.types.json')),
        'ERR_NEXURE_TYPES_REGISTRY',
        /app\.ts:4:16: body<\.\.\.>\(\) needs a nexure\.types\.json beside package\.json: run `nexure types`/,
      ],
      'the registry is broken': [
        (folder) => writeFileSync(join(folder, 'nexure.types.json'), '{'),
        'ERR_NEXURE_TYPES_REGISTRY',
        /is no JSON: run/,
      ],
      'the registry is of another version': [
        (folder) => writeFileSync(join(folder, 'nexure.types.json'), '{"version":0}'),
        'ERR_NEXURE_TYPES_REGISTRY',
        /another version/,
      ],
      'the source has changed': [
        (folder) => writeFileSync(join(folder, 'src/app.ts'), `\n${APP}`),
        'ERR_NEXURE_TYPES_STALE',
        /app\.ts:5:16: src\/app\.ts has changed since .*: run `nexure types`/,
      ],
      'a type has changed': [
        (folder) => writeFileSync(join(folder, 'src/types.ts'), TYPES.replace('name: string', 'name: number')),
        'ERR_NEXURE_TYPES_STALE',
        /src\/types\.ts has changed/,
      ],
      'a file is not in the registry': [
        (folder) =>
          writeFileSync(join(folder, 'src/app.ts'), "import './new.ts';\n") ??
          writeFileSync(join(folder, 'src/new.ts'), APP),
        'ERR_NEXURE_TYPES_CALL',
        /new\.ts:4:16: .* knows no call in this file: run `nexure types`/,
      ],
      'a call has no type': [
        (folder) => {
          const text = "import { body } from 'nexurejs/schema';\nbody<1>();\nbody();\n";
          writeFileSync(join(folder, 'src/app.ts'), text);
        },
        'ERR_NEXURE_TYPES_CALL',
        /app\.ts:3:1: .* knows no body<\.\.\.>\(\) here: give it a type/,
      ],
      'a name is not in the registry': [
        (folder) =>
          writeFileSync(join(folder, 'src/app.ts'), "import { body } from 'nexurejs/schema';\nbody('Nobody');\n"),
        'ERR_NEXURE_TYPES_CALL',
        /knows no type by the name 'Nobody'/,
      ],
      'compiled JavaScript has no source map': [
        (folder) =>
          writeFileSync(join(folder, 'src/app.ts'), `import './app.mjs';`) ??
          writeFileSync(join(folder, 'src/app.mjs'), "import { body } from 'nexurejs/schema';\nbody();\n"),
        'ERR_NEXURE_TYPES_CALL',
        /app\.mjs:2:1: .* compile with source maps, or give the call a name/,
      ],
    };
  for (const [name, [change, code, message]] of Object.entries(FAILURES)) {
    test(`are refused where ${name}`, async () => {
      const folder = project();
      change(folder);
      if (name === 'a call has no type') await nexure(folder, 'types');
      const { status, stdout, stderr } = await tsx(folder, 'src/app.ts');
      assert.equal(stdout, '');
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(code));
      assert.match(stderr, message);
    });
  }

  test('are compared by --check, which writes nothing', async () => {
    const folder = project();
    assert.deepEqual(await nexure(folder, 'types', '--check'), { status: 0, stdout: '', stderr: '' });
    writeFileSync(join(folder, 'src/types.ts'), TYPES.replace('name', 'first'));
    const stale = await nexure(folder, 'types', '--check');
    assert.deepEqual(stale, {
      status: 1,
      stdout: '',
      stderr: 'ERR_NEXURE_TYPES_STALE: nexure.types.json is not what the sources say: run `nexure types`\n',
    });
    const again = await nexure(folder, 'types');
    assert.equal(again.status, 0);
    assert.equal((await nexure(folder, 'types', '--check')).status, 0);
  });

  test('are all told when they are wrong, and nothing is written', async () => {
    const folder = project();
    const registry = readFileSync(join(folder, 'nexure.types.json'), 'utf8');
    writeFileSync(join(folder, 'src/types.ts'), TYPES.replace('name: string', 'name(): void; at: RegExp'));
    const { status, stdout, stderr } = await nexure(folder, 'types');
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(
      stderr,
      /^src\/types\.ts:2:31: CreateUser\.name: a method has no JSON form \(body<CreateUser> at src\/app\.ts:4:16\)\nsrc\/types\.ts:2:49: CreateUser\.at: RegExp has no JSON form/,
    );
    assert.match(stderr, /\nERR_NEXURE_TYPES_INVALID: 2 errors; nexure\.types\.json was not written\n$/);
    assert.equal(readFileSync(join(folder, 'nexure.types.json'), 'utf8'), registry);
  });

  test('may stand in another file, which package.json names', async () => {
    const folder = project();
    rmSync(join(folder, 'nexure.types.json'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "nexure": { "types": "build/types.json" } }');
    assert.match((await nexure(folder, 'types')).stdout, /^build\/types\.json: 5 schemas/);
    assert.equal((await tsx(folder, 'src/app.ts')).stdout, EXPECTED);
  });

  test('are read again by --watch when a source changes', { timeout: 60_000 }, async () => {
    const folder = project();
    const args = ['--import', TSX, join(root, 'js/cli/nexure.ts'), 'types', '--watch'];
    const child = execFile(process.execPath, args, { cwd: folder });
    try {
      let told = '';
      await new Promise<void>((resolve, reject) => {
        child.once('exit', () => reject(new Error(told)));
        child.stderr?.on('data', (chunk: string) => (told += chunk));
        child.stdout?.on('data', (chunk: string) => {
          told += chunk;
          const lines = told.split('\n').length - 1;
          if (lines === 1) writeFileSync(join(folder, 'src/types.ts'), TYPES.replace('name', 'first'));
          if (lines === 2) resolve();
        });
      });
      assert.match(told, /unchanged\nnexure\.types\.json: 5 schemas in \d+ ms\n$/);
      assert.match(readFileSync(join(folder, 'nexure.types.json'), 'utf8'), /"first"/);
    } finally {
      child.removeAllListeners('exit');
      child.kill();
    }
  });

  const WRONG: Readonly<Record<string, readonly [args: readonly string[], status: number, stderr: RegExp]>> = {
    'an unknown option': [['--nothing'], 2, /^nexure types: Unknown option '--nothing'/],
    '--check with --watch': [['--check', '--watch'], 2, /exclude each other/],
    'a folder that is not there': [['nowhere'], 1, /^ERR_NEXURE_CLI_ENTRY: there is no file or folder nowhere\n$/],
  };
  for (const [name, [args, status, stderr]] of Object.entries(WRONG)) {
    test(`are not read with ${name}`, async () => {
      const ended = await nexure(project(), 'types', ...args);
      assert.equal(ended.status, status);
      assert.match(ended.stderr, stderr);
    });
  }
});
