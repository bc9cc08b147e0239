// A client in a process of its own: one in this process wakes the loop with its own socket, and hides a server that
// has fallen asleep over requests it has read.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

import { createApp } from 'nexurejs';

import type { Transport } from 'nexurejs';

const CLIENT = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
const count = Number(process.argv[2]);
let text = '';
let start = 0;
socket.on('connect', () => { start = performance.now(); socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'.repeat(count)); });
socket.on('data', (bytes) => {
  text += bytes;
  if (text.split('HTTP/1.1 200').length - 1 < count) return;
  process.stdout.write(String(performance.now() - start));
  socket.destroy();
});
`;

async function latency(port: number, count: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', CLIENT, String(port), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  await once(child, 'close');
  return Number(printed);
}

for (const transport of ['uv', 'portable'] satisfies Transport[]) {
  for (const count of [1, 16, 17, 64, 65, 1000]) {
    test(`${count} pipelined requests of another process wait for no other packet over ${transport}`, async () => {
      const app = createApp({ transport });
      app.get('/', () => 'x');
      const { port } = await app.start(0);
      const ms = await latency(port, count);
      await app.stop();
      // A turn that waits for a packet waits for the server's timer: a second.
      assert.ok(ms > 0 && ms < 700, `${ms} ms`);
    });
  }
}
