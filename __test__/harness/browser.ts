// A real browser, where there is one: Chromium without a window, driven by its DevTools protocol over two pipes, so that no
// port and no package is needed. `CHROMIUM` names one that is not found by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Readable, Writable } from 'node:stream';

type Json = Record<string, unknown>;

/** Where Chromium is; `undefined` where there is none. */
export const chromium: string | undefined = find();

function find(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** A page, and what it has asked for and complained of. */
export interface Page {
  /** Runs an expression in the page, and gives its value. Promises are awaited. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Sends a command of the DevTools protocol. */
  send(method: string, params?: Json): Promise<Json>;
  /** The URLs of all requests. */
  readonly requests: readonly string[];
  /** Errors of scripts, and what the policy has refused. */
  readonly complaints: readonly string[];
}

/** Opens a URL, and closes the browser when `use` is done. */
export async function withPage(url: string, use: (page: Page) => Promise<void>): Promise<void> {
  assert.ok(chromium !== undefined);
  const profile = await mkdtemp(join(tmpdir(), 'nexure-chromium-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const args = [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(chromium, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  try {
    const connection = new Connection(child.stdio[3] as Writable, child.stdio[4] as Readable);
    const { targetInfos } = (await connection.send('Target.getTargets')) as { targetInfos: Json[] };
    const targetId = targetInfos.find(({ type }) => type === 'page')?.['targetId'];
    const { sessionId } = (await connection.send('Target.attachToTarget', { targetId, flatten: true })) as Json;
    const page = new OpenPage(connection, String(sessionId));
    for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'Audits']) await page.send(`${domain}.enable`);
    const loaded = connection.next('Page.loadEventFired');
    await page.send('Page.navigate', { url });
    await loaded;
    await use(page);
  } finally {
    child.kill('SIGKILL');
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Commands and events as JSON texts with a zero byte behind each. */
class Connection {
  readonly #output: Writable;
  readonly #pending = new Map<number, { resolve: (result: Json) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<(method: string, params: Json) => void>();
  #text = '';
  #last = 0;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => {
      const texts = (this.#text + chunk).split('\0');
      this.#text = texts.pop() ?? '';
      for (const text of texts) this.#receive(JSON.parse(text) as Json);
    });
  }

  #receive({ id, method, params, result, error }: Json): void {
    if (typeof id !== 'number') {
      for (const listener of this.#listeners) listener(String(method), params as Json);
      return;
    }
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) waiting?.resolve(result as Json);
    else waiting?.reject(new Error(JSON.stringify(error)));
  }

  async send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Json>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answered;
  }

  on(listener: (method: string, params: Json) => void): void {
    this.#listeners.add(listener);
  }

  next(wanted: string): Promise<Json> {
    return new Promise((resolve) => {
      const listener = (method: string, params: Json): void => {
        if (method !== wanted) return;
        this.#listeners.delete(listener);
        resolve(params);
      };
      this.#listeners.add(listener);
    });
  }
}

class OpenPage implements Page {
  readonly requests: string[] = [];
  readonly complaints: string[] = [];
  readonly #connection: Connection;
  readonly #session: string;

  constructor(connection: Connection, session: string) {
    this.#connection = connection;
    this.#session = session;
    connection.on((method, params) => {
      if (method === 'Network.requestWillBeSent') this.requests.push(String((params['request'] as Json)['url']));
      if (method === 'Runtime.exceptionThrown' || method === 'Audits.issueAdded') {
        this.complaints.push(JSON.stringify(params));
      }
      if (method === 'Log.entryAdded' && (params['entry'] as Json)['source'] === 'security') {
        this.complaints.push(JSON.stringify(params));
      }
    });
  }

  async send(method: string, params?: Json): Promise<Json> {
    return this.#connection.send(method, params, this.#session);
  }

  async evaluate<Value>(expression: string): Promise<Value> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', options)) as {
      result: { value: Value };
      exceptionDetails?: Json;
    };
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }
}
