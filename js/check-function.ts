// What is said of a value that stands where a function belongs.
import { isThenable } from './answer.ts';
import { NexureError } from './errors/nexure-error.ts';
import { isRegistrable } from './register.ts';

/** Throws `ERR_NEXURE_ROUTE_HANDLER` for what is no function; `where` names the call that it was given to. */
export function checkFunction<T>(value: T, where: string): T {
  if (typeof value === 'function') return value;
  // Applications and routers have a list of routes.
  const isDeclaring = (typeof value === 'object' && value !== null && '$list' in value) || isRegistrable(value);
  const what = isThenable(value) ? 'a promise: is an await missing?' : value === null ? 'null' : typeof value;
  throw new NexureError(
    'ERR_NEXURE_ROUTE_HANDLER',
    `${where} takes functions, not ${isDeclaring ? 'what declares routes: that is for app.mount or app.register' : what}`,
  );
}
