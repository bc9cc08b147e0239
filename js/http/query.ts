// application/x-www-form-urlencoded, as the URL standard parses it; used for queries and form bodies.
import { BadRequestError } from '../errors/http-error.ts';

/** Names and values in their order of appearance; a name that repeats has an array. */
export type QueryObject = Record<string, string | string[]>;

/** More are refused, so that no query can make an object of any size. */
const MAX_PAIRS = 1000;

/**
 * Parses a query without its `?`. Malformed escapes stay as they are, and bytes that are not
 * UTF-8 become U+FFFD. More than 1000 pairs are a 400.
 */
export function parseQuery(text: string): QueryObject {
  // Without a prototype: a name like `__proto__` or `toString` is a name like any other.
  const result: QueryObject = Object.create(null) as QueryObject;
  forEachPair(text, (name, value) => add(result, name, value));
  return result;
}

/** Gives every name and value in their order, as `parseQuery` reads them. */
export function forEachPair(text: string, give: (name: string, value: string) => void): void {
  let start = 0;
  for (let pairs = 0; start < text.length;) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      if (pairs >= MAX_PAIRS) {
        throw new BadRequestError(`There are more than ${MAX_PAIRS} parameters.`, {
          code: 'ERR_NEXURE_TOO_MANY_PARAMETERS',
        });
      }
      let equals = text.indexOf('=', start);
      if (equals === -1 || equals > end) equals = end;
      give(decode(text.slice(start, equals)), decode(text.slice(equals + 1, end)));
      pairs += 1;
    }
    start = end + 1;
  }
}

function add(result: QueryObject, name: string, value: string): void {
  const before = result[name];
  if (before === undefined) result[name] = value;
  else if (typeof before === 'string') result[name] = [before, value];
  else before.push(value);
}

function decode(part: string): string {
  const text = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, or a stray percent sign: the standard's own decoder replaces and keeps. Its only metacharacters are
    // escaped here, so that the whole text is one value.
    const escaped = text.replace(/[&=+;#?]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
    return new URLSearchParams(`=${escaped}`).values().next().value ?? '';
  }
}
