// Values by schemas outside of a route, as Standard Schema asks for it (`~standard.validate`).
import { isThenable } from '../answer.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { jsonTextOf } from './json-text.ts';
import { NativeSchema } from './native-schema.ts';
import { partOf } from './parts.ts';
import { resolveSchemaOptions } from './schema-options.ts';
import { textOfSchema } from './schema-text.ts';

import type { StandardResult } from './standard-schema.ts';

/** As in a body of a route, but that all that is wrong is told. */
const SETTINGS = resolveSchemaOptions('options', { defaults: true, maxErrors: 100 });

/** What validates values by a schema, which is compiled when it is first needed. What has no JSON form is wrong. */
export function validateBy(schema: object): (value: unknown) => StandardResult<unknown> {
  let compiled: NativeSchema | undefined;
  return (value) => {
    compiled ??= compile(schema);
    let text: string;
    try {
      text = jsonTextOf(value);
    } catch (error) {
      if (!(error instanceof NexureError)) throw error;
      return { issues: [{ message: error.message, path: [] }] };
    }
    const result = compiled.check(text);
    if (isThenable(result)) {
      throw new NexureError('ERR_NEXURE_VALIDATOR_ASYNC', 'the schema has an asynchronous keyword');
    }
    if (result.valid) return { value: result.data };
    return {
      issues: result.errors.map(({ pointer, code, message }) => ({ message, code, path: pathOf(value, pointer) })),
    };
  };
}

function compile(schema: object): NativeSchema {
  const { json, revive } = partOf('schema', schema);
  return new NativeSchema(textOfSchema(json), SETTINGS, { revive });
}

/** The keys that a JSON Pointer goes by: numbers in arrays. */
function pathOf(value: unknown, pointer: string): PropertyKey[] {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((token) => {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(key) : key;
      at = typeof at === 'object' && at !== null ? (at as Readonly<Record<PropertyKey, unknown>>)[step] : undefined;
      return step;
    });
}
