// The media type of a request body (RFC 9110 §8.3), read by the native core: what decides how a body is parsed is what has
// decided how it was validated.
import { native } from '../native.ts';

/** What a body is parsed as. */
export type BodyKind = 'json' | 'text' | 'form' | 'parts' | 'bytes';

/** A content type: its kind, and whether its charset is one we decode. */
export interface MediaType {
  readonly kind: BodyKind;
  readonly utf8: boolean;
}

const BYTES: MediaType = { kind: 'bytes', utf8: true };

/** By the numbers of the native core. */
const KINDS: readonly BodyKind[] = ['json', 'form', 'parts', 'text', 'bytes'];
const OTHER_CHARSET = 8;

/** Clients send few different ones; others are read anew, so that nobody can fill the table. */
const MAX_KNOWN = 64;
const MAX_KNOWN_UNITS = 128;
const known = new Map<string, MediaType>();

/** Reads a `Content-Type`; anything unreadable or unknown is bytes. */
export function parseMediaType(value: string | undefined): MediaType {
  if (value === undefined) return BYTES;
  const found = known.get(value);
  if (found !== undefined) return found;
  const number = native.mediaType(value);
  const kind = KINDS[number & 7];
  const type = kind === undefined || number > 15 ? BYTES : { kind, utf8: (number & OTHER_CHARSET) === 0 };
  if (known.size < MAX_KNOWN && value.length <= MAX_KNOWN_UNITS) known.set(value, type);
  return type;
}
