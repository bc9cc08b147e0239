// The logger of one request: that of the application, with the request's name in every line.
import type { Logger } from './logger.ts';

/** The logger of a request, which has its `reqId`. */
export function requestLog(logger: Logger, { requestId }: { readonly requestId: string }): Logger {
  return logger.child({ reqId: requestId });
}
