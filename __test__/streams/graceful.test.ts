// A server that is told to end under load: it loses no request it has taken, and does not take long.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { start } from '../harness/child.ts';
import { noise, pause } from '../harness/content.ts';
import { connectTo, requestBytes, socketTransports } from '../harness/server.ts';

import type { ListenAddress } from '../../js/index.ts';

/** Sends requests one after the other until the server says that it ends; returns how many were answered and lost. */
async function ask(address: ListenAddress): Promise<{ answered: number; lost: number }> {
  let answered = 0;
  const client = await connectTo(address);
  for (;;) {
    const sent = client.socket.writable && !client.ended;
    if (!sent) return { answered, lost: 0 };
    client.write(requestBytes('/'));
    try {
      const answer = (await client.answers(answered + 1))[answered];
      if (answer?.text() !== 'answered') return { answered, lost: 1 };
      answered += 1;
      if (answer.field('connection') === 'close') return { answered, lost: 0 };
    } catch {
      return { answered, lost: 1 };
    }
  }
}

for (const transport of socketTransports) {
  describe(`graceful stop over ${transport}`, () => {
    test('SIGTERM under load loses no request of 8 busy clients, keeps an upload, and ends within 5 s', async (t) => {
      const child = start(t, 'graceful.ts', { args: [transport] });
      const address = (await child.line()) as ListenAddress;
      const clients = Array.from({ length: 8 }, () => ask(address));
      const body = noise(2_000_000);
      const upload = await connectTo(address);
      upload.write(`POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
      upload.write(body.subarray(0, 1000));
      await pause(300);
      const signalled = performance.now();
      child.process.kill('SIGTERM');
      for (let at = 1000; at < body.length; at += 200_000) {
        upload.write(body.subarray(at, at + 200_000));
        await pause(50);
      }
      assert.deepEqual((await upload.answer()).json(), { length: body.length });
      const results = await Promise.all(clients);
      const { code, stderr } = await child.exit;
      const took = performance.now() - signalled;
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        results.map(({ lost }) => lost),
        Array.from({ length: 8 }, () => 0),
      );
      assert.ok(
        results.every(({ answered }) => answered > 0),
        JSON.stringify(results),
      );
      assert.ok(took < 5000, `${Math.round(took)} ms`);
      t.diagnostic(
        `${results.reduce((sum, { answered }) => sum + answered, 0)} answers, ended in ${Math.round(took)} ms`,
      );
    });

    test('a second signal ends the process at once, whatever hangs', async (t) => {
      const child = start(t, 'graceful.ts', { args: [transport] });
      const address = (await child.line()) as ListenAddress;
      const client = await connectTo(address);
      client.write(requestBytes('/hangs'));
      await pause(50);
      child.process.kill('SIGTERM');
      await pause(300);
      assert.equal(child.process.exitCode, null, 'the request under way is waited for');
      const signalled = performance.now();
      child.process.kill('SIGTERM');
      const { code } = await child.exit;
      assert.equal(code, 143);
      assert.ok(performance.now() - signalled < 1000);
    });

    test('new connections are refused once it is told to end', async (t) => {
      const child = start(t, 'graceful.ts', { args: [transport] });
      const address = (await child.line()) as ListenAddress;
      const client = await connectTo(address);
      client.write(requestBytes('/hangs'));
      await pause(50);
      child.process.kill('SIGTERM');
      await pause(200);
      await assert.rejects(connectTo(address), { code: 'ECONNREFUSED' });
      child.process.kill('SIGTERM');
    });
  });
}
