// Values of a request that only functions of the application can check: the core tells where they stand, and they are checked
// before any middleware runs, each function once with all its values.
import { isThenable } from '../answer.ts';
import { access } from '../context/access.ts';
import { HttpError } from '../errors/http-error.ts';
import { nativeDetails } from '../errors/native-details.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { pointerOfLocation } from '../errors/schema-error.ts';
import { inputTextOf } from '../server/record.ts';
import { runCustoms } from './custom.ts';
import { keyOf } from './json-pointer.ts';
import { translated } from './refusal.ts';

import type { AnyContext } from '../context/access.ts';
import type { CustomIssue, DeferredValues } from './custom.ts';
import type { CompiledInput } from './input.ts';
import type { InputError, InputPartName } from './input-options.ts';

/** A value as the core tells of it; of the name of a property, with that name. */
export type DeferredPlace = readonly [part: InputPartName, deferral: number, pointer: string, name?: string];

/** What is read of the text that comes with a request. */
interface DeferringText {
  readonly deferred?: readonly DeferredPlace[];
}

/** The values of one place in a schema. */
interface Group extends DeferredValues {
  readonly part: InputPartName;
  readonly values: unknown[];
  readonly pointers: string[];
}

/** Checks what the core has left of a request to functions. Throws a 422, or rejects with it where one is asynchronous. */
export function checkDeferred(context: AnyContext, input: CompiledInput): undefined | Promise<undefined> {
  const text = inputTextOf(access.recordOf(context), access.recordAt(context));
  if (text === '') return undefined;
  const read = JSON.parse(text) as DeferringText & Readonly<Record<string, unknown>>;
  return checkPlaces(context, input, read.deferred ?? [], (part) =>
    part === 'body' ? context.request.$checkedValue : read[part],
  );
}

/** Checks values at some places of parts, before dates and bigints are made of them. */
export function checkPlaces(
  context: AnyContext,
  input: CompiledInput,
  places: readonly DeferredPlace[],
  valueOf: (part: InputPartName) => unknown,
): undefined | Promise<undefined> {
  if (places.length === 0) return undefined;
  const groups = new Map<string, Group>();
  for (const [part, number, pointer, name] of places) {
    const deferral = input.deferrals[part]?.[number];
    if (deferral === undefined) throw new NexureError('ERR_NEXURE_NATIVE_MISMATCH', `nothing is deferred of ${part}`);
    const { validator, params, location } = deferral;
    const key = `${part} ${number}`;
    let group = groups.get(key);
    if (group === undefined) {
      const schemaPointer = pointerOfLocation(location);
      group = { part, validator, params: JSON.parse(params), schemaPointer, values: [], pointers: [] };
      groups.set(key, group);
    }
    group.values.push(name ?? valueAt(valueOf(part), pointer));
    group.pointers.push(pointer);
  }
  const all = [...groups.values()];
  const issues = runCustoms(all, input.maxErrors);
  if (isThenable(issues)) return issues.then((found) => complain(context, all, found));
  return complain(context, all, issues);
}

function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const token of pointer.split('/').slice(1)) {
    at = (at as Readonly<Record<string, unknown>>)[keyOf(token)];
  }
  return at;
}

function complain(context: AnyContext, groups: readonly Group[], issues: readonly CustomIssue[]): undefined {
  if (issues.length === 0) return undefined;
  const errors = issues.map(({ pointer, schemaPointer, code, message, params }): InputError => {
    const group = groups.find((one) => one.schemaPointer === schemaPointer && one.pointers.includes(pointer));
    const error = { in: group?.part ?? 'body', pointer, code, message };
    return Object.keys(params).length === 0 ? error : { ...error, params };
  });
  const code = 'ERR_NEXURE_SCHEMA_INVALID';
  throw new HttpError(422, nativeDetails.get(code), { code, extensions: { errors: translated(context, errors) } });
}
