// The bookstore as a process: what it prints, how it refuses to start, and how it stops.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { BookRepository } from './repository.ts';

import type { ChildProcess } from 'node:child_process';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
let files = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookstore-process-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** A file that no other test uses. */
function newFile(): string {
  files += 1;
  return join(folder, `books-${files}.json`);
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

/** Starts the process; `port` is 0 when it ended before it listened. */
async function startProcess(env: NodeJS.ProcessEnv): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  const listening = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const port = /Bookstore on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
  return { child, ended, port: await Promise.race([listening, ended.then(() => 0)]) };
}

const noSignals = process.platform === 'win32' && 'Windows has no SIGTERM that a process could handle';

describe('the bookstore as a process', () => {
  test('prints its URL and three lines to try', { skip: noSignals }, async () => {
    const file = newFile();
    const { child, port, ended } = await startProcess({ BOOKSTORE_FILE: file });
    assert.equal((await fetch(`http://127.0.0.1:${port}/books`)).status, 200);
    child.kill('SIGINT');
    const { code, output } = await ended;
    assert.equal(code, 0);
    assert.equal(output.match(/^ {2}curl /gm)?.length, 3);
    assert.ok(output.includes(file));
  });

  test('ends with one line and exit code 1 when its port is in use', { skip: noSignals }, async () => {
    const { child, port, ended } = await startProcess({ BOOKSTORE_FILE: newFile() });
    const second = await startProcess({ BOOKSTORE_FILE: newFile(), PORT: String(port) });
    const { code, output } = await second.ended;
    assert.equal(code, 1);
    assert.match(output, new RegExp(`^Port ${port} is in use\\. .*PORT=${port + 1}.*\n$`));
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
  });

  test('ends with a clear message and exit code 1 when its file is corrupt, and leaves the file alone', async () => {
    const file = newFile();
    await writeFile(file, '{"nextId":');
    const { ended } = await startProcess({ BOOKSTORE_FILE: file });
    const { code, output } = await ended;
    assert.equal(code, 1);
    assert.ok(output.startsWith(`${file} is not a file of this bookstore: `), output);
    assert.equal(output.trimEnd().split('\n').length, 2);
    assert.equal(await readFile(file, 'utf8'), '{"nextId":');
  });

  test('refuses a PORT that is none', async () => {
    const { ended } = await startProcess({ BOOKSTORE_FILE: newFile(), PORT: '80a' });
    const { code, output } = await ended;
    assert.equal(code, 1);
    assert.equal(output, 'PORT must be a number from 0 to 65535, not "80a"\n');
  });

  test('ends at once on a second signal', { skip: noSignals }, async () => {
    const { child, port, ended } = await startProcess({ BOOKSTORE_FILE: newFile() });
    // A request whose body never comes keeps the process waiting.
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /books HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
    await (await fetch(`http://127.0.0.1:${port}/books`)).text();
    child.kill('SIGTERM');
    while (!(await isRefused(port)));
    assert.equal(child.exitCode, null);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 143);
    socket.destroy();
  });

  test('answers every request under way on SIGTERM, saves it, and exits 0', { skip: noSignals }, async () => {
    const file = newFile();
    await writeFile(file, '{"nextId":1,"books":[]}');
    const { child, port, ended } = await startProcess({ BOOKSTORE_FILE: file });
    const clients = Array.from({ length: 24 }, (_, number) => new Client(port, number));
    await Promise.all(clients.map((client) => client.answered(5)));
    child.kill('SIGTERM');
    await Promise.all(clients.map((client) => client.closed));
    const { code, output } = await ended;
    assert.equal(code, 0, output);
    for (const client of clients) assert.equal(client.answers, client.requests, 'a request has no answer');
    const answers = clients.reduce((sum, client) => sum + client.answers, 0);
    const books = (await BookRepository.open(file)).all();
    assert.equal(books.length, answers);
    assert.equal(new Set(books.map(({ title }) => title)).size, answers);
  });
});

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

/** Sends one POST after the other on one connection until the server ends it, and counts. */
class Client {
  requests = 0;
  answers = 0;
  readonly closed: Promise<void>;
  readonly #socket: ReturnType<typeof connect>;
  readonly #number: number;
  #received = '';

  constructor(port: number, number: number) {
    this.#number = number;
    this.#socket = connect(port, '127.0.0.1', () => this.#send());
    this.#socket.setEncoding('latin1').on('data', (text) => this.#receive(String(text)));
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  /** Waits for so many answers. */
  async answered(count: number): Promise<void> {
    while (this.answers < count) await once(this.#socket, 'data');
  }

  #send(): void {
    const body = JSON.stringify({ title: `Book ${this.#number}.${this.requests}`, author: 'A', year: 2000, price: 1 });
    this.requests += 1;
    this.#socket.write(
      `POST /books HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  #receive(text: string): void {
    this.#received += text;
    const head = /^HTTP\/1\.1 201 [^]*?Content-Length: (\d+)[^]*?\r\n\r\n/.exec(this.#received);
    if (head === null || this.#received.length < head[0].length + Number(head[1])) return;
    this.#received = '';
    this.answers += 1;
    // A client that is told that the connection ends sends nothing more on it.
    if (/\r\nConnection: close\r\n/i.test(head[0])) this.#socket.end();
    else this.#send();
  }
}
