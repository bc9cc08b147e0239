// The body of a request, whole or while it arrives, decoded and parsed.
import { decompress, decompressAll, decompressBody } from '../body/decompression.ts';
import { readFormData } from '../body/form-data.ts';
import { readParts } from '../body/multipart.ts';
import { BodyReader, collect, single } from '../body/reader.ts';
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { parseJson } from '../http/json.ts';
import { parseMediaType } from '../http/media-type.ts';
import { parseQuery } from '../http/query.ts';
import { column } from '../native.ts';
import { bodyBytesOf, bodyLengthOf, bodyTextOf, fieldOf, flagsOf } from '../server/record.ts';
import { isValidated } from '../validation/checked-input.ts';
import { access } from './access.ts';

import type { Part } from '../body/part.ts';
import type { PartsOptions } from '../body/parts-options.ts';
import type { AnyContext } from './access.ts';

const BODY_STREAM = column('REQUEST_FLAG_BODY_STREAM');
const BODY_KEPT = column('REQUEST_FLAG_BODY_KEPT');
const INVALID = column('REQUEST_FLAG_INVALID');

/** Bytes that `ctx.body` decodes at most: a few milliseconds. */
const MAX_DECODED_AT_ONCE = 1_048_576;

/** The body of the request of a context. */
export class RequestBody {
  readonly #context: AnyContext;
  #value: { readonly value: unknown } | undefined;
  #text: string | undefined;
  #sent: unknown;
  /** A short body without its content coding. */
  #decoded: Uint8Array | undefined;
  /** A body that came while it was read, as a whole. */
  #collected: Promise<Uint8Array> | undefined;
  #taken = false;
  /** Its content was decoded, and fits the schema of the route. */
  #isDecodedChecked = false;

  constructor(context: AnyContext) {
    this.#context = context;
  }

  /** Whether bytes of it are there or may come. */
  get isThere(): boolean {
    return this.length !== 0;
  }

  /** Bytes as it was sent; `undefined` while one without a `Content-Length` arrives. */
  get length(): number | undefined {
    const record = access.recordOf(this.#context);
    const at = access.recordAt(this.#context);
    const flags = flagsOf(record, at);
    // What stands in its place says why it is refused.
    if ((flags & INVALID) !== 0) return 0;
    if ((flags & BODY_STREAM) === 0) return bodyLengthOf(record, at);
    const told = this.#field('content-length');
    return told === undefined ? undefined : Number(told);
  }

  /** The body, parsed by its content type; see `ctx.body`. */
  get value(): unknown {
    return (this.#value ??= { value: this.#parse() }).value;
  }

  /**
   * The value of a text that the core has read strictly, and found to be right; a form is JSON by now. Dates and bigints are
   * made of it in place when `value` is read.
   */
  get checkedValue(): unknown {
    if (this.#sent !== undefined) return this.#sent;
    if (this.#decoded === undefined ? this.length === 0 : this.#decoded.length === 0) return undefined;
    const text = this.#readText();
    // A byte order mark is there only where the limits accept it.
    return (this.#sent = JSON.parse(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text));
  }

  /** The value, if it was parsed or provided. */
  get parsed(): { readonly value: unknown } | undefined {
    return this.#value;
  }

  /** Has `value` give what somebody else has made of the body. */
  provide(value: unknown): void {
    this.#value = { value };
  }

  /** Has decoded content, which fits the schema of the route, take the place of what was sent. */
  provideContent(content: Uint8Array): void {
    this.#decoded = content;
    this.#collected = undefined;
    this.#taken = false;
    this.#isDecodedChecked = true;
  }

  /** The body as it was sent, with its content coding; one that was validated as `checkedContent` gives it. */
  raw(): AsyncIterable<Uint8Array> {
    const context = this.#context;
    const checked = this.checkedContent;
    if (checked !== undefined) return single(checked);
    const flags = flagsOf(access.recordOf(context), access.recordAt(context));
    if ((flags & BODY_STREAM) === 0) return single(this.#readBytes(true));
    if (this.#taken) throw bodyUsed();
    this.#taken = true;
    return new BodyReader(access.exchangeOf(context));
  }

  /** The body as JSON, whatever its content type. Rejects with a 400 when it is not. */
  async json(): Promise<unknown> {
    return parseJson(await this.text());
  }

  /** The body as UTF-8 text. */
  async text(): Promise<string> {
    if (this.#text !== undefined) return this.#text;
    if (this.#isWhole()) return this.#readText();
    const bytes = await this.#collect();
    return (this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  }

  /** The body as bytes, in memory of their own. */
  async bytes(): Promise<Uint8Array> {
    return this.#isWhole() ? this.#readBytes() : (await this.#collect()).slice();
  }

  /**
   * A body that was validated, for those who read it by its fields once more: without a content coding, and a form as a form.
   * `undefined` where nothing was validated.
   */
  get checkedContent(): Uint8Array | undefined {
    if (!this.isChecked || !this.isThere) return undefined;
    if (!this.#isForm()) return this.#readBytes();
    return Buffer.from(String(new URLSearchParams(this.#checkedPairs())));
  }

  /** A form as web `FormData`; see `ctx.formData()`. One that was validated is made of the values that came out. */
  async formData(options?: PartsOptions): Promise<FormData> {
    if (this.isChecked && this.isThere && this.#isForm()) {
      const form = new FormData();
      for (const [name, value] of this.#checkedPairs()) form.append(name, value);
      return form;
    }
    return readFormData(this.#source(), this.#field('content-type'), options);
  }

  /** The body while it arrives; see `ctx.stream()`. */
  stream(): ReadableStream<Uint8Array> {
    const source = this.#source()[Symbol.asyncIterator]();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await source.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await source.return?.();
        },
      },
      // Nothing is read ahead: what is not asked for stays with the client.
      { highWaterMark: 0 },
    );
  }

  /** The parts of a `multipart/form-data` body; see `ctx.parts()`. */
  parts(options?: PartsOptions): AsyncGenerator<Part, void, undefined> {
    return readParts(this.#source(), this.#field('content-type'), options);
  }

  #field(name: string): string | undefined {
    return fieldOf(access.recordOf(this.#context), access.recordAt(this.#context), name);
  }

  /** Whether the body is there, as it was sent or decoded by `value`. */
  #isWhole(): boolean {
    if (this.#collected !== undefined) return false;
    if (this.#taken) throw bodyUsed();
    if (this.#decoded !== undefined || this.isChecked) return true;
    const record = access.recordOf(this.#context);
    if ((flagsOf(record, access.recordAt(this.#context)) & BODY_STREAM) !== 0) return false;
    return this.#coding() === undefined;
  }

  /** The content coding; `undefined` for none. */
  #coding(): string | undefined {
    const coding = this.#field('content-encoding')?.toLowerCase();
    if (coding === undefined || coding === 'identity' || coding === '') return undefined;
    if (!access.routeOf(this.#context).decompresses) {
      throw new HttpError(415, 'This server reads no content codings here.', { code: 'ERR_NEXURE_BODY_ENCODING' });
    }
    return coding;
  }

  /** The body as a source that can be read once. */
  #source(): AsyncIterable<Uint8Array> {
    if (this.#taken) throw bodyUsed();
    const context = this.#context;
    const flags = flagsOf(access.recordOf(context), access.recordAt(context));
    const coding = this.#decoded !== undefined || this.isChecked ? undefined : this.#coding();
    this.#taken = true;
    const source = (flags & BODY_STREAM) === 0 ? single(this.#readBytes()) : new BodyReader(access.exchangeOf(context));
    return coding === undefined ? source : decompress(source, coding, access.routeOf(context).maxBodyBytes);
  }

  #collect(): Promise<Uint8Array> {
    return (this.#collected ??= this.#decodeWhole() ?? collect(this.#source()));
  }

  /** A coded body that is there is decoded as a whole, on the thread pool. */
  #decodeWhole(): Promise<Uint8Array> | undefined {
    const context = this.#context;
    const coding = this.#coding();
    if (coding === undefined) return undefined;
    if ((flagsOf(access.recordOf(context), access.recordAt(context)) & BODY_STREAM) !== 0) return undefined;
    this.#taken = true;
    return decompressBody(this.#readBytes(), coding, access.routeOf(context).maxBodyBytes);
  }

  #parse(): unknown {
    const context = this.#context;
    if (this.isChecked) return this.#parseChecked();
    const streams = (flagsOf(access.recordOf(context), access.recordAt(context)) & BODY_STREAM) !== 0;
    if (!streams && this.length === 0) return undefined;
    const { kind, utf8 } = parseMediaType(this.#field('content-type'));
    if (streams || kind === 'parts') {
      throw streamed(context);
    }
    const coding = this.#coding();
    if (coding !== undefined) {
      this.#decoded = this.#decodeShort(coding);
    }
    if (kind === 'bytes') return this.#readBytes();
    if (!utf8) {
      throw new HttpError(415, 'The only charset this server reads is UTF-8.', { code: 'ERR_NEXURE_BODY_ENCODING' });
    }
    const text = this.#readText();
    if (kind === 'json') return parseJson(text);
    return kind === 'form' ? parseQuery(text) : text;
  }

  /** Whether it fits the schema of the route, which alone decides what it is. */
  get isChecked(): boolean {
    if (access.routeOf(this.#context).input?.parts.body === undefined) return false;
    return this.#isDecodedChecked || isValidated(this.#context);
  }

  #isForm(): boolean {
    return parseMediaType(this.#field('content-type')).kind === 'form';
  }

  /** Names and values of a form that was validated. They are read again: dates and bigints may have been made of the first. */
  #checkedPairs(): [name: string, value: string][] {
    const values = JSON.parse(this.#readText()) as Readonly<Record<string, unknown>>;
    return Object.entries(values).flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as unknown[]) : [value]).map((one): [string, string] => [
        name,
        typeof one === 'string' ? one : JSON.stringify(one),
      ]),
    );
  }

  #parseChecked(): unknown {
    const value = this.checkedValue;
    const revive = access.routeOf(this.#context).input?.parts.body?.revive;
    return revive === undefined || value === undefined ? value : revive(value);
  }

  /** Decodes on this thread what is short decoded; a bomb must not hold everybody up. */
  #decodeShort(coding: string): Uint8Array {
    const { maxBodyBytes } = access.routeOf(this.#context);
    try {
      return decompressAll(this.#readBytes(), coding, Math.min(maxBodyBytes, MAX_DECODED_AT_ONCE));
    } catch (error) {
      if (maxBodyBytes <= MAX_DECODED_AT_ONCE || !(error instanceof HttpError) || error.status !== 413) throw error;
      throw streamed(this.#context);
    }
  }

  #readText(): string {
    if (this.#text !== undefined) return this.#text;
    if (this.#decoded !== undefined) return (this.#text = Buffer.from(this.#decoded).toString());
    const context = this.#context;
    const record = access.recordOf(context);
    const at = access.recordAt(context);
    const flags = flagsOf(record, at);
    if ((flags & INVALID) !== 0) return '';
    if ((flags & BODY_KEPT) === 0) return (this.#text = bodyTextOf(record, at));
    const { slotOf, generationOf, sequenceOf } = access;
    return (this.#text = this.#kept(
      access.linkOf(context).bodyText(slotOf(context), generationOf(context), sequenceOf(context)),
    ));
  }

  #readBytes(isRaw = false): Uint8Array {
    if (this.#decoded !== undefined && !isRaw) return this.#decoded.slice();
    const context = this.#context;
    const record = access.recordOf(context);
    const at = access.recordAt(context);
    const flags = flagsOf(record, at);
    if ((flags & INVALID) !== 0) return new Uint8Array();
    if ((flags & BODY_KEPT) === 0) return bodyBytesOf(record, at);
    const { slotOf, generationOf, sequenceOf } = access;
    return this.#kept(access.linkOf(context).bodyBytes(slotOf(context), generationOf(context), sequenceOf(context)));
  }

  #kept<T>(value: T | undefined): T {
    if (value !== undefined) return value;
    throw new NexureError('ERR_NEXURE_CONTEXT_ENDED', 'the request has been answered, or its client has gone');
  }
}

function streamed(context: AnyContext): NexureError {
  return new NexureError(
    'ERR_NEXURE_BODY_STREAMED',
    `the body of ${access.routeOf(context).label} is read while it arrives: use await ctx.json(), text(), bytes() or formData(), ctx.stream() or ctx.parts()`,
  );
}

function bodyUsed(): NexureError {
  return new NexureError('ERR_NEXURE_BODY_USED', 'the body has been taken as a stream already: it can be read once');
}
