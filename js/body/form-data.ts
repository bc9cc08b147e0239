// A whole form in memory, as the web's FormData: from parts or from application/x-www-form-urlencoded.
import { HttpError, PayloadTooLargeError } from '../errors/http-error.ts';
import { parseMediaType } from '../http/media-type.ts';
import { forEachPair } from '../http/query.ts';
import { readParts } from './multipart.ts';
import { resolveLimits } from './parts-options.ts';
import { collect } from './reader.ts';

import type { PartsOptions } from './parts-options.ts';

/**
 * Reads a form to its end; files are in memory, so `maxFileBytes` and `maxTotalBytes` should say how much of it.
 *
 * Rejects as `readParts` throws, and for a form without parts with 413 `ERR_NEXURE_BODY_TOO_LARGE` above `maxTotalBytes`,
 * 400 `ERR_NEXURE_TOO_MANY_PARAMETERS` above 1000 parameters and 415 `ERR_NEXURE_BODY_ENCODING` for a charset other than
 * UTF-8.
 */
export async function readFormData(
  source: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
  options?: PartsOptions,
): Promise<FormData> {
  const form = new FormData();
  const { kind, utf8 } = parseMediaType(contentType);
  if (kind === 'form') {
    const { maxTotalBytes } = resolveLimits(options);
    if (!utf8) {
      throw new HttpError(415, 'The only charset this server reads is UTF-8.', { code: 'ERR_NEXURE_BODY_ENCODING' });
    }
    forEachPair(await readText(source, maxTotalBytes), (name, value) => form.append(name, value));
    return form;
  }
  for await (const part of readParts(source, contentType, options)) {
    const { name, filename, type } = part;
    if (filename === undefined) form.append(name, await part.text());
    else form.append(name, new File([await part.bytes()], filename, { type }));
  }
  return form;
}

async function readText(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const bytes = await collect(source, (length) => {
    if (length <= maxBytes) return;
    throw new PayloadTooLargeError('The content is larger than this server accepts.', {
      code: 'ERR_NEXURE_BODY_TOO_LARGE',
    });
  });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
