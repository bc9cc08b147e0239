// Errors of Express middleware. By custom they say in `status` or `statusCode` what they are to be answered with; that is
// believed only of those that a middleware has handed over, since an error of an HTTP client has the same properties and
// means the status of somebody else's answer.
import { isErrorStatus } from './http-error.ts';

/** What such an error says of its answer. */
export interface ForeignError {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

const handedOver = new WeakSet<object>();

/** Notes an error that a middleware has thrown or given to its `next`. */
export function noteForeign(error: unknown): void {
  if (typeof error === 'object' && error !== null) handedOver.add(error);
}

/** What an error says of its answer, if it was noted and says so. */
export function foreignError(thrown: unknown): ForeignError | undefined {
  if (typeof thrown !== 'object' || thrown === null || !handedOver.has(thrown)) return undefined;
  const { status, statusCode, expose, message, headers } = thrown as Readonly<Record<string, unknown>>;
  const told = [status, statusCode].find((value) => typeof value === 'number' && isErrorStatus(value));
  if (told === undefined) return undefined;
  return {
    status: told as number,
    message: expose === false || typeof message !== 'string' ? '' : message,
    headers: typeof headers === 'object' && headers !== null ? textOf(headers) : undefined,
  };
}

function textOf(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
