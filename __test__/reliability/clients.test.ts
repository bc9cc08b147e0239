// Clients that are slow, too many, or leave at the wrong moment.
import { describe, test } from 'node:test';

import { holds, noProbes } from '../harness/probe.ts';

describe('under hostile clients', { skip: noProbes }, () => {
  test('cuts connections that say nothing or whose head drips', () => holds('slow-heads'));
  test('neither spins nor forgets who waits when descriptors run out', () => holds('descriptors'));
  test('keeps no descriptor and little memory of clients that break off', () => holds('aborts'));
});
