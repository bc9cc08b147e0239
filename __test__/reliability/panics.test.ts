// Panics at the doors through which libuv and JavaScript enter native code, in an addon that is built for it.
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { holds, noProbes } from '../harness/probe.ts';

const noCargo = spawnSync('cargo', ['--version']).status !== 0 && 'there is no cargo to build the addon that panics';

test('a panic at any door costs one request or connection and is counted', { skip: noProbes || noCargo }, () =>
  holds('panics'),
);
