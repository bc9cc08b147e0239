// @ts-check
// `npm run build [native] [js]`: builds what is stale, both parts by default. `--force` builds even what is fresh.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { ensureJs } from './build-js.mjs';
import { ensureNative } from './build-native.mjs';
import { main, root } from './command.mjs';

const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const force = process.argv.includes('--force');

await main(async () => {
  for (const [part, ensure] of Object.entries({ native: ensureNative, js: ensureJs })) {
    if (parts.length > 0 && !parts.includes(part)) continue;
    if (force) rmSync(join(root, '.build', `${part}.stamp`), { force: true });
    await ensure();
  }
});
