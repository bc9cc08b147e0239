// The decorators that make a method a route.
import { NexureError } from '../errors/nexure-error.ts';
import { METHODS } from '../route-list.ts';
import { checkStatus } from './middleware.ts';
import { dualDecorator } from './dialect.ts';

import type { HttpMethod } from '../route.ts';
import type { MethodSettings, RouteDecorating } from './types.ts';

/** A decorator factory of one method: a path or several, then a status for the answer or settings of the route. */
export type VerbDecorator = <const Path extends string = string>(
  path?: Path | readonly Path[],
  statusOrSettings?: number | MethodSettings,
) => RouteDecorating<Path>;

/** Answers GET, and HEAD with it. */
export const Get: VerbDecorator = (path, rest) => verb('@Get', ['GET'], path, rest);
export const Post: VerbDecorator = (path, rest) => verb('@Post', ['POST'], path, rest);
export const Put: VerbDecorator = (path, rest) => verb('@Put', ['PUT'], path, rest);
export const Patch: VerbDecorator = (path, rest) => verb('@Patch', ['PATCH'], path, rest);
export const Delete: VerbDecorator = (path, rest) => verb('@Delete', ['DELETE'], path, rest);
export const Head: VerbDecorator = (path, rest) => verb('@Head', ['HEAD'], path, rest);
export const Options: VerbDecorator = (path, rest) => verb('@Options', ['OPTIONS'], path, rest);
/** Answers every method. */
export const All: VerbDecorator = (path, rest) => verb('@All', METHODS, path, rest);

/** Answers several methods: `@Route(['PUT', 'PATCH'], '/:id')`. */
export function Route<const Path extends string = string>(
  methods: HttpMethod | readonly HttpMethod[],
  path?: Path | readonly Path[],
  statusOrSettings?: number | MethodSettings,
): RouteDecorating<Path> {
  const list = typeof methods === 'string' ? [methods] : methods;
  if (!Array.isArray(list) || list.length === 0) throw invalid('@Route takes a method or several, and then a path');
  return verb('@Route', list, path, statusOrSettings);
}

function verb<Path extends string>(
  decorator: string,
  methods: readonly HttpMethod[],
  path: Path | readonly Path[] | undefined,
  rest: number | MethodSettings | undefined,
): RouteDecorating<Path> {
  const paths = pathsOf(decorator, path);
  if (typeof rest === 'number') checkStatus(`${decorator}.status`, rest);
  else if (rest !== undefined && (typeof rest !== 'object' || rest === null)) {
    throw invalid(`${decorator} takes a path, and behind it a status or settings, not ${String(rest)}`);
  }
  const settings = typeof rest === 'object' ? rest : {};
  return dualDecorator({
    name: decorator,
    onMethod: (member) => {
      member.verbs.unshift({ decorator, methods, paths, settings });
      if (typeof rest === 'number') member.status ??= rest;
    },
  }) as RouteDecorating<Path>;
}

/** Paths as they were given to a decorator, each with a slash in front unless it is empty. */
export function pathsOf(decorator: string, given: string | readonly string[] | undefined): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given ?? ''];
  return list.map((path) => {
    // A decorator without parentheses is handed the class or the prototype.
    if (typeof path !== 'string') throw invalid(`${decorator} takes a path; without one it is ${decorator}()`);
    return path === '' || path.startsWith('/') ? path : `/${path}`;
  });
}

function invalid(message: string): NexureError {
  return new NexureError('ERR_NEXURE_CONTROLLER_INVALID', message);
}
