// The request of `app.request()`: its head as bytes, and its content as a source that is asked for more while the
// server takes it. Content types are those that `fetch` gives (Fetch Standard, "extract a body").
import { sourceOf } from '../answer-stream.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { bytesOf } from '../http/bytes.ts';

import type { Source } from '../answer-stream.ts';

/** Content that is sent in pieces, in the chunked coding unless a `Content-Length` is given. */
export type InjectStream = ReadableStream<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/** What a request can carry. */
export type InjectBody = string | ArrayBuffer | ArrayBufferView | Blob | FormData | URLSearchParams | InjectStream;

/** Where a request comes from that another server has taken; for those within the framework who hand it on. */
export const PEER: unique symbol = Symbol('nexure.peer');

/** The other end of a connection that another server has. */
export interface InjectPeer {
  readonly address: string | undefined;
  readonly isSecure: boolean;
}

/** What `app.request()` takes beside the path: `RequestInit`, and `json` for a JSON body. */
export interface InjectInit {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Headers | Record<string, string> | readonly (readonly [string, string])[];
  /** Has the content type that `fetch` would give it, unless `headers` say otherwise. */
  readonly body?: InjectBody | null;
  /** A value that is sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Ends the connection when it aborts. */
  readonly signal?: AbortSignal;
  /** @internal */ readonly [PEER]?: InjectPeer;
}

/** A request, ready to be sent. */
export interface OutgoingRequest {
  readonly method: string;
  /** For people. */
  readonly target: string;
  readonly head: Uint8Array;
  /** The content; `undefined` when there is none. */
  readonly content: Content | undefined;
}

/** The content of a request. */
export interface Content {
  readonly bytes: Uint8Array | Source;
  /** Bytes; `undefined` for a stream that nobody has counted. */
  readonly length: number | undefined;
  /** The type to be told; `undefined` for none. */
  readonly type: string | undefined;
}

const CRLF = '\r\n';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** An error that says what is wrong with a request. */
export function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_REQUEST_INVALID', message);
}

/** What is asked for: a web `Request` becomes a target and an init, of which what `init` says comes first. */
export function resolveTarget(
  target: string | URL | Request,
  init: InjectInit,
): { readonly target: string; readonly init: InjectInit } {
  if (typeof target === 'string') return { target, init };
  if (target instanceof URL) return { target: target.href, init };
  if (target.bodyUsed) throw invalid('the body of the Request has been read already');
  const { method, headers, body, signal, url } = target;
  return { target: url, init: { method, headers, signal, ...(init.json === undefined ? { body } : {}), ...init } };
}

/** A form as it is sent: its length is known before it is, as that of a browser's is. */
export async function encodeForm(form: FormData): Promise<Content> {
  const encoded = new Response(form);
  return whole(new Uint8Array(await encoded.arrayBuffer()), encoded.headers.get('content-type') ?? undefined);
}

/** Makes a request; `form` is the body of `init`, if that is one. Throws `ERR_NEXURE_REQUEST_INVALID` for what is none. */
export function outgoingRequest(target: string, init: InjectInit, form: Content | undefined): OutgoingRequest {
  const method = String(init.method ?? 'GET').toUpperCase();
  if (!TOKEN.test(method)) throw invalid(`${JSON.stringify(method)} is not a method`);
  const { path, host } = locate(target);
  const headers = new Headers(init.headers as Record<string, string> | undefined);
  if (headers.has('transfer-encoding')) throw invalid('transfer-encoding is chosen by the kind of the body');
  const content = contentOf(init, form);
  if (content?.type !== undefined && !headers.has('content-type')) headers.set('content-type', content.type);
  if (!headers.has('host')) headers.set('host', host);
  const told = headers.get('content-length');
  const isStream = content !== undefined && content.length === undefined;
  if (told !== null) {
    if (isStream ? !/^\d{1,15}$/.test(told) : told !== String(content?.length ?? 0)) {
      throw invalid('content-length is not that of the body');
    }
  } else if (isStream) headers.set('transfer-encoding', 'chunked');
  else if (content !== undefined) headers.set('content-length', String(content.length));
  let head = `${method} ${path} HTTP/1.1${CRLF}`;
  for (const [name, value] of headers) head += `${name}: ${value}${CRLF}`;
  return {
    method,
    target,
    head: Buffer.from(head + CRLF, 'latin1'),
    content: isStream && told !== null ? { ...content, length: Number(told) } : content,
  };
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

function contentOf({ body, json }: InjectInit, form: Content | undefined): Content | undefined {
  if (json !== undefined) {
    if (body !== undefined && body !== null) throw invalid('a request has a body or json, not both');
    const text = JSON.stringify(json) as string | undefined;
    if (text === undefined) throw invalid(`a ${typeof json} has no JSON form`);
    return whole(Buffer.from(text), 'application/json');
  }
  if (form !== undefined) return form;
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return whole(Buffer.from(body), 'text/plain; charset=utf-8');
  if (body instanceof URLSearchParams) {
    return whole(Buffer.from(body.toString()), 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  if (body instanceof Blob) {
    return { bytes: sourceOf(body.stream()), length: body.size, type: body.type === '' ? undefined : body.type };
  }
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return whole(pieceOf(body), undefined);
  if (body instanceof ReadableStream && body.locked) throw invalid('the stream of the body is read by somebody else');
  if (typeof body === 'object' && ('getReader' in body || Symbol.asyncIterator in body)) {
    return { bytes: sourceOf(body), length: undefined, type: undefined };
  }
  throw invalid('a body is text, bytes, a Blob, FormData, URLSearchParams or a stream of text or bytes');
}

function whole(bytes: Uint8Array, type: string | undefined): Content {
  return { bytes, length: bytes.byteLength, type };
}

/** A piece of a body as bytes. */
export function pieceOf(piece: unknown): Uint8Array {
  const bytes = bytesOf(piece);
  if (bytes === undefined) throw invalid('a stream of a request gives text or bytes');
  return bytes;
}
