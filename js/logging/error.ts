// Errors as a log shows them, in pino's shape: type, message and stack with those of the causes, and what else the error
// has. Nothing is written to the error, and no getter of it can throw further.

/** Causes that are followed; more are a loop or nobody's help. */
const MAX_CAUSES = 10;

/** What stands for something that cannot be read. */
export const UNREADABLE = '[Throws]';

/** Reads a property of something that may throw. */
export function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** Whether a value is an error; a proxy may throw when it is asked. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Whether a value has what a log shows of an error. */
export function isErrorLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (isError(value) || typeof read(value, 'message') === 'string');
}

/** An error as an object with a JSON form; other values as they are. */
export function describeError(error: unknown): unknown {
  if (!isErrorLike(error)) return error;
  const messages: string[] = [];
  const stacks: string[] = [];
  const seen: object[] = [];
  for (let one: unknown = error; isErrorLike(one); one = read(one, 'cause')) {
    if (seen.includes(one) || seen.length > MAX_CAUSES) {
      stacks.push(seen.includes(one) ? 'the causes are circular' : 'more causes');
      messages.push('...');
      break;
    }
    seen.push(one);
    messages.push(textOf(read(one, 'message')));
    stacks.push(textOf(read(one, 'stack')));
  }
  const described: Record<string, unknown> = {
    type: typeOf(error),
    message: messages.join(': '),
    stack: stacks.join('\ncaused by: '),
  };
  const errors = read(error, 'errors');
  if (isArray(errors)) described['aggregateErrors'] = errors;
  for (const key of keysOf(error)) {
    if (key !== 'cause' && described[key] === undefined) {
      // `__proto__` would set the prototype.
      Object.defineProperty(described, key, { value: read(error, key), enumerable: true });
    }
  }
  return described;
}

/** The own enumerable keys; none of a proxy that throws. */
export function keysOf(value: object): readonly string[] {
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

/** `Array.isArray` throws for a revoked proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function typeOf(error: object): string {
  const maker = read(error, 'constructor');
  if (typeof maker === 'function') {
    const name = read(maker, 'name');
    if (typeof name === 'string') return name;
  }
  return textOf(read(error, 'name'));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
