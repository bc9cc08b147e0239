// `app.request()`: a request through the same parser and the same tables as any other, without a socket.
import { NexureError } from '../errors/nexure-error.ts';

import type { MemoryDriver } from './memory-driver.ts';

/** What `app.request()` takes beside the path: `RequestInit`, and `json` for a JSON body. */
export interface InjectInit {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Headers | Record<string, string> | readonly (readonly [string, string])[];
  /** Text or bytes. */
  readonly body?: string | Uint8Array | null;
  /** A value that is sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Ends the connection when it aborts. */
  readonly signal?: AbortSignal;
}

const CRLF = '\r\n';

/** Sends a request to a driver and resolves with the answer. */
export async function inject(driver: MemoryDriver, target: string, init: InjectInit): Promise<Response> {
  const { signal } = init;
  signal?.throwIfAborted();
  const method = String(init.method ?? 'GET').toUpperCase();
  const bytes = requestBytes(method, target, init);
  return await new Promise<Response>((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    let settled = false;
    const finish = (act: () => void): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', onAbort);
      connection?.close();
      act();
    };
    const onAbort = (): void => finish(() => reject(signal?.reason as Error));
    const take = (ended: boolean): void => {
      const answer = parseAnswer(received, method === 'HEAD');
      if (answer !== undefined) finish(() => resolve(answer));
      else if (ended) {
        finish(() =>
          reject(
            new NexureError(
              'ERR_NEXURE_REQUEST_ABORTED',
              `the connection of ${method} ${target} ended without an answer`,
            ),
          ),
        );
      }
    };
    const connection = driver.open({
      send: (chunk, sent) => {
        received = received.length === 0 ? Buffer.from(chunk) : Buffer.concat([received, chunk]);
        sent();
        take(false);
      },
      read: () => undefined,
      end: () => take(true),
      close: () => take(true),
      abort: () => take(true),
    });
    if (connection === undefined) {
      finish(() => reject(new NexureError('ERR_NEXURE_REQUEST_ABORTED', 'there are too many connections')));
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    connection.receive(bytes);
  });
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_REQUEST_INVALID', message);
}

/** The path with its query, and the host, of a target. */
function locate(target: string): { path: string; host: string } {
  if (target.startsWith('/')) {
    // As a browser would: no fragment, and what cannot stand in a request line is escaped. Escapes that are there stay.
    const [path = ''] = target.toWellFormed().split('#', 1);
    return { path: path.replace(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part)), host: 'localhost' };
  }
  if (!URL.canParse(target)) throw invalid(`${JSON.stringify(target)} is neither a path nor a URL`);
  const url = new URL(target);
  return { path: url.pathname + url.search, host: url.host };
}

function requestBytes(method: string, target: string, init: InjectInit): Uint8Array {
  if (!TOKEN.test(method)) throw invalid(`${JSON.stringify(method)} is not a method`);
  const { path, host } = locate(target);
  const headers = new Headers(init.headers as Record<string, string> | undefined);
  let body = init.body ?? undefined;
  if (init.json !== undefined) {
    if (body !== undefined)
      throw new NexureError('ERR_NEXURE_REQUEST_INVALID', 'a request has a body or json, not both');
    body = JSON.stringify(init.json);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  }
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw invalid('a body is text or bytes');
  }
  if (typeof body === 'string' && !headers.has('content-type'))
    headers.set('content-type', 'text/plain; charset=utf-8');
  if (!headers.has('host')) headers.set('host', host);
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const told = headers.get('content-length');
  if (told !== null && told !== String(content?.byteLength ?? 0))
    throw invalid('content-length is not that of the body');
  const sendsLength = content !== undefined && !headers.has('content-length') && !headers.has('transfer-encoding');
  if (sendsLength) headers.set('content-length', String(content.byteLength));
  let head = `${method} ${path} HTTP/1.1${CRLF}`;
  for (const [name, value] of headers) head += `${name}: ${value}${CRLF}`;
  const start = Buffer.from(head + CRLF, 'latin1');
  return content === undefined ? start : Buffer.concat([start, content]);
}

/** Parses an answer of our own core; `undefined` while it is incomplete. */
function parseAnswer(bytes: Buffer, isHead: boolean): Response | undefined {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(CRLF + CRLF, start);
    if (end === -1) return undefined;
    const [statusLine = '', ...lines] = bytes.toString('latin1', start, end).split(CRLF);
    const status = Number(statusLine.slice(9, 12));
    start = end + 4;
    // Interim answers go before the final one.
    if (status < 200) continue;
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const empty = isHead || status === 204 || status === 205 || status === 304;
    const length = empty ? 0 : Number(headers.get('content-length') ?? 0);
    if (bytes.length < start + length) return undefined;
    const content =
      status === 204 || status === 205 || status === 304 ? null : new Uint8Array(bytes.subarray(start, start + length));
    return new Response(content, { status, statusText: statusLine.slice(13), headers });
  }
}
