// Header fields as Node's server gives them: by lower-case name, with Node's own rules for names that repeat.
import type { IncomingHttpHeaders } from 'node:http';

/** Of these the first counts. */
const ONCE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

/** The fields of a request by name, from names and values by turns. */
export function headersOf(raw: readonly string[]): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const value = raw[index + 1] as string;
    const before = headers[name];
    if (name === 'set-cookie') (headers['set-cookie'] ??= []).push(value);
    else if (before === undefined || !Object.hasOwn(headers, name)) set(headers, name, value);
    else if (!ONCE.has(name)) headers[name] = `${String(before)}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

/** A field may be named as a property that every object has. */
function set(headers: IncomingHttpHeaders, name: string, value: string): void {
  if (name !== '__proto__') headers[name] = value;
}
