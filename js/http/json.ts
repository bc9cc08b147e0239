// JSON that a client sent (RFC 8259), without the keys that change prototypes.
import { BadRequestError } from '../errors/http-error.ts';

/** Cheap, and true for every text that spells such a key, escaped or not. */
const MAY_BE_POISONED = /__proto__|constructor|\\u/;

/** Refuses keys that change prototypes when the value is copied or merged. */
function refusePoison(key: string, value: unknown): unknown {
  const merges =
    key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
  if (key === '__proto__' || merges) {
    throw new BadRequestError(`The key ${key} is not allowed.`, { code: 'ERR_NEXURE_BODY_POISONED' });
  }
  return value;
}

/** Parses JSON. Throws 400 `ERR_NEXURE_BODY_JSON` if it is none, and 400 `ERR_NEXURE_BODY_POISONED`. */
export function parseJson(text: string): unknown {
  try {
    return MAY_BE_POISONED.test(text) ? JSON.parse(text, refusePoison) : JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new BadRequestError('The content is not valid JSON.', { code: 'ERR_NEXURE_BODY_JSON', cause });
  }
}
