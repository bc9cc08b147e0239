// `app.request()`: bodies of every kind in, answers that stream out, and both ends of a connection that breaks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { digest, digestOf, noise, pause } from '../harness/content.ts';
import { eventually, Gate, turn } from '../harness/server.ts';

import type { InjectInit, Nexure } from '../../js/index.ts';

function echo(): Nexure {
  return createApp({ logger: false, server: { maxBodyBytes: 1e9 } }).post('/', { body: 'stream' }, async (ctx) => ({
    digest: await digestOf(ctx.stream()),
    type: ctx.request.get('content-type'),
    length: ctx.request.get('content-length'),
    coding: ctx.request.get('transfer-encoding'),
  }));
}

interface Echo {
  readonly digest: string;
  readonly type?: string;
  readonly length?: string;
  readonly coding?: string;
}

async function send(body: InjectInit['body'], headers: Record<string, string> = {}): Promise<Echo> {
  const response = await echo().request('/', { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  assert.equal(response.status, 200);
  return (await response.json()) as Echo;
}

async function* pieces(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += size) {
    await turn();
    yield content.subarray(at, at + size);
  }
}

describe('bodies of app.request()', () => {
  for (const length of [1, 65_536, 65_537, 3_000_000]) {
    const content = noise(length);
    const whole: Record<string, InjectInit['body']> = {
      Uint8Array: content,
      ArrayBuffer: new Uint8Array(content).buffer,
      DataView: new DataView(content.buffer, content.byteOffset, content.byteLength),
      Blob: new Blob([content]),
    };
    for (const [name, body] of Object.entries(whole)) {
      test(`a ${name} of ${length} bytes arrives exactly, with its length`, async () => {
        assert.deepEqual(await send(body), { digest: digest(content), length: String(length) });
      });
    }
    test(`a ReadableStream of ${length} bytes arrives exactly, in chunks`, async () => {
      const body = new Blob([content]).stream() as ReadableStream<Uint8Array>;
      assert.deepEqual(await send(body), { digest: digest(content), coding: 'chunked' });
    });
    test(`an async iterable of ${length} bytes arrives exactly, in chunks`, async () => {
      assert.deepEqual(await send(pieces(content, 10_007)), { digest: digest(content), coding: 'chunked' });
    });
    test(`a stream of ${length} bytes with a content-length goes without chunks`, async () => {
      const echoed = await send(pieces(content, 70_000), { 'content-length': String(length) });
      assert.deepEqual(echoed, { digest: digest(content), length: String(length) });
    });
  }

  test('text, forms and typed blobs have the content types that fetch gives them', async () => {
    const form = new FormData();
    form.append('a', 'b');
    for (const [body, type] of [
      ['text', /^text\/plain; ?charset=utf-8$/i],
      [new URLSearchParams({ a: 'b' }), /^application\/x-www-form-urlencoded;charset=utf-8$/i],
      [new Blob(['x'], { type: 'image/png' }), /^image\/png$/],
      [form, /^multipart\/form-data; ?boundary=.+$/],
    ] as const) {
      assert.match((await send(body)).type ?? '', type);
    }
    assert.equal((await send('text', { 'content-type': 'text/csv' })).type, 'text/csv');
    assert.equal((await send(new Uint8Array(1))).type, undefined);
  });

  test('a form with a file arrives part by part', async () => {
    const file = noise(2_000_000);
    const form = new FormData();
    form.append('name', 'välue');
    form.append('file', new File([file], 'x.bin', { type: 'application/x-y' }));
    const app = createApp({ logger: false, server: { maxBodyBytes: 1e7 } }).post('/', async (ctx) => {
      const seen: unknown[] = [];
      for await (const part of ctx.parts()) {
        const content = await part.bytes();
        seen.push([part.name, part.filename ?? null, part.isFile ? digest(content) : Buffer.from(content).toString()]);
      }
      return seen;
    });
    const response = await app.request('/', { method: 'POST', body: form });
    assert.deepEqual(await response.json(), [
      ['name', null, 'välue'],
      ['file', 'x.bin', digest(file)],
    ]);
  });

  test('a source is asked for no more than the handler takes', async () => {
    let asked = 0;
    let cancelled = false;
    const gate = new Gate();
    const app = createApp({ logger: false, server: { maxBodyBytes: 1e9 } }).post(
      '/',
      { body: 'stream' },
      async (ctx) => {
        await gate.promise;
        return digestOf(ctx.stream());
      },
    );
    const content = noise(16_384);
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (; asked < 500; asked += 1) yield content;
      } finally {
        cancelled = asked < 500;
      }
    }
    const answer = app.request('/', { method: 'POST', body: source() });
    await pause(100);
    // The window of 64 KiB, the inbox of 64 KiB, and what was on its way.
    assert.ok(asked < 20, `${asked * 16} KiB were taken though nobody read`);
    gate.open();
    const expected = digest(Buffer.concat(Array.from({ length: 500 }, () => content)));
    assert.equal(await (await answer).text(), expected);
    assert.equal(cancelled, false);
  });

  test('a source is told when the answer comes before it is sent', async () => {
    const gone = new Gate();
    const app = createApp({ logger: false }).post('/', { body: 'stream' }, () => 'early');
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => gone.open(),
    });
    assert.equal(await (await app.request('/', { method: 'POST', body })).text(), 'early');
    await gone.promise;
  });

  test('a source that fails rejects the request, and its handler sees that the client has gone', async () => {
    const failed = new Gate<unknown>();
    const app = createApp({ logger: false }).post('/', { body: 'stream' }, async (ctx) => {
      try {
        return await ctx.text();
      } catch (error) {
        failed.open(error);
        throw error;
      }
    });
    async function* source(): AsyncGenerator<string> {
      yield 'a';
      await turn();
      throw new Error('no more');
    }
    await assert.rejects(app.request('/', { method: 'POST', body: source() }), { message: 'no more' });
    assert.equal(((await failed.promise) as NodeJS.ErrnoException).code, 'ERR_NEXURE_BODY_ABORTED');
  });

  for (const [what, told] of [
    ['more', '3'],
    ['fewer', '5'],
  ] as const) {
    test(`a stream with ${what} bytes than its content-length is refused`, async () => {
      const response = echo().request('/', {
        method: 'POST',
        headers: { 'content-length': told },
        body: pieces(Buffer.from('four'), 4),
      });
      await assert.rejects(response, { code: 'ERR_NEXURE_REQUEST_INVALID' });
    });
  }

  for (const [name, init] of Object.entries({
    'a number as a body': { body: 5 as never },
    'an object as a body': { body: {} as never },
    'body and json': { body: 'a', json: 1 },
    'json without a JSON form': { json: () => 1 },
    'a transfer-encoding': { body: 'a', headers: { 'transfer-encoding': 'chunked' } },
    'a wrong content-length': { body: 'ab', headers: { 'content-length': '1' } },
    'a stream with a broken content-length': { body: pieces(Buffer.from('a'), 1), headers: { 'content-length': 'x' } },
    'a stream that gives numbers': {
      body: (async function* () {
        yield 1 as never;
      })(),
    },
  } satisfies Record<string, InjectInit>)) {
    test(`refuses ${name}`, async () => {
      await assert.rejects(echo().request('/', { method: 'POST', ...init }), { code: 'ERR_NEXURE_REQUEST_INVALID' });
    });
  }

  test('refuses a stream that somebody else reads', async () => {
    const body = new ReadableStream<Uint8Array>();
    body.getReader();
    await assert.rejects(echo().request('/', { method: 'POST', body }), { code: 'ERR_NEXURE_REQUEST_INVALID' });
  });
});

describe('answers of app.request()', () => {
  test('resolves with the head before the body has begun', async () => {
    const gate = new Gate();
    const app = createApp({ logger: false }).get('/', async function () {
      return (async function* () {
        await gate.promise;
        yield 'late';
      })();
    });
    const response = await app.request('/');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('transfer-encoding'), 'chunked');
    gate.open();
    assert.equal(await response.text(), 'late');
  });

  for (const [size, count] of [
    [1, 1000],
    [65_536, 100],
    [300_001, 20],
  ] as const) {
    test(`${count} chunks of ${size} bytes arrive exactly`, async () => {
      const content = noise(size);
      const app = createApp({ logger: false }).get('/', () =>
        (function* () {
          for (let index = 0; index < count; index += 1) yield content;
        })(),
      );
      const expected = digest(Buffer.concat(Array.from({ length: count }, () => content)));
      const { body } = await app.request('/');
      assert.equal(await digestOf(body as unknown as AsyncIterable<Uint8Array>), expected);
    });
  }

  test('5 MB of known length arrive exactly', async () => {
    const content = noise(5_000_000);
    const app = createApp({ logger: false }).get('/', () => content);
    const response = await app.request('/');
    assert.equal(response.headers.get('content-length'), '5000000');
    assert.equal(digest(new Uint8Array(await response.arrayBuffer())), digest(content));
  });

  test('a body that nobody reads holds its handler up, and goes on when it is read', async () => {
    let made = 0;
    const app = createApp({ logger: false }).get('/', () =>
      (function* () {
        for (; made < 400; made += 1) yield noise(16_384);
      })(),
    );
    const response = await app.request('/');
    await pause(100);
    // One output of 256 KiB, and 64 KiB of unsent bytes behind it.
    assert.ok(made <= 24, `${made * 16} KiB were made though nobody read`);
    let length = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) length += chunk.byteLength;
    assert.equal(length, 400 * 16_384);
  });

  test('cancel() ends the connection: the source is returned and the signal aborts', async () => {
    const ended = new Gate();
    const aborted = new Gate<unknown>();
    const app = createApp({ logger: false }).get('/', (ctx) => {
      ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason));
      return (async function* () {
        try {
          for (;;) {
            await turn();
            yield 'x';
          }
        } finally {
          ended.open();
        }
      })();
    });
    const response = await app.request('/');
    await response.body?.cancel();
    await ended.promise;
    assert.equal(((await aborted.promise) as DOMException).name, 'AbortError');
    await eventually('the end', () => app.getMetrics().http.connections.open === 0);
  });

  test('a signal that aborts in the middle errors the body with its reason', async () => {
    const ended = new Gate();
    const app = createApp({ logger: false }).get('/', (ctx) => {
      ctx.signal.addEventListener('abort', () => ended.open());
      return (async function* () {
        yield 'x';
        await ended.promise;
      })();
    });
    const controller = new AbortController();
    const response = await app.request('/', { signal: controller.signal });
    const text = response.text();
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(text, reason);
    await ended.promise;
  });

  test('an answer that is cut in the middle errors the body', async () => {
    const app = createApp({ logger: false }).get('/', () =>
      (async function* () {
        yield 'begun';
        await turn();
        throw new Error('failed');
      })(),
    );
    const response = await app.request('/');
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), { code: 'ERR_NEXURE_REQUEST_ABORTED' });
  });

  test('answers without content have no body', async () => {
    const app = createApp({ logger: false })
      .get('/204', () => undefined)
      .get('/304', (ctx) => void ctx.response.status(304))
      .head('/head', () => 'text');
    for (const [path, method] of [
      ['/204', 'GET'],
      ['/304', 'GET'],
      ['/head', 'HEAD'],
    ] as const) {
      const response = await app.request(path, { method });
      assert.equal(response.body, null, path);
      assert.equal(await response.text(), '');
    }
  });

  test('fields that repeat stay apart where they must', async () => {
    const app = createApp({ logger: false }).get('/', (ctx) => {
      ctx.response.append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2');
      return 'x';
    });
    assert.deepEqual((await app.request('/')).headers.getSetCookie(), ['a=1', 'b=2']);
  });
});
