// What handlers may do to their process while the rest of a batch waits: leave it, or throw past everybody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { start } from '../harness/child.ts';
import { connectTo, requestBytes, socketTransports } from '../harness/server.ts';

import type { ListenAddress } from '../../js/index.ts';

const pipelined = (...paths: string[]): Buffer => Buffer.concat(paths.map((path) => requestBytes(path)));

for (const transport of socketTransports) {
  describe(`the process in mid-batch over ${transport}`, () => {
    for (const [path, code] of [
      ['/exit', 7],
      ['/exit-later', 8],
      ['/exit-timer', 9],
    ] as const) {
      test(`process.exit() in ${path} ends the process with its code`, async (t) => {
        const child = start(t, 'mid-batch.ts', { args: [transport] });
        const client = await connectTo((await child.line()) as ListenAddress);
        const other = await connectTo((await child.line()) as ListenAddress);
        other.write(requestBytes('/late'));
        client.write(pipelined('/', '/late', path, '/', '/late'));
        const exit = await child.exit;
        assert.deepEqual([exit.code, exit.signal, exit.stderr], [code, null, '']);
        client.destroy();
        other.destroy();
      });
    }

    for (const path of ['/tick', '/timer', '/immediate', '/microtask', '/rejection']) {
      test(`an error thrown past everybody in ${path} is uncaught once, and every answer arrives`, async (t) => {
        const child = start(t, 'mid-batch.ts', { args: [transport] });
        const address = (await child.line()) as ListenAddress;
        const client = await connectTo(address);
        const other = await connectTo(address);
        other.write(pipelined('/late', '/'));
        client.write(pipelined('/', '/late', path, '/', '/late'));
        assert.deepEqual(
          (await client.answers(5)).map((answer) => answer.text()),
          ['root', 'late', path.slice(1), 'root', 'late'],
        );
        assert.equal((await other.answers(2))[1]?.text(), 'root');
        assert.deepEqual(await child.line(1), { uncaught: 'nobody catches this' });
        client.write(requestBytes('/'));
        assert.equal((await client.answers(6))[5]?.text(), 'root');
        client.destroy();
        other.destroy();
      });
    }

    test('the process ends by a signal while answers are under way', async (t) => {
      const child = start(t, 'mid-batch.ts', { args: [transport] });
      const client = await connectTo((await child.line()) as ListenAddress);
      client.write(pipelined('/', '/late'));
      await client.answer();
      child.process.kill('SIGTERM');
      const exit = await child.exit;
      assert.deepEqual([exit.code, exit.signal], [null, 'SIGTERM']);
      client.destroy();
    });
  });
}
