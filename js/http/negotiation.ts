// Proactive negotiation (RFC 9110 §12): which of the offered types, codings, charsets or languages a client prefers.
// A field that is absent accepts everything; an offer is given back as it was written.
import { native } from '../native.ts';
import { acceptedValues, parseQualityList, preferredOffers } from './quality-list.ts';

import type { Range } from './quality-list.ts';

/** A media type in parts, all in lower case. */
interface MediaParts {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The offered media types that `Accept` accepts, the preferred first; all that it names when nothing is offered. */
export function negotiateTypes(accept: string | undefined, offers: readonly string[]): string[] {
  const ranges = parseQualityList(accept ?? '*/*').filter(({ value }) => value.includes('/'));
  if (offers.length === 0) return acceptedValues(ranges);
  const known = offers.map((offer) => ({ offer, parts: mediaParts(mediaTypeFor(offer)) }));
  return preferredOffers(ranges, known, (range, { parts }) => matchType(range, parts)).map(({ offer }) => offer);
}

/** The offered content codings that `Accept-Encoding` accepts; `identity` is acceptable unless it is refused. */
export function negotiateEncodings(acceptEncoding: string | undefined, offers: readonly string[]): string[] {
  const ranges = parseQualityList(acceptEncoding ?? '');
  if (!ranges.some(({ value }) => value === '*' || value.toLowerCase() === 'identity')) {
    const least = ranges.reduce((quality, range) => Math.min(quality, range.quality || 1), 1);
    ranges.push({ value: 'identity', parameters: new Map(), quality: least, place: ranges.length });
  }
  return offers.length === 0 ? acceptedValues(ranges) : preferredOffers(ranges, offers, matchToken);
}

/** The offered charsets that `Accept-Charset` accepts. */
export function negotiateCharsets(acceptCharset: string | undefined, offers: readonly string[]): string[] {
  const ranges = parseQualityList(acceptCharset ?? '*');
  return offers.length === 0 ? acceptedValues(ranges) : preferredOffers(ranges, offers, matchToken);
}

/** The offered languages that `Accept-Language` accepts; `en` and `en-GB` match each other, less well than themselves. */
export function negotiateLanguages(acceptLanguage: string | undefined, offers: readonly string[]): string[] {
  const ranges = parseQualityList(acceptLanguage ?? '*');
  return offers.length === 0 ? acceptedValues(ranges) : preferredOffers(ranges, offers, matchLanguage);
}

function matchToken({ value }: Range, offer: string): number {
  if (value.toLowerCase() === offer.toLowerCase()) return 1;
  return value === '*' ? 0 : -1;
}

function matchLanguage({ value }: Range, offer: string): number {
  const range = value.toLowerCase();
  const language = offer.toLowerCase();
  if (range === language) return 4;
  if (primary(range) === language) return 2;
  if (range === primary(language)) return 1;
  return range === '*' ? 0 : -1;
}

function primary(language: string): string {
  const hyphen = language.indexOf('-');
  return hyphen === -1 ? language : language.slice(0, hyphen);
}

function matchType(range: Range, offer: MediaParts | undefined): number {
  if (offer === undefined) return -1;
  const slash = range.value.indexOf('/');
  const type = range.value.slice(0, slash).toLowerCase();
  const subtype = range.value.slice(slash + 1).toLowerCase();
  let specific = 0;
  if (type === offer.type) specific += 4;
  else if (type !== '*') return -1;
  if (subtype === offer.subtype) specific += 2;
  else if (subtype !== '*') return -1;
  if (range.parameters.size === 0) return specific;
  for (const [name, value] of range.parameters) {
    if (value !== '*' && value.toLowerCase() !== (offer.parameters.get(name) ?? '')) return -1;
  }
  return specific + 1;
}

function mediaParts(mediaType: string): MediaParts | undefined {
  const [range] = parseQualityList(mediaType);
  const slash = range?.value.indexOf('/') ?? -1;
  if (range === undefined || slash === -1) return undefined;
  const parameters = new Map<string, string>();
  for (const [name, value] of range.parameters) parameters.set(name, value.toLowerCase());
  return {
    type: range.value.slice(0, slash).toLowerCase(),
    subtype: range.value.slice(slash + 1).toLowerCase(),
    parameters,
  };
}

/** Applications use few shorthands; one that makes them of what clients send must not fill the memory. */
const MAX_SHORTHANDS = 256;
const shorthands = new Map<string, string>();

/** A media type, from one or from the extension that stands for it: `json`, `.html`, `text/csv`. */
export function mediaTypeFor(name: string): string {
  if (name.includes('/')) return name;
  let found = shorthands.get(name);
  if (found === undefined) {
    found = native.mediaTypeOf(`file.${name.startsWith('.') ? name.slice(1) : name}`);
    if (shorthands.size >= MAX_SHORTHANDS) shorthands.clear();
    shorthands.set(name, found);
  }
  return found;
}

/**
 * The first of some types that a `Content-Type` is one of: a type, an extension, a wildcard (`text/*`), a structured
 * suffix (`+json`), `multipart` or `urlencoded`. Without types, the media type itself.
 */
export function matchContentType(contentType: string | undefined, types: readonly string[]): string | undefined {
  const actual = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (actual === undefined || !/^[^\s/]+\/[^\s/]+$/.test(actual)) return undefined;
  if (types.length === 0) return actual;
  return types.find((type) => isOfType(actual, type.toLowerCase()));
}

function isOfType(actual: string, wanted: string): boolean {
  if (wanted.startsWith('+')) return actual.endsWith(wanted);
  if (wanted === 'multipart') return actual.startsWith('multipart/');
  if (wanted === 'urlencoded') return actual === 'application/x-www-form-urlencoded';
  const [type = '', subtype = ''] = (mediaTypeFor(wanted).split(';', 1)[0] ?? '').split('/', 2);
  const [actualType = '', actualSubtype = ''] = actual.split('/', 2);
  if (type !== '*' && type !== actualType) return false;
  if (subtype.startsWith('*+')) return actualSubtype.endsWith(subtype.slice(1));
  return subtype === '*' || subtype === actualSubtype;
}
