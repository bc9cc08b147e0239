// What passes through a server does not stay in it.
import { describe, test } from 'node:test';

import { holds, noProbes } from '../harness/probe.ts';

describe('the memory of a server', { skip: noProbes }, () => {
  test('does not hold answers of 16 MiB once per client that does not read', () => holds('big-answers'));
  test('does not hold an upload of 300 MB that goes to disk', () => holds('upload'));
});
