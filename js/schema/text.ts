// Schemas for text.
import { NexureError } from '../errors/nexure-error.ts';
import { Schema } from './schema.ts';

import type { SchemaOptions } from './schema.ts';

/** What text can be changed by before it is checked, in the order they are given. */
export type Sanitizer = 'trim' | 'nfc' | 'lowercase' | 'stripControl' | 'escapeHtml';

/** The formats that are there without defining one. */
export type FormatName =
  | 'date-time'
  | 'date'
  | 'time'
  | 'duration'
  | 'email'
  | 'idn-email'
  | 'hostname'
  | 'idn-hostname'
  | 'ipv4'
  | 'ipv6'
  | 'uri'
  | 'uri-reference'
  | 'iri'
  | 'iri-reference'
  | 'uri-template'
  | 'uuid'
  | 'json-pointer'
  | 'relative-json-pointer'
  | 'regex';

/** What text must be like. */
export interface StringOptions extends SchemaOptions {
  /** The least code points; 0 or more. */
  readonly min?: number;
  /** The most code points; 0 or more. */
  readonly max?: number;
  /** What it must match somewhere, as ECMA-262 with the flag `u` has it. */
  readonly pattern?: RegExp | string;
  /** A format of JSON Schema, or one that `defineFormat` has defined. */
  readonly format?: FormatName | (string & {});
  /** What changes it before it is checked. */
  readonly sanitize?: readonly Sanitizer[];
}

/** A schema for text. A keyword can be given once: what is given last stands. */
export class StringSchema extends Schema<string> {
  /** At least so many code points. */
  min(length: number): this {
    return this.$with({ minLength: length });
  }

  /** At most so many code points. */
  max(length: number): this {
    return this.$with({ maxLength: length });
  }

  /** Exactly so many code points. */
  length(length: number): this {
    return this.$with({ minLength: length, maxLength: length });
  }

  /** Matches an expression somewhere. Throws `ERR_NEXURE_SCHEMA` for flags other than `u`. */
  regex(expression: RegExp | string): this {
    return this.$with({ pattern: patternOf(expression) });
  }

  /** An address of electronic mail (RFC 5321 §4.1.2). */
  email(): this {
    return this.$with({ format: 'email' });
  }

  /** A UUID (RFC 9562). */
  uuid(): this {
    return this.$with({ format: 'uuid' });
  }

  /** A URI with its scheme (RFC 3986). */
  uri(): this {
    return this.$with({ format: 'uri' });
  }

  /** A URI of the schemes `http` and `https`. */
  url(): this {
    return this.$with({ format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' });
  }

  /** An address of IPv4 or IPv6. */
  ip(): this {
    return this.$with({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] });
  }

  ipv4(): this {
    return this.$with({ format: 'ipv4' });
  }

  ipv6(): this {
    return this.$with({ format: 'ipv6' });
  }

  /** A point in time, which stays text (RFC 3339); `t.date()` makes a `Date` of it. */
  dateTime(): this {
    return this.$with({ format: 'date-time' });
  }

  /** A day, such as `2026-11-23`, which stays text (RFC 3339). */
  date(): this {
    return this.$with({ format: 'date' });
  }

  /** A time of day with its offset (RFC 3339). */
  time(): this {
    return this.$with({ format: 'time' });
  }

  /** A duration such as `PT15M` (RFC 3339, appendix A). */
  duration(): this {
    return this.$with({ format: 'duration' });
  }

  /** A host name (RFC 1123). */
  hostname(): this {
    return this.$with({ format: 'hostname' });
  }

  /** Takes white space from both ends, before anything is checked. */
  trim(): this {
    return this.#sanitized('trim');
  }

  /** Makes letters small, before anything is checked. */
  lowercase(): this {
    return this.#sanitized('lowercase');
  }

  /** Brings it to the normal form C of Unicode, before anything is checked. */
  nfc(): this {
    return this.#sanitized('nfc');
  }

  /** Takes out control characters but for line feed and tab, before anything is checked. */
  stripControl(): this {
    return this.#sanitized('stripControl');
  }

  /** Writes `&`, `<`, `>`, `"` and `'` as HTML does, before anything is checked. Makes no HTML harmless. */
  escapeHtml(): this {
    return this.#sanitized('escapeHtml');
  }

  #sanitized(sanitizer: Sanitizer): this {
    const { 'x-sanitize': others = [] } = this as { readonly 'x-sanitize'?: readonly Sanitizer[] };
    return this.$with({ 'x-sanitize': [...others.filter((one) => one !== sanitizer), sanitizer] });
  }
}

/** The source of an expression. JSON Schema knows no flags. */
export function patternOf(expression: RegExp | string): string {
  if (typeof expression === 'string') return expression;
  const flags = expression.flags.replace('u', '');
  if (flags === '') return expression.source;
  throw new NexureError('ERR_NEXURE_SCHEMA', `a pattern knows no flags: ${String(expression)} has ${flags}`);
}
