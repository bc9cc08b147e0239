// The modules of an application and what they import: names are unique, nothing imports itself, nothing that takes part
// needs what does not.
import { NexureError } from '../errors/nexure-error.ts';
import { moduleOf } from './definition.ts';
import { disabledBecause } from './enabled.ts';

import type { Container } from '../di/container.ts';
import type { ModuleContext, ModuleDefinition } from './definition.ts';

/** What a module imports. */
export interface ImportedNode {
  readonly node: ModuleNode;
  /** Whether it may be disabled. */
  readonly isOptional: boolean;
}

/** What a module is while it takes part. */
export interface ActiveModule {
  readonly container: Container;
  readonly context: ModuleContext;
  /** `setup` while it is under way. */
  setup: Promise<void> | undefined;
  starting: Promise<void> | undefined;
}

/** A module in an application. */
export interface ModuleNode {
  readonly name: string;
  readonly module: ModuleDefinition;
  readonly config: unknown;
  readonly imports: readonly ImportedNode[];
  /** Why it does not take part, whoever imports it. */
  readonly disabled: string | undefined;
  active: ActiveModule | undefined;
  /** How it started, once it has. */
  timing: ModuleTiming | undefined;
}

/** When a module started. */
export interface ModuleTiming {
  /** Milliseconds from the start of the application's modules to that of this one. */
  readonly startMs: number;
  /** Milliseconds for its providers and `onStart`, without what it waited for. */
  readonly durationMs: number;
}

/** Modules by name. */
export class ModuleGraph {
  readonly nodes: Map<string, ModuleNode> = new Map();

  /** Adds a module with everything it imports, or nothing when something is wrong. */
  add(module: ModuleDefinition, config?: unknown): ModuleNode {
    const before = new Map(this.nodes);
    try {
      const node = this.#add(module, config, []);
      checkNeeds(node, []);
      return node;
    } catch (error) {
      this.nodes.clear();
      for (const [name, node] of before) this.nodes.set(name, node);
      throw error;
    }
  }

  #add(module: ModuleDefinition, inherited: unknown, path: readonly ModuleDefinition[]): ModuleNode {
    const { name } = module;
    if (path.includes(module)) {
      const names = [...path.slice(path.indexOf(module)), module].map((one) => one.name);
      throw new NexureError('ERR_NEXURE_MODULE_CYCLE', names.join(' -> '));
    }
    const known = this.nodes.get(name);
    if (known?.module === module) return known;
    if (known !== undefined || path.some((one) => one.name === name)) {
      const via =
        path.length === 0 ? '' : `, one of them by way of ${[...path, module].map((one) => one.name).join(' -> ')}`;
      throw new NexureError('ERR_NEXURE_MODULE_DUPLICATE', `there are two modules with the name ${name}${via}`);
    }
    const config = module.options.config ?? inherited;
    const imports = importsOf(module).map(({ module: imported, isOptional }) => ({
      node: this.#add(imported, config, [...path, module]),
      isOptional,
    }));
    const disabled = disabledBecause(module, config);
    const node: ModuleNode = { name, module, config, imports, disabled, active: undefined, timing: undefined };
    this.nodes.set(name, node);
    return node;
  }
}

/** Throws when something that takes part needs something that does not. */
function checkNeeds(node: ModuleNode, path: readonly string[]): void {
  const way = [...path, node.name];
  if (node.disabled !== undefined) {
    if (path.length === 0) return;
    throw new NexureError(
      'ERR_NEXURE_MODULE_DISABLED',
      `${way.join(' -> ')}: ${node.name} is needed and disabled (${node.disabled}); ` +
        `import it as { optional: ${node.name} } if it may be`,
    );
  }
  for (const { node: imported, isOptional } of node.imports) {
    if (!isOptional || imported.disabled === undefined) checkNeeds(imported, way);
  }
}

function importsOf(module: ModuleDefinition): { readonly module: ModuleDefinition; readonly isOptional: boolean }[] {
  const { imports = [] } = module.options;
  const list: unknown = typeof imports === 'function' ? imports() : imports;
  if (!Array.isArray(list)) {
    throw new NexureError('ERR_NEXURE_MODULE_IMPORT', `the imports of module ${module.name} are no array`);
  }
  return list.map((one: unknown, index) => {
    const isOptional = typeof one === 'object' && one !== null && Object.hasOwn(one, 'optional');
    const imported = moduleOf(isOptional ? (one as { optional: unknown }).optional : one);
    if (imported !== undefined) return { module: imported, isOptional };
    const hint = one === undefined ? ': do two files import each other? Give imports as a function then' : '';
    const what = one === undefined ? 'undefined' : typeof one === 'function' ? one.name : typeof one;
    throw new NexureError(
      'ERR_NEXURE_MODULE_IMPORT',
      `imports[${index}] of module ${module.name} is no module but ${what}${hint}`,
    );
  });
}
