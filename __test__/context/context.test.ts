// The shortcuts of the context, its names for requests, and what it tells of them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseRange } from '../../js/http/conditions.ts';
import { parseTrace } from '../../js/http/trace.ts';
import { BadRequestError, createApp } from '../../js/index.ts';
import { open, transports } from '../harness/server.ts';

import type { Context, RequestIdOptions } from '../../js/index.ts';
import type { Answer } from '../harness/answers.ts';

interface Case {
  readonly handler: (ctx: Context) => unknown;
  readonly status: number;
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly text?: string;
}

async function* rows(): AsyncGenerator<unknown> {
  yield { a: 1 };
  yield 'é';
  yield null;
}

const ANSWERS: Record<string, Case> = {
  'ctx.created(value, location)': {
    handler: (ctx) => ctx.created({ id: 1 }, '/books/é'),
    status: 201,
    fields: { location: '/books/%C3%A9', 'content-type': 'application/json' },
    text: '{"id":1}',
  },
  'ctx.created(value)': { handler: (ctx) => ctx.created('made'), status: 201, text: 'made' },
  'ctx.accepted()': { handler: (ctx) => ctx.accepted(), status: 202, text: '' },
  'ctx.accepted(value)': { handler: (ctx) => ctx.accepted({ job: 7 }), status: 202, text: '{"job":7}' },
  'ctx.noContent()': { handler: (ctx) => ctx.noContent(), status: 204, text: '' },
  'ctx.redirect(location)': { handler: (ctx) => ctx.redirect('/a b'), status: 302, fields: { location: '/a%20b' } },
  'ctx.redirect(location, status)': { handler: (ctx) => ctx.redirect('/', 303), status: 303 },
  'a redirect that is none': { handler: (ctx) => ctx.redirect('/', 200), status: 500 },
  'ctx.html(text)': {
    handler: (ctx) => ctx.html('<p>'),
    status: 200,
    fields: { 'content-type': 'text/html; charset=utf-8' },
    text: '<p>',
  },
  'ctx.status(status)': { handler: (ctx) => ctx.status(203).text('x'), status: 203, text: 'x' },
  'ctx.ndjson of an async iterable': {
    handler: (ctx) => ctx.ndjson(rows()),
    status: 200,
    fields: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    text: '{"a":1}\n"é"\nnull\n',
  },
  'ctx.ndjson of an array': {
    handler: (ctx) => ctx.ndjson(Array.from({ length: 5000 }, (_, n) => n)),
    status: 200,
    text: Array.from({ length: 5000 }, (_, n) => `${n}\n`).join(''),
  },
  'ctx.ndjson of what has no JSON form': { handler: (ctx) => ctx.ndjson([() => 1]), status: 500 },
  'ctx.problem(error)': {
    handler: (ctx) => {
      ctx.response.set('X-Kept', 'yes').type('text/plain');
      return ctx.problem(new BadRequestError('no', { headers: { 'X-Of': 'error' } }));
    },
    status: 400,
    fields: { 'x-kept': 'yes', 'x-of': 'error', 'content-type': 'application/problem+json' },
  },
  'ctx.problem(error) of a promise': { handler: async (ctx) => ctx.problem(new Error('secret')), status: 500 },
  'ctx.get(name)': { handler: (ctx) => `${ctx.get('X-ASKED')} ${ctx.get('none')}`, status: 200, text: 'yes undefined' },
  'ctx.cspNonce': {
    handler: (ctx) => String(ctx.cspNonce === ctx.cspNonce && /^[\w+/]{22}==$/.test(ctx.cspNonce)),
    status: 200,
    text: 'true',
  },
  'ctx.request.accepts': { handler: (ctx) => ctx.request.accepts('html', 'json'), status: 200, text: 'json' },
  'ctx.request.is without a body': { handler: (ctx) => String(ctx.request.is('json')), status: 200, text: 'undefined' },
  'ctx.request.fresh': {
    handler: (ctx) => {
      ctx.response.etag('v1');
      return [ctx.request.fresh, ctx.request.stale];
    },
    status: 200,
    text: '[true,false]',
  },
};

for (const transport of transports) {
  describe(`the context over ${transport}`, () => {
    for (const [name, { handler, status, fields = {}, text }] of Object.entries(ANSWERS)) {
      test(`${name} answers ${status}`, async (t) => {
        const { ask } = await open(t, transport, (app) => {
          app.get('/', handler);
        });
        const headers = { 'X-Asked': 'yes', Accept: 'application/json, text/html;q=0.1', 'If-None-Match': 'W/"v1"' };
        const answer = await ask('/', { headers });
        assert.equal(answer.status, status);
        for (const [field, value] of Object.entries(fields)) assert.equal(answer.field(field), value, field);
        if (text !== undefined) assert.equal(answer.text(), text);
      });
    }

    test('ctx.json() reads what the client sent, ctx.request.is tells its type', async (t) => {
      const { ask } = await open(t, transport, (app) => {
        app.post('/', async (ctx) => [await ctx.json(), ctx.request.is('html', '+json', 'json')]);
      });
      const headers = { 'Content-Type': 'application/vnd.api+json' };
      assert.deepEqual((await ask('/', { method: 'POST', headers, body: '{"a":1}' })).json(), [{ a: 1 }, '+json']);
    });

    test('ctx.problem in onError is what is answered without it, and is reported', async (t) => {
      const messages: string[] = [];
      const failing = (ctx: Context): never => {
        ctx.response.status(201);
        throw new Error('secret');
      };
      const ask = async (handled: boolean): Promise<Answer> => {
        const opened = await open(
          t,
          transport,
          (app) => {
            app.get('/', failing);
            if (handled) app.onError((error, ctx) => ctx.problem(error));
          },
          { logger: { error: (message) => messages.push(message) } },
        );
        return opened.ask('/');
      };
      const [plain, handled] = [await ask(false), await ask(true)];
      assert.equal(handled.status, 500);
      assert.deepEqual(handled.json(), plain.json());
      assert.deepEqual(messages, ['GET / failed:', 'GET / failed:']);
    });
  });
}

/** Answers with the id, with an error, or with a stream. */
async function ids(
  requestId: RequestIdOptions,
  sent?: string,
  path = '/',
): Promise<[text: string, field: string | null]> {
  const app = createApp({ requestId, logger: false });
  app.get('/', (ctx) => ctx.requestId);
  app.get('/throws', (ctx) => {
    throw new BadRequestError(ctx.requestId);
  });
  app.get('/stream', async function* (ctx) {
    yield ctx.requestId;
  });
  app.get('/set', (ctx) => ctx.response.set('X-Request-Id', 'of the handler').send(ctx.requestId));
  app.get('/twice', (ctx) => String(ctx.requestId === ctx.requestId));
  const response = await app.request(path, sent === undefined ? {} : { headers: { 'X-Request-Id': sent } });
  return [await response.text(), response.headers.get('x-request-id')];
}

describe('ctx.requestId', () => {
  test('is another for each request, and the same throughout one', async () => {
    const [[first], [second]] = [await ids({}), await ids({})];
    assert.match(first, /^[\w-]{16}-[0-9a-z]+$/);
    assert.notEqual(first, second);
    assert.equal((await ids({}, undefined, '/twice'))[0], 'true');
  });

  test('is not told, and not taken from a client, unless the options say so', async () => {
    const [id, field] = await ids({}, 'mine');
    assert.notEqual(id, 'mine');
    assert.equal(field, null);
  });

  for (const path of ['/', '/stream', '/throws']) {
    test(`is told by the answer of ${path} with echo`, async () => {
      const [text, field] = await ids({ echo: true, accept: true }, 'abc-1', path);
      assert.equal(field, 'abc-1');
      assert.ok(text.includes('abc-1'));
    });
  }

  test('leaves a field that the handler has set', async () => {
    assert.equal((await ids({ echo: true }, undefined, '/set'))[1], 'of the handler');
  });

  for (const id of ['a b', 'a"b', 'x'.repeat(129), 'é', '<a>', 'a;b', '%0d%0a']) {
    test(`takes no ${JSON.stringify(id.slice(0, 20))} from a client`, async () => {
      assert.notEqual((await ids({ accept: true }, id))[0], id);
    });
  }

  test('asks the predicate', async () => {
    const accept = (id: string): boolean => id.startsWith('gw-');
    assert.equal((await ids({ accept }, 'gw-7'))[0], 'gw-7');
    assert.notEqual((await ids({ accept }, 'x-7'))[0], 'x-7');
  });

  test('is what generate makes, which must be an id', async () => {
    assert.equal((await ids({ generate: (ctx) => `of-${ctx.request.method}` }))[0], 'of-GET');
    assert.match((await ids({ generate: () => 'a\r\nb: c', echo: true }))[0], /ERR_NEXURE_REQUEST_ID/);
  });

  for (const [name, requestId] of Object.entries<unknown>({
    'a header that is none': { header: 'a b' },
    'echo without a header': { header: false, echo: true },
    'a generate that is no function': { generate: 'uuid' },
    'an unknown option': { echoes: true },
    'a string': 'x-id',
  })) {
    test(`refuses ${name}`, () => {
      assert.throws(() => createApp({ requestId: requestId as RequestIdOptions }), {
        code: 'ERR_NEXURE_OPTION_INVALID',
        message: /requestId/,
      });
    });
  }
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('ctx.trace', () => {
  for (const [field, sampled] of [
    [`00-${TRACE}-${PARENT}-01`, true],
    [`00-${TRACE}-${PARENT}-00`, false],
    [`cc-${TRACE}-${PARENT}-01-what-comes-later`, true],
    [`00-${TRACE}-${PARENT}-01-more`, undefined],
    [`ff-${TRACE}-${PARENT}-01`, undefined],
    [`00-${'0'.repeat(32)}-${PARENT}-01`, undefined],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
    [`00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
    [`00-${TRACE}-${PARENT}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    test(`of ${field} is ${sampled === undefined ? 'none' : `sampled: ${sampled}`}`, () => {
      assert.deepEqual(
        parseTrace(field, 'a=b'),
        sampled === undefined ? undefined : { traceId: TRACE, parentId: PARENT, sampled, state: 'a=b' },
      );
    });
  }
});

describe('ctx.request.range', () => {
  for (const [field, ranges] of [
    ['bytes=0-9', [{ start: 0, end: 9 }]],
    ['bytes=90-', [{ start: 90, end: 99 }]],
    ['bytes=-10', [{ start: 90, end: 99 }]],
    ['bytes=-1000', [{ start: 0, end: 99 }]],
    [
      'bytes=50-1000, 0-0',
      [
        { start: 50, end: 99 },
        { start: 0, end: 0 },
      ],
    ],
    ['bytes=100-', []],
    ['bytes=-0', []],
    ['bytes=9-0', undefined],
    ['bytes=a-b', undefined],
    ['bytes=-', undefined],
    ['items=0-9', undefined],
    [undefined, undefined],
    [`bytes=${Array.from({ length: 101 }, () => '0-0').join(',')}`, undefined],
  ] as const) {
    test(`of ${field?.slice(0, 30)} in 100 bytes`, () => assert.deepEqual(parseRange(field, 100), ranges));
  }
});
