// The error codes of Rust, JavaScript and the documentation are the same.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { codes } from '../../js/errors/codes.ts';
import { native } from '../../js/native.ts';

import type { CodeMeaning } from '../../js/errors/codes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const table: Readonly<Record<string, CodeMeaning>> = codes;

describe('error codes', () => {
  const problems = [...native.nativeProblems(), ...native.multipartFailures()];

  test('of the native core are in the table, with the status they are answered with', () => {
    assert.ok(problems.length > 0);
    for (const { code, status } of problems) assert.equal(table[code]?.status, status, code);
  });

  test('of answers about files are in the table, with the status they are answered with', () => {
    for (const { code, status } of native.fileProblems()) assert.equal(table[code]?.status, status, code);
  });

  test('of JSON texts are in the table, with the status they are answered with', () => {
    const refusals = native.jsonProblems();
    assert.ok(refusals.length > 0);
    for (const { code, status } of refusals) assert.equal(table[code]?.status, status, code);
  });

  test('of the native core are each used once', () => {
    assert.equal(new Set(problems.map(({ code }) => code)).size, problems.length);
  });

  test('have one form, and a meaning that is a sentence', () => {
    for (const [code, { status, meaning }] of Object.entries(table)) {
      assert.match(code, /^ERR_NEXURE(_[A-Z0-9]+)+$/);
      assert.ok(status === 0 || (status >= 400 && status <= 599), code);
      assert.match(meaning, /^[A-Z`].*\.$/, code);
    }
  });

  test('are documented in docs/errors.md as the table has them now', async () => {
    const generated = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/errors-doc.mjs'], {
      cwd: root,
    });
    // A checkout with other line ends is still up to date.
    const written = (await readFile(`${root}/docs/errors.md`, 'utf8')).replaceAll('\r\n', '\n');
    assert.equal(written, generated.stdout, 'docs/errors.md is stale: npm run generate');
  });
});
