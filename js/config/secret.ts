// Values that must not be seen: whoever prints, logs or serialises one sees that there is one.
import { inspect } from 'node:util';

/** What stands where a secret is. */
export const REDACTED = '[redacted]';

/** A text that only `reveal()` shows. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: (): string => REDACTED });

/** A URL as it may be seen: without its password, or the only part of its user information. */
export function withoutPassword(url: string): string {
  const shown = url.replace(
    /\/\/([^/?#\s:@]*:)?[^/?#\s@]*@/,
    (_, user: string | undefined) => `//${user ?? ''}${REDACTED}@`,
  );
  // A password that was not escaped ends somewhere else.
  return shown.replace(`${REDACTED}@`, '').includes('@') ? REDACTED : shown;
}
