// What the client sent, read from the record when it is asked for.
import { NexureError } from '../errors/nexure-error.ts';
import { isFresh, parseRange } from '../http/conditions.ts';
import { parseCookies } from '../http/cookies.ts';
import {
  matchContentType,
  negotiateCharsets,
  negotiateEncodings,
  negotiateLanguages,
  negotiateTypes,
} from '../http/negotiation.ts';
import { originOf } from '../http/proxies.ts';
import { parseTrace } from '../http/trace.ts';
import { column, native } from '../native.ts';
import { fieldOf, fieldsOf, flagsOf, methodOf, pathOf, queryOf } from '../server/record.ts';
import { readInput } from '../validation/checked-input.ts';
import { access } from './access.ts';
import { RequestBody } from './request-body.ts';

import type { Part } from '../body/part.ts';
import type { PartsOptions } from '../body/parts-options.ts';
import type { ByteRange } from '../http/conditions.ts';
import type { CookieKeys } from '../http/cookie-keys.ts';
import type { Origin } from '../http/proxies.ts';
import type { QueryObject } from '../http/query.ts';
import type { TraceContext } from '../http/trace.ts';
import type { CheckedInput, InputChange } from '../validation/checked-input.ts';
import type { AnyContext } from './access.ts';

const METHODS = native.methods();
const HTTP11 = column('REQUEST_FLAG_HTTP11');

/** The request of a context. */
export class RequestView<Headers = Record<string, string>, Cookies = Record<string, string>> {
  readonly #context: AnyContext;
  #content: RequestBody | undefined;
  #cookies: Cookies | undefined;
  #origin: Origin | undefined;
  /** What validation made of the fields. */
  #headers: Headers | undefined;
  #input: CheckedInput | undefined;

  /** @internal */
  constructor(context: AnyContext) {
    this.#context = context;
  }

  /** The method, such as `GET`. */
  get method(): string {
    return METHODS[methodOf(access.recordOf(this.#context), access.recordAt(this.#context))] ?? '';
  }

  /** The path as it was sent, escapes and all. */
  get path(): string {
    return pathOf(access.recordOf(this.#context), access.recordAt(this.#context));
  }

  /** Path and query as they were sent. */
  get url(): string {
    const record = access.recordOf(this.#context);
    const at = access.recordAt(this.#context);
    const query = queryOf(record, at);
    const path = pathOf(record, at);
    return query === '' ? path : `${path}?${query}`;
  }

  /** Protocol and host, as below: `https://example.org`. */
  get origin(): string {
    return `${this.protocol}://${this.host ?? 'localhost'}`;
  }

  /** The whole URL: `origin` and `url`. */
  get href(): string {
    return this.origin + this.url;
  }

  /** The query by name; the same object as `ctx.query`. */
  get query(): QueryObject {
    return this.#context.query as QueryObject;
  }

  /** `1.1` or `1.0`. */
  get httpVersion(): '1.1' | '1.0' {
    return (flagsOf(access.recordOf(this.#context), access.recordAt(this.#context)) & HTTP11) === 0 ? '1.0' : '1.1';
  }

  /** All header fields by lower-case name; one that repeats is joined with `, `, and `cookie` with `; `. */
  get headers(): Headers {
    if (this.#headers !== undefined) return this.#headers;
    const checked = this.#checked('headers');
    if (checked !== undefined) return (this.#headers = checked as Headers);
    return fieldsOf(access.recordOf(this.#context), access.recordAt(this.#context)) as Headers;
  }

  /** The value of a header field, by a name in any case. */
  get(name: string): string | undefined {
    return fieldOf(access.recordOf(this.#context), access.recordAt(this.#context), name.toLowerCase());
  }

  /** Whether a header field is there. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The cookies by name, decoded; of two with one name the first. */
  get cookies(): Cookies {
    if (this.#cookies !== undefined) return this.#cookies;
    const checked = this.#checked('cookies');
    if (checked !== undefined) return (this.#cookies = checked as Cookies);
    return (this.#cookies = parseCookies(this.get('cookie') ?? '') as Cookies);
  }

  /** A cookie as it was sent: what is signed or encrypted is no business of a schema. */
  #sentCookie(name: string): string | undefined {
    const isChecked = this.#checked('cookies') !== undefined;
    const sent = isChecked ? parseCookies(this.get('cookie') ?? '') : this.cookies;
    return (sent as Readonly<Record<string, string>>)[name];
  }

  /** What validation made of a part; `undefined` where it has no schema, and where the request was refused. */
  #checked(part: 'cookies' | 'headers'): unknown {
    return access.routeOf(this.#context).input?.parts[part] === undefined ? undefined : this.$input[part];
  }

  /**
   * The value of a cookie that was set with `signed`; `undefined` when it is not there, or was changed. Throws
   * `ERR_NEXURE_COOKIE_KEYS`.
   */
  signedCookie(name: string): string | undefined {
    const keys = this.#cookieKeys(name);
    const value = this.#sentCookie(name);
    return value === undefined ? undefined : keys.verify(name, value);
  }

  /**
   * The value of a cookie that was set with `encrypted`; `undefined` when it is not there, or was changed. Throws
   * `ERR_NEXURE_COOKIE_KEYS`.
   */
  encryptedCookie(name: string): string | undefined {
    const keys = this.#cookieKeys(name);
    const value = this.#sentCookie(name);
    return value === undefined ? undefined : keys.decrypt(name, value);
  }

  /** Name and port that the client asked for: `Host`, or what a trusted proxy tells. */
  get host(): string | undefined {
    return this.#from()?.host ?? this.get('host');
  }

  /** The same without the port. */
  get hostname(): string | undefined {
    return this.host?.replace(/:\d*$/, '');
  }

  /** The labels before the last two of the host name, the nearest first: `['b', 'a']` of `a.b.example.org`; none of an address. */
  get subdomains(): string[] {
    const name = this.hostname;
    if (name === undefined || name.startsWith('[') || /^[\d.]+$/.test(name)) return [];
    return name.split('.').toReversed().slice(2);
  }

  /** `https` when the connection is encrypted, or a trusted proxy tells that its client's is. */
  get protocol(): 'http' | 'https' {
    const context = this.#context;
    const told = this.#from()?.protocol;
    if (told !== undefined) return told;
    return access.linkOf(context).peerIsSecure(access.slotOf(context), access.generationOf(context)) ? 'https' : 'http';
  }

  /** Whether `protocol` is `https`. */
  get secure(): boolean {
    return this.protocol === 'https';
  }

  /**
   * The address of the client: of the peer of the connection, or what trusted proxies tell (`server.trustProxy`).
   * `undefined` for a Unix socket, for `app.request()`, and when the client has gone.
   */
  get ip(): string | undefined {
    const origin = this.#from();
    return origin === undefined ? this.#peer() : origin.ip;
  }

  /** The addresses that trusted proxies tell, the client's first; without that of the connection. */
  get ips(): readonly string[] {
    return this.#from()?.ips ?? [];
  }

  /** Where the caller stands in a distributed trace; `undefined` without a `traceparent` that is well-formed. */
  get trace(): TraceContext | undefined {
    return parseTrace(this.get('traceparent'), this.get('tracestate'));
  }

  /**
   * The first of some types that the body is of, by its `Content-Type`: `json`, `text/*`, `+json`, `multipart`; without
   * types, its media type. `undefined` when there is no body.
   */
  is(...types: readonly string[]): string | undefined {
    return this.#body().isThere ? matchContentType(this.get('content-type'), types) : undefined;
  }

  /** The types that the client accepts, the preferred first. */
  accepts(): string[];
  /** Which of some types, or extensions such as `json`, the client prefers; `undefined` when it accepts none of them. */
  accepts<Type extends string>(...types: readonly Type[]): Type | undefined;
  accepts(...types: readonly string[]): string[] | string | undefined {
    return chosen(types, negotiateTypes(this.get('accept'), types));
  }

  /** The content codings that the client accepts, the preferred first. */
  acceptsEncodings(): string[];
  /** Which of some content codings the client prefers. */
  acceptsEncodings<Coding extends string>(...codings: readonly Coding[]): Coding | undefined;
  acceptsEncodings(...codings: readonly string[]): string[] | string | undefined {
    return chosen(codings, negotiateEncodings(this.get('accept-encoding'), codings));
  }

  /** The charsets that the client accepts, the preferred first. */
  acceptsCharsets(): string[];
  /** Which of some charsets the client prefers. */
  acceptsCharsets<Charset extends string>(...charsets: readonly Charset[]): Charset | undefined;
  acceptsCharsets(...charsets: readonly string[]): string[] | string | undefined {
    return chosen(charsets, negotiateCharsets(this.get('accept-charset'), charsets));
  }

  /** The languages that the client accepts, the preferred first. */
  acceptsLanguages(): string[];
  /** Which of some languages the client prefers. */
  acceptsLanguages<Language extends string>(...languages: readonly Language[]): Language | undefined;
  acceptsLanguages(...languages: readonly string[]): string[] | string | undefined {
    return chosen(languages, negotiateLanguages(this.get('accept-language'), languages));
  }

  /**
   * Whether the client has what the answer would bring, by the `ETag` and `Last-Modified` that are set on `ctx.response`:
   * then a 304 is enough. Only for GET and HEAD.
   */
  get fresh(): boolean {
    const { method } = this;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const response = access.responseOf(this.#context);
    const status = response?.$status ?? 0;
    if (response === undefined || (status !== 0 && status !== 304 && (status < 200 || status > 299))) return false;
    const validators = { etag: response.get('etag'), lastModified: response.get('last-modified') };
    return isFresh((name) => this.get(name), validators);
  }

  /** The opposite of `fresh`. */
  get stale(): boolean {
    return !this.fresh;
  }

  /**
   * The ranges that the client asks for of `size` bytes, in its order, both ends included; `undefined` when it asks for
   * none, and empty when none of them is in the content, which is a 416.
   */
  range(size: number): ByteRange[] | undefined {
    return parseRange(this.get('range'), size);
  }

  /** Bytes of the body as it was sent; `undefined` while one without a `Content-Length` arrives. */
  get contentLength(): number | undefined {
    return this.#body().length;
  }

  /** The body, parsed by its content type; see `ctx.body`. */
  get body(): unknown {
    return this.#body().value;
  }

  /** The body as JSON, whatever its content type. Rejects with a 400 when it is not. */
  async json(): Promise<unknown> {
    return this.#body().json();
  }

  /** The body as UTF-8 text. */
  async text(): Promise<string> {
    return this.#body().text();
  }

  /** The body as bytes, in memory of their own. */
  async bytes(): Promise<Uint8Array> {
    return this.#body().bytes();
  }

  /** A form as web `FormData`; see `ctx.formData()`. */
  async formData(options?: PartsOptions): Promise<FormData> {
    return this.#body().formData(options);
  }

  /** The body while it arrives; see `ctx.stream()`. */
  stream(): ReadableStream<Uint8Array> {
    return this.#body().stream();
  }

  /** The parts of a `multipart/form-data` body; see `ctx.parts()`. */
  parts(options?: PartsOptions): AsyncGenerator<Part, void, undefined> {
    return this.#body().parts(options);
  }

  /** @internal Reads what trusted proxies tell, for who asks when the request is over; nothing where none is trusted. */
  $noteOrigin(): void {
    try {
      this.#from();
    } catch {
      // A function of the application's has thrown; it will once more when somebody asks.
    }
  }

  /** @internal What was read of it. */
  get $origin(): Origin | undefined {
    return this.#origin;
  }

  /** @internal Has what validation made of them take the place of the fields. */
  $replaceHeaders(value: unknown): void {
    this.#headers = value as Headers;
  }

  /** @internal Has what validation made of them take the place of the cookies. */
  $replaceCookies(value: unknown): void {
    this.#cookies = value as Cookies;
  }

  /** @internal What a body that was validated has become, for those who read it again; `undefined` for none. */
  get $checkedContent(): Uint8Array | undefined {
    return this.#body().checkedContent;
  }

  /** @internal Whether the schema of the route alone decides what the body is. */
  get $isChecked(): boolean {
    return this.#body().isChecked;
  }

  /** @internal The body as it was sent, with its content coding; one that was validated as it has become. */
  $raw(): AsyncIterable<Uint8Array> {
    return this.#body().raw();
  }

  /** @internal The body, if it was parsed or provided. */
  get $parsed(): { readonly value: unknown } | undefined {
    return this.#content?.parsed;
  }

  /** @internal What schemas have made of the request beside its body. */
  get $input(): CheckedInput {
    return (this.#input ??= readInput(this.#context, access.routeOf(this.#context).input));
  }

  /** @internal The body as it was validated, before dates and bigints are made of it. */
  get $checkedValue(): unknown {
    return this.#body().checkedValue;
  }

  /** @internal Has a body that was decoded and found to be right take the place of the one that was sent. */
  $provideChecked(content: Uint8Array, changes: readonly InputChange[]): void {
    this.#input = { ...this.$input, changes: [...this.$input.changes, ...changes] };
    this.#body().provideContent(content);
  }

  /** @internal Has `body` give what somebody else has made of the body. */
  $provide(value: unknown): void {
    this.#body().provide(value);
  }

  #body(): RequestBody {
    return (this.#content ??= new RequestBody(this.#context));
  }

  #peer(): string | undefined {
    const context = this.#context;
    return access.linkOf(context).peerAddress(access.slotOf(context), access.generationOf(context));
  }

  /** What trusted proxies tell; `undefined` when none is trusted. */
  #from(): Origin | undefined {
    const { trust, forwarded } = access.routeOf(this.#context).site;
    if (trust === undefined) return undefined;
    return (this.#origin ??= originOf(this.#peer(), trust, forwarded, (name) => this.get(name)));
  }

  #cookieKeys(name: string): CookieKeys {
    const keys = access.routeOf(this.#context).site.cookieKeys;
    if (keys === undefined) throw new NexureError('ERR_NEXURE_COOKIE_KEYS', `cookie ${name} needs cookies.keys`);
    return keys;
  }
}

/** Everything that is accepted, or the best of what was offered. */
function chosen(offers: readonly string[], accepted: string[]): string[] | string | undefined {
  return offers.length === 0 ? accepted : accepted[0];
}
