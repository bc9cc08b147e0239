// What schemas have made of a request, as the core hands it over: one JSON text behind the body, read when it is asked for.
import { access } from '../context/access.ts';
import { column } from '../native.ts';
import { flagsOf, inputTextOf } from '../server/record.ts';

import type { AnyContext } from '../context/access.ts';
import type { CompiledInput } from './input.ts';
import type { InputPartName } from './input-options.ts';

const VALIDATED = column('REQUEST_FLAG_VALIDATED');

/** What was done to a value before it was validated. */
export interface InputChange {
  readonly in: InputPartName;
  /** JSON Pointer (RFC 6901) into that part as it was sent; of a default, where it stands now. */
  readonly pointer: string;
  readonly kind: 'sanitised' | 'coerced' | 'stripped' | 'default';
}

/** What validation has done beside what the parts of a request have become. */
export interface RequestInput {
  /** Told where `changes` says so; else there are none. */
  readonly changes: readonly InputChange[];
}

/** Parts that were made anew, and the changes. There are none of a request that was refused: error handlers see it as it was sent. */
export interface CheckedInput extends RequestInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
}

const NONE: readonly InputChange[] = Object.freeze([]);

/** Reads what comes with a request. */
export function readInput(context: AnyContext, input: CompiledInput | undefined): CheckedInput {
  const text = inputTextOf(access.recordOf(context), access.recordAt(context));
  return text === '' ? { changes: NONE } : inputOf(text, input);
}

function inputOf(text: string, input: CompiledInput | undefined): CheckedInput {
  const read = JSON.parse(text) as Record<string, unknown>;
  for (const part of ['params', 'query', 'headers', 'cookies'] as const) {
    const revive = input?.parts[part]?.revive;
    if (revive !== undefined) read[part] = revive(read[part]);
  }
  read['changes'] ??= NONE;
  return read as unknown as CheckedInput;
}

/** Whether the body of a request fits the schema of its route, as far as the core has looked at it. */
export function isValidated(context: AnyContext): boolean {
  return (flagsOf(access.recordOf(context), access.recordAt(context)) & VALIDATED) !== 0;
}
