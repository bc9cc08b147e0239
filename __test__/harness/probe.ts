// Runs the quick form of a probe of `npm run reliability`: hostile clients against a server in a process of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../benchmark/reliability/run.mjs', import.meta.url));

/** Why there are no probes here, or `false`. */
export const noProbes: string | false = process.platform !== 'linux' && 'the probes read /proc';

/** Fails when a probe misses a goal by far: only a server that has lost a promise does, however busy the machine is. */
export async function holds(probe: string): Promise<void> {
  const args = [script, '--quick', '--slack', '8', '--probe', probe];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, output);
}
