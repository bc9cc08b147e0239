// Which routes a request to a host, or with a version, can find: for documents of one host or version.
import type { DeclaredRoute } from '../route.ts';
import type { DocumentOptions } from './types.ts';

/** Whether a route is in a document. */
export function selects({ host, version }: DocumentOptions, { settings }: DeclaredRoute): boolean {
  const { conditions } = settings;
  return (
    (host === undefined || isForHost(host.toLowerCase(), conditions ?? {})) &&
    (version === undefined || conditions?.version === undefined || isVersion(version, conditions.version))
  );
}

function isForHost(
  given: string,
  { host, hostExpression, hostIgnoresCase }: { host?: string; hostExpression?: string; hostIgnoresCase?: boolean },
): boolean {
  const bare = given.replace(/:\d+$/, '');
  if (hostExpression !== undefined) return new RegExp(hostExpression, hostIgnoresCase === true ? 'i' : '').test(bare);
  if (host === undefined) return true;
  const wanted = host.toLowerCase();
  return wanted.startsWith('*.') ? bare.endsWith(wanted.slice(1)) : wanted === given || wanted === bare;
}

/** Whether `1.2.0` is a `1.x`. */
function isVersion(given: string, declared: string): boolean {
  const parts = given.split('.');
  const wanted = declared.split('.');
  for (const [index, part] of wanted.entries()) {
    if (part === 'x' || part === '*') return true;
    if (part !== parts[index]) return false;
  }
  return true;
}

/** Which of two routes of one path the router prefers; the greater number. */
export function specificity({ settings }: DeclaredRoute): number {
  const { host, hostExpression, version } = settings.conditions ?? {};
  const byHost = host === undefined ? (hostExpression === undefined ? 0 : 1) : host.startsWith('*.') ? 2 : 3;
  const byVersion = version === undefined ? 0 : version.split('.').filter((part) => /^\d+$/.test(part)).length;
  return byHost * 4 + byVersion;
}
