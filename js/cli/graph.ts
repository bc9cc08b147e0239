// The text of `nexure graph`.
import type { ModuleInfo } from '../modules/describe.ts';

/** Each module with its state, and below it what it has. */
export function graphText(modules: readonly ModuleInfo[]): string {
  if (modules.length === 0) return 'no modules\n';
  return modules.map(moduleText).join('');
}

function moduleText({
  name,
  state,
  reason,
  imports,
  providers,
  exports: exported,
  routes = [],
  timing,
}: ModuleInfo): string {
  const started = timing === undefined ? '' : ` in ${timing.durationMs.toFixed(1)} ms`;
  const head = `${name}: ${state}${reason === undefined ? '' : ` (${reason})`}${started}\n`;
  const lists: [title: string, items: readonly string[]][] = [
    ['imports', imports.map((one) => (one.optional ? `${one.name} (optional)` : one.name))],
    ['providers', providers.map(providerText)],
    ['exports', exported],
    ['routes', routes],
  ];
  return (
    head +
    lists
      .filter(([, items]) => items.length > 0)
      .map(([title, items]) => `  ${title}: ${items.join(', ')}\n`)
      .join('')
  );
}

function providerText({ name, scope, multi, needs }: ModuleInfo['providers'][number]): string {
  const details = [...(scope === 'singleton' ? [] : [scope]), ...(multi ? ['multi'] : [])];
  const arrow = needs.length === 0 ? '' : ` -> ${needs.join(' + ')}`;
  return `${name}${details.length === 0 ? '' : ` [${details.join(', ')}]`}${arrow}`;
}
