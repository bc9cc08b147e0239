// Prefixes: how they are joined with patterns, and which patterns and requests lie below them.
//
// Middleware below a path is what guards it, so it runs where there is any doubt: for every spelling that the router, a
// file system or another framework behind a wildcard could take for a path below the prefix.
import { NexureError } from './errors/nexure-error.ts';
import { behindConstraint } from './pattern-text.ts';

/** Paths that have only one reading are compared as they are. */
const ODD = /[%\\]|\/\/|\/\.{1,2}(?:\/|$)/;

/** What resolving a reference would take out or turn into a slash (RFC 3986 §5.2.4, and the URL Standard's backslash). */
const RESOLVABLE = /\\|(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * Joins a prefix and a path; `/` is the prefix itself, and `*` everything below it. Throws `ERR_NEXURE_ROUTE_SYNTAX` for a
 * path that would continue the last segment of the prefix.
 */
export function joinPaths(prefix: string, path: string): string {
  if (prefix === '') return path;
  if (path === '/' || path === '') return prefix;
  if (path.startsWith('/')) return prefix + path;
  if (path.startsWith('*')) return `${prefix}/${path}`;
  throw new NexureError('ERR_NEXURE_ROUTE_SYNTAX', `route ${path} in ${prefix} must begin with '/'`);
}

/** The segments of a pattern, without empty ones. */
export function segmentsOf(pattern: string): readonly string[] {
  const segments: string[] = [];
  let from = 0;
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === '/') {
      segments.push(pattern.slice(from, at));
      at += 1;
      from = at;
    } else {
      // A slash of a constraint separates nothing.
      at = pattern[at] === '(' ? behindConstraint(pattern, at) : at + 1;
    }
  }
  segments.push(pattern.slice(from));
  return segments.filter((segment) => segment !== '');
}

/** Whether the paths of a pattern lie below a prefix; `perhaps` where that depends on the request. */
export function liesBelow(prefix: readonly string[], pattern: string): 'yes' | 'no' | 'perhaps' {
  const segments = segmentsOf(pattern);
  let sure: 'yes' | 'perhaps' = 'yes';
  for (const [index, wanted] of prefix.entries()) {
    // What may be missing asks for nothing.
    if (isOptional(wanted)) break;
    const segment = segments[index];
    if (segment === undefined) return 'no';
    if (hasWildcard(segment)) return 'perhaps';
    if (segment === wanted) continue;
    const text = textOf(segment);
    const wantedText = textOf(wanted);
    if (text === undefined || wantedText === undefined) sure = 'perhaps';
    else if (text !== wantedText) return 'no';
  }
  return sure;
}

/**
 * Makes what tells whether the path of a request lies below a prefix. Letter case, escapes and repeated slashes make no
 * difference, an escaped slash may separate segments or not, and a path that is to be resolved lies below every prefix.
 */
export function below(prefix: readonly string[]): (path: string) => boolean {
  const optional = prefix.findIndex(isOptional);
  const wanted = prefix.slice(0, optional === -1 ? prefix.length : optional).map(textOf);
  return (path) => {
    if (!ODD.test(path)) return begins(wanted, path.split('/'));
    const decoded = decode(path);
    if (RESOLVABLE.test(decoded)) return true;
    return begins(wanted, path.split('/').map(decode)) || begins(wanted, decoded.split('/'));
  };
}

/** How many segments of a pattern stand in front of its wildcard. */
export function depthOf(pattern: string): number {
  return segmentsOf(pattern).filter((segment) => !hasWildcard(segment)).length;
}

/** A path behind its first segments, without the slash between them. */
export function behind(path: string, depth: number): string {
  let at = 0;
  for (let index = 0; index < depth && at !== -1; index += 1) {
    // Where slashes are merged, several may stand in front of a segment.
    while (path[at] === '/' && path[at + 1] === '/') at += 1;
    at = path.indexOf('/', at + 1);
  }
  return at === -1 ? '' : path.slice(at + 1);
}

function begins(wanted: readonly (string | undefined)[], segments: readonly string[]): boolean {
  let at = 0;
  for (const segment of segments) {
    if (at === wanted.length) break;
    if (segment === '') continue;
    const text = wanted[at];
    if (text !== undefined && text !== segment.toLowerCase()) return false;
    at += 1;
  }
  return at === wanted.length;
}

/** The text of a segment, to be compared; `undefined` for one that has parameters. */
function textOf(segment: string): string | undefined {
  const colons = segment.split('::');
  return colons.some((part) => part.includes(':')) ? undefined : colons.join(':').toLowerCase();
}

function isOptional(segment: string): boolean {
  return segment.endsWith('?');
}

/** A wildcard stands at the end, perhaps behind text; what ends a constraint is its parenthesis. */
function hasWildcard(segment: string): boolean {
  return /\*[\w$]*$/.test(segment);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No route matches it.
    return text;
  }
}
