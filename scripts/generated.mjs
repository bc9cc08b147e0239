// @ts-check
// Compares the committed generated files with what their sources generate now; with `--write`, writes them.
// The addon's loader and types come from `napi build`; every other generator prints its file on stdout.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compileNative, GENERATED, isSame, NATIVE_OUTPUT } from './build-native.mjs';
import { CommandError, execute, main, root } from './command.mjs';

/** @type {{ script: string, output: string }[]} */
const GENERATORS = [{ script: 'scripts/errors-doc.mjs', output: 'docs/errors.md' }];
const write = process.argv.includes('--write');

await main(async () => {
  await compileNative();
  const stale = GENERATED.filter((name) => !isSame(name));
  if (write) for (const name of stale) copyFileSync(join(NATIVE_OUTPUT, name), join(root, name));
  for (const { script, output } of GENERATORS) {
    if (!existsSync(join(root, script))) continue;
    const text = await generate(script);
    const path = join(root, output);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    stale.push(output);
    if (write) writeFileSync(path, text);
  }
  if (stale.length > 0 && !write) {
    throw new CommandError(`Not what the sources generate: ${stale.join(', ')}. Run: npm run generate`);
  }
  if (stale.length > 0) console.log(`Written: ${stale.join(', ')}`);
});

/** @param {string} script */
async function generate(script) {
  const { code, output } = await execute(process.execPath, ['--import', 'tsx', script]);
  if (code !== 0) throw new CommandError(`${script} failed:\n${output}`);
  return output;
}
