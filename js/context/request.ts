// What the client sent, read from the record when it is asked for.
import { BadRequestError, HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { parseMediaType } from '../http/media-type.ts';
import { parseQuery } from '../http/query.ts';
import { column, native } from '../native.ts';
import {
  bodyBytesOf,
  bodyLengthOf,
  bodyTextOf,
  fieldOf,
  fieldsOf,
  flagsOf,
  methodOf,
  pathOf,
  queryOf,
} from '../server/record.ts';
import { access } from './access.ts';

import type { QueryObject } from '../http/query.ts';
import type { AnyContext } from './access.ts';

const METHODS = native.methods();
const BODY_KEPT = column('REQUEST_FLAG_BODY_KEPT');
const HTTP11 = column('REQUEST_FLAG_HTTP11');

/** Cheap, and true for every text that spells such a key, escaped or not. */
const MAY_BE_POISONED = /__proto__|constructor|\\u/;

/** Refuses keys that change prototypes when the value is copied or merged. */
function refusePoison(key: string, value: unknown): unknown {
  const merges =
    key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
  if (key === '__proto__' || merges) {
    throw new BadRequestError(`The key ${key} is not allowed.`, { code: 'ERR_NEXURE_BODY_POISONED' });
  }
  return value;
}

/** The request of a context. */
export class RequestView {
  readonly #context: AnyContext;
  #body: { readonly value: unknown } | undefined;
  #text: string | undefined;

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

  /** The query by name; the same object as `ctx.query`. */
  get query(): QueryObject {
    return this.#context.query;
  }

  /** `1.1` or `1.0`. */
  get httpVersion(): '1.1' | '1.0' {
    return (flagsOf(access.recordOf(this.#context), access.recordAt(this.#context)) & HTTP11) === 0 ? '1.0' : '1.1';
  }

  /** All header fields by lower-case name; one that repeats is joined with `, `, and `cookie` with `; `. */
  get headers(): Record<string, string> {
    return fieldsOf(access.recordOf(this.#context), access.recordAt(this.#context));
  }

  /** The value of a header field, by a name in any case. */
  get(name: string): string | undefined {
    return fieldOf(access.recordOf(this.#context), access.recordAt(this.#context), name.toLowerCase());
  }

  /** Whether a header field is there. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The `Host` field: name and port. */
  get host(): string | undefined {
    return this.get('host');
  }

  /** The `Host` field without its port. */
  get hostname(): string | undefined {
    return this.get('host')?.replace(/:\d*$/, '');
  }

  /** The address of the peer; `undefined` for a Unix socket, for `app.request()`, and when the client has gone. */
  get ip(): string | undefined {
    const context = this.#context;
    return access.linkOf(context).peerAddress(access.slotOf(context), access.generationOf(context));
  }

  /** Bytes of the body. */
  get contentLength(): number {
    return bodyLengthOf(access.recordOf(this.#context), access.recordAt(this.#context));
  }

  /** The body, parsed by its content type; see `ctx.body`. */
  get body(): unknown {
    return (this.#body ??= { value: this.#parse() }).value;
  }

  /** The body as JSON, whatever its content type. Rejects with a 400 when it is not. */
  async json(): Promise<unknown> {
    return this.#json();
  }

  /** The body as UTF-8 text. */
  async text(): Promise<string> {
    return this.#readText();
  }

  /** The body as bytes, in memory of their own. */
  async bytes(): Promise<Uint8Array> {
    return this.#readBytes();
  }

  #parse(): unknown {
    if (this.contentLength === 0) return undefined;
    this.#refuseEncoding();
    const { kind, utf8 } = parseMediaType(this.get('content-type'));
    if (kind === 'bytes') return this.#readBytes();
    if (!utf8) {
      throw new HttpError(415, 'The only charset this server reads is UTF-8.', { code: 'ERR_NEXURE_BODY_ENCODING' });
    }
    if (kind === 'json') return this.#json();
    return kind === 'form' ? parseQuery(this.#readText()) : this.#readText();
  }

  #refuseEncoding(): void {
    const coding = this.get('content-encoding');
    if (coding !== undefined && coding.toLowerCase() !== 'identity') {
      throw new HttpError(415, 'This server reads no content codings.', { code: 'ERR_NEXURE_BODY_ENCODING' });
    }
  }

  #json(): unknown {
    try {
      const text = this.#readText();
      return MAY_BE_POISONED.test(text) ? JSON.parse(text, refusePoison) : JSON.parse(text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new BadRequestError('The content is not valid JSON.', { code: 'ERR_NEXURE_BODY_JSON', cause });
    }
  }

  #readText(): string {
    if (this.#text !== undefined) return this.#text;
    const context = this.#context;
    const record = access.recordOf(context);
    const at = access.recordAt(context);
    if ((flagsOf(record, at) & BODY_KEPT) === 0) return (this.#text = bodyTextOf(record, at));
    const { slotOf, generationOf, sequenceOf } = access;
    return (this.#text = this.#kept(
      access.linkOf(context).bodyText(slotOf(context), generationOf(context), sequenceOf(context)),
    ));
  }

  #readBytes(): Uint8Array {
    const context = this.#context;
    const record = access.recordOf(context);
    const at = access.recordAt(context);
    if ((flagsOf(record, at) & BODY_KEPT) === 0) return bodyBytesOf(record, at);
    const { slotOf, generationOf, sequenceOf } = access;
    return this.#kept(access.linkOf(context).bodyBytes(slotOf(context), generationOf(context), sequenceOf(context)));
  }

  #kept<T>(value: T | undefined): T {
    if (value !== undefined) return value;
    throw new NexureError('ERR_NEXURE_CONTEXT_ENDED', 'the request has been answered, or its client has gone');
  }
}
