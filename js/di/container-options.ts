// What containers are made and compiled with, and what they tell of their providers.
import { declaredNeeds, tokenOf } from './provider.ts';
import { tokenName } from './token.ts';

import type { Binding } from './binding.ts';
import type { Scope } from './scope.ts';
import type { Token } from './token.ts';

/** What a container is made with. */
export interface ContainerOptions {
  /** For messages and the graph; default `container`. */
  readonly name?: string;
  /** What factories without `deps` are given. */
  readonly config?: unknown;
  /**
   * Whether a class that nobody in the tree provides stands for itself where this container is asked for it, and for nothing
   * in its children; default `false`.
   */
  readonly implicit?: boolean;
  /** Is told of what fails while instances are disposed of that nobody waits for; default: standard error. */
  readonly onError?: (error: unknown) => void;
}

/** What `compile` may do beside. */
export interface CompileOptions {
  /**
   * Makes every request-scoped provider once, in a scope of its own with this as its context, and disposes of it: finds what
   * request-scoped classes ask for by `inject()`, which is known only by running them. Default: not, because constructors may
   * do more than construct; then such errors come with the first request.
   */
  readonly trial?: unknown;
}

/** A provider, as `getAllProviders` tells of it. */
export interface ProviderInfo {
  readonly token: Token;
  readonly name: string;
  readonly container: string;
  readonly scope: Scope;
  readonly multi: boolean;
  readonly kind: 'class' | 'factory' | 'value' | 'existing';
  /** Names of what it needs, as far as it is known: what is declared, and what `inject()` was asked for. */
  readonly needs: readonly string[];
}

/** Tells of a provider. What it declares is told by name: it may name what nobody provides. */
export function infoOf({ token, name, place, scope, definition, found }: Binding): ProviderInfo {
  const { multi, making } = definition;
  const declared = declaredNeeds(definition).map((dependency) => tokenName(tokenOf(dependency)));
  const needs = [...new Set([...declared, ...Array.from(found, (binding) => binding.name)])];
  return { token, name, container: place.name, scope, multi, kind: making.kind, needs };
}
