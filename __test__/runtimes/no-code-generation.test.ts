// Nothing of the framework is made from text at run time: it works where a policy forbids that.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the tests of applications pass under --disallow-code-generation-from-strings', async () => {
  const folders = ['app', 'di', 'modules', 'decorators', 'observe', 'client'];
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(root, '__test__', folder)).catch(() => []);
    files.push(...names.filter((name) => name.endsWith('.test.ts')).map((name) => join('__test__', folder, name)));
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const flags = ['--disallow-code-generation-from-strings', '--import', 'tsx', '--test'];
  const child = spawn(process.execPath, [...flags, ...files], {
    cwd: root,
    // The processes of the test files take their flags from here.
    env: { ...env, NODE_OPTIONS: '--disallow-code-generation-from-strings' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, output.slice(-5000));
  assert.match(output, /^(?:#|ℹ) fail 0$/m);
});

test('no source makes functions of text', async () => {
  const names = await readdir(join(root, 'js'), { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.ts'))) {
    const text = await readFile(join(root, 'js', name), 'utf8');
    assert.doesNotMatch(text, /\bnew Function\b|\beval\(|\bFunction\(['"`]/, name);
  }
});
