// What is given as middleware or as a pattern: what other frameworks take there is refused with what stands for it here,
// because it would fail with the first request only, or do nothing.
import { isThenable } from './answer.ts';
import { NexureError } from './errors/nexure-error.ts';

/** Checks one middleware, or the handler at the end: a function of a context and `next`. */
export function checkMiddleware<T>(value: T, where: string): T {
  if (typeof value !== 'function') throw refused(`${where} takes functions, not ${described(value)}`);
  if (value.length < 3) return value;
  throw refused(
    value.length === 4
      ? `${where} takes functions of a context and next; errors are handled by app.onError(), or by fromExpress() of nexurejs/express`
      : `${where} takes functions of a context and next; Express middleware is wrapped in fromExpress() of nexurejs/express`,
  );
}

/** Checks that a pattern is text. */
export function checkPattern(pattern: unknown): void {
  if (typeof pattern === 'string') return;
  let hint = '';
  if (Array.isArray(pattern)) hint = ': declare a route for each of its patterns';
  else if (pattern instanceof RegExp) hint = ': a parameter takes an expression, as in /:id(\\d+)';
  throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', `a route pattern is a string, not ${nounOf(pattern)}${hint}`);
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'an array: give them one by one';
  if (typeof value === 'object' && value !== null && '$list' in value) {
    return 'a router or an application: app.mount(path, router) adds it';
  }
  return isThenable(value) ? 'a promise: is an await missing?' : nounOf(value);
}

function nounOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return value instanceof RegExp ? 'a regular expression' : typeof value;
}

function refused(message: string): NexureError {
  return new NexureError('ERR_NEXURE_ROUTE_HANDLER', message);
}
