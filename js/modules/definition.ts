// What a module says of itself: a name, what it imports, provides and exports, and what it does when the application
// starts and stops. Checked as far as it can be without the other modules.
import { isToken, tokenName } from '../di/token.ts';
import { NexureError } from '../errors/nexure-error.ts';

import type { Container } from '../di/container.ts';
import type { ProviderLike } from '../di/provider.ts';
import type { AbstractConstructor, Constructor, Token } from '../di/token.ts';
import type { AnyRoutes, Registrable } from '../register.ts';

/** Under this symbol a class says which module it stands for; decorators write it. */
export const MODULE: unique symbol = Symbol.for('nexurejs.module');

/** A module, or a class that stands for one, which `@Module` has said. */
export type ModuleLike = ModuleDefinition | AbstractConstructor;

/** An import that may be disabled: what it exports is then not there, which `inject.optional()` is for. */
export interface OptionalImport {
  readonly optional: ModuleLike;
}

/** What a module imports. */
export type Import = ModuleLike | OptionalImport;

/** Declares routes: a controller, as a class or as `controller()` made it, or a function that is given the routes. */
export type ControllerLike = Registrable<never> | Constructor | ((routes: AnyRoutes) => void | Promise<void>);

/** What the hooks of a module are given. Its functions may be taken apart: `({ get }) => get(Cache)`. */
export interface ModuleContext<Config = unknown> {
  readonly name: string;
  readonly config: Config;
  /** What the module sees: its own providers and what its imports export. */
  readonly container: Container;
  /** The same as `container.resolve`. */
  readonly get: <T>(token: Token<T>) => T;
  /** The same as `container.resolveAsync`. */
  readonly getAsync: <T>(token: Token<T>) => Promise<T>;
}

/** What `defineModule` takes. */
export interface ModuleOptions<Config = unknown> {
  /** Unique in an application; letters, digits, `-`, `_`, `.`, `:`, `/` and `@`. */
  readonly name: string;
  /** Modules whose exports are seen; a function when files import each other. */
  readonly imports?: readonly Import[] | (() => readonly Import[]);
  readonly providers?: readonly ProviderLike<Config>[];
  readonly controllers?: readonly ControllerLike[];
  /** What those who import this module see: tokens, or imported modules whose exports are passed on. */
  readonly exports?: readonly (Token | ModuleLike)[];
  /** Whether the module takes part; default `true`. A text says why not. */
  readonly enabled?: boolean | ((config: Config) => boolean | string);
  /** What `enabled`, factories and hooks are given; default: that of the first module that imports this one. */
  readonly config?: Config;
  /** Declares routes and middleware, which concern this module alone; before the application starts. */
  readonly setup?: (routes: AnyRoutes, module: ModuleContext<Config>) => void | Promise<void>;
  /** Runs when all providers of the module are there and its imports have started. */
  readonly onStart?: (module: ModuleContext<Config>) => void | Promise<void>;
  /** Runs when the application has stopped, before those of its imports, and before providers are disposed of. */
  readonly onStop?: (module: ModuleContext<Config>) => void | Promise<void>;
}

const OPTIONS: readonly string[] = [
  'name',
  'imports',
  'providers',
  'controllers',
  'exports',
  'enabled',
  'config',
  'setup',
  'onStart',
  'onStop',
];

/** The description of a module. */
export class ModuleDefinition {
  readonly name: string;
  /** @internal */
  readonly options: ModuleOptions;

  constructor(options: ModuleOptions) {
    checkOptions(options);
    this.name = options.name;
    this.options = options;
  }
}

/** The module that a value is or stands for; `undefined` when it is none. */
export function moduleOf(value: unknown): ModuleDefinition | undefined {
  if (value instanceof ModuleDefinition) return value as ModuleDefinition;
  const named = typeof value === 'function' ? (value as { [MODULE]?: unknown })[MODULE] : undefined;
  return named instanceof ModuleDefinition ? (named as ModuleDefinition) : undefined;
}

function checkOptions(options: unknown): asserts options is ModuleOptions {
  if (typeof options !== 'object' || options === null) throw invalid('?', `is ${String(options)}, not an object`);
  const given = options as Readonly<Record<string, unknown>>;
  const { name, imports, enabled } = given;
  if (typeof name !== 'string' || !/^[\w.:/@-]{1,100}$/.test(name)) {
    throw invalid(String(name), 'needs a name of 1 to 100 letters, digits, - _ . : / and @');
  }
  const unknown = Object.keys(given).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) throw invalid(name, `has an unknown option ${unknown}; known are: ${OPTIONS.join(', ')}`);
  for (const list of ['providers', 'controllers', 'exports']) {
    if (given[list] !== undefined && !Array.isArray(given[list])) throw invalid(name, `needs an array of ${list}`);
  }
  if (imports !== undefined && typeof imports !== 'function' && !Array.isArray(imports)) {
    throw invalid(name, 'needs an array of imports, or a function that gives one');
  }
  if (enabled !== undefined && typeof enabled !== 'boolean' && typeof enabled !== 'function') {
    throw invalid(name, 'takes a boolean or a function as enabled');
  }
  for (const hook of ['setup', 'onStart', 'onStop']) {
    if (given[hook] !== undefined && typeof given[hook] !== 'function') throw invalid(name, `${hook} is no function`);
  }
  checkExports(name, given['exports'] as readonly unknown[] | undefined);
}

function checkExports(name: string, exported: readonly unknown[] = []): void {
  exported.forEach((one, index) => {
    if (moduleOf(one) !== undefined || isToken(one)) return;
    const hint = one === undefined ? ' (do two files import each other?)' : '';
    throw invalid(name, `exports[${index}] is ${tokenName(one)}, neither a token nor a module${hint}`);
  });
}

/** An error about the definition of a module. */
export function invalid(name: string, what: string): NexureError {
  return new NexureError('ERR_NEXURE_MODULE_INVALID', `module ${name} ${what}`);
}
