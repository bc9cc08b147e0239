// From a route pattern and values to a path: the reverse of routing.
import { NexureError } from '../errors/nexure-error.ts';
import { behindConstraint } from '../pattern-text.ts';

import type { ParamValue } from './types.ts';

const NAME = /[\w$]+/y;

/**
 * Puts values in the place of parameters: `/users/:id` with `{ id: 7 }` gives `/users/7`. Values are escaped; a wildcard
 * keeps its slashes. Throws `ERR_NEXURE_CLIENT_PARAM` for a value that is missing, empty, or would be another path.
 */
export function expandPath(pattern: string, values: Readonly<Record<string, ParamValue | undefined>>): string {
  let path = '';
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] as string;
    if (char === ':' && pattern[at + 1] === ':') {
      path += ':';
      at += 2;
    } else if (char === ':') {
      const name = nameAt(pattern, at + 1);
      at = behindConstraint(pattern, at + 1 + name.length);
      const isOptional = pattern[at] === '?';
      if (isOptional) at += 1;
      const value = values[name];
      if (value === undefined && isOptional) path = path.replace(/\/$/, '');
      else path += segment(pattern, name, value);
    } else if (char === '*') {
      const name = nameAt(pattern, at + 1);
      at += 1 + name.length;
      path += rest(pattern, name === '' ? '*' : name, values[name === '' ? '*' : name]);
    } else {
      path += char;
      at += 1;
    }
  }
  return path === '' ? '/' : path;
}

function nameAt(pattern: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(pattern)?.[0] ?? '';
}

function segment(pattern: string, name: string, value: ParamValue | undefined): string {
  if (value === undefined || value === null || value === '') throw missing(pattern, name);
  const text = encodeURIComponent(String(value));
  // A client would take these out of the path.
  if (text === '.' || text === '..') throw missing(pattern, name);
  return text;
}

function rest(pattern: string, name: string, value: ParamValue | undefined): string {
  if (value === undefined || value === null) throw missing(pattern, name);
  const segments = String(value).split('/');
  if (segments.some((one) => one === '.' || one === '..')) throw missing(pattern, name);
  return segments.map(encodeURIComponent).join('/');
}

function missing(pattern: string, name: string): NexureError {
  return new NexureError('ERR_NEXURE_CLIENT_PARAM', `${pattern} needs a value for ${name} that can stand in a path`);
}
