// Messages with placeholders, as pino fills them: %s %d %f %i %o %O %j and %%. Never throws.
import type { ValueWriter } from './value-writer.ts';

const PERCENT = 0x25;

/** Fills the placeholders of a message; values without one are left out. */
export function format(message: string, values: readonly unknown[], writer: ValueWriter): string {
  if (values.length === 0) return message;
  let text = '';
  let from = 0;
  let taken = 0;
  for (let at = message.indexOf('%'); at !== -1 && at + 1 < message.length; at = message.indexOf('%', at)) {
    const kind = message.charCodeAt(at + 1);
    if (kind === PERCENT) {
      text += message.slice(from, at + 1);
      at += 2;
      from = at;
      continue;
    }
    // A placeholder that is unknown, or whose value has no such form, stays and has its value all the same.
    const shown = taken < values.length ? show(kind, values[taken], writer) : undefined;
    taken += 1;
    if (shown === undefined) {
      at += 1;
    } else {
      text += message.slice(from, at) + shown;
      at += 2;
      from = at;
    }
  }
  return from === 0 ? message : text + message.slice(from);
}

/** A value for a placeholder, by its letter; `undefined` to leave the placeholder. */
function show(kind: number, value: unknown, writer: ValueWriter): string | undefined {
  try {
    switch (String.fromCharCode(kind)) {
      case 's':
        return String(value);
      case 'd':
      case 'f':
        return value === undefined || value === null ? undefined : String(Number(value));
      case 'i':
        return value === undefined || value === null ? undefined : String(Math.floor(Number(value)));
      case 'o':
      case 'O':
      case 'j':
        if (value === undefined) return undefined;
        if (typeof value === 'string') return `'${value}'`;
        if (typeof value === 'function') return value.name === '' ? '<anonymous>' : value.name;
        return writer.value(value) ?? 'undefined';
      default:
        return undefined;
    }
  } catch {
    return '[Throws]';
  }
}
