// What a handler enters into an AsyncLocalStorage is its own, in every version of Node.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runToEnd } from '../harness/child.ts';

const LINES = ['22', '24', '26'];

interface Seen {
  readonly id: string;
  readonly before: string | null;
  readonly entered: string | null;
  readonly stores?: readonly (string | null)[];
}

async function assertOwnStores(transport: string, node?: string): Promise<void> {
  const exit = await runToEnd('async-context.ts', { args: [transport], ...(node === undefined ? {} : { node }) });
  assert.equal(exit.code, 0, exit.stderr);
  const batches = JSON.parse(exit.stdout) as Seen[][];
  assert.equal(batches.length, 8);
  for (const { id, before, entered, stores = [] } of batches.flat()) {
    assert.equal(before, null, `${id} begins without a store`);
    assert.equal(entered, id);
    assert.deepEqual([...new Set(stores)], stores.length === 0 ? [] : [id], `${id} keeps its store`);
  }
}

/** Where scripts/nodes.mjs puts a Node of this line. */
function nodePath(line: string): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return fileURLToPath(new URL(`../../.build/nodes/${line}/node_modules/node/bin/${name}`, import.meta.url));
}

describe('async context', () => {
  for (const transport of ['uv', 'portable']) {
    test(`pipelined handlers see only the store they entered, over ${transport}`, () => assertOwnStores(transport));
    for (const line of LINES) {
      const path = nodePath(line);
      const skip = existsSync(path) ? false : `Node ${line} is not installed: node scripts/nodes.mjs ${line}`;
      test(`pipelined handlers see only the store they entered, over ${transport} in Node ${line}`, { skip }, () =>
        assertOwnStores(transport, path),
      );
    }
  }
});
