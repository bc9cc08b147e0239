// Tuples: elements that are optional, named, or any number of them.
import { bare, lazy } from './types.ts';

import type { TSTupleElement, TSTupleType } from './ast.ts';
import type { Site } from './site.ts';
import type { TupleElement, Type } from './types.ts';

/** The type of `[A, B?, ...C[]]`. */
export function tupleType({ elementTypes }: TSTupleType, site: Site): Type {
  return { kind: 'tuple', elements: lazy(() => elementTypes.flatMap((element) => elementsOf(element, site, false))) };
}

function elementsOf(node: TSTupleElement, site: Site, optional: boolean): readonly TupleElement[] {
  if (node.type === 'TSOptionalType') return elementsOf(node.typeAnnotation, site, true);
  if (node.type === 'TSNamedTupleMember') return elementsOf(node.elementType, site, node.optional);
  if (node.type !== 'TSRestType') return [{ type: lazy(() => site.type(node)), optional, rest: false }];
  const inner = node.typeAnnotation;
  const type = site.type(inner.type === 'TSNamedTupleMember' ? (inner.elementType as typeof inner) : inner);
  const spread = bare(type);
  if (spread.kind === 'tuple') return spread.elements();
  if (spread.kind === 'array') return [{ type: spread.element, optional: false, rest: true }];
  // `...infer Rest`, in the pattern of a conditional type.
  if (spread.kind === 'placeholder') return [{ type: () => spread, optional: false, rest: true }];
  const problem =
    spread.kind === 'unsupported' ? spread : site.unsupported(node, 'only arrays and tuples are spread in a tuple');
  return [{ type: () => problem, optional: false, rest: false }];
}
