// multipart/form-data (RFC 7578): one part after the other, as the bytes arrive.
import { Part } from './part.ts';
import { PartReader } from './part-reader.ts';
import { resolveLimits } from './parts-options.ts';

import type { MultipartLimits } from '../native.ts';
import type { PartsOptions } from './parts-options.ts';

/**
 * The parts of a form, in their order. No chunk is asked of `source` before it is needed, and each must have memory that
 * is not used again. A part that the loop leaves unread is passed over; leaving the loop ends the source.
 *
 * Throws `ERR_NEXURE_OPTION_INVALID`. The loop throws an `HttpError` for what the client did wrong: 415
 * `ERR_NEXURE_MULTIPART_TYPE` for another content type, 400 for a malformed or truncated form, 413 above a limit; and
 * what `source` throws.
 */
export function readParts(
  source: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
  options?: PartsOptions,
): AsyncGenerator<Part, void, undefined> {
  return partsOf(source, contentType ?? '', resolveLimits(options));
}

async function* partsOf(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  limits: MultipartLimits,
): AsyncGenerator<Part, void, undefined> {
  const reader = new PartReader(source, contentType, limits);
  try {
    for (;;) {
      const head = await reader.nextHead();
      if (head === undefined) return;
      yield new Part(head, reader);
    }
  } finally {
    await reader.close();
  }
}
