// An answer leaves at once, whatever part of the event loop gave it, with no other packet to wake the connection.
// oxlint-disable unicorn/require-post-message-target-origin -- a thread is no window
import assert from 'node:assert/strict';
import { readFile } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';

import { requestBytes, serve, socketTransports } from '../harness/server.ts';

import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** The server's timer runs once a second: an answer that only it sends would be later than this. */
const PROMPT_MS = 500;

type Answer = (text: string) => void;
/** Calls `answer` from some part of the loop. */
type Source = (answer: Answer) => void;

const SOURCES: Record<string, (t: TestContext) => Promise<Source> | Source> = {
  'a timer': () => (answer) => void setTimeout(answer, 20, 'a timer'),
  'a timer of 0 ms': () => (answer) => void setTimeout(answer, 0, 'a timer of 0 ms'),
  'an immediate': () => (answer) => void setImmediate(answer, 'an immediate'),
  'an immediate of an immediate': () => (answer) =>
    void setImmediate(() => setImmediate(answer, 'an immediate of an immediate')),
  'an immediate behind a timer': () => (answer) =>
    void setTimeout(() => setImmediate(answer, 'an immediate behind a timer'), 20),
  'a next tick': () => (answer) => void process.nextTick(answer, 'a next tick'),
  'a microtask': () => (answer) => queueMicrotask(() => answer('a microtask')),
  'a file': () => (answer) =>
    readFile(fileURLToPath(import.meta.url), (error) => answer(error === null ? 'a file' : 'no file')),
  'data of another socket': async (t) => {
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => {
      echo.listen(0, '127.0.0.1', resolve);
    });
    const socket = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    t.after(() => {
      socket.destroy();
      echo.close();
    });
    return (answer) => {
      socket.once('data', () => answer('data of another socket'));
      setTimeout(() => socket.write('x'), 20);
    };
  },
  'a close callback': async (t) => {
    const sink = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => {
      sink.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => sink.close());
    return (answer) => {
      const socket = connect((sink.address() as AddressInfo).port, '127.0.0.1', () => {
        socket.once('close', () => answer('a close callback'));
        setTimeout(() => socket.destroy(), 20);
      });
    };
  },
  'a message of a worker': (t) => {
    const worker = new Worker(
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (text) => setTimeout(() => parentPort.postMessage(text), 20));",
      { eval: true, execArgv: [] },
    );
    t.after(() => worker.terminate());
    return (answer) => {
      worker.once('message', answer);
      worker.postMessage('a message of a worker');
    };
  },
  'a message of a port': (t) => {
    const { port1, port2 } = new MessageChannel();
    t.after(() => port1.close());
    return (answer) => {
      port2.once('message', answer);
      setTimeout(() => port1.postMessage('a message of a port'), 20);
    };
  },
};

for (const transport of socketTransports) {
  describe(`answers from the loop over ${transport}`, () => {
    for (const [name, make] of Object.entries(SOURCES)) {
      test(`an answer given by ${name} arrives promptly`, async (t) => {
        const source = await make(t);
        const { connect: open } = await serve(t, transport, (app) => {
          app.get('/', () => new Promise((resolve) => source(resolve)));
        });
        const client = await open();
        for (let count = 1; count <= 3; count += 1) {
          client.write(requestBytes('/'));
          const start = performance.now();
          const answers = await client.answers(count);
          const took = performance.now() - start;
          assert.equal(answers[count - 1]?.text(), name);
          assert.ok(took < PROMPT_MS, `took ${took} ms`);
        }
      });
    }
  });
}
