// JSON text of single values, as `JSON.stringify` writes them within others (ECMA-262 §25.5.2).

/** Longer strings are looked through natively; chosen, as the loop and the call cost the same there. */
const LOOKED_THROUGH = 40;

/** A string in quotes. */
export function quote(text: string): string {
  const { length } = text;
  if (length > LOOKED_THROUGH) return JSON.stringify(text);
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    // A quote, a backslash, control characters, and halves of surrogate pairs, which need each other.
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd8_00 && unit <= 0xdf_ff)) {
      return JSON.stringify(text);
    }
  }
  return `"${text}"`;
}

/** A number; `null` if it is not finite. */
export function digits(number: number): string {
  return number - number === 0 ? `${number}` : 'null';
}

/**
 * The text of a value that stands under `key`, which its `toJSON` is told; `undefined` where the member is dropped. Throws
 * what `JSON.stringify` throws.
 */
export function jsonUnder(key: string, value: unknown): string | undefined {
  if (!wantsKey(value)) return JSON.stringify(value) as string | undefined;
  const text = JSON.stringify({ [key]: value });
  return text === '{}' ? undefined : text.slice(JSON.stringify(key).length + 2, -1);
}

/** Whether a value may have a `toJSON` that looks at its key. */
function wantsKey(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  return typeof value === 'object' && value !== null && !(value instanceof Date) && 'toJSON' in value;
}
