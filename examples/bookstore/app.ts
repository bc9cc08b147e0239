// The HTTP side of the bookstore: routes over a repository, and its errors as problem documents.
import { ConflictError, createApp, NotFoundError, ServiceUnavailableError } from 'nexurejs';

import { page, pagePolicy } from './page.ts';
import { DuplicateIsbnError, StorageError } from './repository.ts';
import { parseBook, parseChange, parseId, parseListQuery } from './validation.ts';

import type { AppOptions, Nexure } from 'nexurejs';
import type { Book, BookRepository } from './repository.ts';
import type { ListQuery } from './validation.ts';

/** Makes the application of a repository. */
export function createBookstore(repository: BookRepository, options?: AppOptions): Nexure {
  const app = createApp(options);

  app.get('/', (ctx) => ctx.response.set('Content-Security-Policy', pagePolicy).html(page));

  app.get('/books', (ctx) => listOf(repository.all(), parseListQuery(ctx.query)));

  app.post('/books', async (ctx) => {
    const book = await stored(repository.add(parseBook(ctx.body)));
    ctx.response.status(201).set('Location', `/books/${book.id}`);
    return book;
  });

  app.get('/books/:id', (ctx) => found(ctx.params.id, repository.get(parseId(ctx.params.id) ?? 0)));

  app.put('/books/:id', async (ctx) => {
    const data = parseBook(ctx.body);
    return found(ctx.params.id, await stored(repository.update(parseId(ctx.params.id) ?? 0, () => data)));
  });

  app.patch('/books/:id', async (ctx) => {
    const change = parseChange(ctx.body);
    return found(ctx.params.id, await stored(repository.update(parseId(ctx.params.id) ?? 0, change)));
  });

  app.delete('/books/:id', async (ctx) => {
    if (!(await stored(repository.remove(parseId(ctx.params.id) ?? 0)))) throw noBook(ctx.params.id);
  });

  return app;
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
