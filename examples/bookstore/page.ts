// The page at `/`: lists the books with what the API gives, and follows changes. It has no assets but covers.
import { createHash } from 'node:crypto';

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { margin-bottom: 0; }
  p { margin-top: 0.25rem; opacity: 0.8; }
  input { font: inherit; padding: 0.3rem 0.6rem; width: 100%; box-sizing: border-box; margin: 0.5rem 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: 0.4rem 0.6rem; border-bottom: 1px solid #8884; }
  th button { font: inherit; font-weight: bold; border: 0; background: none; color: inherit; padding: 0; cursor: pointer; }
  img { height: 3rem; vertical-align: middle; }
  .number { text-align: right; font-variant-numeric: tabular-nums; }
  #status { min-height: 1.5em; }
`;

const script = `
  const rows = document.querySelector('tbody');
  const status = document.querySelector('#status');
  let sort = 'title';
  let latest = 0;

  function cell(text, className) {
    const td = document.createElement('td');
    td.textContent = text;
    td.className = className;
    return td;
  }

  function coverOf(book) {
    const td = document.createElement('td');
    if (book.cover !== undefined) {
      const image = document.createElement('img');
      image.src = '/covers/' + book.cover;
      image.alt = '';
      td.append(image);
    }
    return td;
  }

  async function show() {
    const turn = (latest += 1);
    const query = new URLSearchParams({ q: document.querySelector('input').value, sort, limit: '100' });
    try {
      const answer = await fetch('/books?' + query);
      const { books, total, detail } = await answer.json();
      if (turn !== latest) return;
      if (!answer.ok) throw new Error(detail);
      rows.replaceChildren(...books.map((book) => {
        const row = document.createElement('tr');
        row.append(coverOf(book), cell(book.title, ''), cell(book.author, ''), cell(book.year, 'number'),
          cell((book.price / 100).toFixed(2), 'number'));
        return row;
      }));
      status.textContent = total === 1 ? '1 book' : total + ' books';
    } catch (error) {
      if (turn === latest) status.textContent = 'The books could not be loaded: ' + error.message;
    }
  }

  document.querySelector('input').addEventListener('input', show);
  for (const button of document.querySelectorAll('th button')) {
    button.addEventListener('click', () => {
      sort = sort === button.name ? '-' + button.name : button.name;
      show();
    });
  }
  show();
  // It comes back by itself when the connection is lost, and shows what has changed meanwhile.
  new EventSource('/changes').addEventListener('books', show);
`;

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The `Content-Security-Policy` of the page: its own style and script, requests to its own server, nothing else. */
export const pagePolicy: string = [
  "default-src 'none'",
  "connect-src 'self'",
  "img-src 'self' data:",
  `style-src ${digest(style)}`,
  `script-src ${digest(script)}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page. */
export const page: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bookstore</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<h1>Bookstore</h1>
<p>The same list as JSON: <a href="/books">/books</a>, <a href="/books.ndjson">line by line</a></p>
<input type="search" placeholder="Search in title and author" aria-label="Search">
<table>
<thead><tr>
<th aria-label="Cover"></th>
<th><button name="title">Title</button></th>
<th><button name="author">Author</button></th>
<th class="number"><button name="year">Year</button></th>
<th class="number"><button name="price">Price</button></th>
</tr></thead>
<tbody></tbody>
</table>
<p id="status" role="status"></p>
<script>${script}</script>
</body>
</html>
`;
