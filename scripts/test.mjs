// @ts-check
// `npm test [-- FILTER...]`: installs, builds what is stale, runs the Rust and the JavaScript tests.
//   FILTER          only JavaScript test files whose path contains it
//   --rust, --js    only these
//   --node=22       run the JavaScript tests under another Node, see scripts/nodes.mjs
//   --prebuilt      test the binary in the root as it is, as the release does with those it has built
//   --timeout-s=N, --concurrency=N   per file; files at a time
import { parseArgs } from 'node:util';

import { ensureJs } from './build-js.mjs';
import { ensureNative } from './build-native.mjs';
import { CommandError, main } from './command.mjs';
import { ensureInstalled } from './install.mjs';
import { runJsTests } from './js-tests.mjs';
import { nodePath } from './nodes.mjs';
import { runRustTests } from './rust-tests.mjs';

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    rust: { type: 'boolean' },
    js: { type: 'boolean' },
    prebuilt: { type: 'boolean' },
    node: { type: 'string' },
    'timeout-s': { type: 'string' },
    concurrency: { type: 'string' },
  },
});
const options = Object.entries(values).flatMap(([name, value]) =>
  name === 'timeout-s' || name === 'concurrency' ? [`--${name}=${value}`] : [],
);

await main(async () => {
  await ensureInstalled();
  const totals = [];
  if (!values.js && filters.length === 0) totals.push(await runRustTests());
  if (!values.rust) {
    if (!values.prebuilt) await ensureNative();
    await ensureJs();
    const node = values.node === undefined ? process.execPath : await nodePath(values.node);
    totals.push(await runJsTests({ filters, node, options }));
  }
  const passed = totals.reduce((sum, part) => sum + part.passed, 0);
  const failed = totals.reduce((sum, part) => sum + part.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0) throw new CommandError('Tests failed');
});
