// Cookies of a request and of an answer (RFC 6265bis).
import { NexureError } from '../errors/nexure-error.ts';

/** What a cookie may have beside its name and value. */
export interface CookieOptions {
  /** Seconds until the client forgets it; 0 at once. */
  readonly maxAge?: number;
  /** When the client forgets it; `maxAge` has precedence. */
  readonly expires?: Date;
  readonly domain?: string;
  /** Default: none, which clients take for the path of the request. */
  readonly path?: string;
  readonly secure?: boolean;
  readonly httpOnly?: boolean;
  /** `true` stands for `strict`. */
  readonly sameSite?: boolean | 'strict' | 'lax' | 'none';
  readonly partitioned?: boolean;
  readonly priority?: 'low' | 'medium' | 'high';
}

/** More are not read: a browser sends at most this many or so, and nobody can make an object of any size. */
const MAX_COOKIES = 1000;

/**
 * The cookies of a `Cookie` field by name. Of two with one name the first counts, which is the one of the longer path.
 * Percent escapes are decoded where they are UTF-8.
 */
export function parseCookies(field: string): Record<string, string> {
  // Without a prototype: a name like `__proto__` is a name like any other.
  const cookies = Object.create(null) as Record<string, string>;
  let start = 0;
  for (let count = 0; start < field.length && count < MAX_COOKIES; count += 1) {
    let end = field.indexOf(';', start);
    if (end === -1) end = field.length;
    const equals = field.indexOf('=', start);
    if (equals !== -1 && equals < end) {
      const name = trim(field, start, equals);
      if (cookies[name] === undefined) cookies[name] = decode(trim(field, equals + 1, end));
    }
    start = end + 1;
  }
  return cookies;
}

/** Without the blanks around it, of which there are two kinds. */
function trim(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

// cookie-name and cookie-octet of RFC 6265bis §4.1.1, wider by what browsers take: everything but controls, blanks
// around, `;`, and in a name `=`.
const NAME = /^[!-:<>-~]+$/;
const DOMAIN = /^\.?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const PATH = /^[ -:=-~]*$/;

function invalid(what: string): NexureError {
  return new NexureError('ERR_NEXURE_COOKIE_INVALID', what);
}

/** RFC 6265bis §5.6: of a longer pair, or attribute, browsers keep nothing. */
const MAX_PAIR_BYTES = 4096;
const MAX_ATTRIBUTE_BYTES = 1024;

/** A `Set-Cookie` value. Throws `ERR_NEXURE_COOKIE_INVALID` for what would be another cookie to a client. */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  if (typeof name !== 'string' || !NAME.test(name))
    throw invalid(`${JSON.stringify(name)} is not the name of a cookie`);
  const text = String(value);
  // Half of a surrogate pair has no UTF-8.
  if (!text.isWellFormed()) throw invalid(`the value of cookie ${name} cannot be sent`);
  const encoded = encodeURIComponent(text);
  const { maxAge, expires, domain, path, secure, httpOnly, sameSite, partitioned, priority } = options;
  let line = `${name}=${encoded}`;
  // ASCII by the checks above, so characters are bytes.
  if (line.length - 1 > MAX_PAIR_BYTES) {
    throw invalid(
      `cookie ${name.slice(0, 64)} has ${line.length - 1} bytes of name and value, escapes counted: browsers keep ${MAX_PAIR_BYTES} at most`,
    );
  }
  if ((domain?.length ?? 0) > MAX_ATTRIBUTE_BYTES || (path?.length ?? 0) > MAX_ATTRIBUTE_BYTES) {
    throw invalid(`an attribute of cookie ${name} has more than ${MAX_ATTRIBUTE_BYTES} bytes`);
  }
  if (maxAge !== undefined) {
    // Beyond that numbers are written as 1e+21.
    if (!Number.isSafeInteger(maxAge)) throw invalid(`maxAge of cookie ${name} is a number of seconds`);
    line += `; Max-Age=${maxAge}`;
  }
  if (domain !== undefined) {
    if (!DOMAIN.test(domain)) throw invalid(`${JSON.stringify(domain)} is not a domain`);
    line += `; Domain=${domain}`;
  }
  if (path !== undefined) {
    if (!PATH.test(path)) throw invalid(`${JSON.stringify(path)} is not a path`);
    line += `; Path=${path}`;
  }
  if (expires !== undefined) {
    // A year has four digits (RFC 6265bis §5.1.1); an invalid date fails the comparison, too.
    if (!(expires instanceof Date && Math.abs(expires.getUTCFullYear() - 5000) < 5000))
      throw invalid(`expires of cookie ${name} is a date before the year 10000`);
    line += `; Expires=${expires.toUTCString()}`;
  }
  if (httpOnly === true) line += '; HttpOnly';
  if (secure === true) line += '; Secure';
  if (partitioned === true) line += '; Partitioned';
  if (priority !== undefined) line += `; Priority=${oneOf(priority, ['low', 'medium', 'high'], 'priority')}`;
  if (sameSite !== undefined && sameSite !== false) {
    const site = sameSite === true ? 'strict' : sameSite;
    line += `; SameSite=${oneOf(site, ['strict', 'lax', 'none'], 'sameSite')}`;
  }
  checkPrefix(name, options);
  return line;
}

function oneOf(value: string, known: readonly string[], what: string): string {
  const lower = String(value).toLowerCase();
  if (!known.includes(lower)) throw invalid(`${what} of a cookie is one of ${known.join(', ')}`);
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** A client drops a cookie whose name promises what its attributes do not keep (RFC 6265bis §4.1.3). */
function checkPrefix(name: string, { secure, path, domain }: CookieOptions): void {
  const lower = name.toLowerCase();
  if ((lower.startsWith('__secure-') || lower.startsWith('__host-')) && secure !== true) {
    throw invalid(`cookie ${name} must be secure`);
  }
  if (lower.startsWith('__host-') && (path !== '/' || domain !== undefined)) {
    throw invalid(`cookie ${name} must have the path / and no domain`);
  }
}

/** Browsers drop a cookie for other sites, or one of a partition, that is not `secure` (RFC 6265bis §5.7). */
export function checkForBrowsers(name: string, { sameSite, partitioned, secure }: CookieOptions): void {
  if (secure === true) return;
  if (typeof sameSite === 'string' && sameSite.toLowerCase() === 'none')
    throw invalid(`cookie ${name} has sameSite 'none', so it must be secure`);
  if (partitioned === true) throw invalid(`cookie ${name} is partitioned, so it must be secure`);
}
