// @ts-check
// Runs `cargo test` over the workspace and counts what its harnesses report.
import { rustEnvironment } from './build-native.mjs';
import { execute } from './command.mjs';

/** @returns {Promise<import('./js-tests.mjs').Totals>} */
export async function runRustTests() {
  const args = ['test', '--workspace', '--no-fail-fast'];
  const onOutput = (/** @type {string} */ text) => void process.stdout.write(text);
  const { code, output } = await execute('cargo', args, { env: rustEnvironment(), onOutput });
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    totals.passed += Number(passed);
    totals.failed += Number(failed);
    totals.skipped += Number(ignored);
  }
  const ignored = [...output.matchAll(/^test (.+) \.\.\. ignored(?:, (.+))?$/gm)];
  if (ignored.length > 0) console.log('Ignored:');
  for (const [, name, reason] of ignored) console.log(`  ${name}: ${reason ?? 'no reason given'}`);
  return code === 0 || totals.failed > 0 ? totals : { ...totals, failed: 1 };
}
