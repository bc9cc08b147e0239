// What can be said of a graph before anything is made: whether every declared dependency is provided, nothing needs
// itself, and nothing that lives as long as the application holds what lives as long as a request.
import { captive, cycle } from './problems.ts';
import { declaredNeeds, tokenOf } from './provider.ts';
import { Scope } from './scope.ts';

import type { Binding } from './binding.ts';

/** Checks what is declared by `deps` and `useExisting`; throws the first thing that is wrong, with its path. */
export function checkGraph(bindings: readonly Binding[]): void {
  const done = new Set<Binding>();
  for (const binding of bindings) visit(binding, [], done);
  for (const binding of bindings) {
    if (binding.scope === Scope.SINGLETON) refuseCaptives(binding, binding, [], new Set());
  }
}

/** What a binding declares to need. `path` leads to it. */
export function declaredBy(binding: Binding, path: readonly Binding[] = []): readonly Binding[] {
  return declaredNeeds(binding.definition).flatMap((dependency): readonly Binding[] => {
    const token = tokenOf(dependency);
    if (typeof dependency === 'object' && 'all' in dependency) return binding.place.findAll(token);
    const found = binding.place.find(token);
    if (found !== undefined) return [found];
    if (typeof dependency === 'object' && 'optional' in dependency) return [];
    throw binding.place.missing(token, namesOf([...path, binding]));
  });
}

function visit(binding: Binding, path: readonly Binding[], done: Set<Binding>): void {
  if (done.has(binding)) return;
  if (path.includes(binding)) throw cycle(namesOf([...path.slice(path.indexOf(binding)), binding]));
  for (const needed of declaredBy(binding, path)) visit(needed, [...path, binding], done);
  done.add(binding);
}

/** Follows what is made together with a singleton: transient ones, aliases. */
function refuseCaptives(holder: Binding, binding: Binding, path: readonly Binding[], seen: Set<Binding>): void {
  for (const needed of declaredBy(binding)) {
    const way = [...path, binding];
    if (needed.scope === Scope.REQUEST) throw captive(namesOf([...way, needed]), holder.name);
    if (needed.scope === Scope.SINGLETON || seen.has(needed)) continue;
    seen.add(needed);
    refuseCaptives(holder, needed, way, seen);
  }
}

function namesOf(bindings: readonly Binding[]): string[] {
  return bindings.map(({ name }) => name);
}
