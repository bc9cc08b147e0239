// Members that a schema with `additionalProperties: false` does not know. Who writes a value only notices that there is one;
// where it stands is looked for afterwards.
import { escapeKey } from '../validation/json-pointer.ts';

import type { Place } from './shape.ts';

/** Never leaves this folder: whoever writes a whole value makes an error with a code of it. */
export class UnknownMember extends Error {}

/** How deep is looked. */
const MAX_DEPTH = 64;

/** JSON Pointer (RFC 6901) of the first member that is not known; `undefined` where there is none. */
export function pointerOfUnknown(place: Place, value: unknown, pointer: string = '', depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  const { items, properties, isClosed } = place;
  if (items === undefined && properties.size === 0 && !isClosed) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const below = `${pointer}/${escapeKey(key)}`;
    const member = items ?? properties.get(key);
    if (member === undefined && isClosed) return below;
    const found = member === undefined ? undefined : pointerOfUnknown(member, inner, below, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
