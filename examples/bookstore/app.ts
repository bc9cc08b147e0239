// The HTTP side of the bookstore: routes over a repository, and its errors as problem documents.
import { once } from 'node:events';
import { dirname, join } from 'node:path';

import { ConflictError, createApp, NotFoundError, ServiceUnavailableError } from 'nexurejs';

import { Covers } from './covers.ts';
import { page, pagePolicy } from './page.ts';
import { DuplicateIsbnError, StorageError } from './repository.ts';
import { parseBook, parseChange, parseId, parseListQuery } from './validation.ts';

import type { AppOptions, Nexure, ServerEvent } from 'nexurejs';
import type { Book, BookRepository } from './repository.ts';
import type { ListQuery } from './validation.ts';

/** How many may watch at once: each is a request that runs, and the others need places, too. */
const MAX_WATCHERS = 1000;
/** The name of a cover never gets another content. */
const COVER_AGE_MS = 365 * 24 * 60 * 60 * 1000;

/** Makes the application of a repository; covers are kept beside its file. */
export function createBookstore(repository: BookRepository, options?: AppOptions): Nexure {
  const app = createApp(options);
  const covers = new Covers(join(dirname(repository.file), 'covers'));

  app.static('/covers', covers.folder, { maxAgeMs: COVER_AGE_MS, immutable: true });

  app.get('/', (ctx) => ctx.response.set('Content-Security-Policy', pagePolicy).html(page));

  app.get('/books.ndjson', (ctx) => {
    ctx.response.type('application/x-ndjson').set('Content-Disposition', 'attachment; filename="books.ndjson"');
    return linesOf(repository.all());
  });

  app.get('/changes', { concurrency: MAX_WATCHERS }, (ctx) => ctx.sse(({ signal }) => changesOf(repository, signal)));

  app.get('/books', (ctx) => listOf(repository.all(), parseListQuery(ctx.query)));

  app.post('/books', async (ctx) => {
    const book = await stored(repository.add(parseBook(ctx.body)));
    ctx.response.status(201).set('Location', `/books/${book.id}`);
    return book;
  });

  app.get('/books/:id', (ctx) => found(ctx.params.id, repository.get(parseId(ctx.params.id) ?? 0)));

  app.put('/books/:id', async (ctx) => {
    const data = parseBook(ctx.body);
    const replace = ({ cover }: Book): Omit<Book, 'id'> => (cover === undefined ? data : { ...data, cover });
    return found(ctx.params.id, await stored(repository.update(parseId(ctx.params.id) ?? 0, replace)));
  });

  app.patch('/books/:id', async (ctx) => {
    const change = parseChange(ctx.body);
    return found(ctx.params.id, await stored(repository.update(parseId(ctx.params.id) ?? 0, change)));
  });

  app.delete('/books/:id', async (ctx) => {
    const { cover } = found(ctx.params.id, await stored(repository.remove(parseId(ctx.params.id) ?? 0)));
    await covers.remove(cover);
  });

  app.put('/books/:id/cover', { maxBodyBytes: 2_100_000 }, async (ctx) => {
    const id = parseId(ctx.params.id) ?? 0;
    found(ctx.params.id, repository.get(id));
    const cover = await covers.save(ctx);
    let unused: string | undefined = cover;
    try {
      const change = (book: Book): Omit<Book, 'id'> => {
        unused = book.cover;
        return { ...book, cover };
      };
      return found(ctx.params.id, await stored(repository.update(id, change)));
    } catch (error) {
      unused = cover;
      throw error;
    } finally {
      await covers.remove(unused);
    }
  });

  return app;
}

/** A book per line, made when the client has taken those before. */
async function* linesOf(books: readonly Book[]): AsyncGenerator<string, void, undefined> {
  for (const book of books) yield `${JSON.stringify(book)}\n`;
}

/** An event at once and for every change; a client that is slow gets one for several. */
async function* changesOf(
  repository: BookRepository,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void, undefined> {
  for (let seen = -1; ;) {
    if (repository.version === seen) await once(repository.changes, 'change', { signal });
    seen = repository.version;
    yield { event: 'books', data: { total: repository.all().length } };
  }
}

/** A page of books, and how many there are. */
function listOf(books: Book[], query: ListQuery): Record<string, unknown> {
  const { q, author, sort, descending, page: number, limit } = query;
  const wanted = q.toLowerCase();
  const matches = books
    .filter((book) => author === undefined || book.author === author)
    .filter((book) => wanted === '' || `${book.title}\n${book.author}`.toLowerCase().includes(wanted))
    .sort((a, b) => (descending ? compare(b[sort], a[sort]) : compare(a[sort], b[sort])));
  const start = (number - 1) * limit;
  return {
    books: matches.slice(start, start + limit),
    total: matches.length,
    page: number,
    pages: Math.ceil(matches.length / limit),
  };
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en');
}

function found(id: string, book: Book | undefined): Book {
  if (book === undefined) throw noBook(id);
  return book;
}

function noBook(id: string): NotFoundError {
  return new NotFoundError(`There is no book ${id}.`, { code: 'BOOKSTORE_NOT_FOUND' });
}

/** Waits for a change, and tells what went wrong with it in the words of HTTP. */
async function stored<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
  } catch (cause) {
    if (cause instanceof DuplicateIsbnError) {
      throw new ConflictError(`Another book has the ISBN ${cause.isbn}.`, { code: 'BOOKSTORE_ISBN_TAKEN', cause });
    }
    if (cause instanceof StorageError) {
      throw new ServiceUnavailableError('The change could not be saved; nothing was changed.', {
        code: 'BOOKSTORE_STORAGE',
        headers: { 'Retry-After': '10' },
        cause,
      });
    }
    throw cause;
  }
}
