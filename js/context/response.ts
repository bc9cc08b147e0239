// Status, headers and body of an answer, for handlers to whom the returned value does not say enough.
import { NexureError } from '../errors/nexure-error.ts';
import { attachment } from '../files/content-disposition.ts';
import { serializeCookie, checkForBrowsers } from '../http/cookies.ts';
import { checkName, checkValue } from '../http/fields.ts';
import { mediaTypeFor } from '../http/negotiation.ts';
import { access } from './access.ts';
import { cacheControlValue, dateValue, etagValue, linkValue, uriOf, varyValue } from './answer-fields.ts';
import { WrittenBody } from './written-body.ts';

import type { FileOptions } from '../files/send-file.ts';
import type { CookieOptions } from '../http/cookies.ts';
import type { PreparedAnswer } from '../prepared-answer.ts';
import type { AnyContext } from './access.ts';
import type { CacheControl } from './answer-fields.ts';

/** The value of a header field, or the values of its lines. */
export type HeaderValue = string | number | readonly string[];

/** What a cookie may have beside its name and value, and how it is kept from being forged. */
export interface AnswerCookieOptions extends CookieOptions {
  /** Signs the value with `cookies.keys`: the client can read, but not change it. Read it with `signedCookie`. */
  readonly signed?: boolean;
  /** Encrypts the value with `cookies.keys`: the client can do neither. Read it with `encryptedCookie`. */
  readonly encrypted?: boolean;
}

/** Marks a builder whose body has not been given. */
const NO_BODY = Symbol('no body');

/** Fields of one value (RFC 9110): a second line would leave in doubt which one counts. */
const SINGLE = new Set([
  'age',
  'content-disposition',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
]);

/** The one function behind `response.status(201)`: nothing is made for a call. */
function setStatus<Builder extends ResponseBuilder<unknown>>(this: Builder, status: number): Builder {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new NexureError('ERR_NEXURE_STATUS_INVALID', `a status is an integer from 200 to 599, not ${status}`);
  }
  this.$status = status;
  return this;
}

/**
 * The answer under construction; what sets something returns it, so that calls chain. The type `Body` is that of the body
 * it was given.
 */
export class ResponseBuilder<Body = unknown> {
  /** For types only, such as those of a client: there is no such property. */
  declare readonly bodyType?: Body;
  /** @internal */ $status = 0;
  /** @internal */ $body: unknown = NO_BODY;
  /** @internal */ $closes = false;
  /** @internal */ $hasType = false;
  /** @internal */ $hasLength = false;
  /** @internal */ $written: WrittenBody | undefined = undefined;
  #names: string[] = [];
  #values: string[] = [];
  readonly #context: AnyContext | undefined;

  /** @internal */
  constructor(context?: AnyContext) {
    this.#context = context;
  }

  /** The status; 0 while none was set. */
  get statusCode(): number {
    return this.$status;
  }

  set statusCode(status: number) {
    setStatus.call(this, status);
  }

  /** Sets the status, an integer from 200 to 599: `response.status(201)` or `response.status = 201`. `statusCode` reads it. */
  get status(): (status: number) => this {
    return setStatus as (status: number) => this;
  }

  set status(status: number) {
    setStatus.call(this, status);
  }

  /** Sets a header field, in place of any of that name; an array gives one field line per value. */
  set(name: string, value: HeaderValue): this {
    checkName(name);
    this.remove(name);
    return this.append(name, value);
  }

  /** Sets a header field; the same as `set`. */
  header(name: string, value: HeaderValue): this {
    return this.set(name, value);
  }

  /** Adds a field line beside any of that name; a field that has one value, such as `Content-Type`, is replaced. */
  append(name: string, value: HeaderValue): this {
    checkName(name);
    const lower = name.toLowerCase();
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      // Made a string once: what is checked is what is sent.
      const single = String(one);
      checkValue(name, single);
      if (this.#isReserved(lower, single)) continue;
      if (SINGLE.has(lower)) this.remove(lower);
      this.$hasType ||= lower === 'content-type';
      this.$hasLength ||= lower === 'content-length';
      this.#names.push(name);
      this.#values.push(single);
    }
    return this;
  }

  /** Removes every field line of a name. */
  remove(name: string): this {
    const lower = name.toLowerCase();
    for (let index = this.#names.length - 1; index >= 0; index -= 1) {
      if (this.#names[index]?.toLowerCase() !== lower) continue;
      this.#names.splice(index, 1);
      this.#values.splice(index, 1);
    }
    if (lower === 'content-type') this.$hasType = false;
    if (lower === 'content-length') this.$hasLength = false;
    if (lower === 'connection') this.$closes = false;
    return this;
  }

  /** What is set of a field; lines of one name are joined with `, `. */
  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    const values = this.#values.filter((_, index) => this.#names[index]?.toLowerCase() === lower);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Whether a field is set. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Sets `Content-Type`: a media type, or an extension that stands for one, such as `html` or `.csv`. */
  type(value: string): this {
    return this.set('Content-Type', mediaTypeFor(value));
  }

  /** Adds names of request fields to `Vary`: the answer depends on them. */
  vary(...names: readonly string[]): this {
    return this.set('Vary', varyValue(this.get('vary'), names));
  }

  /** Sets `Location`; what cannot stand in a URI is escaped. */
  location(uri: string): this {
    return this.set('Location', uriOf(uri));
  }

  /** Has the client save the answer, under this name; its extension gives the type unless one is set. */
  attachment(name?: string): this {
    if (name === undefined) return this.set('Content-Disposition', 'attachment');
    const dot = name.lastIndexOf('.');
    if (!this.$hasType && dot !== -1) this.type(name.slice(dot));
    return this.set('Content-Disposition', attachment(name));
  }

  /** Adds `Link`s by their relation: `links({ next: '/books?page=2' })`. */
  links(links: Readonly<Record<string, string>>): this {
    return this.append('Link', linkValue(links));
  }

  /** Sets `ETag`; quotes are added where they are missing. A weak tag says that the content is as good as the same. */
  etag(tag: string, { weak = false }: { readonly weak?: boolean } = {}): this {
    return this.set('ETag', etagValue(tag, weak));
  }

  /** Sets `Last-Modified`. */
  lastModified(date: Date | number | string): this {
    return this.set('Last-Modified', dateValue(date));
  }

  /** Sets `Cache-Control`, from directives or as text. Throws `ERR_NEXURE_OPTION_INVALID`. */
  cacheControl(directives: CacheControl | string): this {
    return this.set('Cache-Control', typeof directives === 'string' ? directives : cacheControlValue(directives));
  }

  /**
   * Sets a cookie, beside any other. Throws `ERR_NEXURE_COOKIE_INVALID` for what browsers would not keep, and
   * `ERR_NEXURE_COOKIE_KEYS` for one that is signed or encrypted without keys.
   */
  cookie(name: string, value: string, options: AnswerCookieOptions = {}): this {
    const { signed = false, encrypted = false, ...attributes } = options;
    checkForBrowsers(name, attributes);
    let kept = String(value);
    if (signed || encrypted) {
      const keys = this.#context === undefined ? undefined : access.routeOf(this.#context).site.cookieKeys;
      if (keys === undefined) throw new NexureError('ERR_NEXURE_COOKIE_KEYS', `cookie ${name} needs cookies.keys`);
      kept = encrypted ? keys.encrypt(name, kept) : keys.sign(name, kept);
    }
    return this.append('Set-Cookie', serializeCookie(name, kept, attributes));
  }

  /** Has the client forget a cookie; `domain` and `path` must be those it was set with. */
  clearCookie(name: string, options: CookieOptions = {}): this {
    return this.cookie(name, '', { ...options, maxAge: 0, expires: new Date(0) });
  }

  /** Answers with a value, as if the handler had returned it. */
  send<Value = undefined>(body?: Value): ResponseBuilder<Value> {
    if (this.$answers()) {
      throw new NexureError('ERR_NEXURE_ANSWERED_TWICE', 'ctx.response has been given a body already');
    }
    this.$body = body;
    return this as unknown as ResponseBuilder<Value>;
  }

  /** Answers with a value as JSON, strings included. */
  json<Value>(value: Value): ResponseBuilder<Value> {
    if (!this.$hasType) this.type('application/json');
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `a ${typeof value} has no JSON form`);
    return this.send(text) as unknown as ResponseBuilder<Value>;
  }

  /** Answers with plain text. */
  text(value: string): ResponseBuilder<string> {
    if (!this.$hasType) this.type('text/plain; charset=utf-8');
    return this.send(value);
  }

  /** Answers with HTML. */
  html(value: string): ResponseBuilder<string> {
    if (!this.$hasType) this.type('text/html; charset=utf-8');
    return this.send(value);
  }

  /** Answers with a stream: a web or Node stream, an async iterable or an iterator of text or bytes. */
  stream<Source extends ReadableStream<unknown> | AsyncIterable<unknown> | Iterator<unknown>>(
    source: Source,
  ): ResponseBuilder<Source> {
    return this.send(source);
  }

  /** Answers with a file; the same as `ctx.file()`: return what this returns. */
  async file(path: string, options?: FileOptions): Promise<PreparedAnswer> {
    return this.#owner('file').file(path, options);
  }

  /** Answers with a redirect; 302 unless another 3xx is given. */
  redirect(location: string, status = 302): ResponseBuilder<string> {
    if (status < 300 || status > 399 || status === 304)
      throw new NexureError('ERR_NEXURE_STATUS_INVALID', `${status} is no status of a redirect`);
    setStatus.call(this, status);
    return this.location(location).send('');
  }

  /**
   * Writes a piece of the body; with the first one, status and fields are sent. Resolves when the piece was taken, with
   * `false` when the client has gone: wait for it before you write the next. The answer ends with `end()`, or when the
   * handler, and the promise it returned, is done.
   */
  write(chunk: string | Uint8Array): Promise<boolean> {
    if (this.$written !== undefined) return this.$written.write(chunk);
    const context = this.#owner('write');
    const written = new WrittenBody();
    this.send(written);
    this.$written = written;
    const taken = written.write(chunk);
    access.routeOf(context).begin(context, this);
    return taken;
  }

  /** Ends what `write` has begun; without it, answers with this body or, as returning `undefined` does, without content. */
  end(body?: string | Uint8Array): ResponseBuilder<unknown> {
    const written = this.$written;
    if (written === undefined) return this.send(body);
    if (body !== undefined) void written.write(body);
    written.end();
    return this;
  }

  /** @internal Whether a body was given. */
  $answers(): boolean {
    return this.$body !== NO_BODY;
  }

  /** @internal The field lines as they cross to the core. */
  $fields(): string {
    let text = '';
    for (let index = 0; index < this.#names.length; index += 1) {
      text += `${this.#names[index]}: ${this.#values[index]}\r\n`;
    }
    return text;
  }

  /** @internal Names and values of the field lines. */
  $lines(): (readonly [name: string, value: string])[] {
    return this.#names.map((name, index) => [name, this.#values[index] as string]);
  }

  /** The context, which builders inside the framework do not have. */
  #owner(what: string): AnyContext {
    if (this.#context === undefined) throw new NexureError('ERR_NEXURE_NO_CONTEXT', `${what} belongs to a request`);
    return this.#context;
  }

  /** Framing belongs to the server; `Connection: close` is a wish it can grant. */
  #isReserved(lower: string, value: string): boolean {
    if (lower === 'connection') {
      if (value.toLowerCase() === 'close') this.$closes = true;
      else if (value.toLowerCase() !== 'keep-alive') throw reserved(lower);
      return true;
    }
    if (lower === 'transfer-encoding' || lower === 'keep-alive' || lower === 'upgrade') throw reserved(lower);
    if (lower === 'content-length' && !/^\d{1,15}$/.test(value)) throw reserved(lower);
    return false;
  }
}

function reserved(name: string): NexureError {
  return new NexureError('ERR_NEXURE_HEADER_RESERVED', `${name} belongs to the server`);
}
