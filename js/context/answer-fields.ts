// Values of the header fields that answers have methods for: `Vary`, `Link`, `ETag`, `Cache-Control`, `Location`.
import { NexureError } from '../errors/nexure-error.ts';
import { checkName } from '../http/fields.ts';
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';

/** Directives of `Cache-Control` (RFC 9111 §5.2.2, RFC 8246, RFC 5861); times in seconds. */
export interface CacheControl {
  readonly public?: boolean;
  readonly private?: boolean;
  readonly noStore?: boolean;
  readonly noCache?: boolean;
  readonly noTransform?: boolean;
  readonly mustRevalidate?: boolean;
  readonly proxyRevalidate?: boolean;
  readonly immutable?: boolean;
  /** 0-2,147,483,647. */
  readonly maxAge?: number;
  /** 0-2,147,483,647. */
  readonly sMaxAge?: number;
  /** 0-2,147,483,647. */
  readonly staleWhileRevalidate?: number;
  /** 0-2,147,483,647. */
  readonly staleIfError?: number;
}

const FLAGS = {
  public: 'public',
  private: 'private',
  noStore: 'no-store',
  noCache: 'no-cache',
  noTransform: 'no-transform',
  mustRevalidate: 'must-revalidate',
  proxyRevalidate: 'proxy-revalidate',
  immutable: 'immutable',
} as const;
const TIMES = {
  maxAge: 'max-age',
  sMaxAge: 's-maxage',
  staleWhileRevalidate: 'stale-while-revalidate',
  staleIfError: 'stale-if-error',
} as const;

/** A `Cache-Control` value. Throws `ERR_NEXURE_OPTION_INVALID` for directives that are unknown or contradict each other. */
export function cacheControlValue(options: CacheControl): string {
  checkNames('cacheControl', options, [...Object.keys(FLAGS), ...Object.keys(TIMES)]);
  if (options.public === true && options.private === true)
    throw invalidOption('cacheControl', 'public or private, not both', options);
  const directives: string[] = [];
  for (const [name, directive] of Object.entries(FLAGS)) {
    if (options[name as keyof typeof FLAGS] === true) directives.push(directive);
  }
  for (const [name, directive] of Object.entries(TIMES)) {
    const seconds = options[name as keyof typeof TIMES];
    if (seconds !== undefined)
      directives.push(`${directive}=${checkInteger(`cacheControl.${name}`, seconds, 0, 2_147_483_647)}`);
  }
  return directives.join(', ');
}

/** `Vary` with further names; `*` swallows them all. */
export function varyValue(before: string | undefined, names: readonly string[]): string {
  const all = (before ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names.flatMap((list) => list.split(','))) {
    const field = name.trim();
    if (field === '*') return '*';
    checkName(field);
    if (!all.some((known) => known.toLowerCase() === field.toLowerCase())) all.push(field);
  }
  return all.includes('*') ? '*' : all.join(', ');
}

/** `Link` (RFC 8288) of targets by their relation. */
export function linkValue(links: Readonly<Record<string, string>>): string {
  return Object.entries(links)
    .map(([relation, target]) => {
      if (!/^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/.test(relation)) throw invalidOption('links', 'by relation types', relation);
      return `<${uriOf(target)}>; rel="${relation}"`;
    })
    .join(', ');
}

/** An entity tag, of one or of the text in it. */
export function etagValue(tag: string, weak: boolean): string {
  const quoted = /^(?:W\/)?"[^"]*"$/.test(tag) ? tag : `"${tag}"`;
  if (!/^(?:W\/)?"[!#-~\x80-\xff]*"$/.test(quoted)) {
    throw new NexureError('ERR_NEXURE_HEADER_VALUE', `${JSON.stringify(tag)} cannot be an entity tag`);
  }
  return weak && !quoted.startsWith('W/') ? `W/${quoted}` : quoted;
}

/** A date as fields hold it. Throws `ERR_NEXURE_HEADER_VALUE` for one that is none. */
export function dateValue(date: Date | number | string): string {
  const value = new Date(date);
  if (Number.isNaN(value.getTime()))
    throw new NexureError('ERR_NEXURE_HEADER_VALUE', `${JSON.stringify(String(date))} is not a date`);
  return value.toUTCString();
}

/**
 * What cannot stand in a URI is escaped, escapes that are there stay. A backslash most of all: browsers take `/\a.example`
 * for `//a.example`, so that a location which was checked to be a path would lead to another site.
 */
export function uriOf(location: string): string {
  return String(location)
    .toWellFormed()
    .replace(/[^\x21-\x7e]+|["<>\\^`{|}]/g, (part) => encodeURIComponent(part));
}
