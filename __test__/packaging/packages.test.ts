// Packs what would be published and installs it as a stranger would: offline, without Rust, in an empty project.
// Refuses to look at the sources: everything here is seen through the tarballs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = join(root, '__test__/packaging/fixtures');
const windows = process.platform === 'win32';
const NODE_LINES = ['20', '22', '24', '26'];

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

describe('the packed packages', () => {
  let folder = '';
  let project = '';
  let tarballs: string[] = [];

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'nexurejs-packages-')));
    tarballs = await pack(join(folder, 'tarballs'));
    project = await install(join(folder, 'project'), tarballs);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('are two: one without a binary and one with nothing but a binary', async () => {
    assert.equal(tarballs.length, 2);
    const main = await readdir(join(project, 'node_modules/nexurejs'), { recursive: true });
    assert.deepEqual(
      main.filter((name) => name.endsWith('.node') || name.endsWith('.rs')),
      [],
    );
    const [binding = ''] = await readdir(join(project, 'node_modules/@nexurejs'));
    const files = await readdir(join(project, 'node_modules/@nexurejs', binding));
    assert.deepEqual(files.sort(), ['LICENSE', 'README.md', `nexurejs.${platformOf(binding)}.node`, 'package.json']);
  });

  for (const line of NODE_LINES) {
    test(`answer a request under Node ${line}, by import and by require`, async (t) => {
      const node = await run(process.execPath, [join(root, 'scripts/nodes.mjs'), line], root, process.env);
      if (node.code !== 0) return t.skip(node.stderr.trim());
      for (const entry of ['consumer.mjs', 'consumer.cjs']) {
        const outcome = await run(node.stdout.trim(), [entry], project);
        assert.deepEqual(outcome, { stdout: '200 hello ada\n', stderr: '', code: 0 }, entry);
      }
    });
  }

  for (const line of ['24', '26']) {
    test(`need no decorators and no compiler: Node ${line} runs TypeScript with the twins as it stands`, async (t) => {
      const node = await run(process.execPath, [join(root, 'scripts/nodes.mjs'), line], root, process.env);
      if (node.code !== 0) return t.skip(node.stderr.trim());
      const outcome = await run(node.stdout.trim(), ['--no-warnings', 'twins.ts'], project);
      assert.deepEqual(outcome, { stdout: '403 200 hello grace\n', stderr: '', code: 0 });
    });
  }

  test('give each of their entry points, by import and by require', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      for (const name of ['nexurejs', 'nexurejs/client', 'nexurejs/express', 'nexurejs/native', 'nexurejs/schema', 'nexurejs/types']) {
        const given = Object.keys(await import(name));
        console.log(name, given.length > 0, given.every((one) => one in require(name)));
      }`;
    const outcome = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], project);
    const expected = ['', '/client', '/express', '/native', '/schema', '/types'].map(
      (path) => `nexurejs${path} true true\n`,
    );
    assert.deepEqual(outcome, { stdout: expected.join(''), stderr: '', code: 0 });
  });

  test('name the parser that reading types needs, which does not come with them', async () => {
    const cli = join('node_modules', 'nexurejs', 'dist', 'cli', 'nexure.js');
    const outcome = await run(process.execPath, [cli, 'types'], project);
    assert.equal(outcome.code, 1);
    assert.match(outcome.stderr, /^ERR_NEXURE_TYPES_PARSER: .*npm install --save-dev oxc-parser/);
  });

  for (const [resolution, compiler] of [
    ['nodenext', 'typescript'],
    ['bundler', 'typescript'],
    ['nodenext', 'typescript-6'],
    ['nodenext', 'typescript-5.9'],
  ]) {
    test(`type-check under moduleResolution ${resolution} of ${compiler}`, async () => {
      const tsc = join(root, `node_modules/${compiler}/bin/tsc`);
      const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
      const outcome = await run(process.execPath, [tsc, '-p', `tsconfig.${resolution}.json`, ...types], project);
      assert.deepEqual(outcome, { stdout: '', stderr: '', code: 0 });
    });
  }

  test('name the platform and the fix when the binary is missing', async () => {
    const alone = tarballs.filter((path) => !path.includes('binding'));
    const outcome = await run(process.execPath, ['consumer.mjs'], await install(join(folder, 'alone'), alone));
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.stderr, new RegExp(`${process.platform}-${process.arch}`));
    assert.match(outcome.stderr, /npm (install|i) /);
  });
});

async function pack(destination: string): Promise<string[]> {
  await mkdir(destination, { recursive: true });
  const laidOut = await run(process.execPath, [join(root, 'scripts/package.mjs')], root, process.env);
  assert.equal(laidOut.code, 0, laidOut.stderr);
  const folders = laidOut.stdout.trim().split('\n');
  const packed = await run(
    'npm',
    ['pack', '--silent', '--pack-destination', destination, ...folders],
    root,
    process.env,
  );
  assert.equal(packed.code, 0, packed.stderr);
  return (await readdir(destination)).map((name) => join(destination, name));
}

async function install(project: string, tarballs: string[]): Promise<string> {
  await cp(fixtures, project, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "name": "consumer", "version": "1.0.0", "private": true }\n');
  const environment = withoutRust();
  const cargo = await run('cargo', ['--version'], project, environment);
  assert.notEqual(cargo.code, 0, 'cargo is out of reach');
  const cache = join(project, '.npm'); // an empty one: nothing may come from an earlier install
  const flags = ['--offline', '--cache', cache, '--no-audit', '--no-fund'];
  const installed = await run('npm', ['install', ...flags, ...tarballs], project, environment);
  assert.equal(installed.code, 0, installed.stderr);
  return project;
}

/** The environment of someone who has Node but no Rust; npm's own variables of an outer `npm test` are left out too. */
function withoutRust(): NodeJS.ProcessEnv {
  const cargo = windows ? 'cargo.exe' : 'cargo';
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !existsSync(join(entry, cargo)));
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|PATH$|CARGO_|RUSTUP_)/i.test(name));
  return { ...Object.fromEntries(kept), PATH: [dirname(process.execPath), ...path].join(delimiter) };
}

function platformOf(binding: string): string {
  return binding.replace(/^binding-/, '');
}

async function run(
  file: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = withoutRust(),
): Promise<Outcome> {
  try {
    return { ...(await promisify(execFile)(file, args, { cwd, env, shell: windows && file === 'npm' })), code: 0 };
  } catch (error) {
    const { stdout = '', stderr = '', code } = error as Partial<Outcome> & { code?: number | string };
    return { stdout, stderr, code: typeof code === 'number' ? code : 127 };
  }
}
