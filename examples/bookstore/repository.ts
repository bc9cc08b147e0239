// The books: in memory for reading, in one JSON file for the next start. Knows nothing of HTTP.
//
// A change is made on a copy, the copy is written to a temporary file, and only when that file has taken the place of
// the old one do readers see it. So a reader never sees what is not on disk, and a failed write changes nothing.
import { EventEmitter } from 'node:events';
import { open, readFile, rename, rm } from 'node:fs/promises';

/** What a client says about a book. */
export interface BookData {
  readonly title: string;
  readonly author: string;
  /** Year of the first edition. */
  readonly year: number;
  /** In cents. */
  readonly price: number;
  /** 13 digits; no two books have the same. */
  readonly isbn?: string;
}

/** A book. */
export interface Book extends BookData {
  readonly id: number;
  /** The name of the file with its cover. */
  readonly cover?: string;
}

/** The books cannot be read from or written to their file. */
export class StorageError extends Error {}

/** Another book has this ISBN. */
export class DuplicateIsbnError extends Error {
  readonly isbn: string;

  constructor(isbn: string) {
    super(`another book has the ISBN ${isbn}`);
    this.isbn = isbn;
  }
}

/** Replaces a file as a whole, or leaves it as it is and rejects. */
export type ReplaceFile = (file: string, text: string) => Promise<void>;

/** What is in the file. Identifiers are never given twice, so the next one is kept too. */
interface Stored {
  readonly nextId: number;
  readonly books: readonly Book[];
}

/** The books as a change finds and leaves them. */
interface Draft {
  nextId: number;
  readonly books: Map<number, Book>;
}

/** A change that waits to be written. */
interface Waiting {
  readonly apply: (draft: Draft) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The books of one file. A process opens it once. */
export class BookRepository {
  /** Emits `change` when readers see something new. */
  readonly changes: EventEmitter = new EventEmitter().setMaxListeners(0);
  readonly #file: string;
  readonly #replace: ReplaceFile;
  #books: ReadonlyMap<number, Book>;
  #nextId: number;
  #version = 0;
  #waiting: Waiting[] = [];
  #writing = false;

  private constructor(file: string, stored: Stored, replace: ReplaceFile) {
    this.#file = file;
    this.#replace = replace;
    this.#books = new Map(stored.books.map((book) => [book.id, book]));
    this.#nextId = stored.nextId;
  }

  /**
   * Opens the books of a file; one that does not exist yet begins with `first`. Rejects with a `StorageError` when the
   * file cannot be read or holds something else.
   */
  static async open(
    file: string,
    first: readonly BookData[] = [],
    replace: ReplaceFile = replaceFile,
  ): Promise<BookRepository> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new StorageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
      }
      const books = first.map((data, index) => ({ id: index + 1, ...data }));
      return new BookRepository(file, { nextId: books.length + 1, books }, replace);
    }
    return new BookRepository(file, parseStored(file, text), replace);
  }

  /** Where the books are kept. */
  get file(): string {
    return this.#file;
  }

  /** Differs whenever the books do. */
  get version(): number {
    return this.#version;
  }

  /** All books, in the order they were added. */
  all(): Book[] {
    return [...this.#books.values()];
  }

  get(id: number): Book | undefined {
    return this.#books.get(id);
  }

  /** Adds a book. */
  async add(data: BookData): Promise<Book> {
    return this.#change((draft) => {
      const book = { id: draft.nextId, ...data };
      checkIsbn(draft, book);
      draft.books.set(book.id, book);
      draft.nextId += 1;
      return book;
    });
  }

  /** Changes a book to what `change` makes of it; `undefined` when there is none. */
  async update(id: number, change: (book: Book) => Omit<Book, 'id'>): Promise<Book | undefined> {
    return this.#change((draft) => {
      const before = draft.books.get(id);
      if (before === undefined) return undefined;
      const book = { id, ...change(before) };
      checkIsbn(draft, book);
      draft.books.set(id, book);
      return book;
    });
  }

  /** Removes a book; gives what was removed. */
  async remove(id: number): Promise<Book | undefined> {
    return this.#change((draft) => {
      const book = draft.books.get(id);
      draft.books.delete(id);
      return book;
    });
  }

  #change<Result>(apply: (draft: Draft) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ apply, resolve: resolve as (result: unknown) => void, reject });
      if (!this.#writing) void this.#write();
    });
  }

  /** Writes what waits, all at once: changes that come while a write is under way share the next one. */
  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      const draft: Draft = { nextId: this.#nextId, books: new Map(this.#books) };
      const done = waiting.flatMap((one) => {
        try {
          return [{ one, result: one.apply(draft) }];
        } catch (error) {
          one.reject(error);
          return [];
        }
      });
      if (done.length === 0) continue;
      try {
        const stored: Stored = { nextId: draft.nextId, books: [...draft.books.values()] };
        await this.#replace(this.#file, `${JSON.stringify(stored, undefined, 1)}\n`);
        this.#books = draft.books;
        this.#nextId = draft.nextId;
        this.#version += 1;
        for (const { one, result } of done) one.resolve(result);
        this.changes.emit('change');
      } catch (cause) {
        const error = new StorageError(`${this.#file} cannot be written: ${(cause as Error).message}`, { cause });
        for (const { one } of done) one.reject(error);
      }
    }
    this.#writing = false;
  }
}

function checkIsbn(draft: Draft, book: Book): void {
  if (book.isbn === undefined) return;
  for (const other of draft.books.values()) {
    if (other.isbn === book.isbn && other.id !== book.id) throw new DuplicateIsbnError(book.isbn);
  }
}

/** Writes a temporary file and renames it: whoever reads the file finds the old text or the new one, never a part. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      // The name must not move before the bytes have arrived: a power cut would leave an empty file behind it.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

function parseStored(file: string, text: string): Stored {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StorageError(`${file} is not a file of this bookstore: ${(cause as Error).message}`, { cause });
  }
  const { nextId, books } = (value ?? {}) as Partial<Stored>;
  const isNumber = (id: unknown): boolean => Number.isSafeInteger(id) && (id as number) > 0;
  if (!isNumber(nextId) || !Array.isArray(books) || !books.every((book: Partial<Book> | null) => isNumber(book?.id))) {
    throw new StorageError(`${file} is not a file of this bookstore: it holds no list of books`);
  }
  return value as Stored;
}
