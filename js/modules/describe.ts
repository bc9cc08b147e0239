// The modules of an application, told to people and programs: `nexure graph`, and `app.modules()`.
import { tokenName } from '../di/token.ts';
import { moduleOf } from './definition.ts';
import { hostOf } from './host.ts';
import { lazyModulesOf } from './lazy.ts';

import type { ProviderInfo } from '../di/container-options.ts';
import type { AnyRoutes } from '../register.ts';
import type { ModuleNode, ModuleTiming } from './graph.ts';
import type { ModuleHost } from './host.ts';
import type { LazyState } from './lazy.ts';

/** A module of an application, as data. */
export interface ModuleInfo {
  readonly name: string;
  /** `enabled`: it takes part, or will; `started`: `onStart` has run; `lazy`: it is loaded with its first request. */
  readonly state: 'enabled' | 'started' | 'disabled' | 'lazy';
  /** Why it is disabled. */
  readonly reason?: string;
  readonly imports: readonly { readonly name: string; readonly optional: boolean }[];
  readonly providers: readonly Omit<ProviderInfo, 'token' | 'container'>[];
  readonly exports: readonly string[];
  /** Of a lazy module. */
  readonly routes?: readonly string[];
  /** When it started and how long that took, once it has. */
  readonly timing?: ModuleTiming;
}

/** The modules of an application, those that are imported before those that import them. */
export function moduleGraph(routes: AnyRoutes): ModuleInfo[] {
  const host = hostOf(routes);
  const unloaded = lazyModulesOf(host).filter(({ node }) => node === undefined);
  return [...[...host.graph.nodes.values()].map((node) => infoOf(node, host)), ...unloaded.map(lazyInfo)];
}

function infoOf(node: ModuleNode, host: ModuleHost): ModuleInfo {
  const { name, module, imports, active, timing } = node;
  const reason = active === undefined ? (node.disabled ?? unused(node, host)) : undefined;
  const providers = active?.container.getAllProviders() ?? [];
  return {
    name,
    state: active === undefined ? 'disabled' : timing === undefined ? 'enabled' : 'started',
    ...(reason === undefined ? {} : { reason }),
    imports: imports.map(({ node: imported, isOptional }) => ({ name: imported.name, optional: isOptional })),
    providers: providers.map(({ name: of, scope, multi, kind, needs }) => ({ name: of, scope, multi, kind, needs })),
    exports: (module.options.exports ?? []).map((one) => moduleOf(one)?.name ?? tokenName(one)),
    ...(timing === undefined ? {} : { timing }),
  };
}

/** A module that nothing which takes part imports. */
function unused(node: ModuleNode, host: ModuleHost): string {
  const users = [...host.graph.nodes.values()].filter(({ imports }) => imports.some((one) => one.node === node));
  return `only ${users.map(({ name }) => name).join(', ')} would need it`;
}

function lazyInfo({ name, routes }: LazyState): ModuleInfo {
  return { name, state: 'lazy', imports: [], providers: [], exports: [], routes };
}
