// What clients may send, and what they get: the schemas that requests are checked by, and that the OpenAPI document shows.
import type { Book, BookData } from './repository.ts';

/** Some text that is not only white space, which is taken off at both ends. */
const text = { type: 'string', 'x-sanitize': ['trim'], minLength: 1, maxLength: 200, pattern: '\\S' };

/** The members of a book. */
const members = {
  title: { ...text, examples: ['Ficciones'] },
  author: { ...text, examples: ['J. L. Borges'] },
  year: { type: 'integer', minimum: -3000, maximum: 2100, description: 'Of the first edition.', examples: [1944] },
  price: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'In cents.', examples: [1050] },
  isbn: { type: 'string', pattern: '^97[89]\\d{10}$', description: 'An ISBN-13; no two books have the same.' },
} satisfies Record<keyof BookData, object>;

/** A whole book, for POST and PUT. */
export const newBook = {
  title: 'NewBook',
  type: 'object',
  properties: members,
  required: ['title', 'author', 'year', 'price'],
  additionalProperties: false,
};

/** What a PATCH changes, as RFC 7396 says: what is absent stays, `null` removes. */
export const bookChange = {
  title: 'BookChange',
  type: 'object',
  properties: { ...members, isbn: { ...members.isbn, type: ['string', 'null'] } },
  additionalProperties: false,
};

/** A book as clients get it. */
export const book = {
  title: 'Book',
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 1 },
    title: { type: 'string' },
    author: { type: 'string' },
    year: members.year,
    price: members.price,
    isbn: members.isbn,
    cover: { type: 'string', description: 'The name of its cover below `/covers`.' },
  } satisfies Record<keyof Book, object>,
  required: ['id', 'title', 'author', 'year', 'price'],
};

const SORT_FIELDS = ['id', 'title', 'author', 'year', 'price'] as const;

/** What `GET /books` asks for. */
export interface ListQuery {
  readonly q: string;
  readonly author?: string;
  readonly sort: (typeof SORT_FIELDS)[number] | `-${(typeof SORT_FIELDS)[number]}`;
  readonly page: number;
  readonly limit: number;
}

/** The query of `GET /books`. */
export const listQuery = {
  type: 'object',
  properties: {
    q: { type: 'string', default: '', description: 'Text in title or author, in any case.' },
    author: { type: 'string', description: 'The whole of it.' },
    sort: {
      enum: [...SORT_FIELDS, ...SORT_FIELDS.map((field) => `-${field}`)],
      default: 'id',
      description: 'With a - in front to begin with the last.',
    },
    page: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1 },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  } satisfies Record<keyof ListQuery, object>,
  additionalProperties: false,
};

/** A page of books. */
export const bookList = {
  title: 'BookList',
  type: 'object',
  properties: {
    books: { type: 'array', items: book },
    total: { type: 'integer', minimum: 0 },
    page: { type: 'integer', minimum: 1 },
    pages: { type: 'integer', minimum: 0 },
  },
  required: ['books', 'total', 'page', 'pages'],
};

/** What a book becomes by a change. */
export function changed(before: Book, change: Readonly<Record<string, unknown>>): BookData {
  const members = Object.entries({ ...before, ...change }).filter(([name, value]) => name !== 'id' && value !== null);
  return Object.fromEntries(members) as unknown as BookData;
}
