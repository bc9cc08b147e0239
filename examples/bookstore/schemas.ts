// What clients may send, and what they get: requests are checked by these schemas before a handler runs, and the OpenAPI
// document shows them. A title that is the name of a type is the name of a component.
import { t } from 'nexurejs/schema';

import type { Infer } from 'nexurejs/schema';
import type { Book, BookData } from './repository.ts';

/** Some text that is not only white space, which is taken off at both ends. */
const text = t.string().trim().max(200).regex(/\S/);

const year = t
  .int()
  .min(-3000)
  .max(2100)
  .describe({ description: 'Of the first edition.', examples: [1944] });
const price = t
  .int()
  .min(0)
  .max(1_000_000)
  .describe({ description: 'In cents.', examples: [1050] });
const isbn = t
  .string()
  .regex(/^97[89]\d{10}$/)
  .describe('An ISBN-13; no two books have the same.');

/** The members of a book. */
const members = {
  title: text.describe({ examples: ['Ficciones'] }),
  author: text.describe({ examples: ['J. L. Borges'] }),
  year,
  price,
};

/** A whole book, for POST and PUT. */
export const newBook = t.object({ ...members, isbn: isbn.optional() }, { title: 'NewBook', unknown: 'refuse' });

/** What a PATCH changes, as RFC 7396 says: what is absent stays, `null` removes. */
export const bookChange = t.partial(
  t.object({ ...members, isbn: isbn.nullable() }, { title: 'BookChange', unknown: 'refuse' }),
);

/** A book as clients get it. */
export const book = t.object(
  {
    id: t.int().min(1),
    title: t.string(),
    author: t.string(),
    year,
    price,
    isbn: isbn.optional(),
    cover: t.string().describe('The name of its cover below `/covers`.').optional(),
  },
  { title: 'Book' },
);

/** The query of `GET /books`. */
export const listQuery = t.object(
  {
    q: t.string().describe('Text in title or author, in any case.').default(''),
    author: t.string().describe('The whole of it.').optional(),
    sort: t
      .enum(['id', 'title', 'author', 'year', 'price', '-id', '-title', '-author', '-year', '-price'])
      .describe('With a - in front to begin with the last.')
      .default('id'),
    page: t.int().min(1).max(1_000_000).default(1),
    limit: t.int().min(1).max(100).default(20),
  },
  { unknown: 'refuse' },
);

/** What `GET /books` asks for. */
export type ListQuery = Infer<typeof listQuery>;

/** A page of books. */
export const bookList = t.object(
  { books: t.array(book), total: t.int().min(0), page: t.int().min(1), pages: t.int().min(0) },
  { title: 'BookList' },
);

/** What a book becomes by a change. */
export function changed(before: Book, change: Infer<typeof bookChange>): BookData {
  const kept = Object.entries({ ...before, ...change }).filter(([name, value]) => name !== 'id' && value !== null);
  return Object.fromEntries(kept) as unknown as BookData;
}
