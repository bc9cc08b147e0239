// Checks of options: an error names the path of what is wrong, and nothing is adjusted in silence.
import { inspect } from 'node:util';

import { NexureError } from './errors/nexure-error.ts';

/** An error that names the path of an option. */
export function invalidOption(path: string, expected: string, value: unknown): NexureError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0 });
  return new NexureError('ERR_NEXURE_OPTION_INVALID', `option ${path} must be ${expected}, not ${shown}`);
}

/** Checks a number against a range. */
export function checkInteger(path: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidOption(path, `an integer from ${least} to ${most}`, value);
}

/** Refuses names that are not options: a misspelt one would be ignored in silence. */
export function checkNames(path: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(path, 'an object', given);
  }
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const where = path === 'options' ? name : `${path}.${name}`;
      throw new NexureError('ERR_NEXURE_OPTION_INVALID', `option ${where} is unknown; known are: ${known.join(', ')}`);
    }
  }
}
