// The logger of one request: that of the application, with the request's name in every line.
import type { Logger } from './logger.ts';

/** What names a request. */
interface Named {
  readonly requestId?: string;
}

/** The logger of a request, which has its `reqId`. */
export function requestLog(logger: Logger, context: object): Logger {
  const { requestId } = context as Named;
  return requestId === undefined ? logger : logger.child({ reqId: requestId });
}
