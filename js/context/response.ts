// Status, headers and body of an answer, for handlers to whom the returned value does not say enough.
import { NexureError } from '../errors/nexure-error.ts';
import { serializeCookie } from '../http/cookies.ts';
import { checkName, checkValue } from '../http/fields.ts';

import type { CookieOptions } from '../http/cookies.ts';

/** A value that a handler may answer with. */
export type HeaderValue = string | number | readonly string[];

/** Marks a builder whose body has not been given. */
const NO_BODY = Symbol('no body');

/** The answer under construction; every method but `get` and `has` returns it, so that calls chain. */
export class ResponseBuilder {
  /** @internal */ $status = 0;
  /** @internal */ $body: unknown = NO_BODY;
  /** @internal */ $closes = false;
  /** @internal */ $hasType = false;
  /** @internal */ $hasLength = false;
  #names: string[] = [];
  #values: string[] = [];

  /** The status; 0 while none was set. */
  get statusCode(): number {
    return this.$status;
  }

  set statusCode(status: number) {
    this.status(status);
  }

  /** Sets the status, an integer from 200 to 599. */
  status(status: number): this {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new NexureError('ERR_NEXURE_STATUS_INVALID', `a status is an integer from 200 to 599, not ${status}`);
    }
    this.$status = status;
    return this;
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

  /** Adds a field line, beside any of that name. */
  append(name: string, value: HeaderValue): this {
    checkName(name);
    const lower = name.toLowerCase();
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      // Made a string once: what is checked is what is sent.
      const single = String(one);
      checkValue(name, single);
      if (this.#isReserved(lower, single)) continue;
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
    if (lower === 'connection') this.$closes = false;
    return this;
  }

  /** The value set for a field; joined with `, ` when there are several. */
  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    const values = this.#values.filter((_, index) => this.#names[index]?.toLowerCase() === lower);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Whether a field is set. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Sets `Content-Type`. */
  type(value: string): this {
    return this.set('Content-Type', value);
  }

  /** Sets a cookie, beside any other. Throws `ERR_NEXURE_COOKIE_INVALID`. */
  cookie(name: string, value: string, options?: CookieOptions): this {
    return this.append('Set-Cookie', serializeCookie(name, value, options));
  }

  /** Has the client forget a cookie; `domain` and `path` must be those it was set with. */
  clearCookie(name: string, options: CookieOptions = {}): this {
    return this.cookie(name, '', { ...options, maxAge: 0, expires: new Date(0) });
  }

  /** Answers with a value, as if the handler had returned it. */
  send(body?: unknown): this {
    if (this.$answers()) {
      throw new NexureError('ERR_NEXURE_ANSWERED_TWICE', 'ctx.response has been given a body already');
    }
    this.$body = body;
    return this;
  }

  /** Answers with a value as JSON, strings included. */
  json(value: unknown): this {
    if (!this.$hasType) this.type('application/json');
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new NexureError('ERR_NEXURE_ANSWER_TYPE', `a ${typeof value} has no JSON form`);
    return this.send(text);
  }

  /** Answers with plain text. */
  text(value: string): this {
    if (!this.$hasType) this.type('text/plain; charset=utf-8');
    return this.send(value);
  }

  /** Answers with HTML. */
  html(value: string): this {
    if (!this.$hasType) this.type('text/html; charset=utf-8');
    return this.send(value);
  }

  /** Answers with a stream: a web or Node stream, an async iterable or an iterator of text or bytes. */
  stream(source: ReadableStream<unknown> | AsyncIterable<unknown> | Iterator<unknown>): this {
    return this.send(source);
  }

  /** Answers with a redirect; 302 unless another 3xx is given. */
  redirect(location: string, status = 302): this {
    // As a browser would write it: what cannot stand in a URI is escaped, escapes that are there stay.
    const uri = location.toWellFormed().replace(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part));
    return this.status(status).set('Location', uri).send('');
  }

  /** Answers without a body; the same as returning `undefined`. */
  end(): this {
    return this.send(undefined);
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
