// Providers: what says how a dependency comes to be. Checked and brought into one form when they are registered.
import { NexureError } from '../errors/nexure-error.ts';
import { readMetadata } from './metadata.ts';
import { isScope, Scope } from './scope.ts';
import { isToken, tokenName } from './token.ts';

import type { Constructor, Dependency, DependencyValues, Token } from './token.ts';

/**
 * How an instance is disposed of: by the method of that name, by a function, or not at all. By default by
 * `Symbol.asyncDispose`, `Symbol.dispose` or `onDispose()`, whichever it has first.
 */
export type Disposal<T> = string | false | ((instance: T) => unknown);

/** What every kind of provider may say. */
export interface ProviderOptions<T = unknown> {
  /** Default: what the class says, else {@link Scope.SINGLETON}. */
  readonly scope?: Scope;
  /** Whether there may be several for the token, all of which `inject.all` gives; default `false`. */
  readonly multi?: boolean;
  readonly dispose?: Disposal<T>;
}

/** An instance of a class. */
export interface ClassProvider<T> extends ProviderOptions<T> {
  readonly useClass: Constructor<T>;
  /** What the constructor takes; default `static deps` of the class. */
  readonly deps?: readonly Dependency[];
}

/** A value that is there. It is not disposed of unless `dispose` says how. */
export interface ValueProvider<T> {
  readonly useValue: T;
  readonly multi?: boolean;
  readonly dispose?: Disposal<T>;
}

/** What a function returns, or resolves to. Without `deps` it is given the configuration of its module. */
export interface FactoryProvider<T, Config = never> extends ProviderOptions<T> {
  readonly useFactory: (config: Config) => T | PromiseLike<T>;
}

/** What a function makes of its dependencies. */
export interface DependentFactoryProvider<T, List extends readonly Dependency[]> extends ProviderOptions<T> {
  readonly useFactory: (...dependencies: DependencyValues<List>) => T | PromiseLike<T>;
  readonly deps: List;
}

/** Whatever another token stands for. */
export interface ExistingProvider<T> {
  readonly useExisting: Token<T>;
  readonly multi?: boolean;
}

/** Every way to provide something, in one type; `Config` is what factories without `deps` are given. */
export type Recipe<T, Config = never> =
  | Constructor<T>
  | ((config: Config) => T | PromiseLike<T>)
  | ClassProvider<T>
  | ValueProvider<T>
  | FactoryProvider<T, Config>
  | ExistingProvider<T>;

/** A token with its provider, made by {@link provide}. `Config` is the configuration its factory reads. */
export class Provider<Config = never> {
  readonly token: Token;
  /** @internal */
  readonly definition: Definition;
  /** Never there; holds the type. */
  declare readonly config?: (config: Config) => void;

  constructor(token: Token, definition: Definition) {
    this.token = token;
    this.definition = definition;
  }
}

/** What a list of providers holds: a class that is its own token, or what {@link provide} made. */
export type ProviderLike<Config = never> = Constructor | Provider<Config>;

/** What properties of an instance are given once its constructor has run. */
type InjectedProperties = ReadonlyMap<string | symbol, Dependency>;

/** How an instance is made. */
export type Making =
  | { readonly kind: 'class'; readonly target: Constructor; readonly properties: InjectedProperties | undefined }
  | { readonly kind: 'factory'; readonly make: (...args: readonly unknown[]) => unknown }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'existing'; readonly token: Token };

/** A provider, checked and with its defaults in place. */
export interface Definition {
  readonly making: Making;
  readonly scope: Scope;
  /** `undefined`: not declared; found out by running it. */
  readonly deps: readonly Dependency[] | undefined;
  readonly multi: boolean;
  readonly dispose: Disposal<never> | undefined;
}

/**
 * Says how a token is provided: by a factory, a class, or an object with `useClass`, `useValue`, `useFactory` or
 * `useExisting`. A factory may be async: whoever needs what it makes is made after it. Throws `ERR_NEXURE_DI_PROVIDER`.
 */
export function provide<T, const List extends readonly Dependency[]>(
  token: Token<T>,
  recipe: DependentFactoryProvider<NoInfer<T>, List>,
): Provider<unknown>;
export function provide<T, Config = unknown>(token: Token<T>, recipe: Recipe<NoInfer<T>, Config>): Provider<Config>;
export function provide(token: Token, recipe: unknown): Provider {
  return new Provider(token, definitionOf(token, recipe));
}

/** Checks a provider for a token; `undefined` stands for the token itself, a class. */
export function definitionOf(token: unknown, recipe: unknown): Definition {
  if (!isToken(token))
    throw invalid(`a token is a class, a string, a symbol or what createToken() made, not ${String(token)}`);
  const name = tokenName(token);
  if (recipe === undefined) {
    if (isClass(token)) return classDefinition(name, token, {});
    throw invalid(`${name} is no class, so it needs a provider: register(token, { useValue | useFactory | ... })`);
  }
  if (recipe instanceof Provider) return recipe.definition;
  if (isClass(recipe)) return classDefinition(name, recipe, {});
  if (typeof recipe === 'function') return define({ kind: 'factory', make: recipe as FactoryMaking }, undefined, {});
  if (typeof recipe !== 'object' || recipe === null) throw invalid(`the provider of ${name} is ${describe(recipe)}`);
  return objectDefinition(name, recipe as RecipeObject);
}

type FactoryMaking = (...args: readonly unknown[]) => unknown;

/** A provider object, before it is checked. */
interface RecipeObject extends ProviderOptions<never> {
  readonly useClass?: unknown;
  readonly useValue?: unknown;
  readonly useFactory?: unknown;
  readonly useExisting?: unknown;
  readonly deps?: readonly Dependency[];
}

const WAYS = ['useClass', 'useValue', 'useFactory', 'useExisting'] as const;
const OPTIONS: readonly string[] = [...WAYS, 'scope', 'deps', 'multi', 'dispose'];

function objectDefinition(name: string, recipe: RecipeObject): Definition {
  const unknown = Object.keys(recipe).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) throw invalid(`the provider of ${name} has an unknown option ${unknown}`);
  const ways = WAYS.filter((way) => Object.hasOwn(recipe, way));
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    throw invalid(`the provider of ${name} needs one of ${WAYS.join(', ')}, and has ${ways.join(' and ') || 'none'}`);
  }
  checkOptions(name, recipe);
  const target = recipe[way];
  if (way === 'useValue') return define({ kind: 'value', value: target }, [], { ...recipe, scope: Scope.SINGLETON });
  if (way === 'useExisting') {
    if (!isToken(target)) throw invalid(`useExisting of ${name} is ${describe(target)}, not a token`);
    // As long-lived as its target: it holds nothing itself.
    return define({ kind: 'existing', token: target }, [target], { ...recipe, scope: Scope.TRANSIENT, dispose: false });
  }
  if (typeof target !== 'function') throw invalid(`${way} of ${name} is ${describe(target)}, not a function`);
  if (way === 'useClass') return classDefinition(name, target as unknown as Constructor, recipe);
  return define({ kind: 'factory', make: target as FactoryMaking }, recipe.deps, recipe);
}

function checkOptions(name: string, { scope, deps, multi, dispose }: RecipeObject): void {
  if (scope !== undefined && !isScope(scope)) {
    throw invalid(`the scope of ${name} is ${describe(scope)}; it is one of ${Object.values(Scope).join(', ')}`);
  }
  if (deps !== undefined) checkDeps(name, deps);
  if (multi !== undefined && typeof multi !== 'boolean')
    throw invalid(`multi of ${name} is ${describe(multi)}, not a boolean`);
  if (dispose !== undefined && dispose !== false && typeof dispose !== 'string' && typeof dispose !== 'function') {
    throw invalid(`dispose of ${name} is ${describe(dispose)}; it is a function, the name of a method, or false`);
  }
}

function classDefinition(name: string, target: Constructor, options: RecipeObject): Definition {
  const { scope, deps, properties } = readMetadata(target);
  const list = options.deps ?? deps;
  if (list !== undefined) checkDeps(name, list);
  const known = list?.length ?? 0;
  // A constructor that takes something and says not what would be given nothing, and fail far from here.
  if (target.length > known) {
    const found = list === undefined ? 'nothing says which' : `its deps name ${known}`;
    throw invalid(
      `the constructor of ${tokenName(target)} takes ${target.length} parameter${target.length === 1 ? '' : 's'}, and ` +
        `${found}: declare \`static deps = [...]\`, or use inject() in its fields`,
    );
  }
  return define({ kind: 'class', target, properties }, list, {
    ...options,
    scope: options.scope ?? scope ?? Scope.SINGLETON,
  });
}

/** A token that is `undefined` is most often an import in a circle. */
function checkDeps(name: string, deps: unknown): void {
  if (!Array.isArray(deps)) throw invalid(`deps of ${name} is ${describe(deps)}, not an array`);
  deps.forEach((dependency: unknown, index) => {
    if (isToken(dependency) || isToken(tokenOf(dependency))) return;
    const hint = dependency === undefined ? ' (do two files import each other?)' : '';
    throw invalid(`deps[${index}] of ${name} is ${describe(dependency)}, not a token${hint}`);
  });
}

/** The token of a dependency in a list. */
export function tokenOf(dependency: unknown): Token {
  if (typeof dependency !== 'object' || dependency === null) return dependency as Token;
  if ('optional' in dependency) return dependency.optional as Token;
  return 'all' in dependency ? (dependency.all as Token) : (dependency as Token);
}

function define(making: Making, deps: readonly Dependency[] | undefined, options: RecipeObject): Definition {
  const { scope = Scope.SINGLETON, multi = false, dispose } = options;
  return { making, scope, deps, multi, dispose };
}

/** What a provider declares to need: what its constructor or factory takes, and what its properties are given. */
export function declaredNeeds({ making, deps = [] }: Definition): readonly Dependency[] {
  return making.kind === 'class' ? [...deps, ...(making.properties?.values() ?? [])] : deps;
}

/** A class of the language: functions made by `function` have a `prototype` that can be written. */
export function isClass(value: unknown): value is Constructor {
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value === 'string' ? `'${value}'` : typeof value;
}

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_DI_PROVIDER', message);
}
