// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('every micro-benchmark runs', async () => {
  const script = fileURLToPath(new URL('../micro/run.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--samples', '1', '--iterations', '1']);
  const lines = stdout.trimEnd().split('\n');
  assert.ok(lines.length > 10, stdout);
  for (const line of lines) assert.match(line, /^ *\d+\.\d +\d+\.\d +\d+\.\d {2}ns\/op .*: /);
});
