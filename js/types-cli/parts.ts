// What parts of a request ask of their types: all but bodies are objects, whose values are texts, so that nothing is nested.
import { bare } from './types.ts';
import { membersOf } from './unions.ts';

import type { Kind } from './calls.ts';
import type { Place, TypeProblem } from './emit.ts';
import type { Type } from './types.ts';

/** What is wrong with a type for a part. */
export function checkPart(kind: Kind, type: Type, place: Place): readonly TypeProblem[] {
  if (kind === 'body' || kind === 'response' || kind === 'schemaOf') return [];
  return membersOf(type).flatMap((one): readonly TypeProblem[] => {
    const at = bare(one);
    if (at.kind !== 'object') return [{ ...place, message: `${kind} come by name: the type is to be an object` }];
    return [...at.members().properties.values()].flatMap((property): TypeProblem[] => {
      const inner = { path: `${place.path}.${property.name}`, at: property.at };
      if (kind === 'headers' && property.name !== property.name.toLowerCase()) {
        return [{ ...inner, message: `names of header fields are in lower case here: ${property.name.toLowerCase()}` }];
      }
      const isNested = membersOf(property.type()).every((value) => bare(value).kind === 'object');
      return isNested && membersOf(property.type()).length > 0
        ? [{ ...inner, message: `there are no objects in ${kind}: only texts, and what is read from them` }]
        : [];
    });
  });
}
