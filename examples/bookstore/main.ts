// The bookstore as a process: what `npm start` runs. Reads its environment, listens, and stops when it is told to.
import { fileURLToPath } from 'node:url';

import { createBookstore } from './app.ts';
import { BookRepository, StorageError } from './repository.ts';

import type { BookData } from './repository.ts';

/** A mistake in the environment; its message says all there is to say. */
class StartError extends Error {}

/** What a new bookstore has. */
const FIRST_BOOKS: readonly BookData[] = [
  { title: 'Middlemarch', author: 'George Eliot', year: 1871, price: 1299, isbn: '9780141439549' },
  { title: 'The Left Hand of Darkness', author: 'Ursula K. Le Guin', year: 1969, price: 1099, isbn: '9780441478125' },
  { title: 'Things Fall Apart', author: 'Chinua Achebe', year: 1958, price: 999 },
  { title: 'The Master and Margarita', author: 'Mikhail Bulgakov', year: 1967, price: 1199 },
  { title: 'Don Quixote', author: 'Miguel de Cervantes', year: 1605, price: 1499 },
];

const file = process.env['BOOKSTORE_FILE'] || fileURLToPath(new URL('data.json', import.meta.url));
const host = process.env['HOST'] || '127.0.0.1';

try {
  const port = portOf(process.env['PORT'] || '3000');
  // The first signal lets every request under way be answered, the second ends the process at once.
  const app = createBookstore(await BookRepository.open(file, FIRST_BOOKS), { signals: true });
  const { url } = await app.start({ port, host });
  console.log(`Bookstore on ${url} (Ctrl-C stops it), books in ${file}; ${url}/docs describes it

  curl '${url}/books?sort=-year&limit=2'
  curl ${url}/books/1
  curl ${url}/books -H 'Content-Type: application/json' -d '{"title":"Ficciones","author":"J. L. Borges","year":1944,"price":1050}'
`);
} catch (error) {
  const message = messageOf(error);
  if (message === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StartError(`PORT must be a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

/** The line for an error that its reader can mend; `undefined` for one that is ours. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message;
  if (error instanceof StorageError) {
    return `${error.message}\nMove the file away, or name another: BOOKSTORE_FILE=books.json npm start`;
  }
  const { code, syscall, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    const { port = 3000 } = error as { port?: number };
    return `Port ${port} is in use. Stop the other program, or choose another port: PORT=${port + 1} npm start`;
  }
  return syscall === undefined ? undefined : `The bookstore cannot start: ${message}`;
}
