// The body of a request for those who need all of it, parsed by its content type, whether it is there or still arrives.
import { parseQuery } from '../http/query.ts';
import { parseMediaType } from '../http/media-type.ts';
import { HttpError } from '../errors/http-error.ts';
import { NexureError } from '../errors/nexure-error.ts';

import type { AnyContext } from '../context/access.ts';

/** The body as `ctx.body` gives it; a promise of it where it has to be waited for, and of `FormData` for forms of parts. */
export function readBody(context: AnyContext): unknown {
  try {
    return context.body;
  } catch (error) {
    if (error instanceof NexureError && error.code === 'ERR_NEXURE_BODY_STREAMED') return collectBody(context);
    throw error;
  }
}

async function collectBody({ request }: AnyContext): Promise<unknown> {
  const { kind, utf8 } = parseMediaType(request.get('content-type'));
  if (!utf8 && kind !== 'bytes' && kind !== 'parts') {
    throw new HttpError(415, 'The only charset this server reads is UTF-8.', { code: 'ERR_NEXURE_BODY_ENCODING' });
  }
  if (kind === 'json') return request.json();
  if (kind === 'form') return parseQuery(await request.text());
  if (kind === 'parts') return request.formData();
  return kind === 'text' ? request.text() : request.bytes();
}
