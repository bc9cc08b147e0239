// `@Module`: a class that stands for a module.
import { MODULE } from '../modules/definition.ts';
import { defineModule } from '../modules/module.ts';
import { REGISTER } from '../register.ts';
import { dualDecorator } from './dialect.ts';

import type { ModuleOptions } from '../modules/definition.ts';
import type { Module as DefinedModule } from '../modules/module.ts';
import type { AnyRoutes } from '../register.ts';
import type { ClassDecorating } from './types.ts';

/** What `@Module` takes: what `defineModule` does, and a name only where it is not that of the class. */
export type ModuleClassOptions<Config = unknown> = Omit<ModuleOptions<Config>, 'name'> & { readonly name?: string };

/** A module, as a type: made by `defineModule`. */
export type Module = DefinedModule;

/**
 * A module that a class stands for in `imports`, `exports` and `app.register`; the class itself is never made an instance
 * of. Throws `ERR_NEXURE_MODULE_INVALID`.
 */
export function Module<Config = unknown>(options: ModuleClassOptions<Config>): ClassDecorating {
  return dualDecorator({
    name: '@Module',
    onClass: (_, theClass) => {
      const module = defineModule<Config>({ name: theClass.name, ...options });
      const register = (routes: AnyRoutes, given: undefined): void | Promise<void> => module[REGISTER](routes, given);
      Object.defineProperty(theClass, MODULE, { value: module, configurable: true });
      Object.defineProperty(theClass, REGISTER, { value: register, configurable: true });
    },
  });
}
