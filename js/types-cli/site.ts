// Where a type node is read: its scope and what the type parameters around it stand for. Evaluating the same node at the same
// site gives the same type, which is what lets types refer to themselves.
import { unsupported } from './unions.ts';

import type { TSType, TSTypeParameterDeclaration } from './ast.ts';
import type { Project } from './project.ts';
import type { Scope } from './scope.ts';
import type { Position } from './source-file.ts';
import type { Type, Unsupported } from './types.ts';

/** What a type parameter stands for. */
export interface Binding {
  readonly type: Type;
  /** The type that its declaration says it extends, and where that is read. */
  readonly constraint?: { readonly node: TSType; readonly site: Site };
}

/** What all sites share. */
export interface World {
  readonly project: Project;
  readonly evaluate: (node: TSType, site: Site) => Type;
  /** Types by declaration and arguments. */
  readonly instances: Map<string, Type>;
  readonly sites: WeakMap<Scope, Site>;
  readonly numbers: WeakMap<object, number>;
  /** How many types were made of generic declarations: what has no end is told by it. */
  made: number;
}

/** A scope and bindings. */
export class Site {
  readonly world: World;
  readonly scope: Scope;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** How many generic types are around it. */
  readonly depth: number;
  readonly #types = new Map<TSType, Type>();

  constructor(world: World, scope: Scope, bindings: ReadonlyMap<string, Binding> = new Map(), depth = 0) {
    this.world = world;
    this.scope = scope;
    this.bindings = bindings;
    this.depth = depth;
  }

  /** The type of a node. */
  type(node: TSType): Type {
    let type = this.#types.get(node);
    if (type === undefined) this.#types.set(node, (type = this.world.evaluate(node, this)));
    return type;
  }

  /** The same scope, with more bindings. */
  with(more: Iterable<readonly [name: string, binding: Binding]>): Site {
    return new Site(this.world, this.scope, new Map([...this.bindings, ...more]), this.depth);
  }

  at(node: { readonly start: number }): Position {
    return { file: this.scope.file, offset: node.start };
  }

  unsupported(node: { readonly start: number }, message: string): Unsupported {
    return unsupported(this.at(node), message);
  }
}

/** The site of a scope without bindings. */
export function siteOf(world: World, scope: Scope): Site {
  let site = world.sites.get(scope);
  if (site === undefined) world.sites.set(scope, (site = new Site(world, scope)));
  return site;
}

/** Binds type parameters to arguments, defaults filling up; a complaint where one is missing. */
export function bind(
  site: Site,
  parameters: TSTypeParameterDeclaration | null | undefined,
  given: readonly Type[],
  depth: number,
): Site | string {
  const list = parameters?.params ?? [];
  if (given.length > list.length) return `it takes ${list.length} type arguments, not ${given.length}`;
  if (list.length === 0) return site;
  const bindings = new Map<string, Binding>();
  const inner = new Site(site.world, site.scope, bindings, depth);
  for (const [index, { name, constraint, default: otherwise }] of list.entries()) {
    // A default may name the parameters before it.
    const type =
      given[index] ??
      (otherwise === null ? undefined : new Site(site.world, site.scope, new Map(bindings), depth).type(otherwise));
    if (type === undefined) return `its type parameter ${name.name} needs an argument`;
    bindings.set(name.name, {
      type,
      ...(constraint === null ? undefined : { constraint: { node: constraint, site: inner } }),
    });
  }
  return inner;
}
