// From values to the JSON text that is validated: what JSON would drop or change in silence is refused.
import { NexureError } from '../errors/nexure-error.ts';
import { escapeKey } from './json-pointer.ts';

/** Deeper values are not looked into: no limit of a validator lets their text through. */
const MAX_DEPTH = 1024;

/**
 * The JSON text of a value, as `JSON.stringify` makes it: members that are `undefined` are left out, and `toJSON` is called.
 * Throws `ERR_NEXURE_SCHEMA_VALUE` for what has no JSON form, with its JSON Pointer in the message.
 */
export function jsonTextOf(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new NexureError('ERR_NEXURE_SCHEMA_VALUE', `a value has no JSON form: ${firstLineOf(cause)}`, { cause });
  }
  const pointer = placeWithoutJson(value, 0);
  if (pointer !== undefined) throw withoutJson(pointer);
  // Only what a `toJSON` gives can still have none.
  if (text === undefined) throw withoutJson('');
  return text;
}

function withoutJson(pointer: string): NexureError {
  const what = pointer === '' ? 'the value' : `what is at ${pointer}`;
  return new NexureError(
    'ERR_NEXURE_SCHEMA_VALUE',
    `${what} has no JSON form: undefined, a function, a symbol or no finite number`,
  );
}

/** The JSON Pointer of the first value that JSON drops or makes `null`; it has no cycles, or there would be no text. */
function placeWithoutJson(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : '';
    case 'object':
      break;
    default:
      return '';
  }
  if (value === null || depth > MAX_DEPTH || typeof (value as { readonly toJSON?: unknown }).toJSON === 'function') {
    return undefined;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const place = placeWithoutJson(value[index], depth + 1);
      if (place !== undefined) return `/${index}${place}`;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const place = placeWithoutJson(member, depth + 1);
    if (place !== undefined) return `/${escapeKey(key)}${place}`;
  }
  return undefined;
}

function firstLineOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
}
