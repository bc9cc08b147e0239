// The HTTP side of the bookstore: routes over a repository, and its errors as problem documents.
import { once } from 'node:events';
import { dirname, join } from 'node:path';

import { ConflictError, createApp, NotFoundError, ServiceUnavailableError } from 'nexurejs';

import { Covers } from './covers.ts';
import { page, pagePolicy } from './page.ts';
import { DuplicateIsbnError, StorageError } from './repository.ts';
import { book, bookChange, bookList, changed, listQuery, newBook } from './schemas.ts';

import type { AppOptions, Nexure, ServerEvent } from 'nexurejs';
import type { Infer } from 'nexurejs/schema';
import type { Book, BookRepository } from './repository.ts';
import type { ListQuery } from './schemas.ts';

/** How many may watch at once: each is a request that runs, and the others need places, too. */
const MAX_WATCHERS = 1000;
/** The name of a cover never gets another content. */
const COVER_AGE_MS = 365 * 24 * 60 * 60 * 1000;

/** What the OpenAPI document says beside what routes declare; it is served at `/openapi.json`, and for people at `/docs`. */
const openapi = {
  info: { title: 'Bookstore', version: '1.0.0', description: 'Books, with their covers, in one file.' },
  tags: [{ name: 'books' }, { name: 'streams', description: 'What is sent piece by piece.' }],
};

/** What is said of routes more than once. */
const MISSING = { 404: 'There is no such book.' };
const TAKEN = { 409: 'Another book has this ISBN.' };

/** Makes the application of a repository; covers are kept beside its file. */
export function createBookstore(repository: BookRepository, options?: AppOptions): Nexure {
  // Whoever sends a book with mistakes is told all of them.
  const app = createApp({ openapi, validation: { maxErrors: 100 }, ...options });
  const covers = new Covers(join(dirname(repository.file), 'covers'));

  app.static('/covers', covers.folder, { maxAgeMs: COVER_AGE_MS, immutable: true });

  app.get('/', { openapi: false }, (ctx) => ctx.response.set('Content-Security-Policy', pagePolicy).html(page));

  app.get(
    '/books.ndjson',
    {
      openapi: {
        summary: 'All books, one per line',
        tags: ['streams'],
        responses: { 200: { content: { 'application/x-ndjson': { schema: { type: 'string' } } } } },
      },
    },
    (ctx) => {
      ctx.response.type('application/x-ndjson').set('Content-Disposition', 'attachment; filename="books.ndjson"');
      return linesOf(repository.all());
    },
  );

  app.get(
    '/changes',
    {
      concurrency: MAX_WATCHERS,
      openapi: {
        summary: 'An event at once and whenever the books have changed',
        tags: ['streams'],
        responses: { 200: { content: { 'text/event-stream': { schema: { type: 'string' } } } } },
      },
    },
    (ctx) => ctx.sse(({ signal }) => changesOf(repository, signal)),
  );

  app.get(
    '/books',
    {
      schema: { query: listQuery, response: { 200: bookList } },
      openapi: { summary: 'Finds books', tags: ['books'] },
    },
    (ctx) => listOf(repository.all(), ctx.query),
  );

  app.post(
    '/books',
    {
      schema: { body: newBook, response: { 201: book } },
      openapi: {
        summary: 'Adds a book',
        tags: ['books'],
        responses: { 201: { headers: { Location: { schema: { type: 'string' } } } }, ...TAKEN },
      },
    },
    async (ctx) => {
      const added = await stored(repository.add(ctx.body));
      ctx.response.status(201).set('Location', `/books/${added.id}`);
      return added;
    },
  );

  app.get(
    '/books/:id(int)',
    { schema: { response: { 200: book } }, openapi: { summary: 'A book', tags: ['books'], responses: MISSING } },
    (ctx) => found(ctx.params.id, repository.get(ctx.params.id)),
  );

  app.put(
    '/books/:id(int)',
    {
      schema: { body: newBook, response: { 200: book } },
      openapi: { summary: 'Replaces a book', tags: ['books'], responses: { ...MISSING, ...TAKEN } },
    },
    async (ctx) => {
      const data = ctx.body;
      const replace = ({ cover }: Book): Omit<Book, 'id'> => (cover === undefined ? data : { ...data, cover });
      return found(ctx.params.id, await stored(repository.update(ctx.params.id, replace)));
    },
  );

  app.patch(
    '/books/:id(int)',
    {
      schema: { body: bookChange, response: { 200: book } },
      openapi: { summary: 'Changes a book', tags: ['books'], responses: { ...MISSING, ...TAKEN } },
    },
    async (ctx) => {
      const { id } = ctx.params;
      return found(id, await stored(repository.update(id, (before) => changed(before, ctx.body))));
    },
  );

  app.delete(
    '/books/:id(int)',
    { openapi: { summary: 'Removes a book', tags: ['books'], responses: { 204: 'It is gone.', ...MISSING } } },
    async (ctx) => {
      const { cover } = found(ctx.params.id, await stored(repository.remove(ctx.params.id)));
      await covers.remove(cover);
    },
  );

  app.put(
    '/books/:id(int)/cover',
    {
      maxBodyBytes: 2_100_000,
      schema: { response: { 200: book } },
      openapi: {
        summary: 'Gives a book another cover',
        tags: ['books'],
        requestBody: {
          description: 'A PNG or JPEG, named so.',
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: { cover: { type: 'string', contentMediaType: 'image/*' } },
                required: ['cover'],
              },
            },
          },
        },
        responses: MISSING,
      },
    },
    async (ctx) => {
      const { id } = ctx.params;
      found(id, repository.get(id));
      const cover = await covers.save(ctx);
      let unused: string | undefined = cover;
      try {
        const change = (before: Book): Omit<Book, 'id'> => {
          unused = before.cover;
          return { ...before, cover };
        };
        return found(id, await stored(repository.update(id, change)));
      } catch (error) {
        unused = cover;
        throw error;
      } finally {
        await covers.remove(unused);
      }
    },
  );

  return app;
}

/** A book per line, made when the client has taken those before. */
async function* linesOf(books: readonly Book[]): AsyncGenerator<string, void, undefined> {
  for (const one of books) yield `${JSON.stringify(one)}\n`;
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
function listOf(books: Book[], { q, author, sort, page: number, limit }: ListQuery): Infer<typeof bookList> {
  const wanted = q.toLowerCase();
  const isDescending = sort.startsWith('-');
  const field = sort.replace('-', '') as 'id' | 'title' | 'author' | 'year' | 'price';
  const matches = books
    .filter((one) => author === undefined || one.author === author)
    .filter((one) => wanted === '' || `${one.title}\n${one.author}`.toLowerCase().includes(wanted))
    .sort((a, b) => (isDescending ? compare(b[field], a[field]) : compare(a[field], b[field])));
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

function found(id: number, one: Book | undefined): Book {
  if (one === undefined) throw noBook(id);
  return one;
}

function noBook(id: number): NotFoundError {
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
