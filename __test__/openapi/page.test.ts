// The page for people: it escapes whatever it shows, asks for nothing, and works in a browser under its own policy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import { createApp } from '../../js/index.ts';
import { pageOf } from '../../js/openapi/page/page.ts';
import { chromium, withPage } from '../harness/browser.ts';
import { exported } from './documents.ts';

import type { OpenApiDocument } from '../../js/index.ts';

const EVIL = `</script></style></textarea></title>"'><img src=x onerror=alert(1)><script>alert(1)</script>`;
const LINK = 'javascript:alert(1)';

/** An application that says something evil wherever it can say something. */
function evilDocument(): OpenApiDocument {
  const schema = {
    title: 'Evil',
    description: EVIL,
    type: 'object',
    properties: {
      [EVIL]: { type: 'string', description: EVIL, default: EVIL, pattern: EVIL, examples: [EVIL], format: EVIL },
      b: { enum: [EVIL], 'x-evil': EVIL },
      c: { $ref: '#/$defs/D' },
    },
    required: [EVIL],
    $defs: { D: { title: EVIL, const: EVIL } },
  };
  const app = createApp({
    openapi: {
      info: {
        title: EVIL,
        version: EVIL,
        summary: EVIL,
        description: `${EVIL} ${LINK} [x](${LINK}) https://example.com/"onclick="alert(1)`,
        contact: { name: EVIL, url: LINK },
        license: { name: EVIL, url: LINK },
        termsOfService: LINK,
      },
      servers: [
        { url: LINK },
        { url: 'https://example.com/"><b>', description: EVIL },
        { url: "https://a.example' *;x" },
      ],
      tags: [{ name: EVIL, description: EVIL }],
      externalDocs: { url: LINK, description: EVIL },
      securitySchemes: { evil: { type: 'apiKey', in: 'header', name: EVIL, description: EVIL } },
    },
  });
  app.post(
    '/"onx=y/:id',
    {
      schema: { body: exported(schema), query: exported(schema) },
      openapi: {
        summary: EVIL,
        description: EVIL,
        operationId: EVIL,
        tags: [EVIL],
        externalDocs: { url: LINK },
        security: [{ evil: [] }],
        parameters: [{ name: EVIL, in: 'header', description: EVIL, example: EVIL, schema: { enum: [EVIL] } }],
        requestBody: { content: { [EVIL]: { example: EVIL }, 'multipart/form-data': { schema } } },
        responses: { 200: { description: EVIL, headers: { [EVIL]: { description: EVIL } } } },
      },
    },
    () => 'x',
  );
  return app.openapi();
}

describe('the page', () => {
  const { html, policy } = pageOf(evilDocument(), '/openapi.json');

  test('shows hostile text as text', () => {
    const escaped = '&lt;img src=x onerror=alert(1)&gt;';
    assert.ok(html.split(escaped).length > 20, 'it is shown in many places');
    assert.doesNotMatch(html, /<img/);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.equal(html.match(/<\/script/g)?.length, 1);
    assert.equal(html.match(/<style/g)?.length, 1);
    // Attributes are quoted, so none can begin within what it shows.
    const tags = html.match(/<[a-z][^>]*>/g) ?? [];
    for (const tag of tags) assert.doesNotMatch(tag.replaceAll(/="[^"]*"/g, ''), /["'=]|\son/, tag);
  });

  test('links to the web only', () => {
    for (const [, url = ''] of html.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
      assert.match(url, /^(?:#|\/openapi\.json$|data:,$|https:\/\/example\.com\/)/);
    }
  });

  test('has a policy that lets its own style and script run, and nothing else', () => {
    const hash = (tag: string): string => {
      const [, text = ''] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(html) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0] ?? '', rule]));
    assert.equal(rules.get('default-src'), "default-src 'none'");
    assert.equal(rules.get('script-src'), `script-src ${hash('script')}`);
    assert.equal(rules.get('style-src'), `style-src ${hash('style')}`);
    assert.equal(rules.get('connect-src'), "connect-src 'self' https://example.com");
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  test('can be found through without a mouse, and read aloud', () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'no id twice');
    for (const [, target] of html.matchAll(/<label for="([^"]*)"/g)) assert.ok(ids.includes(target), target);
    const labelled = new Set([...html.matchAll(/<label for="([^"]*)"/g)].map(([, target]) => target));
    for (const [tag] of html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
      assert.ok(labelled.has(/\sid="([^"]*)"/.exec(tag)?.[1]), tag);
    }
    assert.match(html, /<html lang="en">/);
  });
});

describe('the page in Chromium', { skip: chromium === undefined && 'no Chromium is installed' }, () => {
  const start = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
    const app = createApp({
      openapi: {
        info: { title: 'Books', version: '1.0.0' },
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
    })
      .get('/books/:id(int)', (ctx) => ({ id: ctx.params.id }))
      .get('/files/*path', (ctx) => ({ path: ctx.params.path, query: ctx.query }))
      .post(
        '/books',
        {
          schema: { body: exported({ type: 'object', properties: { title: { type: 'string', examples: ['Emma'] } } }) },
          openapi: {
            security: [{ token: [] }],
            parameters: [{ name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } }],
          },
        },
        (ctx) => ctx.created({ body: ctx.body, query: ctx.query, token: ctx.get('authorization'), evil: EVIL }),
      );
    const { url } = await app.start(0);
    return { url, stop: () => app.stop({ idleMs: 0 }) };
  };

  /** Sends a form of the page, and gives what it shows then. */
  const send = (id: string): string =>
    `(async () => {
      const form = document.querySelector('#op-${id} form');
      form.requestSubmit();
      while (!form.querySelector('[type=submit]').disabled) await new Promise((done) => setTimeout(done, 5));
      while (form.querySelector('[type=submit]').disabled) await new Promise((done) => setTimeout(done, 5));
      return [...form.querySelectorAll('.result pre')].map((pre) => pre.textContent);
    })()`;

  test('asks for nothing but itself, opens what its address names, filters, and sends requests', async () => {
    const { url, stop } = await start();
    try {
      await withPage(`${url}/docs#op-postBooks`, async (page) => {
        assert.deepEqual(page.requests, [`${url}/docs`]);
        assert.equal(await page.evaluate(`document.querySelector('#op-postBooks').open`), true);
        assert.notEqual(
          await page.evaluate(`getComputedStyle(document.querySelector('nav')).backgroundColor`),
          'rgba(0, 0, 0, 0)',
        );

        await page.evaluate(`document.querySelector('#scheme-token').value = 'secret'`);
        await page.evaluate(`document.querySelector('[data-name=tag]').value = 'a b\\nc&d'`);
        const [curl, head, content] = await page.evaluate<string[]>(send('postBooks'));
        assert.match(curl ?? '', /^curl -X POST 'http:.*\/books\?tag=a\+b&tag=c%26d'/);
        assert.match(head ?? '', /content-type: application\/json/);
        assert.deepEqual(JSON.parse(content ?? ''), {
          body: { title: 'Emma' },
          query: { tag: ['a b', 'c&d'] },
          token: 'Bearer secret',
          evil: EVIL,
        });

        await page.evaluate(`document.querySelector('#op-getFilesByPath [data-in=path]').value = 'a/ä b'`);
        const [, , file] = await page.evaluate<string[]>(send('getFilesByPath'));
        assert.deepEqual(JSON.parse(file ?? ''), { path: 'a/ä b', query: {} });

        const seen = `[...document.querySelectorAll('.operation:not([hidden])')].map(({ id }) => id)`;
        await page.evaluate(`filter.value = 'get BOOKS'; filter.dispatchEvent(new Event('input'))`);
        assert.deepEqual(await page.evaluate(seen), ['op-getBooksById']);

        const refused = page.complaints.filter((one) => /ContentSecurityPolicy|exception/i.test(one));
        assert.deepEqual(refused, []);
      });
    } finally {
      await stop();
    }
  });

  test('runs nothing of what is hostile', async () => {
    const { html, policy } = pageOf(evilDocument(), undefined);
    const app = createApp().get('/', (ctx) => ctx.response.set('content-security-policy', policy).html(html));
    const { url } = await app.start(0);
    try {
      await withPage(url, async (page) => {
        await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
        assert.equal(
          await page.evaluate(`document.querySelectorAll('img, iframe, object, [onerror], [onx]').length`),
          0,
        );
        assert.equal(await page.evaluate(`document.scripts.length`), 1);
        assert.deepEqual(page.requests, [`${url}/`]);
        assert.deepEqual(
          page.complaints.filter((one) => /ContentSecurityPolicy|exception/i.test(one)),
          [],
        );
      });
    } finally {
      await app.stop({ idleMs: 0 });
    }
  });

  for (const scheme of ['light', 'dark']) {
    test(`can be read in ${scheme} colours (WCAG 2.2 §1.4.3)`, async () => {
      const { url, stop } = await start();
      try {
        await withPage(`${url}/docs`, async (page) => {
          const features = [{ name: 'prefers-color-scheme', value: scheme }];
          await page.send('Emulation.setEmulatedMedia', { features });
          await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
          assert.deepEqual(await page.evaluate(FAINT), []);
        });
      } finally {
        await stop();
      }
    });
  }
});

/** The texts of a page whose contrast is less than 4.5 to 1. */
const FAINT = `(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
    const channel = [r, g, b][index] / 255;
    return sum + weight * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  }, 0);
  const backOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')) continue;
    if (['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(backOf(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 80));
  }
  return faint;
})()`;
