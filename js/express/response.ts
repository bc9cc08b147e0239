// The response that Express middleware gets: Node's own `ServerResponse`, with the methods of Express on top, so that
// middleware which answers by `res.json()` or `res.redirect()` can do so without an Express application.
import { createHash, createHmac } from 'node:crypto';
import { ServerResponse, STATUS_CODES } from 'node:http';
import { basename } from 'node:path';

import { NexureError } from '../errors/nexure-error.ts';
import { HttpError } from '../errors/http-error.ts';
import { attachment } from '../files/content-disposition.ts';
import { serializeCookie } from '../http/cookies.ts';
import { acceptedType, typeOf } from './negotiate.ts';
import { downloadArguments, sendFileTo } from './response-files.ts';

import type { IncomingMessage } from 'node:http';
import type { CookieOptions } from '../http/cookies.ts';
import type { DownloadArguments, FileCallback } from './response-files.ts';
import type { Tap } from './tap.ts';
import type { ExpressNext, ExpressRequest, ExpressResponse } from './types.ts';

/** A cookie's options as Express has them: `maxAge` is in milliseconds. */
interface ExpressCookieOptions extends CookieOptions {
  readonly signed?: boolean;
}

type Fields = Readonly<Record<string, string | readonly string[]>>;

class Response extends ServerResponse {
  declare locals: Record<string, unknown>;

  get app(): unknown {
    return (this.req as { app?: unknown }).app;
  }

  status(code: number): this {
    if (!Number.isInteger(code)) throw new TypeError(`Invalid status code: ${JSON.stringify(code)}`);
    if (code < 100 || code > 999) throw new RangeError(`Invalid status code: ${code}`);
    this.statusCode = code;
    return this;
  }

  sendStatus(code: number): this {
    return this.status(code)
      .type('txt')
      .send(STATUS_CODES[code] ?? String(code));
  }

  get(name: string): string | undefined {
    return this.getHeader(name) as string | undefined;
  }

  set(name: string | Fields, value?: unknown): this {
    if (typeof name !== 'string') {
      for (const [field, one] of Object.entries(name)) this.set(field, one);
      return this;
    }
    const text = Array.isArray(value) ? value.map(String) : String(value);
    if (name.toLowerCase() === 'content-type') {
      if (Array.isArray(text)) throw new TypeError('Content-Type cannot be set to an Array');
      this.setHeader(name, text.includes('/') ? text : contentTypeOf(text));
    } else this.setHeader(name, text);
    return this;
  }

  header(name: string | Fields, value?: unknown): this {
    return this.set(name, value);
  }

  append(name: string, value: string | readonly string[]): this {
    const before = this.getHeader(name);
    const list = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
    const all = [...list, ...(Array.isArray(value) ? (value as readonly string[]) : [String(value)])];
    return this.set(name, all.length === 1 ? all[0] : all);
  }

  type(value: string): this {
    return this.set('Content-Type', value.includes('/') ? value : contentTypeOf(value));
  }

  contentType(value: string): this {
    return this.type(value);
  }

  vary(field: string | readonly string[]): this {
    const before = String(this.getHeader('Vary') ?? '');
    const names = before.split(/\s*,\s*/).filter(Boolean);
    for (const name of [field].flat()) {
      if (!names.some((known) => known === '*' || known.toLowerCase() === name.toLowerCase())) names.push(name);
    }
    return this.set('Vary', names.join(', '));
  }

  location(url: string): this {
    // What cannot stand in a URL is escaped; escapes that are there stay.
    const escaped = String(url).toWellFormed();
    return this.set(
      'Location',
      escaped.replaceAll(/[^\x21-\x7e]+|["<>\\^`{|}]/g, (part) => encodeURIComponent(part)),
    );
  }

  links(links: Readonly<Record<string, string | readonly string[]>>): this {
    const before = this.get('Link');
    const lines = Object.entries(links).flatMap(([rel, urls]) => [urls].flat().map((url) => `<${url}>; rel="${rel}"`));
    return this.set('Link', [...(before === undefined ? [] : [before]), ...lines].join(', '));
  }

  attachment(name?: string): this {
    if (name === undefined) return this.set('Content-Disposition', 'attachment');
    return this.type(typeOf(basename(name).split('.').pop() ?? '')).set('Content-Disposition', attachment(name));
  }

  cookie(name: string, value: unknown, { signed = false, maxAge, ...options }: ExpressCookieOptions = {}): this {
    let text = typeof value === 'object' ? `j:${JSON.stringify(value)}` : String(value);
    if (signed) {
      const { secret } = this.req as { secret?: string };
      if (!secret) throw new Error('cookieParser("secret") required for signed cookies');
      text = `s:${text}.${createHmac('sha256', secret).update(text).digest('base64').replace(/=+$/, '')}`;
    }
    const lives =
      maxAge === undefined || maxAge === null
        ? {}
        : { maxAge: Math.floor(maxAge / 1000), expires: new Date(Date.now() + maxAge) };
    return this.append('Set-Cookie', serializeCookie(name, text, { path: '/', ...options, ...lives }));
  }

  clearCookie(name: string, options: ExpressCookieOptions = {}): this {
    const { maxAge, ...rest } = options;
    void maxAge;
    return this.cookie(name, '', { path: '/', ...rest, expires: new Date(1) });
  }

  redirect(statusOrUrl: number | string, maybeUrl?: string): void {
    const status = typeof statusOrUrl === 'number' ? statusOrUrl : 302;
    this.location(typeof statusOrUrl === 'number' ? (maybeUrl as string) : statusOrUrl);
    const address = this.get('Location') ?? '';
    const text = `${STATUS_CODES[status] ?? status}. Redirecting to ${address}`;
    const kind = acceptedType(this.req.headers.accept, ['text', 'html']);
    let body = '';
    if (kind === 'text') body = text;
    else if (kind === 'html') {
      body = `<!DOCTYPE html><head><title>${STATUS_CODES[status]}</title></head><body><p>${escapeHtml(text)}</p></body>`;
    }
    this.vary('Accept').status(status);
    if (kind !== false) this.type(kind);
    this.set('Content-Length', Buffer.byteLength(body)).end(body);
  }

  format(kinds: Readonly<Record<string, (req: IncomingMessage, res: this, next: ExpressNext) => void>>): this {
    const { next } = this.req as { next?: ExpressNext };
    const go: ExpressNext = (error) => next?.(error);
    const names = Object.keys(kinds).filter((name) => name !== 'default');
    const name = names.length === 0 ? false : acceptedType(this.req.headers.accept, names);
    this.vary('Accept');
    if (name !== false) {
      this.type(name);
      kinds[name]?.(this.req, this, go);
    } else if (kinds['default'] !== undefined) kinds['default'](this.req, this, go);
    else go(new HttpError(406));
    return this;
  }

  json(value: unknown): this {
    const text = JSON.stringify(value) as string | undefined;
    if (!this.hasHeader('Content-Type')) this.type('application/json; charset=utf-8');
    return this.send(text);
  }

  jsonp(value: unknown): this {
    const name = [(this.req as { query?: Record<string, unknown> }).query?.['callback']].flat()[0];
    if (typeof name !== 'string' || name === '') return this.set('X-Content-Type-Options', 'nosniff').json(value);
    const callback = name.replaceAll(/[^[\]\w$.]/g, '');
    const text = (JSON.stringify(value) ?? '').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
    this.set('X-Content-Type-Options', 'nosniff').type('text/javascript; charset=utf-8');
    // The comment keeps the beginning of the answer out of the client's hands.
    return this.send(`/**/ typeof ${callback} === 'function' && ${callback}(${text});`);
  }

  send(body?: unknown): this {
    let content: Uint8Array | undefined;
    if (typeof body === 'string') {
      const type = this.get('Content-Type');
      this.set('Content-Type', type === undefined ? 'text/html; charset=utf-8' : withCharset(type));
      content = Buffer.from(body);
    } else if (body === null) content = Buffer.alloc(0);
    else if (ArrayBuffer.isView(body)) {
      if (!this.hasHeader('Content-Type')) this.type('application/octet-stream');
      content = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    } else if (body !== undefined) return this.json(body);
    if (content !== undefined && !this.hasHeader('Transfer-Encoding')) this.set('Content-Length', content.byteLength);
    if (content !== undefined && !this.hasHeader('ETag')) this.set('ETag', etagOf(content));
    if ((this.req as { fresh?: boolean }).fresh === true) this.status(304);
    if (this.statusCode === 204 || this.statusCode === 304) {
      for (const name of ['Content-Type', 'Content-Length', 'Transfer-Encoding']) this.removeHeader(name);
      content = undefined;
    } else if (this.statusCode === 205) {
      this.set('Content-Length', 0).removeHeader('Transfer-Encoding');
      content = undefined;
    }
    if (content === undefined || this.req.method === 'HEAD') this.end();
    else this.end(content);
    return this;
  }

  sendFile(path: string, ...rest: [options?: object | FileCallback, callback?: FileCallback]): void {
    const [options, callback] =
      typeof rest[0] === 'function' ? [{}, rest[0] as FileCallback] : [rest[0] ?? {}, rest[1]];
    void sendFileTo(this, path, options, callback);
  }

  download(path: string, ...rest: DownloadArguments): void {
    const { name, options, callback } = downloadArguments(rest);
    void sendFileTo(this, path, { ...options, download: name }, callback);
  }

  render(view: string): never {
    throw new NexureError(
      'ERR_NEXURE_EXPRESS_UNSUPPORTED',
      `res.render(${JSON.stringify(view)}) needs an Express application, which has view engines`,
    );
  }
}

/** What a response has for a prototype unless an Express application has changed that. */
export const responsePrototype: object = Response.prototype;

/** How a response is told that its request has ended bodies at the end of the connection: nothing is added for framing. */
const UNFRAMED = { httpVersionMajor: 1, httpVersionMinor: 0, headers: {} };

/** Makes the response to a request. */
export function makeResponse(request: ExpressRequest, tap: Tap): ExpressResponse {
  const response = new Response({ ...UNFRAMED, method: request.method } as unknown as IncomingMessage & ExpressRequest);
  (response as { req: IncomingMessage }).req = request;
  // The core writes the date, and knows itself what becomes of the connection.
  response.sendDate = false;
  response.removeHeader('Connection');
  response.locals = Object.create(null) as Record<string, unknown>;
  response.assignSocket(tap as unknown as NonNullable<IncomingMessage['socket']>);
  return response as ExpressResponse;
}

function contentTypeOf(name: string): string {
  const type = typeOf(name);
  return /^text\/[^;]*$|^application\/(?:json|javascript)$/.test(type) ? `${type}; charset=utf-8` : type;
}

function withCharset(type: string): string {
  const bare = type.replace(/;\s*charset=[^;]*/i, '');
  return `${bare}; charset=utf-8`;
}

function etagOf(content: Uint8Array): string {
  const hash = createHash('sha1').update(content).digest('base64').slice(0, 27);
  return `W/"${content.byteLength.toString(16)}-${hash}"`;
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => names[character] as string);
}
