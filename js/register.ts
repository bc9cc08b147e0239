// What `app.register` takes: plugins are functions, everything else says itself how it is registered.
import type { AnyRoute } from './declared.ts';
import type { Routes } from './routes.ts';

/** The method of a `Registrable`. */
export const REGISTER: unique symbol = Symbol('nexure.register');

/** An application, a router or a group, whatever it knows of its routes and contexts. */
export type AnyRoutes = Routes<'app' | 'router', unknown, AnyRoute, string>;

/** Something that declares routes, middleware or hooks where it is registered: a module, a controller. */
export interface Registrable<Options = unknown> {
  /** Declares what there is to declare; a promise is awaited before the application serves its first request. */
  readonly [REGISTER]: (routes: AnyRoutes, options: Options | undefined) => void | Promise<void>;
}

/** Whether a value says itself how it is registered. */
export function isRegistrable(value: unknown): value is Registrable {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as Partial<Registrable>)[REGISTER] === 'function'
  );
}
