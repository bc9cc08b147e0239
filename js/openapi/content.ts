// Which content a route takes.
import { isObject } from './subschemas.ts';

import type { Components } from './components.ts';
import type { JsonSchema } from './types.ts';

/** Methods whose content means something (RFC 9110 §9.3). */
export const METHODS_WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

const SCALARS: ReadonlySet<unknown> = new Set(['boolean', 'integer', 'number', 'string']);

/** Whether the fields of a form can be what a schema asks for: an object of values without structure, or lists of them. */
export function takesFormFields(schema: JsonSchema, components: Components): boolean {
  const resolved = components.resolve(schema);
  if (!isObject(resolved) || resolved['type'] !== 'object' || !isObject(resolved['properties'])) return false;
  return Object.values(resolved['properties']).every((member) => {
    const property = components.resolve(member as JsonSchema);
    if (!isObject(property)) return false;
    if (property['type'] !== 'array') return isScalar(property);
    const items = components.resolve((property['items'] ?? true) as JsonSchema);
    return isObject(items) && isScalar(items);
  });
}

function isScalar({ type, enum: values }: Readonly<Record<string, unknown>>): boolean {
  return SCALARS.has(type) || (type === undefined && Array.isArray(values));
}
