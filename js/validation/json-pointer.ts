// JSON Pointer (RFC 6901): where in a text something is.

/** A key as it stands in a pointer (§3): `~` and `/` are escaped. */
export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The key of a segment of a pointer (§4). */
export function keyOf(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
