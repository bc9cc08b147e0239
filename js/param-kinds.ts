// What the native router says of a parameter, and what it is to a handler.

const NUMBER = 1;
const BOOLEAN = 2;

/** The value of a parameter by the number of its kind. Its text was checked natively. */
export function valueOfParam(text: string, kind: number): string | number | boolean {
  if (kind === NUMBER) return Number(text);
  return kind === BOOLEAN ? text === 'true' : text;
}
