// The example blog as a browser meets it: logging in, writing with a picture, pages for errors.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { createBlog } from '../../examples/blog/app.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the example blog', () => {
  let pictures = '';
  let app: ReturnType<typeof createBlog>;
  let url = '';
  before(async () => {
    pictures = await mkdtemp(join(tmpdir(), 'blog-'));
    app = createBlog({ secret: 'a secret of at least thirty-two bytes', pictures, logger: false });
    ({ url } = await app.start(0));
  });
  after(async () => {
    await app.stop({ idleMs: 0 });
    await rm(pictures, { recursive: true, force: true });
  });

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, { redirect: 'manual', ...init, headers: { ...HTML, ...(init.headers as object) } });
  const login = (password: string): Promise<Response> =>
    ask('/login', { method: 'POST', body: new URLSearchParams({ name: 'ada', password }) });
  const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  function post(title: string, file?: File): FormData {
    const form = new FormData();
    form.append('title', title);
    form.append('text', 'a <b> & c');
    if (file !== undefined) form.append('picture', file);
    return form;
  }

  test('shows its posts and its style to everybody', async () => {
    assert.match(await (await ask('/')).text(), /Hello<\/a> by ada.*Log in/s);
    assert.match(await (await ask('/posts/1/')).text(), /The first post/);
    assert.equal((await ask('/assets/blog.css')).headers.get('content-type'), 'text/css; charset=utf-8');
  });

  test('refuses a wrong password, and a session that somebody wrote himself', async () => {
    const refused = await login('wrong');
    assert.equal(refused.status, 401);
    assert.equal(cookieOf(refused), '');
    const forged = { cookie: `session=${encodeURIComponent(`${Date.now() + 1e6} ada`)}.AAAA` };
    assert.equal((await ask('/posts/new', { headers: forged })).status, 401);
  });

  test('takes a post with a picture from who has logged in, and shows both', async () => {
    const entered = await login('engine');
    assert.equal(entered.status, 303);
    const headers = { cookie: cookieOf(entered) };
    assert.match(await (await ask('/', { headers })).text(), /Log out ada/);

    const body = post('Second', new File([new Uint8Array(200_000)], 'cat.png'));
    const written = await ask('/posts', { method: 'POST', headers, body });
    assert.equal(written.status, 303);
    const page = await (await ask(written.headers.get('location') ?? '')).text();
    assert.match(page, /a &lt;b&gt; &amp; c/);
    const picture = await ask(/\/pictures\/[\w.]+/.exec(page)?.[0] ?? '');
    assert.equal(picture.headers.get('content-type'), 'image/png');
    assert.equal((await picture.arrayBuffer()).byteLength, 200_000);
  });

  test('refuses what is no picture and a post without a title, and keeps nothing of them', async () => {
    const headers = { cookie: cookieOf(await login('engine')) };
    const kept = (await readdir(pictures)).length;
    const page = post('Third', new File(['<script>'], 'cat.html'));
    assert.equal((await ask('/posts', { method: 'POST', headers, body: page })).status, 400);
    assert.equal(
      (await ask('/posts', { method: 'POST', headers, body: post('', new File(['x'], 'a.png')) })).status,
      400,
    );
    assert.equal((await readdir(pictures)).length, kept);
    assert.match(cookieOf(await ask('/logout', { method: 'POST', headers })), /^session=$/);
  });

  test('has pages for browsers and problem documents for others', async () => {
    const page = await ask('/nowhere');
    assert.equal(page.status, 404);
    assert.match(await page.text(), /There is no such page/);
    assert.match(await (await ask('/pictures/none.png')).text(), /There is no such page/);
    assert.match(await (await ask('/posts/99')).text(), /There is no such post/);
    const problem = await ask('/posts/99', { headers: { accept: 'application/json' } });
    assert.equal(problem.headers.get('content-type'), 'application/problem+json');
    assert.equal((await ask('/posts', { method: 'POST', body: post('x') })).status, 401);
  });
});
