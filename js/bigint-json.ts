// JSON of values with bigints, which `JSON.stringify` refuses: they become numbers with all their digits (RFC 8259 §6).
// Needs neither Node nor the addon: clients run in browsers.

/** Stands in front of the digits of a bigint until it is JSON; no other text begins with it. */
const MARK = `bigint-${Math.random().toString(36).slice(2)}-`;
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g');

/** The JSON text of a value that has bigints within it; `undefined` for one that has none. */
export function bigintJson(value: unknown): string | undefined {
  let hasBig = false;
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'bigint') return inner;
    hasBig = true;
    return MARK + String(inner);
  });
  return hasBig ? text.replace(MARKED, '$1') : undefined;
}
