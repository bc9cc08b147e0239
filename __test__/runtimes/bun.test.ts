// The package under Bun, through the portable transport that `auto` chooses there.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { connectTo, requestBytes } from '../harness/server.ts';

import type { ListenAddress } from '../../js/index.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A Bun that runs: the npm package's own, or the one of its platform package when no install script has run. */
function findBun(): string | undefined {
  const scope = join(modules, '@oven');
  const platforms = existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name, 'bin', 'bun')) : [];
  return [join(modules, 'bun', 'bin', 'bun.exe'), ...platforms, ...platforms.map((path) => `${path}.exe`)].find(
    (path) => {
      try {
        return (
          existsSync(path) && /^\d+\./.test(execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' }))
        );
      } catch {
        return false;
      }
    },
  );
}

const bun = findBun();

test('serves under Bun', { skip: bun === undefined && 'no Bun of node_modules runs here' }, async (t) => {
  const script = fileURLToPath(new URL('../fixtures/bun-server.ts', import.meta.url));
  const child = spawn(bun as string, ['run', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exited.then(() => assert.fail(`Bun ended: ${errors}`)),
  ]);
  const client = await connectTo(JSON.parse(line) as ListenAddress);
  const body = Buffer.from('é'.repeat(20_000));
  client.write(
    Buffer.concat([
      requestBytes('/'),
      requestBytes('/users/7?a=1'),
      requestBytes('/echo', { method: 'POST', body }),
      requestBytes('/nowhere'),
      requestBytes('/fails'),
    ]),
  );
  const answers = await client.answers(5);
  assert.match(answers[0]?.text() ?? '', /^bun \d/);
  assert.deepEqual(answers[1]?.json(), { id: '7', query: { a: '1' } });
  assert.ok(answers[2]?.body.equals(body));
  assert.deepEqual([answers[3]?.status, answers[4]?.status], [404, 500]);
  client.write('GET / HTTP/1.1\r\nHost : a\r\n\r\n');
  assert.equal((await client.closed())[5]?.status, 400);
  child.stdin.end();
  const [code, signal] = (await exited) as [number | null, string | null];
  assert.deepEqual([code, signal], [0, null], errors);
});
