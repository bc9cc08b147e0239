// What clients may send: checked by hand, all mistakes at once, each with the place where it is.
import { BadRequestError, UnprocessableEntityError, UnsupportedMediaTypeError } from 'nexurejs';

import type { QueryObject } from 'nexurejs';
import type { Book, BookData } from './repository.ts';

/** One thing that is wrong: a JSON pointer (RFC 6901) or the name of a query parameter, and a sentence. */
export interface Mistake {
  readonly at: string;
  readonly detail: string;
}

const SORT_FIELDS = ['id', 'title', 'author', 'year', 'price'] as const;

/** What `GET /books` asks for. */
export interface ListQuery {
  /** Text in title or author, in any case. */
  readonly q: string;
  readonly author: string | undefined;
  readonly sort: (typeof SORT_FIELDS)[number];
  readonly descending: boolean;
  readonly page: number;
  readonly limit: number;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200
    ? undefined
    : 'must be text of 1 to 200 characters';

const integer =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be an integer from ${least} to ${most}`;

const isbn: Check = (value) =>
  typeof value === 'string' && isIsbn(value)
    ? undefined
    : 'must be an ISBN-13: 13 digits, the last one its check digit';

/** The members of a book, with `true` for those it must have. */
const MEMBERS: Readonly<Record<keyof BookData, readonly [check: Check, required: boolean]>> = {
  title: [text, true],
  author: [text, true],
  year: [integer(-3000, 2100), true],
  price: [integer(0, 1_000_000), true],
  isbn: [isbn, false],
};

/** A whole book, for POST and PUT; throws a 415 or 422. */
export function parseBook(body: unknown): BookData {
  const members = objectOf(body);
  const mistakes = mistakesOf(members);
  for (const [name, [, required]] of Object.entries(MEMBERS)) {
    if (required && members[name] === undefined) mistakes.push({ at: `/${name}`, detail: 'is missing' });
  }
  return checked(members, mistakes);
}

/** What a PATCH changes, as RFC 7396 says: what is absent stays, `null` removes; throws a 415 or 422. */
export function parseChange(body: unknown): (book: Book) => BookData {
  const given = objectOf(body);
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const mistakes = mistakesOf(present);
  const removed = Object.keys(given).filter((name) => given[name] === null);
  for (const name of removed) {
    if (name !== 'isbn') mistakes.push({ at: `/${name}`, detail: 'cannot be removed' });
  }
  checked(present, mistakes);
  return (book) => {
    const members: Record<string, unknown> = { ...book, ...present };
    for (const name of ['id', ...removed]) delete members[name];
    return members as unknown as BookData;
  };
}

/** The query of `GET /books`; throws a 400. */
export function parseListQuery(query: QueryObject): ListQuery {
  const mistakes: Mistake[] = [];
  const known = ['q', 'author', 'sort', 'page', 'limit'];
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) mistakes.push({ at: name, detail: `is unknown; known are: ${known.join(', ')}` });
    else if (Array.isArray(query[name])) mistakes.push({ at: name, detail: 'is there more than once' });
  }
  const single = (name: string): string | undefined => {
    const value = query[name];
    return typeof value === 'string' ? value : undefined;
  };
  const count = (name: string, fallback: number, most: number): number => {
    const value = single(name);
    if (value === undefined) return fallback;
    const detail = integer(1, most)(/^\d{1,9}$/.test(value) ? Number(value) : undefined);
    if (detail !== undefined) mistakes.push({ at: name, detail });
    return Number(value);
  };
  const sortText = single('sort') ?? 'id';
  const descending = sortText.startsWith('-');
  const sort = SORT_FIELDS.find((field) => field === (descending ? sortText.slice(1) : sortText));
  if (sort === undefined) {
    mistakes.push({
      at: 'sort',
      detail: `must be one of ${SORT_FIELDS.join(', ')}, with a - in front to begin with the last`,
    });
  }
  const page = count('page', 1, 1_000_000);
  const limit = count('limit', 20, 100);
  if (mistakes.length > 0) {
    throw new BadRequestError('The query has mistakes.', { code: 'BOOKSTORE_QUERY', extensions: { errors: mistakes } });
  }
  return { q: single('q') ?? '', author: single('author'), sort: sort ?? 'id', descending, page, limit };
}

/** The number of a book in a path; `undefined` for anything that cannot be one. */
export function parseId(value: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}

function objectOf(body: unknown): Record<string, unknown> {
  if (body instanceof Uint8Array) throw new UnsupportedMediaTypeError('Send the book as application/json.');
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw invalid([{ at: '', detail: 'must be a JSON object' }]);
}

function mistakesOf(members: Record<string, unknown>): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [name, value] of Object.entries(members)) {
    const check = Object.hasOwn(MEMBERS, name) ? MEMBERS[name as keyof BookData][0] : undefined;
    const detail = check === undefined ? 'is not a member of a book' : check(value);
    if (detail !== undefined) mistakes.push({ at: `/${pointerOf(name)}`, detail });
  }
  return mistakes;
}

function checked(members: Record<string, unknown>, mistakes: readonly Mistake[]): BookData {
  if (mistakes.length > 0) throw invalid(mistakes);
  return members as unknown as BookData;
}

function invalid(mistakes: readonly Mistake[]): UnprocessableEntityError {
  return new UnprocessableEntityError('The book has mistakes.', {
    code: 'BOOKSTORE_BOOK',
    extensions: { errors: mistakes },
  });
}

function pointerOf(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isIsbn(value: string): boolean {
  if (!/^\d{13}$/.test(value)) return false;
  const sum = [...value].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
