// A server that is told to end while it is busy.
import { test } from 'node:test';

import { holds, noProbes } from '../harness/probe.ts';

test('loses no request on SIGTERM and keeps an upload that is under way', { skip: noProbes }, () => holds('stop'));
