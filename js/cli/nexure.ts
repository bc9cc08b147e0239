#!/usr/bin/env node
// The command `nexure`.
import { runCli } from './run.ts';

const status = await runCli(process.argv.slice(2), process.stdout, process.stderr);
// The entry may have opened what keeps the process: it has said what it was loaded for.
process.stdout.write('', () => process.exit(status));
