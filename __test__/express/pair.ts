// The same middleware in an Express 5 application and in ours, both listening: what one answers the other must answer.
import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';

import express from 'express';

import { createApp } from '../../js/index.ts';

import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Express } from 'express';
import type { AppOptions, Nexure } from '../../js/index.ts';

/** A request in parts. */
export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer in parts. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  text(): string;
  json(): unknown;
}

/** Sends a request over a connection of its own. */
export function ask(port: number, { path = '/', method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: whole,
          text: () => whole.toString(),
          json: () => JSON.parse(whole.toString()) as unknown,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Listens with ours; stopped behind the test. */
export async function ours(
  t: TestContext,
  declare: (app: Nexure) => unknown,
  options: AppOptions = {},
): Promise<number> {
  const app = createApp({ logger: false, ...options });
  declare(app);
  const { port } = await app.start({ port: 0, host: '127.0.0.1' });
  t.after(() => app.stop({ timeoutMs: 0 }));
  return port;
}

/** Listens with Express; closed behind the test. */
export async function theirs(t: TestContext, declare: (app: Express) => unknown): Promise<number> {
  const app = express();
  app.disable('x-powered-by');
  // Its own error handler prints.
  app.set('env', 'test');
  declare(app);
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Fields that belong to the server, not to the application. */
const SERVER = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

/** What of two answers is compared. */
export interface Comparison {
  /** Fields that differ by nature. */
  readonly except?: readonly string[];
  /** Makes texts equal that differ by nature, such as identifiers. */
  readonly blur?: (text: string) => string;
  /** Whether the bodies are compared; default `true`. */
  readonly body?: boolean;
}

/** Asserts that two answers are the same. */
export function same(
  actual: Answered,
  expected: Answered,
  what: string,
  { except = [], blur = (text) => text, body = true }: Comparison = {},
): void {
  const fieldsOf = ({ headers, status }: Answered): Record<string, string> =>
    Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !SERVER.has(name) && !except.includes(name))
        // RFC 9110 §8.6: none with 204, which Node lets pass.
        .filter(([name]) => status !== 204 || name !== 'content-length')
        .map(([name, value]) => [name, blur(String(value))])
        .sort(([left], [right]) => ((left as string) < (right as string) ? -1 : 1)),
    );
  assert.equal(actual.status, expected.status, `status of ${what}: ${actual.text().slice(0, 200)}`);
  assert.deepEqual(fieldsOf(actual), fieldsOf(expected), `fields of ${what}`);
  if (body) assert.equal(blur(actual.text()), blur(expected.text()), `body of ${what}`);
}

/** Asks both the same, and asserts that they answer the same; gives our answers. */
export async function compare(
  [our, their]: readonly [our: number, their: number],
  requests: readonly Asked[],
  comparison: Comparison = {},
): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const asked of requests) {
    const [actual, expected] = await Promise.all([ask(our, asked), ask(their, asked)]);
    same(
      actual,
      expected,
      `${asked.method ?? 'GET'} ${asked.path ?? '/'} ${JSON.stringify(asked.headers ?? {})}`,
      comparison,
    );
    answers.push(actual);
  }
  return answers;
}
