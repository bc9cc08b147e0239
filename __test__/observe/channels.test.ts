// The channels of `node:diagnostics_channel`: their names and messages are a contract with tracers.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';

import { eventually, open, serve, transports } from '../harness/server.ts';

import type { RequestFailure, RequestStart, ResponseEvent } from '../../js/index.ts';
import type { TestContext } from 'node:test';

function listen<Message>(t: TestContext, name: string, onMessage: (message: Message) => void): () => void {
  const listener = (message: unknown): void => onMessage(message as Message);
  subscribe(name, listener);
  const end = (): void => {
    unsubscribe(name, listener);
  };
  t.after(end);
  return end;
}

for (const transport of transports) {
  test(`${transport}: a request is published when it begins, fails and has left`, async (t) => {
    const messages: string[] = [];
    let begun: unknown;
    listen<RequestStart>(t, 'nexure:request:start', ({ context }) => {
      begun = context;
      messages.push(`start ${context.request.method} ${context.request.path}`);
    });
    listen<RequestFailure>(t, 'nexure:request:error', ({ context, error }) => {
      assert.equal(context, begun);
      messages.push(`error ${(error as Error).message}`);
    });
    listen<ResponseEvent>(t, 'nexure:request:finish', ({ context, status, route }) => {
      assert.equal(context, begun);
      messages.push(`finish ${status} ${route}`);
    });
    const { ask } = await open(t, transport, (app) => {
      app.get('/broken', () => {
        messages.push('handler');
        throw new Error('broken');
      });
      app.onError((_error, context) => {
        messages.push('error handler');
        return context.response.status(500).text('handled');
      });
    });
    await ask('/broken');
    await eventually('the end', () => messages.length === 5);
    assert.deepEqual(messages, ['start GET /broken', 'handler', 'error broken', 'error handler', 'finish 500 /broken']);
  });

  test(`${transport}: whoever subscribes while the application serves is told from then on, until it ends`, async (t) => {
    const statuses: number[] = [];
    const { ask } = await open(t, transport, (app) => {
      app.get('/', () => 'x');
    });
    await ask('/');
    const end = listen<ResponseEvent>(t, 'nexure:request:finish', ({ status }) => statuses.push(status));
    // Where nothing reaches JavaScript the subscription is seen within a second.
    await eventually('an event', () => {
      void ask('/none');
      return statuses.includes(404);
    });
    end();
    await ask('/');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    const before = statuses.length;
    await ask('/');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    assert.equal(statuses.length, before);
  });
}

test('what a subscriber enters at the start is there in the handler, and in no other request', async (t) => {
  const storage = new AsyncLocalStorage<string>();
  listen<RequestStart>(t, 'nexure:request:start', ({ context }) => storage.enterWith(context.request.path));
  const { connect } = await serve(t, 'uv', (app) => {
    app.get('/:name', async () => {
      await Promise.resolve();
      return storage.getStore();
    });
  });
  const client = await connect();
  client.write(['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  assert.deepEqual(
    (await client.answers(3)).map((answer) => answer.text()),
    ['/a', '/b', '/c'],
  );
});
