// Modules as applications define and register them. A module is a description; what becomes of it is in host.ts.
import { REGISTER } from '../register.ts';
import { invalid, ModuleDefinition } from './definition.ts';
import { registerModule } from './host.ts';

import type { AnyRoutes, Registrable } from '../register.ts';
import type { ModuleOptions } from './definition.ts';

/** A module. Made by {@link defineModule}. */
export type Module = ModuleDefinition & Registrable<undefined>;

/** A module that is made of options: called with them it gives the module, and `app.register(factory, options)` does so. */
export interface ModuleFactory<Options> extends Registrable<Options> {
  (options: Options): Module;
}

/**
 * Defines a module, or with a function of options a factory of modules. Throws `ERR_NEXURE_MODULE_INVALID`. What can be seen
 * only with all modules at hand is checked when it is registered.
 */
export function defineModule<Options, Config = unknown>(
  describe: (options: Options) => ModuleOptions<Config>,
): ModuleFactory<Options>;
export function defineModule<Config = unknown>(options: ModuleOptions<Config>): Module;
export function defineModule(given: unknown): unknown {
  if (typeof given !== 'function') return registrable(new ModuleDefinition(given as ModuleOptions));
  const make = (options: unknown): Module =>
    registrable(new ModuleDefinition((given as (options: unknown) => ModuleOptions)(options)));
  const register = (routes: AnyRoutes, options: unknown): void | Promise<void> => registerModule(routes, make(options));
  return Object.assign(make, { [REGISTER]: register });
}

function registrable(definition: ModuleDefinition): Module {
  const register = (routes: AnyRoutes, options: unknown): void | Promise<void> => {
    if (options !== undefined) throw invalid(definition.name, 'takes no options: define it with a function of options');
    return registerModule(routes, definition);
  };
  return Object.assign(definition, { [REGISTER]: register });
}
