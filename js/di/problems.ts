// The errors of dependency injection. Each prints the way to what is wrong: `A -> B -> C`.
import { NexureError } from '../errors/nexure-error.ts';
import { tokenName } from './token.ts';

import type { Binding } from './binding.ts';
import type { Frame } from './frame.ts';
import type { Token } from './token.ts';

/** Names of bindings, joined as a path. */
export function pathOf(names: readonly string[]): string {
  return names.join(' -> ');
}

/** The names of what is being made, outermost first. */
export function namesOf(frame: Frame | undefined): string[] {
  const names: string[] = [];
  for (let current = frame; current !== undefined; current = current.parent) {
    if (current.binding !== undefined) names.unshift(current.binding.name);
  }
  return names;
}

/** Nobody provides a token. `known` are the names that would have been found; `explanation` is better than a guess. */
export function missing(
  token: Token,
  path: readonly string[],
  place: string,
  explanation: string | undefined,
  known: readonly string[],
): NexureError {
  const name = tokenName(token);
  const hint = explanation ?? guess(name, known);
  return new NexureError(
    'ERR_NEXURE_DI_MISSING',
    `no provider for ${pathOf([...path, name])} in ${place}${hint === undefined ? '' : `; ${hint}`}`,
  );
}

function guess(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near === name) return 'another token of that name is provided: are there two copies of it?';
  return near === undefined ? undefined : `did you mean ${near}?`;
}

/** Another module has it, and does not export it. */
export function notExported(token: Token, path: readonly string[], place: string, module: string): NexureError {
  const name = tokenName(token);
  return new NexureError(
    'ERR_NEXURE_MODULE_NOT_EXPORTED',
    `${pathOf([...path, name])} (not exported): ${module} provides ${name}, and ${place} ` +
      `can use it only if ${module} exports it and is imported`,
  );
}

export function cycle(names: readonly string[]): NexureError {
  return new NexureError('ERR_NEXURE_DI_CYCLE', `providers need each other: ${pathOf(names)}`);
}

/** The cycle that ends with a binding which is being made already. */
export function cycleOf(binding: Binding, frame: Frame | undefined): NexureError {
  const names = namesOf(frame);
  return cycle([...names.slice(Math.max(names.indexOf(binding.name), 0)), binding.name]);
}

/** Something request-scoped is needed where there is no request. */
export function captive(names: readonly string[], holder: string): NexureError {
  const last = names.at(-1) ?? '';
  return new NexureError(
    'ERR_NEXURE_DI_CAPTIVE',
    `${holder} lives as long as the application and would keep ${last}, which is request-scoped: ${pathOf(names)}. ` +
      `Make ${holder} request-scoped too, or ask for ${last} while a request is handled`,
  );
}

export function outsideRequest(token: Token): NexureError {
  const name = tokenName(token);
  return new NexureError(
    'ERR_NEXURE_DI_SCOPE',
    `${name} is request-scoped and there is no request: resolve it from a request scope`,
  );
}

export function outsideInjector(token: Token): NexureError {
  return new NexureError(
    'ERR_NEXURE_DI_CONTEXT',
    `inject(${tokenName(token)}) was called where nothing is being made: use it in a field, a constructor or a factory, ` +
      'before the first await, or within container.run()',
  );
}

/** A provider threw, or its promise was rejected. */
export function failed(name: string, cause: unknown): NexureError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new NexureError('ERR_NEXURE_DI_FACTORY', `the provider of ${name} failed: ${text}`, { cause });
}

export function severalProviders(token: Token, count: number): NexureError {
  const name = tokenName(token);
  return new NexureError(
    'ERR_NEXURE_DI_DUPLICATE',
    `there are ${count} providers for ${name}: ask for all of them with inject.all(${name})`,
  );
}

/**
 * The known name that is nearest to one nobody knows: the same but for case, or at most a third of its letters away.
 * Quadratic in the length of names, which are the application's own.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    const distance = candidate.toLowerCase() === name.toLowerCase() ? 0 : distanceOf(name, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** The edits from one word to another (Levenshtein). */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
