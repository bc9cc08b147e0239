// What V8 makes of the hot path, as far as it is the same on every machine; `npm run v8` checks the rest.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

interface Verdict {
  readonly claim: string;
  readonly holds: boolean;
  readonly detail: string;
}

const script = fileURLToPath(new URL('../../scripts/v8.mjs', import.meta.url));

/** Runs the script; that it fails for claims which are not looked at here is no error. */
function verdicts(): Promise<Verdict[]> {
  const args = [script, '--json', '--warm-up=40000', '--steady=20000'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (_error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr));
      else resolve(JSON.parse(stdout) as Verdict[]);
    });
  });
}

test('contexts, requests and responses of every route have one hidden class, and nothing warm is deoptimised', async () => {
  const found = await verdicts();
  for (const claim of [
    'every context has one hidden class',
    'every request has one hidden class',
    'every response has one hidden class',
    'nothing is deoptimised once it is warm',
  ]) {
    const verdict = found.find((candidate) => candidate.claim === claim);
    assert.equal(verdict?.holds, true, `${claim}: ${verdict?.detail}`);
  }
});
