// Values as JSON, whatever they are: as `JSON.stringify` writes them (RFC 8259), but within bounds of depth, width and
// length, with what is to be redacted left out, and without ever throwing.
import { describeError, isArray, isError, keysOf, read, UNREADABLE } from './error.ts';
import { CENSORED, isSecretHeader, NOWHERE } from './redact.ts';

import type { Redactor, Steps } from './redact.ts';

/** How much of a value is written. */
export interface Limits {
  /** Objects inside each other; 1-100, default 10. Deeper ones are `[Object]` or `[Array]`. */
  readonly depthLimit: number;
  /** Keys of an object and elements of an array; 1-100,000, default 1,000. A note tells how many are missing. */
  readonly edgeLimit: number;
  /** UTF-16 code units of one string; 16-16,777,216, default 32,768. A note tells how many are missing. */
  readonly maxStringLength: number;
  /** Characters of one line, about; 256-16,777,216, default 262,144. What comes behind them is `[Truncated]`. */
  readonly maxLineLength: number;
}

/** Code units above which V8's own search is faster than ours. */
const SHORT = 64;
/** What JSON escapes, and surrogates, of which a lone one is escaped. */
// oxlint-disable-next-line no-control-regex -- controls are what is escaped
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
const TRUNCATED = '"[Truncated]"';
/** Bits of a bigint whose digits are written: printing takes time that grows with their square. */
const MAX_BIGINT_BITS = 1024;
/** Bytes of a typed array or buffer whose content is written. */
const MAX_VIEW_BYTES = 1024;

/** Writes the values of one line. */
export class ValueWriter {
  readonly #limits: Limits;
  readonly #redactor: Redactor | undefined;
  /** Characters that the line may still have. */
  #left: number;
  readonly #open: object[] = [];
  readonly #path: string[] = [];

  constructor(limits: Limits, redactor: Redactor | undefined) {
    this.#limits = limits;
    this.#redactor = redactor;
    this.#left = limits.maxLineLength;
  }

  /** Whether the line is full. */
  get isFull(): boolean {
    return this.#left <= 0;
  }

  /** The value of a key of the line as JSON; `undefined` when it has none, or is removed. */
  field(key: string, value: unknown): string | undefined {
    const redactor = this.#redactor;
    return this.#member(key, value, redactor === undefined ? NOWHERE : redactor.root, false);
  }

  /** A value as JSON with the paths of the line, such as one inside a message; `undefined` when it has none. */
  value(value: unknown): string | undefined {
    return this.#write(value, '', this.#redactor?.root ?? NOWHERE, false);
  }

  /** A string as JSON. */
  text(text: string): string {
    const most = this.#limits.maxStringLength;
    const kept = text.length > most ? `${text.slice(0, most)}... [${text.length - most} more]` : text;
    const json = quote(kept);
    this.#left -= json.length;
    return json;
  }

  #member(key: string, value: unknown, steps: Steps, isHeader: boolean): string | undefined {
    const redactor = this.#redactor;
    if (redactor === undefined) return this.#write(value, key, NOWHERE, false);
    const next = steps.length === 0 ? NOWHERE : redactor.follow(steps, key);
    const isHeaders = redactor.hidesHeaders && key.length === 7 && key.toLowerCase() === 'headers';
    if (next !== CENSORED && !(isHeader && isSecretHeader(key))) return this.#write(value, key, next, isHeaders);
    // What has no JSON form has none redacted either.
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return undefined;
    return this.#write(redactor.replace(value, [...this.#path, key]), key, NOWHERE, false);
  }

  #write(value: unknown, key: string, steps: Steps, areHeaders: boolean): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#left <= 0 ? TRUNCATED : this.text(value);
      case 'number':
        return this.#plain(Number.isFinite(value) ? String(value) : 'null');
      case 'boolean':
        return this.#plain(value ? 'true' : 'false');
      case 'bigint':
        return this.#plain(BigInt.asIntN(MAX_BIGINT_BITS, value) === value ? String(value) : '"[BigInt]"');
      case 'object':
        return value === null ? this.#plain('null') : this.#object(value, key, steps, areHeaders);
      default:
        return undefined;
    }
  }

  #plain(json: string): string {
    this.#left -= json.length;
    return json;
  }

  #object(value: object, key: string, steps: Steps, areHeaders: boolean): string | undefined {
    if (this.#left <= 0) return TRUNCATED;
    if (this.#open.includes(value)) return this.#plain('"[Circular]"');
    if (isLongView(value)) return this.#plain(`"[${value.byteLength} bytes]"`);
    let shown: unknown = value;
    if (isError(value)) {
      shown = describeError(value);
    } else {
      try {
        const { toJSON } = value as { toJSON?: unknown };
        if (typeof toJSON === 'function') shown = toJSON.call(value, key) as unknown;
      } catch {
        shown = UNREADABLE;
      }
      if (typeof shown !== 'object' || shown === null) return this.#write(shown, key, NOWHERE, false);
    }
    const isList = isArray(shown);
    if (this.#open.length >= this.#limits.depthLimit) return this.#plain(isList ? '"[Array]"' : '"[Object]"');
    this.#open.push(value);
    this.#path.push(key);
    this.#left -= 2;
    const json = isList
      ? this.#list(shown as readonly unknown[], steps)
      : this.#members(shown as object, steps, areHeaders);
    this.#path.pop();
    this.#open.pop();
    return json;
  }

  #members(value: object, steps: Steps, areHeaders: boolean): string {
    const keys = keysOf(value);
    const count = Math.min(keys.length, this.#limits.edgeLimit);
    let json = '';
    for (let index = 0; index < count; index += 1) {
      if (this.#left <= 0) return `{${json}${json === '' ? '' : ','}"...":${TRUNCATED}}`;
      const key = keys[index] as string;
      const name = this.text(key);
      const member = this.#member(key, read(value, key), steps, areHeaders);
      if (member !== undefined) json += `${json === '' ? '' : ','}${name}:${member}`;
    }
    if (keys.length > count) json += `${json === '' ? '' : ','}"...":${this.#rest(keys.length - count)}`;
    return `{${json}}`;
  }

  #list(value: readonly unknown[], steps: Steps): string {
    const length = lengthOf(value);
    const count = Math.min(length, this.#limits.edgeLimit);
    let json = '';
    for (let index = 0; index < count; index += 1) {
      const comma = json === '' ? '' : ',';
      if (this.#left <= 0) return `[${json}${comma}${TRUNCATED}]`;
      const key = String(index);
      json += `${comma}${this.#member(key, read(value, key), steps, false) ?? this.#plain('null')}`;
    }
    if (length > count) json += `,${this.#rest(length - count)}`;
    return `[${json}]`;
  }

  #rest(count: number): string {
    return this.#plain(`"${count} not written"`);
  }
}

/** The length that an array, or a proxy of one, claims to have. */
export function lengthOf(list: readonly unknown[]): number {
  const length = Number(read(list, 'length'));
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

/** Whether a value is bytes, too many to be listed. */
export function isLongView(value: object): value is ArrayBufferView {
  return ArrayBuffer.isView(value) && value.byteLength > MAX_VIEW_BYTES;
}

/** A string as JSON; lone surrogates are escaped (ECMA-262 `QuoteJSONString`). */
export function quote(text: string): string {
  return text.length > SHORT || ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
