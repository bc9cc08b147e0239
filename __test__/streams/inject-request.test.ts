// `app.request()` with a web `Request`, which says what a path and an init would.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { digest, digestOf, noise } from '../harness/content.ts';
import { Gate } from '../harness/server.ts';

import type { Nexure } from '../../js/index.ts';

function echo(): Nexure {
  return createApp({ logger: false, server: { maxBodyBytes: 1e8 } }).all('/echo', async (ctx) => ({
    method: ctx.request.method,
    url: ctx.request.url,
    host: ctx.request.host,
    type: ctx.request.get('content-type'),
    extra: ctx.request.get('x-a'),
    digest: await digestOf(ctx.stream()),
  }));
}

const URL_OF_IT = 'http://example.test:81/echo?a=b';

describe('app.request() with a Request', () => {
  test('sends its method, target, fields and body', async () => {
    const content = noise(2_000_000);
    const request = new Request(URL_OF_IT, { method: 'PUT', headers: { 'X-A': 'b' }, body: content });
    assert.deepEqual(await (await echo().request(request)).json(), {
      method: 'PUT',
      url: '/echo?a=b',
      host: 'example.test:81',
      extra: 'b',
      digest: digest(content),
    });
    assert.equal(request.bodyUsed, true);
  });

  test('keeps the content type of a form and of text', async () => {
    const form = new FormData();
    form.append('a', 'b');
    for (const [body, type] of [
      [form, /^multipart\/form-data; ?boundary=/],
      ['text', /^text\/plain;/],
    ] as const) {
      const { type: seen } = (await (
        await echo().request(new Request(URL_OF_IT, { method: 'POST', body }))
      ).json()) as { type: string };
      assert.match(seen, type);
    }
  });

  test('needs no body', async () => {
    const { digest: seen } = (await (await echo().request(new Request(URL_OF_IT))).json()) as { digest: string };
    assert.equal(seen, digest(Buffer.alloc(0)));
  });

  test('is overruled by an init', async () => {
    const request = new Request(URL_OF_IT, { method: 'POST', body: 'one' });
    const answer = await echo().request(request, { method: 'PATCH', json: 2, headers: { 'X-A': 'c' } });
    const { method, digest: seen, extra } = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual([method, seen, extra], ['PATCH', digest(Buffer.from('2')), 'c']);
  });

  test('ends with its signal', async () => {
    const controller = new AbortController();
    const running = new Gate();
    const app = createApp({ logger: false }).get('/', (ctx) => {
      running.open();
      return new Promise((resolve) => {
        ctx.signal.addEventListener('abort', resolve);
      });
    });
    const answer = app.request(new Request('http://a/', { signal: controller.signal }));
    await running.promise;
    controller.abort();
    await assert.rejects(answer, { name: 'AbortError' });
  });

  test('whose body has been read is refused', async () => {
    const request = new Request(URL_OF_IT, { method: 'POST', body: 'x' });
    await request.text();
    await assert.rejects(echo().request(request), { code: 'ERR_NEXURE_REQUEST_INVALID' });
  });
});
