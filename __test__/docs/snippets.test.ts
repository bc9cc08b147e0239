// What README.md and docs/guide show is type-checked and run, so that it cannot go stale.
//
// Each ```ts block is a complete module. `ts run` is imported, `ts check` only type-checked (it needs a port, a
// certificate or a signal). Its comments say what is expected:
//   console.log(x); // -> text                          what is printed, in order; `console.info` is free
//   // GET /path -> 200 text                            what `app` answers; a body that ends with ` ...` is a beginning
//   // POST /path [name: value] body -> 201 [name: value]   header fields in brackets, any number of them
// Requests go over a socket when the block has started `app`, and through `app.request()` else. Port 3000 is run as 0.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';

import { generateRegistry } from '../../js/types-cli/generate.ts';
import { loadParser } from '../../js/types-cli/parser.ts';

import type { Nexure } from '../../js/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Snippet {
  /** File and line of the block, for people. */
  readonly place: string;
  readonly mode: string;
  readonly code: string;
  /** The module that is made of it. */
  readonly module: string;
}

interface Exchange {
  readonly line: string;
  readonly method: string;
  readonly path: string;
  readonly headers: [string, string][];
  readonly body: string | undefined;
  readonly status: number;
  readonly expectedHeaders: [string, string][];
  readonly expectedBody: string | undefined;
}

const FIELD = String.raw`\[([\w-]+): ([^\]]*)\]`;
const EXCHANGE = new RegExp(
  String.raw`^\s*// ((GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\S+)((?: ${FIELD})*)(?: (.+?))? -> (\d{3})((?: ${FIELD})*)(?: (.+))?)$`,
);
const PRINTED = /\/\/ -> (.*)$/;

const documents = [
  'README.md',
  ...(await readdir(join(root, 'docs/guide')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/guide/${name}`),
];
const snippets = (await Promise.all(documents.map(snippetsOf))).flat();

async function snippetsOf(document: string): Promise<Snippet[]> {
  const lines = (await readFile(join(root, document), 'utf8')).split(/\r?\n/);
  const found: Snippet[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const fence = /^\s*```(\w+)?(?: (.*))?$/.exec(lines[index] ?? '');
    if (fence === null) continue;
    const start = index + 1;
    for (index += 1; index < lines.length && lines[index]?.trim() !== '```';) index += 1;
    const [, language = '', mode = ''] = fence;
    if (!['ts', 'js', 'typescript', 'javascript'].includes(language)) continue;
    found.push({
      place: `${document}:${start}`,
      mode: `${language} ${mode}`,
      code: lines.slice(start, index).join('\n'),
      module: `${document.replaceAll(/\W/g, '-')}-${start}.ts`,
    });
  }
  return found;
}

/** The text of the module: the block, with port 0 for 3000, and with `app` exported where there is one. */
function moduleOf({ code }: Snippet): string {
  const exported = /^const app\b/m.test(code) ? 'export { app };' : 'export {};';
  return `${code.replaceAll(/\b3000\b/g, '0')}\n${exported}\n`;
}

function fieldsIn(text: string | undefined): [string, string][] {
  return [...(text ?? '').matchAll(new RegExp(FIELD, 'g'))].map(([, name = '', value = '']) => [name, value]);
}

function exchangesIn(code: string): Exchange[] {
  return code.split('\n').flatMap((text) => {
    const [, line, method, path, fields, , , body, status, expectedFields, , , expectedBody] =
      EXCHANGE.exec(text) ?? [];
    if (line === undefined || method === undefined || path === undefined) return [];
    const headers = fieldsIn(fields);
    return [
      {
        line,
        method,
        path,
        headers,
        body,
        status: Number(status),
        expectedHeaders: fieldsIn(expectedFields),
        expectedBody,
      },
    ];
  });
}

async function check(exchange: Exchange, app: Nexure): Promise<void> {
  const { line, method, path, body, status, expectedHeaders, expectedBody } = exchange;
  const headers = new Headers(exchange.headers);
  if (body !== undefined && !headers.has('content-type')) {
    headers.set('content-type', /^[[{"]/.test(body) ? 'application/json' : 'text/plain');
  }
  const url = app.address()?.url;
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const answer =
    url === undefined ? await app.request(path, init) : await fetch(`${url}${path}`, { ...init, redirect: 'manual' });
  const text = await answer.text();
  assert.equal(answer.status, status, `${line}: ${text}`);
  for (const [name, value] of expectedHeaders) assert.equal(answer.headers.get(name), value, line);
  if (expectedBody?.endsWith(' ...')) assert.ok(text.startsWith(expectedBody.slice(0, -4)), `${line}: ${text}`);
  else if (expectedBody !== undefined) assert.equal(text, expectedBody, line);
}

describe('the snippets of the documentation', () => {
  let folder = '';
  before(async () => {
    await mkdir(join(root, '.build'), { recursive: true });
    folder = await mkdtemp(join(root, '.build/snippets-'));
    await Promise.all(snippets.map((snippet) => writeFile(join(folder, snippet.module), moduleOf(snippet))));
    // Snippets with `body<T>()` find their schemas as in a project: by what `nexure types` writes.
    const registry = join(folder, 'nexure.types.json');
    const files = snippets.map(({ module }) => join(folder, module)).sort();
    const { text, problems } = generateRegistry(files, registry, await loadParser(root));
    assert.deepEqual(problems, []);
    await writeFile(registry, text);
    const compilerOptions = { rootDir: '../..', isolatedDeclarations: false, declaration: false };
    const project = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('say how they are run', () => {
    assert.ok(snippets.length > 0);
    for (const { place, mode } of snippets) assert.match(mode, /^ts (run|check)$/, place);
  });

  test('hold no expectation that would be overlooked', () => {
    for (const { place, code } of snippets) {
      for (const line of code.split('\n').filter((text) => /^\s*\/\/ [A-Z]+ \//.test(text))) {
        assert.match(line, EXCHANGE, place);
      }
    }
  });

  test('type-check', async () => {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
    const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { tsc: string } };
    const args = [join(dirname(manifest), bin.tsc), '--noEmit', '--pretty', 'false', '-p', folder];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
        resolve(error === null ? '' : stdout + stderr);
      });
    });
    assert.equal(output, '');
  });

  for (const snippet of snippets.filter(({ mode }) => mode === 'ts run')) {
    test(`${snippet.place} does what it says`, async (t) => {
      const printed: string[] = [];
      t.mock.method(console, 'log', (...values: unknown[]) => {
        printed.push(formatWithOptions({ breakLength: Infinity }, ...values));
      });
      t.mock.method(console, 'info', () => undefined);
      const reported = t.mock.method(console, 'error', () => undefined);
      const { app } = (await import(pathToFileURL(join(folder, snippet.module)).href)) as { app?: Nexure };
      try {
        for (const exchange of exchangesIn(snippet.code)) {
          assert.ok(app !== undefined, `${snippet.place} expects answers and has no app`);
          await check(exchange, app);
        }
      } finally {
        await app?.stop({ timeoutMs: 0 });
      }
      const expected = snippet.code.split('\n').flatMap((line) => PRINTED.exec(line)?.[1] ?? []);
      assert.deepEqual(printed, expected);
      const failures = exchangesIn(snippet.code).filter(({ status }) => status >= 500).length;
      assert.equal(reported.mock.callCount(), failures, 'what is answered with a 5xx, and nothing else, is reported');
    });
  }
});
