// Functions: they have no JSON form, but conditional types look into them.
import { lazy } from './types.ts';

import type { Site } from './site.ts';
import type { Callable, FunctionType, Type } from './types.ts';

/** The type of a function; what it takes is a tuple. */
export function functionType(node: Callable, site: Site, what: string): FunctionType {
  return {
    kind: 'function',
    at: site.at(node),
    what,
    parameters: lazy((): Type => {
      const elements = node.params.map((parameter) => {
        const annotation = 'typeAnnotation' in parameter ? parameter.typeAnnotation : undefined;
        const type = (): Type =>
          annotation === null || annotation === undefined
            ? site.unsupported(parameter, 'this parameter has no type')
            : site.type(annotation.typeAnnotation);
        const rest = parameter.type === 'RestElement';
        return { type, optional: 'optional' in parameter && parameter.optional === true, rest };
      });
      return { kind: 'tuple', elements: () => elements };
    }),
    returns: lazy(() => {
      const annotation = node.returnType;
      return annotation === null || annotation === undefined
        ? site.unsupported(node, 'this function has no return type')
        : site.type(annotation.typeAnnotation);
    }),
  };
}
