// Encoding on the thread pool in worker threads that are gone when it is done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const SOURCE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const native = require(workerData);
  const content = 'the quick brown fox '.repeat(20_000);
  const encoded = native.encode('gzip', 1, content);
  for (let i = 0; i < 20; i++) {
    native.encodeLater('br', 9, content);
    native.decodeLater('gzip', encoded, 1e9);
  }
  new native.Encoder('gzip', 4).write(content);
  new native.Decoder('gzip', 1e9).write(encoded, 0, 10);
  parentPort.postMessage('queued');
  setInterval(() => {}, 1000);
`;

test('a worker that is terminated with bodies on the thread pool ends, and nothing else does', async () => {
  const addon = fileURLToPath(new URL('../../index.js', import.meta.url));
  for (let round = 0; round < 5; round++) {
    const worker = new Worker(SOURCE, { eval: true, workerData: addon });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    assert.equal(await worker.terminate(), 1);
  }
});
