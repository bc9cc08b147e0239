// Whether a client's copy of a representation is still good (RFC 9110 §13.1), and the ranges it asks for (§14.2).

/** The validators of an answer. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** A range of bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Whether `If-None-Match` or, without it, `If-Modified-Since` says that the client has what the answer would bring. */
export function isFresh(get: (name: string) => string | undefined, { etag, lastModified }: Validators): boolean {
  const noneMatch = get('if-none-match');
  const modifiedSince = get('if-modified-since');
  if (noneMatch === undefined && modifiedSince === undefined) return false;
  if (/(?:^|,)\s*no-cache\s*(?:,|$)/i.test(get('cache-control') ?? '')) return false;
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return true;
    return etag !== undefined && namesTag(noneMatch, opaque(etag));
  }
  if (lastModified === undefined) return false;
  const limit = Date.parse(modifiedSince ?? '');
  return Date.parse(lastModified) <= limit;
}

/** The comparison is weak: `W/` does not count (§8.8.3.2). */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

function namesTag(field: string, tag: string): boolean {
  // A tag may hold a comma, so the list cannot be split at them.
  for (const match of field.matchAll(/(?:W\/)?("[^"]*")/g)) if (match[1] === tag) return true;
  return false;
}

/** Ranges that are read; more are an attack (RFC 9110 §17.15). */
const MAX_RANGES = 100;

/**
 * The ranges that a `Range` field asks for of `size` bytes, in its order; `undefined` when there is none that is
 * understood, and empty when none of them is in the content (416).
 */
export function parseRange(field: string | undefined, size: number): ByteRange[] | undefined {
  const match = field === undefined ? null : /^bytes=(.*)$/i.exec(field.trim());
  const specs = match?.[1]?.split(',', MAX_RANGES + 1);
  if (specs === undefined || specs.length > MAX_RANGES) return undefined;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const [, first = '', last = ''] = /^\s*(\d{0,15})-(\d{0,15})\s*$/.exec(spec) ?? [];
    if (first === '' && last === '') return undefined;
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
    if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
    if (start <= end && start < size) ranges.push({ start, end });
  }
  return ranges;
}
