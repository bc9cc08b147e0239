// The media type of a request body, read once (RFC 9110 §8.3).

/** What a body is parsed as. */
export type BodyKind = 'json' | 'text' | 'form' | 'parts' | 'bytes';

/** A content type: its kind, and whether its charset is one we decode. */
export interface MediaType {
  readonly kind: BodyKind;
  readonly utf8: boolean;
}

const BYTES: MediaType = { kind: 'bytes', utf8: true };
const TYPE = /^\s*([!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+)\s*(?:;(.*))?$/is;
const CHARSET = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]+)"?\s*(?=;|$)/i;

/** Reads a `Content-Type`; anything unreadable or unknown is bytes. */
export function parseMediaType(value: string | undefined): MediaType {
  const match = value === undefined ? null : TYPE.exec(value);
  const type = match?.[1]?.toLowerCase();
  if (type === undefined) return BYTES;
  const charset = CHARSET.exec(match?.[2] ?? '')?.[1]?.toLowerCase();
  const utf8 = charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';
  if (type === 'application/json' || type.endsWith('+json')) return { kind: 'json', utf8 };
  if (type === 'application/x-www-form-urlencoded') return { kind: 'form', utf8 };
  if (type === 'multipart/form-data') return { kind: 'parts', utf8 };
  if (type.startsWith('text/')) return { kind: 'text', utf8 };
  return BYTES;
}
