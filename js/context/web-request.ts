// The request as the web's own `Request` (Fetch Standard), made when it is asked for; its body is taken when it is read.
import { BadRequestError } from '../errors/http-error.ts';
import { fieldsOf } from '../server/record.ts';
import { access } from './access.ts';

import type { AnyContext } from './access.ts';

/** Node's `RequestInit` does not name what the standard asks of a body that is a stream. */
interface StreamingInit extends RequestInit {
  readonly duplex: 'half';
}

/**
 * A web `Request` of a context. `url` stands for the one that was asked for. Throws a 400 for a `Host` that HTTP knows and
 * URLs do not, such as `1.2.3.4.5`.
 */
export function webRequestOf(context: AnyContext, url: string): Request {
  if (!URL.canParse(url)) {
    throw new BadRequestError('The Host field is no host of a URL.', { code: 'ERR_NEXURE_HTTP_HOST' });
  }
  const { request } = context;
  const { method } = request;
  // As they were sent: what a schema has made of them is for the handler.
  const headers = new Headers(fieldsOf(access.recordOf(context), access.recordAt(context)));
  const hasBody = method !== 'GET' && method !== 'HEAD' && request.contentLength !== 0;
  const checked = hasBody ? request.$checkedContent : undefined;
  if (checked !== undefined) describe(headers, checked.length);
  const init: StreamingInit = {
    method,
    headers,
    body: hasBody ? (checked ?? lazyBody(context)) : null,
    signal: context.signal,
    duplex: 'half',
  };
  return new Request(url, init);
}

/** Has the fields tell of a body that has been decoded, and may have been changed. */
function describe(headers: Headers, length: number): void {
  headers.delete('content-encoding');
  headers.delete('transfer-encoding');
  headers.set('content-length', String(length));
}

/** The body, taken with the first byte that is asked for, so that who looks at the head only leaves it to others. */
function lazyBody(context: AnyContext): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= context.stream().getReader();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await reader?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
