// A document while it is made: what all of its operations share.
import { schemaOf } from './declared-schemas.ts';
import { Components } from './components.ts';

import type { DeclaredRoute } from '../route.ts';
import type { RouteList } from '../route-list.ts';
import type { InputOptions } from '../validation/input-options.ts';
import type { InputPartName } from '../validation/input-options.ts';
import type { DeclaredPart } from './declared-schemas.ts';
import type { DocumentOptions, JsonSchema } from './types.ts';

/** The making of one document. */
export class Making {
  readonly options: DocumentOptions;
  readonly components: Components = new Components();
  /** What the application says of the input of all routes. */
  readonly #shared: InputOptions;

  constructor(list: RouteList, options: DocumentOptions) {
    this.options = options;
    this.#shared = list.options.validation.given;
  }

  /** Whether a part of the requests of a route has a schema. */
  has(route: DeclaredRoute, part: InputPartName): boolean {
    return schemaOf(route, part, this.#shared) !== undefined;
  }

  /** The schema of a part of the requests of a route, in the document; `undefined` where it has none. */
  take(
    route: DeclaredRoute,
    part: InputPartName,
    hint: string,
  ): (DeclaredPart & { readonly taken: JsonSchema }) | undefined {
    const declared = schemaOf(route, part, this.#shared);
    if (declared === undefined) return undefined;
    const { schema, unknown, defaults } = declared;
    return { ...declared, taken: this.components.take(schema, { direction: 'input', unknown, defaults, hint }) };
  }
}
