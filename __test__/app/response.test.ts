// ctx.response: status, fields and body where the returned value does not say enough.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open, transports } from '../harness/server.ts';

import type { Context, HeaderValue } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';
import type { AnyTransport } from '../harness/server.ts';
import type { TestContext } from 'node:test';

type Act = (ctx: Context) => unknown;

async function answerTo(t: TestContext, transport: AnyTransport, act: Act): Promise<Answer> {
  const { ask } = await open(t, transport, (app) => {
    app.get('/sync', act);
    app.get('/async', async (ctx) => {
      await undefined;
      return act(ctx);
    });
  });
  const [sync, later] = [await ask('/sync'), await ask('/async')];
  const shown = ({ status, fields, body }: Answer): unknown[] => [
    status,
    [...fields].filter(([name]) => name !== 'date'),
    body,
  ];
  assert.deepEqual(shown(later), shown(sync), 'a promise is answered like a value');
  return sync;
}

function codeOf(answer: Answer): unknown {
  return (answer.json() as { code: unknown }).code;
}

for (const transport of transports) {
  describe(`ctx.response over ${transport}`, () => {
    const SHAPES: Record<string, [act: Act, status: number, type: string | undefined, body: string]> = {
      'a status and a value': [(ctx) => (ctx.response.status(201), { a: 1 }), 201, 'application/json', '{"a":1}'],
      'a status by statusCode': [
        (ctx) => ((ctx.response.statusCode = 202), 'x'),
        202,
        'text/plain; charset=utf-8',
        'x',
      ],
      'a status alone': [(ctx) => ctx.response.status(201), 201, undefined, ''],
      'a status of its own': [(ctx) => ctx.response.status(299).send('x'), 299, 'text/plain; charset=utf-8', 'x'],
      'nothing at all': [(ctx) => void ctx.response, 204, undefined, ''],
      end: [(ctx) => ctx.response.end(), 204, undefined, ''],
      'json of a string': [(ctx) => ctx.response.json('x'), 200, 'application/json', '"x"'],
      'json of an object': [(ctx) => ctx.response.json({ a: [1] }), 200, 'application/json', '{"a":[1]}'],
      'json with a type': [
        (ctx) => ctx.response.type('application/ld+json').json({}),
        200,
        'application/ld+json',
        '{}',
      ],
      text: [(ctx) => ctx.response.text('x'), 200, 'text/plain; charset=utf-8', 'x'],
      html: [(ctx) => ctx.response.html('<p>é'), 200, 'text/html; charset=utf-8', '<p>é'],
      'bytes with a type': [(ctx) => ctx.response.type('image/png').send(Buffer.from('x')), 200, 'image/png', 'x'],
      'a body that was sent and no return': [
        (ctx) => void ctx.response.send('x'),
        200,
        'text/plain; charset=utf-8',
        'x',
      ],
      'a returned value with fields': [
        (ctx) => (ctx.response.set('Content-Type', 'text/css'), 'p{}'),
        200,
        'text/css',
        'p{}',
      ],
    };
    for (const [name, [act, status, type, body]] of Object.entries(SHAPES)) {
      test(`${name} is answered as told`, async (t) => {
        const answer = await answerTo(t, transport, act);
        assert.deepEqual([answer.status, answer.field('content-type'), answer.text()], [status, type, body]);
      });
    }

    test('fields are set, replaced, appended, removed and read in any case', async (t) => {
      const answer = await answerTo(t, transport, ({ response }) => {
        response.set('X-A', 'one').set('x-a', 'two').append('X-A', 'three');
        response.set('X-B', ['1', '2']).set('X-C', 3).set('X-D', 'gone').remove('x-d').header('X-E', '');
        return [response.get('X-a'), response.has('x-d'), response.get('X-C')];
      });
      assert.deepEqual(answer.json(), ['two, three', false, '3']);
      const values = (name: string): string[] => answer.fields.get(name)?.flatMap((value) => value.split(', ')) ?? [];
      assert.deepEqual(values('x-a'), ['two', 'three']);
      assert.deepEqual(values('x-b'), ['1', '2']);
      assert.deepEqual(values('x-c'), ['3']);
      assert.equal(answer.fields.has('x-d'), false);
      assert.deepEqual(answer.fields.get('x-e'), ['']);
    });

    test('several Set-Cookie stay several lines', async (t) => {
      const answer = await answerTo(t, transport, ({ response }) =>
        response.append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2, c').send('x'),
      );
      assert.deepEqual(answer.fields.get('set-cookie'), ['a=1', 'b=2, c']);
    });

    test('redirects with 302, or another status', async (t) => {
      const answer = await answerTo(t, transport, (ctx) => ctx.response.redirect('/next?a=b'));
      assert.deepEqual([answer.status, answer.field('location'), answer.text()], [302, '/next?a=b', '']);
      const moved = await answerTo(t, transport, (ctx) => ctx.response.redirect('/next', 308));
      assert.equal(moved.status, 308);
    });

    for (const [name, act] of Object.entries<Act>({
      'a value returned behind send': (ctx) => (ctx.response.send('one'), 'two'),
      'null returned behind send': (ctx) => (ctx.response.send('one'), null),
      'send behind send': (ctx) => ctx.response.send('one').send('two'),
      'json behind text': (ctx) => ctx.response.text('one').json('two'),
    })) {
      test(`${name} is ERR_NEXURE_ANSWERED_TWICE, answered once`, async (t) => {
        const answer = await answerTo(t, transport, act);
        assert.equal(answer.status, 500);
        assert.equal(codeOf(answer), 'ERR_NEXURE_ANSWERED_TWICE');
      });
    }

    for (const status of [0, 100, 101, 199, 600, 1000, -1, 200.5, Number.NaN, '200' as unknown as number]) {
      test(`status ${JSON.stringify(status)} is ERR_NEXURE_STATUS_INVALID`, async (t) => {
        const answer = await answerTo(t, transport, (ctx) => ctx.response.status(status));
        assert.deepEqual([answer.status, codeOf(answer)], [500, 'ERR_NEXURE_STATUS_INVALID']);
      });
    }

    const INJECTIONS: Record<string, [name: string, value: HeaderValue, code: string]> = {
      'CRLF in a value': ['X', 'a\r\nSet-Cookie: b=c', 'ERR_NEXURE_HEADER_VALUE'],
      'LF in a value': ['X', 'a\nb', 'ERR_NEXURE_HEADER_VALUE'],
      'CR in a value': ['X', 'a\rb', 'ERR_NEXURE_HEADER_VALUE'],
      'LF at the end of a value': ['X', 'a\n', 'ERR_NEXURE_HEADER_VALUE'],
      'NUL in a value': ['X', 'a\0b', 'ERR_NEXURE_HEADER_VALUE'],
      'DEL in a value': ['X', 'a\x7fb', 'ERR_NEXURE_HEADER_VALUE'],
      'a character above U+00FF': ['X', 'a\u010ab', 'ERR_NEXURE_HEADER_VALUE'],
      'a character whose low byte is LF': ['X', 'a\u560ab', 'ERR_NEXURE_HEADER_VALUE'],
      'CRLF in one of several values': ['X', ['a', 'b\r\nc'], 'ERR_NEXURE_HEADER_VALUE'],
      'CRLF in a Location': ['Location', '/\r\n\r\nbody', 'ERR_NEXURE_HEADER_VALUE'],
      'CRLF in a name': ['X\r\nY', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'LF at the end of a name': ['X\n', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'a colon in a name': ['X:', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'a space in a name': ['X Y', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'an empty name': ['', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'obs-text in a name': ['X\u00e9', 'a', 'ERR_NEXURE_HEADER_NAME'],
      'a name that is no string': [1 as unknown as string, 'a', 'ERR_NEXURE_HEADER_NAME'],
      'Transfer-Encoding': ['Transfer-Encoding', 'chunked', 'ERR_NEXURE_HEADER_RESERVED'],
      'Connection: upgrade': ['Connection', 'upgrade', 'ERR_NEXURE_HEADER_RESERVED'],
      'Keep-Alive': ['Keep-Alive', 'timeout=5', 'ERR_NEXURE_HEADER_RESERVED'],
      'a Content-Length that is none': ['Content-Length', '1e3', 'ERR_NEXURE_HEADER_RESERVED'],
    };
    for (const [name, [field, value, code]] of Object.entries(INJECTIONS)) {
      test(`${name} is ${code}, and no byte of it is sent`, async (t) => {
        const answer = await answerTo(t, transport, (ctx) => ctx.response.set(field, value).send('x'));
        assert.deepEqual([answer.status, codeOf(answer)], [500, code]);
        assert.deepEqual([...answer.fields.keys()].filter((key) => key !== 'date').sort(), [
          'content-length',
          'content-type',
        ]);
      });
    }

    test('a value that turns into another one when it is read again is not sent', async (t) => {
      const answer = await answerTo(t, transport, (ctx) => {
        let reads = 0;
        const shifty = { toString: () => (reads++ % 2 === 0 ? 'fine' : 'a\r\nX-Injected: b') };
        return ctx.response.set('X', [shifty as unknown as string]).send('x');
      });
      assert.equal(answer.fields.has('x-injected'), false);
    });

    test('`Connection: close` is granted and ends the connection', async (t) => {
      const answer = await answerTo(t, transport, (ctx) => ctx.response.set('Connection', 'Close').send('x'));
      assert.equal(answer.field('connection'), 'close');
    });
  });
}
