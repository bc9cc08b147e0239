// The bookstore as its users meet it, in process and over a socket, and with a disk that fails.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { createBookstore } from './app.ts';
import { BookRepository, replaceFile, StorageError } from './repository.ts';

import type { InjectInit, Nexure } from 'nexurejs';
import type { Book, BookData, ReplaceFile } from './repository.ts';

const emma: BookData = { title: 'Emma', author: 'Jane Austen', year: 1815, price: 899 };
const first: readonly BookData[] = [
  { title: 'Ulysses', author: 'James Joyce', year: 1922, price: 1599, isbn: '9780141182803' },
  { title: 'Dubliners', author: 'James Joyce', year: 1914, price: 999 },
  { title: 'Orlando', author: 'Virginia Woolf', year: 1928, price: 1099 },
];

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');
const JPEG = Buffer.from('ffd8ffe000', 'hex');

/** A form with one part: a file, or a field where there is no name. */
function formWith(filename: string | undefined, content: Buffer): InjectInit {
  const name = filename === undefined ? '' : `; filename="${filename}"`;
  const head = `--limit\r\nContent-Disposition: form-data; name="cover"${name}\r\n\r\n`;
  return {
    method: 'PUT',
    body: Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--limit--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=limit' },
  };
}

type Send = (path: string, init?: InjectInit) => Promise<Response>;
interface Problem {
  readonly status: number;
  readonly code: string;
  readonly errors?: readonly { in: string; pointer: string }[];
}

let folder = '';
let files = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookstore-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A file that no other test uses. */
function newFile(): string {
  files += 1;
  return join(folder, `books-${files}.json`);
}

async function problemOf(answer: Response): Promise<Problem> {
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  const problem = (await answer.json()) as Problem;
  assert.equal(problem.status, answer.status);
  return problem;
}

/** Where a problem says that mistakes are, sorted. */
function placesOf({ errors = [] }: Problem): string[] {
  return errors.map(({ pointer }) => pointer).sort();
}

async function titlesOf(answer: Response): Promise<string[]> {
  assert.equal(answer.status, 200);
  const { books } = (await answer.json()) as { books: Book[] };
  return books.map((book) => book.title);
}

const ways: Record<string, (app: Nexure) => Promise<Send>> = {
  'in process': async (app) => (path, init) => app.request(path, init),
  'over a socket': async (app) => {
    const { url } = await app.start(0);
    return (path, { json, ...init } = {}) => {
      const sent = json === undefined ? {} : jsonOf(json);
      return fetch(`${url}${path}`, { ...sent, ...init } as RequestInit);
    };
  },
};

function jsonOf(value: unknown): RequestInit {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

for (const [way, open] of Object.entries(ways)) {
  describe(`the bookstore ${way}`, () => {
    let app: Nexure;
    let send: Send;
    before(async () => {
      app = createBookstore(await BookRepository.open(newFile(), first), { logger: false });
      send = await open(app);
    });
    after(() => app.stop());

    test('shows a page that may run its own script and nothing else', async () => {
      const answer = await send('/');
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'.*script-src 'sha256-/);
      assert.match(await answer.text(), /^<!doctype html>/);
    });

    test('lists, filters, sorts and pages', async () => {
      assert.deepEqual(await titlesOf(await send('/books')), ['Ulysses', 'Dubliners', 'Orlando']);
      assert.deepEqual(await titlesOf(await send('/books?author=James%20Joyce&sort=year')), ['Dubliners', 'Ulysses']);
      assert.deepEqual(await titlesOf(await send('/books?q=WOOLF')), ['Orlando']);
      assert.deepEqual(await titlesOf(await send('/books?sort=-price')), ['Ulysses', 'Orlando', 'Dubliners']);
      assert.deepEqual(await titlesOf(await send('/books?sort=title&limit=2&page=2')), ['Ulysses']);
      assert.deepEqual(await (await send('/books?limit=2&page=9')).json(), { books: [], total: 3, page: 9, pages: 2 });
    });

    test('refuses a query with mistakes, naming each', async () => {
      const problem = await problemOf(await send('/books?sort=colour&page=0&limit=101&size=3&q=a&q=b'));
      assert.equal(problem.status, 422);
      assert.deepEqual(placesOf(problem), ['/limit', '/page', '/q', '/size', '/sort']);
      assert.ok(problem.errors?.every((error) => error.in === 'query'));
    });

    test('creates, reads, replaces, changes and deletes a book', async () => {
      const created = await send('/books', { method: 'POST', json: { ...emma, isbn: '9780141439587' } });
      assert.equal(created.status, 201);
      const path = created.headers.get('location') ?? '';
      const book = (await created.json()) as Book;
      assert.equal(path, `/books/${book.id}`);
      assert.deepEqual(await (await send(path)).json(), book);

      const replaced = await send(path, { method: 'PUT', json: { ...emma, price: 1 } });
      assert.deepEqual(await replaced.json(), { id: book.id, ...emma, price: 1 });

      const changed = await send(path, { method: 'PATCH', json: { price: 2, isbn: '9780141439587' } });
      assert.deepEqual(await changed.json(), { id: book.id, ...emma, price: 2, isbn: '9780141439587' });
      const bare = await send(path, { method: 'PATCH', json: { isbn: null } });
      assert.deepEqual(await bare.json(), { id: book.id, ...emma, price: 2 });

      const deleted = await send(path, { method: 'DELETE' });
      assert.equal(deleted.status, 204);
      assert.equal((await problemOf(await send(path))).code, 'BOOKSTORE_NOT_FOUND');
    });

    test('refuses a book with mistakes, pointing at each', async () => {
      const json = { title: ' ', author: 7, year: 1.5, price: -1, isbn: '978014143958', 'a/b': 1 };
      const problem = await problemOf(await send('/books', { method: 'POST', json }));
      assert.equal(problem.status, 422);
      assert.deepEqual(placesOf(problem), [
        '/author',
        '/a~1b',
        '/isbn',
        '/price',
        '/title',
        '/year',
      ]);
      assert.equal((await problemOf(await send('/books/1', { method: 'PATCH', json: { title: null } }))).status, 422);
      assert.equal((await problemOf(await send('/books', { method: 'POST', json: [] }))).status, 422);
      assert.equal((await problemOf(await send('/books', { method: 'POST' }))).status, 400);
    });

    test('does not take members of Object.prototype for members of a book', async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await send('/books', { method: 'POST', body: '{"toString":"x","constructor":1}', headers });
      assert.deepEqual(placesOf(await problemOf(answer)).slice(-2), ['/constructor', '/toString']);
      const poisoned = await send('/books', { method: 'POST', body: '{"__proto__":{"title":"x"}}', headers });
      assert.equal((await problemOf(poisoned)).code, 'ERR_NEXURE_BODY_POISONED');
    });

    test('keeps the cover of a book until there is another one, or the book has gone', async () => {
      const { id } = (await (await send('/books', { method: 'POST', json: emma })).json()) as Book;
      const covers: (string | undefined)[] = [];
      for (const [name, content] of [
        ['a.png', PNG],
        ['../b.JPG', JPEG],
      ] as const) {
        const answer = await send(`/books/${id}/cover`, formWith(name, content));
        assert.equal(answer.status, 200);
        covers.push(((await answer.json()) as Book).cover);
        const image = await send(`/covers/${covers.at(-1)}`);
        assert.deepEqual(Buffer.from(await image.arrayBuffer()), content);
        assert.match(image.headers.get('cache-control') ?? '', /immutable/);
      }
      const [png, jpeg] = covers;
      assert.match(`${png} ${jpeg}`, /^[0-9a-f]{32}\.png [0-9a-f]{32}\.jpg$/);
      assert.equal((await send(`/covers/${png}`)).status, 404);
      const replaced = await send(`/books/${id}`, { method: 'PUT', json: emma });
      assert.equal(((await replaced.json()) as Book).cover, jpeg);
      assert.equal((await send(`/books/${id}`, { method: 'DELETE' })).status, 204);
      assert.equal((await send(`/covers/${jpeg}`)).status, 404);
    });

    test('refuses a cover that is none, and keeps nothing of it', async () => {
      const kept = await readdir(join(folder, 'covers')).catch(() => []);
      for (const [form, status] of [
        [formWith('a.png', JPEG), 415],
        [formWith('a.svg', PNG), 415],
        [formWith('a.png', Buffer.concat([PNG, Buffer.alloc(2_000_000)])), 413],
        [formWith(undefined, PNG), 400],
        [{ method: 'PUT', json: {} }, 415],
      ] as const) {
        assert.equal((await problemOf(await send('/books/1/cover', form))).status, status);
      }
      assert.equal((await problemOf(await send('/books/999/cover', formWith('a.png', PNG)))).status, 404);
      assert.deepEqual(await readdir(join(folder, 'covers')), kept);
    });

    test('refuses what is not JSON with 400, and what does not say it is with 415', async () => {
      const headers = { 'content-type': 'application/json' };
      assert.equal((await problemOf(await send('/books', { method: 'POST', body: '{', headers }))).status, 400);
      const untyped = { 'content-type': 'application/octet-stream' };
      assert.equal(
        (await problemOf(await send('/books', { method: 'POST', body: '{}', headers: untyped }))).status,
        415,
      );
    });

    test('refuses a second book with the same ISBN with 409', async () => {
      const json = { ...emma, isbn: '9780141182803' };
      assert.equal((await problemOf(await send('/books', { method: 'POST', json }))).code, 'BOOKSTORE_ISBN_TAKEN');
      assert.equal((await problemOf(await send('/books/2', { method: 'PUT', json }))).status, 409);
      assert.equal((await send('/books/1', { method: 'PUT', json: { ...first[0], price: 5 } })).status, 200);
    });

    test('answers 404 for a book, a path or a number that does not exist, and 405 for a method', async () => {
      for (const path of ['/books/999', '/books/0', '/books/x', '/books/1e3', '/shelves']) {
        assert.equal((await problemOf(await send(path))).status, 404, path);
      }
      const refused = await send('/books', { method: 'DELETE' });
      assert.equal(refused.status, 405);
      assert.equal(refused.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
    });
  });
}

describe('what the bookstore streams', () => {
  test('is every book on a line of its own', async () => {
    const app = createBookstore(await BookRepository.open(newFile(), first));
    const { url } = await app.start(0);
    const lines = (await (await fetch(`${url}/books.ndjson`)).text()).split('\n');
    await app.stop({ idleMs: 0 });
    assert.equal(lines.pop(), '');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      first.map((data, index) => ({ id: index + 1, ...data })),
    );
  });

  test('is an event at once and for each change, until the bookstore stops', async () => {
    const app = createBookstore(await BookRepository.open(newFile(), first));
    const { url } = await app.start(0);
    const answer = await fetch(`${url}/changes`);
    assert.ok(answer.body !== null);
    const changes = [
      () => fetch(`${url}/books`, { method: 'POST', ...jsonOf(emma) }),
      () => fetch(`${url}/books/1`, { method: 'DELETE' }),
    ];
    const totals: number[] = [];
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      for (const [, total] of chunk.matchAll(/^event: books\ndata: \{"total":(\d+)\}\n\n/gm)) {
        totals.push(Number(total));
        await changes.shift()?.();
      }
      if (totals.length === 3) break;
    }
    assert.deepEqual(totals, [3, 4, 3]);
    const others = fetch(`${url}/changes`).then((one) => one.text());
    while (app.getMetrics().queue.inFlight === 0) await new Promise(setImmediate);
    await app.stop();
    assert.match(await others, /^:\n\n/);
  });
});

describe('the file of the books', () => {
  test('is not written before a change, and holds every change after it', async () => {
    const file = newFile();
    const repository = await BookRepository.open(file, first);
    await assert.rejects(readFile(file), { code: 'ENOENT' });
    const book = await repository.add(emma);
    await repository.remove(1);
    const again = await BookRepository.open(file, first);
    assert.deepEqual(again.all(), repository.all());
    assert.equal((await again.add(emma)).id, book.id + 1);
  });

  test('never gives the number of a deleted book to another, not even after a restart', async () => {
    const file = newFile();
    const repository = await BookRepository.open(file);
    const { id } = await repository.add(emma);
    await repository.remove(id);
    assert.equal((await (await BookRepository.open(file)).add(emma)).id, id + 1);
  });

  test('that cannot be written gives 503 and changes nothing; the next change works when the disk does', async () => {
    let full = true;
    const replace: ReplaceFile = async (file, text) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      await replaceFile(file, text);
    };
    const file = newFile();
    const repository = await BookRepository.open(file, first, replace);
    const untouched = structuredClone(repository.all());
    const app = createBookstore(repository, { logger: false });
    for (const [method, path, json] of [
      ['POST', '/books', emma],
      ['PUT', '/books/1', emma],
      ['PATCH', '/books/1', { price: 1 }],
      ['DELETE', '/books/1', undefined],
    ] as const) {
      const answer = await app.request(path, { method, ...(json === undefined ? {} : { json }) });
      assert.equal(answer.headers.get('retry-after'), '10');
      assert.deepEqual(await answer.json(), {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'BOOKSTORE_STORAGE',
      });
      assert.deepEqual(repository.all(), untouched);
    }
    full = false;
    assert.equal((await app.request('/books', { method: 'POST', json: emma })).status, 201);
    assert.equal((await BookRepository.open(file)).all().length, untouched.length + 1);
  });

  test('in a folder that has gone gives 503, and leaves no temporary file when the folder is back', async () => {
    const place = join(folder, 'gone');
    const repository = await BookRepository.open(join(place, 'books.json'));
    const app = createBookstore(repository, { logger: false });
    assert.equal((await app.request('/books', { method: 'POST', json: emma })).status, 503);
    assert.equal(repository.all().length, 0);
    await mkdir(place);
    assert.equal((await app.request('/books', { method: 'POST', json: emma })).status, 201);
    assert.deepEqual(await readdir(place), ['books.json']);
  });

  test('whose place is taken by a folder gives 503 and leaves no temporary file', async () => {
    const place = join(folder, 'taken');
    const repository = await BookRepository.open(join(place, 'books.json'));
    await mkdir(join(place, 'books.json'), { recursive: true });
    await assert.rejects(repository.add(emma), StorageError);
    assert.deepEqual(await readdir(place), ['books.json']);
  });

  test('is written by one at a time, and loses nothing of what comes at once', async () => {
    let writing = 0;
    let most = 0;
    let writes = 0;
    const replace: ReplaceFile = async (file, text) => {
      writing += 1;
      writes += 1;
      most = Math.max(most, writing);
      await replaceFile(file, text);
      writing -= 1;
    };
    const file = newFile();
    const app = createBookstore(await BookRepository.open(file, [], replace));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, year) => app.request('/books', { method: 'POST', json: { ...emma, year } })),
    );
    assert.ok(answers.every(({ status }) => status === 201));
    assert.equal(most, 1);
    assert.ok(writes < 200, `changes that come at once share a write, but there were ${writes}`);
    const books = (await BookRepository.open(file)).all();
    assert.deepEqual(new Set(books.map(({ year }) => year)), new Set(Array.from({ length: 200 }, (_, year) => year)));
    assert.equal(new Set(books.map(({ id }) => id)).size, 200);
  });

  test('keeps a change apart from a refused one in the same write', async () => {
    const repository = await BookRepository.open(newFile(), first);
    const [refused, added] = await Promise.allSettled([
      repository.add({ ...emma, isbn: '9780141182803' }),
      repository.add(emma),
    ]);
    assert.equal(refused.status, 'rejected');
    assert.equal(added.status, 'fulfilled');
  });

  for (const text of [
    '',
    '{"nextId":1,"books":[',
    'null',
    '[]',
    '{"nextId":0,"books":[]}',
    '{"nextId":2,"books":[{}]}',
  ]) {
    test(`is refused when it holds ${JSON.stringify(text)}`, async () => {
      const file = newFile();
      await writeFile(file, text);
      await assert.rejects(BookRepository.open(file), (error) => {
        assert.ok(error instanceof StorageError);
        assert.match(error.message, /is not a file of this bookstore/);
        return true;
      });
      assert.equal(await readFile(file, 'utf8'), text);
    });
  }
});
