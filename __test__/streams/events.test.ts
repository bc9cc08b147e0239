// Server-sent events: what a client parses, what it can never be made to parse, and how a stream of them ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { pause } from '../harness/content.ts';
import { eventually, Gate, open, requestBytes, serve, socketTransports, transports } from '../harness/server.ts';

import type { ServerEvent } from '../../js/index.ts';

interface Parsed {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Parses a stream as the HTML standard says (§9.2.6). */
function parse(text: string): Parsed[] {
  const events: Parsed[] = [];
  let event = '';
  let data: string[] = [];
  let id = '';
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (data.length > 0) events.push({ event: event === '' ? 'message' : event, data: data.join('\n'), id });
      event = '';
      data = [];
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*)(?::? ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id') id = value;
  }
  return events;
}

const message = (data: string, id = ''): Parsed => ({ event: 'message', data, id });

for (const transport of transports) {
  describe(`events over ${transport}`, () => {
    test('events of every form arrive as they were given', async (t) => {
      const given: (ServerEvent | string)[] = [
        'text',
        '',
        'two\nlines',
        'three\r\nkinds\rof\nbreaks',
        ' leading space',
        { data: { a: 1 } },
        { data: 'named', event: 'kind' },
        { data: 'with id', id: '7' },
        { comment: 'a comment\nof two lines' },
        { retry: 1000 },
        { data: 5 },
        { data: null },
        'zß水🍌',
      ];
      const { ask } = await open(t, transport, (app) => void app.get('/', (ctx) => ctx.sse(given)));
      const answer = await ask('/');
      assert.equal(answer.field('content-type'), 'text/event-stream; charset=utf-8');
      assert.equal(answer.field('cache-control'), 'no-cache, no-transform');
      assert.deepEqual(parse(answer.text()), [
        message('text'),
        message(''),
        message('two\nlines'),
        message('three\nkinds\nof\nbreaks'),
        message(' leading space'),
        message('{"a":1}'),
        { event: 'kind', data: 'named', id: '' },
        message('with id', '7'),
        message('5', '7'),
        message('null', '7'),
        message('zß水🍌', '7'),
      ]);
      assert.match(answer.text(), /^: a comment\n: of two lines\n/m);
      assert.match(answer.text(), /^retry: 1000$/m);
    });

    for (const [name, event] of Object.entries({
      'a type of two lines': { event: 'a\ndata: injected', data: 'x' },
      'a type with a return': { event: 'a\rdata: injected', data: 'x' },
      'an id of two lines': { id: '1\r\ndata: injected', data: 'x' },
      'an id with NUL': { id: '\0', data: 'x' },
      'a type that is no text': { event: 5 as never, data: 'x' },
      'a retry that is no number': { retry: '5\ndata: injected' as never },
      'a negative retry': { retry: -1 },
      'data without a JSON form': { data: () => 1 },
      'an event that is none': 5 as never,
    } satisfies Record<string, ServerEvent>)) {
      test(`${name} is refused, and nothing of it is sent`, async (t) => {
        const reported: { code?: string }[] = [];
        const logger = { error: (_: string, error: unknown) => void reported.push(error as { code?: string }) };
        const setup = { logger };
        let text = '';
        if (transport === 'inject') {
          const { app } = await open(t, transport, (it) => void it.get('/', (ctx) => ctx.sse([event])), setup);
          const { body } = await app.request('/');
          const read = (async () => {
            for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
              text += Buffer.from(chunk).toString();
          })();
          await assert.rejects(read, { code: 'ERR_NEXURE_REQUEST_ABORTED' });
        } else {
          const { connect } = await serve(t, transport, (it) => void it.get('/', (ctx) => ctx.sse([event])), setup);
          const client = await connect();
          client.write(requestBytes('/'));
          await client.until('the end', () => (client.ended ? true : undefined));
          text = client.bytes().toString();
        }
        assert.ok(!text.includes('injected'));
        assert.deepEqual(
          reported.map(({ code }) => code),
          ['ERR_NEXURE_EVENT_INVALID'],
        );
      });
    }

    test('a source is told what its client saw last', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/', (ctx) => ctx.sse(({ lastEventId }) => [{ data: lastEventId ?? 'none' }]));
      });
      assert.deepEqual(parse((await ask('/')).text()), [message('none')]);
      assert.deepEqual(parse((await ask('/', { headers: { 'Last-Event-ID': '41' } })).text()), [message('41')]);
    });

    test('options and sources that are none are refused with a problem document', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.get('/source', (ctx) => ctx.sse(5 as never));
        app.get('/function', (ctx) => ctx.sse((() => 5) as never));
        app.get('/option', (ctx) => ctx.sse([], { keepAliveMs: 999 }));
        app.get('/name', (ctx) => ctx.sse([], { keepAlive: 5 } as never));
      });
      for (const [path, code] of [
        ['/source', 'ERR_NEXURE_ANSWER_TYPE'],
        ['/function', 'ERR_NEXURE_ANSWER_TYPE'],
        ['/option', 'ERR_NEXURE_OPTION_INVALID'],
        ['/name', 'ERR_NEXURE_OPTION_INVALID'],
      ] as const) {
        const answer = await ask(path);
        assert.deepEqual([answer.status, (answer.json() as { code: string }).code], [500, code]);
      }
    });

    test('an application that compresses leaves events alone: they may not be changed on their way', async (t) => {
      const { ask } = await open(t, transport, (app) => void app.get('/', (ctx) => ctx.sse(['x'.repeat(5000)])), {
        compression: true,
      });
      const answer = await ask('/', { headers: { 'Accept-Encoding': 'gzip' } });
      assert.equal(answer.field('content-encoding'), undefined);
      assert.deepEqual(parse(answer.text()), [message('x'.repeat(5000))]);
    });

    test('events that may be transformed are compressed one by one', async (t) => {
      const { ask } = await open(
        t,
        transport,
        (app) => {
          app.get('/', (ctx) => {
            const events = ctx.sse(['one', 'two']);
            ctx.response.set('Cache-Control', 'no-cache');
            return events;
          });
        },
        { compression: true },
      );
      const answer = await ask('/', { headers: { 'Accept-Encoding': 'gzip' } });
      assert.equal(answer.field('content-encoding'), 'gzip');
      assert.deepEqual(parse(gunzipSync(answer.body).toString()), [message('one'), message('two')]);
    });
  });
}

for (const transport of socketTransports) {
  describe(`streams of events over ${transport}`, () => {
    test('the head and the first comment leave before there is an event', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', (ctx) =>
          ctx.sse(async function* () {
            await new Promise(() => undefined);
            yield '';
          }),
        );
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('the comment', () => (client.bytes().includes(':\n\n') ? true : undefined));
    });

    test('each event leaves when it is given, and a silent stream has comments', async (t) => {
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', (ctx) =>
          ctx.sse(
            async function* () {
              yield 'first';
              await pause(2500);
              yield 'last';
            },
            { keepAliveMs: 1000 },
          ),
        );
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('the event', () => (client.bytes().includes('data: first\n\n') ? true : undefined), 900);
      const text = (await client.answer()).text();
      assert.deepEqual(parse(text), [message('first'), message('last')]);
      assert.equal(text.split(':\n\n').length - 1, 3, 'one comment at the beginning and two while nothing happened');
    });

    for (const how of ['resets', 'ends'] as const) {
      test(`a client that ${how} its connection ends the source, which waits, and aborts its signal`, async (t) => {
        const returned = new Gate();
        const aborted = new Gate();
        const { app, connect } = await serve(t, transport, (it) => {
          it.get('/', (ctx) =>
            ctx.sse(({ signal }) => {
              signal.addEventListener('abort', () => aborted.open());
              return {
                [Symbol.asyncIterator]: () => ({
                  next: () => new Promise<IteratorResult<string>>(() => undefined),
                  return: async () => {
                    returned.open();
                    return { done: true, value: undefined };
                  },
                }),
              };
            }),
          );
        });
        const client = await connect();
        client.write(requestBytes('/'));
        await client.until('the comment', () => (client.bytes().includes(':\n\n') ? true : undefined));
        if (how === 'resets') client.socket.resetAndDestroy();
        else client.end();
        await Promise.all([returned.promise, aborted.promise]);
        await eventually('the end', () => app.getMetrics().http.connections.open === 0);
        assert.equal(app.getMetrics().queue.inFlight, 0);
      });
    }

    test('a server that stops ends its streams in good order, at once', async (t) => {
      const returned = new Gate();
      const { app, connect } = await serve(t, transport, (it) => {
        it.get('/', (ctx) =>
          ctx.sse(async function* () {
            try {
              for (;;) {
                yield 'tick';
                await pause(10);
              }
            } finally {
              returned.open();
            }
          }),
        );
      });
      const client = await connect();
      client.write(requestBytes('/'));
      await client.until('an event', () => (client.bytes().includes('tick') ? true : undefined));
      const began = performance.now();
      const stopped = app.stop({ idleMs: 0 });
      const [answer] = await client.closed();
      await Promise.all([stopped, returned.promise]);
      assert.match(answer?.text() ?? '', /tick/);
      assert.ok(performance.now() - began < 3000, `${Math.round(performance.now() - began)} ms`);
    });

    test('a client that does not read holds its source up', async (t) => {
      let made = 0;
      const { connect } = await serve(t, transport, (app) => {
        app.get('/', (ctx) =>
          ctx.sse(function* () {
            for (;;) {
              made += 1;
              yield 'x'.repeat(50_000);
            }
          }),
        );
      });
      const client = await connect();
      client.socket.pause();
      client.write(requestBytes('/'));
      let before = -1;
      while (before !== made) {
        before = made;
        await pause(150);
      }
      assert.ok(made < 400, `${made} events of 50 KB were made`);
    });
  });
}
