// One connection that keeps the server busy does not make the others wait for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { requestBytes, serve, socketTransports } from '../harness/server.ts';

const REQUESTS = 6000;

for (const transport of socketTransports) {
  describe(`a busy connection over ${transport}`, () => {
    for (const path of ['/sync', '/async']) {
      test(`thousands of requests to ${path} in one write are answered in order, and a neighbour long before`, async (t) => {
        let handled = 0;
        const { connect } = await serve(t, transport, (app) => {
          const work = (): string => {
            handled += 1;
            // About 50 microseconds, so that all of them are a third of a second of work.
            const end = performance.now() + 0.05;
            while (performance.now() < end);
            return String(handled - 1);
          };
          app.get('/sync', work);
          app.get('/async', async () => {
            await undefined;
            return work();
          });
          app.get('/victim', () => String(handled));
        });
        const busy = await connect();
        const victim = await connect();
        victim.write(requestBytes('/victim'));
        await victim.answer();

        busy.write(Buffer.concat(Array.from({ length: REQUESTS }, () => requestBytes(path))));
        // The neighbour asks once the busy connection has its first answers.
        await busy.until('the first answers', () => (busy.received > 0 ? true : undefined));
        const before = handled;
        victim.write(requestBytes('/victim'));
        const [, answer] = await victim.answers(2);
        const waited = Number(answer?.text()) - before;
        assert.ok(before < REQUESTS / 2, `${before} requests had been handled when the neighbour asked`);
        // The client's own turns lie between, so a few shares of the busy connection are fair.
        assert.ok(waited < REQUESTS / 4, `${waited} requests were handled before the neighbour's`);

        const answers = await busy.answers(REQUESTS);
        for (const [index, { body }] of answers.entries()) assert.equal(body.toString(), String(index));
      });
    }

    test('a timer of the application is not starved either', async (t) => {
      let handled = 0;
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', () => {
          handled += 1;
          const end = performance.now() + 0.05;
          while (performance.now() < end);
          return 'x';
        });
      });
      const busy = await connect();
      busy.write(Buffer.concat(Array.from({ length: REQUESTS }, () => requestBytes('/'))));
      await busy.until('the first answers', () => (busy.received > 0 ? true : undefined));
      const before = handled;
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      assert.ok(handled - before < REQUESTS / 4, `${handled - before} requests were handled before the timer`);
      await busy.answers(REQUESTS);
    });
  });
}
