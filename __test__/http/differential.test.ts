// Mutated requests, to us and to node:http: whatever we take, Node takes and understands alike.
// `NEXURE_DIFFERENTIAL_CASES` sets how many (3,000), `NEXURE_DIFFERENTIAL_FIRST` the number of the first.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { serve } from '../harness/server.ts';
import { mutatedRequest } from './differential/mutations.ts';
import { nodeServer, outcomeOf, tell } from './differential/outcomes.ts';

import type { Understood } from './differential/outcomes.ts';

const CASES = Number(process.env.NEXURE_DIFFERENTIAL_CASES ?? 3_000);
const FIRST = Number(process.env.NEXURE_DIFFERENTIAL_FIRST ?? 1);
/** Connections at a time to each server. */
const AT_ONCE = 128;
const BOTH = 'both take';
/** llhttp takes a tab behind these values for a part of them; it is white space around a value (RFC 9110 §5.5). */
const TAB_BEHIND = /\n(?:content-length|transfer-encoding):[^\r]*\t *\r\n/i;

/** What two servers made of one request, in words; the same for all requests of a kind. */
function kindOf(bytes: string, ours: Understood | undefined, theirs: Understood | undefined): string {
  if (ours?.seen !== undefined && theirs?.seen !== undefined) {
    // What we answer without a handler has nothing to compare.
    return ours.seen === theirs.seen || ours.seen === '' ? BOTH : 'both take, but understand differently';
  }
  if (ours?.seen !== undefined) {
    return TAB_BEHIND.test(bytes) ? 'a tab behind a framing field' : `only we take; they: ${theirs?.refused ?? 'none'}`;
  }
  if (theirs?.seen !== undefined) return `only they take; we: ${ours?.refused ?? 'none'}`;
  return 'neither takes';
}

/** Where a server listens: tens of thousands of connections would use up the ports of TCP. */
function localSocket(): string {
  const name = `nexure-${randomUUID().slice(0, 8)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

test(
  'takes nothing that node:http refuses, and understands what both take alike',
  { timeout: 3_600_000 },
  async (t) => {
    const [oursAt, theirsAt] = [localSocket(), localSocket()];
    await serve(t, 'uv', tell, {}, { path: oursAt });
    const node = nodeServer().listen(theirsAt);
    await once(node, 'listening');
    t.after(() => void node.close());

    const counts = new Map<string, number>();
    const examples = new Map<string, string>();
    let next = FIRST;
    const work = async (): Promise<void> => {
      while (next < FIRST + CASES) {
        const number = next;
        next += 1;
        const bytes = mutatedRequest(number);
        const [ours, theirs] = await Promise.all([outcomeOf(oursAt, bytes), outcomeOf(theirsAt, bytes)]);
        let kind = BOTH;
        for (let index = 0; kind === BOTH; index += 1) {
          kind = kindOf(bytes, ours[index], theirs[index]);
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
        if (!examples.has(kind)) examples.set(kind, `#${number} ${JSON.stringify(bytes)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const [kind, count] of [...counts].sort(([, a], [, b]) => b - a)) {
      t.diagnostic(`${count} ${kind}: ${examples.get(kind) ?? ''}`);
    }
    assert.deepEqual(
      [...counts.keys()].filter((kind) => /^only we|differently|in time/.test(kind)),
      [],
    );
  },
);
