// A document while it is made: what all of its operations share.
import { schemaOf, sharedInputOf } from './declared-schemas.ts';
import { Components } from './components.ts';

import type { DeclaredRoute } from '../route.ts';
import type { RouteList } from '../route-list.ts';
import type { DeclaredPart, Part, SharedInput } from './declared-schemas.ts';
import type { DocumentOptions, JsonSchema } from './types.ts';

/** The making of one document. */
export class Making {
  readonly options: DocumentOptions;
  readonly components: Components = new Components();
  readonly #shared: SharedInput;

  constructor(list: RouteList, options: DocumentOptions) {
    this.options = options;
    this.#shared = sharedInputOf(list);
  }

  /** Whether a part of the requests of a route has a schema. */
  has(route: DeclaredRoute, part: Part): boolean {
    return schemaOf(route, part, this.#shared) !== undefined;
  }

  /** The schema of a part of the requests of a route, in the document; `undefined` where it has none. */
  take(route: DeclaredRoute, part: Part, hint: string): (DeclaredPart & { readonly taken: JsonSchema }) | undefined {
    const declared = schemaOf(route, part, this.#shared);
    if (declared === undefined) return undefined;
    const { schema, unknown, defaults } = declared;
    return { ...declared, taken: this.components.take(schema, { direction: 'input', unknown, defaults, hint }) };
  }
}
