// Servers for tests, over each transport: the same claims hold for all of them.
import { once } from 'node:events';

import { createApp } from '../../js/index.ts';
import { answerOf } from './answers.ts';
import { RawClient } from './client.ts';
import { chunked } from './content.ts';

import type { AppOptions, ListenAddress, ListenOptions, Nexure } from '../../js/index.ts';
import type { TestContext } from 'node:test';
import type { Answer } from './answers.ts';

/** Transports with sockets. */
export const socketTransports = ['uv', 'portable'] as const;
/** All ways for a request to reach an application. */
export const transports = ['uv', 'portable', 'inject'] as const;

export type SocketTransport = (typeof socketTransports)[number];
export type AnyTransport = (typeof transports)[number];

/** A request in parts. */
export interface Parts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Sends the body in the chunked coding, in chunks of so many bytes. */
  readonly chunkBytes?: number;
}

/** An application that can be asked. */
export interface Asked {
  readonly app: Nexure;
  /** Sends a request and waits for its answer. */
  ask(target: string, parts?: Parts): Promise<Answer>;
}

/** An application that listens. */
export interface Served extends Asked {
  readonly address: ListenAddress;
  connect(): Promise<RawClient>;
}

export type Setup = (app: Nexure) => void;

/** Starts an application and stops it behind the test. */
export async function serve(
  t: TestContext,
  transport: SocketTransport,
  setup: Setup,
  options: AppOptions = {},
  listen: ListenOptions = { port: 0 },
): Promise<Served> {
  const app = createApp({ logger: false, ...options, transport });
  setup(app);
  const address = await app.start(listen);
  const clients = new Set<RawClient>();
  t.after(async () => {
    for (const client of clients) client.destroy();
    await app.stop({ timeoutMs: 0 });
  });
  const connect = async (): Promise<RawClient> => {
    const client = await connectTo(address);
    clients.add(client);
    client.socket.once('close', () => clients.delete(client));
    return client;
  };
  return {
    app,
    address,
    connect,
    ask: async (target, parts = {}) => {
      const client = await connect();
      client.write(requestBytes(target, parts));
      const answer = await client.answer(parts.method === 'HEAD');
      client.destroy();
      return answer;
    },
  };
}

/** An application behind any transport; `inject` needs no server. */
export async function open(
  t: TestContext,
  transport: AnyTransport,
  setup: Setup,
  options: AppOptions = {},
): Promise<Asked> {
  if (transport !== 'inject') return serve(t, transport, setup, options);
  const app = createApp({ logger: false, ...options });
  setup(app);
  return {
    app,
    ask: async (target, { method = 'GET', headers = {}, body, chunkBytes } = {}) => {
      const sent = body === undefined || chunkBytes === undefined ? body : inPieces(Buffer.from(body), chunkBytes);
      const response = await app.request(target, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
      const fields = new Map<string, string[]>();
      for (const [name, value] of response.headers) fields.set(name, [...(fields.get(name) ?? []), value]);
      return answerOf(response.status, fields, Buffer.from(await response.arrayBuffer()));
    },
  };
}

/** Connects to where an application listens. */
export function connectTo({ address, port, family }: ListenAddress): Promise<RawClient> {
  return RawClient.connect(family === 'path' ? { path: address } : { host: address, port });
}

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The bytes of a request; `Content-Length` is added for a body that is not in chunks. */
export function requestBytes(target: string, { method = 'GET', headers = {}, body, chunkBytes }: Parts = {}): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  let head = `${method} ${target} HTTP/1.1\r\nHost: test\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  if (content !== undefined && chunkBytes !== undefined) {
    return Buffer.concat([
      Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`, 'latin1'),
      chunked(content, chunkBytes),
    ]);
  }
  if (content !== undefined && !/^(content-length|transfer-encoding):/im.test(head)) {
    head += `Content-Length: ${content.byteLength}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), content ?? Buffer.alloc(0)]);
}

/** A promise to be settled from outside; what a handler returns that the test wants to decide about. */
export class Gate<T = void> {
  readonly promise: Promise<T>;
  open: (value: T) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** Waits for a turn of the loop to be over. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => resolve());
  });
}

/** Destroys a client and waits until it is closed. */
export async function leave(client: RawClient): Promise<void> {
  const closed = once(client.socket, 'close');
  client.destroy();
  await closed;
}

/** Waits until `read` is true, a turn of the loop at a time: for states that no event tells of. */
export async function eventually(what: string, read: () => boolean, patienceMs = 10_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!read()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${patienceMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
