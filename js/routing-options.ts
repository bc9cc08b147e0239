// How paths are matched with patterns, and what a route asks of a request beside its path: checked here, done natively.
import { checkInteger, checkNames, invalidOption } from './option-checks.ts';
import { native } from './native.ts';

import type { RouteConditions, RoutingOptions as NativeRouting } from './native.ts';

/** How paths are matched with patterns. */
export interface RoutingOptions {
  /** Whether static text matches in its own letter case only; default `true`. Parameters keep theirs. ASCII letters only. */
  readonly caseSensitive?: boolean;
  /** Whether `/a/` is another path than `/a`; default `true`, as with Fastify. Express has `false`. */
  readonly strict?: boolean;
  /** Whether `//` begins an empty segment (`keep`, the default) or is the same as `/` (`merge`). */
  readonly duplicateSlashes?: 'keep' | 'merge';
  /** Bytes of a parameter as it was sent; 1-32,767, default any number. One that is longer does not match. */
  readonly maxParamLength?: number;
  /**
   * Constraints by name, which patterns use as they use the built-in ones: with `year: /\d{4}/` there is `/archive/:y(year)`.
   * The expression must match the whole parameter. It may have the flag `i`, and neither look-around nor back references.
   */
  readonly constraints?: Readonly<Record<string, RegExp>>;
}

/** What a route may ask of a request beside its method and path. */
export interface RouteConstraints {
  /**
   * The host it is for: `api.example.com`, with a port or for any, `*.example.com` for all below it, or an expression that is
   * searched in the host without its port, in lower case.
   */
  readonly host?: string | RegExp;
  /** The version it has: `1.2.3`, or `1.2.x` or `1.x` for any of them. A request names one with `Accept-Version`. */
  readonly version?: string;
}

/** The names of the options. */
export const ROUTING: readonly string[] = [
  'caseSensitive',
  'strict',
  'duplicateSlashes',
  'maxParamLength',
  'constraints',
];

/** Of routers that are not mounted yet: what the application knows is known only then. */
export const ROUTER_ROUTING: NativeRouting = { openConstraints: true };

/** Checks the option `routing`. */
export function resolveRouting(routing: RoutingOptions = {}): NativeRouting {
  checkNames('routing', routing, ROUTING);
  const { caseSensitive = true, strict = true, duplicateSlashes = 'keep', maxParamLength, constraints = {} } = routing;
  if (typeof caseSensitive !== 'boolean') throw invalidOption('routing.caseSensitive', 'a boolean', caseSensitive);
  if (typeof strict !== 'boolean') throw invalidOption('routing.strict', 'a boolean', strict);
  if (duplicateSlashes !== 'keep' && duplicateSlashes !== 'merge') {
    throw invalidOption('routing.duplicateSlashes', "'keep' or 'merge'", duplicateSlashes);
  }
  if (typeof constraints !== 'object' || constraints === null || Array.isArray(constraints)) {
    throw invalidOption('routing.constraints', 'an object of expressions', constraints);
  }
  return {
    ignoreCase: !caseSensitive,
    ignoreTrailingSlash: !strict,
    mergeSlashes: duplicateSlashes === 'merge',
    ...(maxParamLength === undefined
      ? undefined
      : { maxParamBytes: checkInteger('routing.maxParamLength', maxParamLength, 1, 32_767) }),
    constraints: Object.entries(constraints).map(([name, expression]) => {
      const path = `routing.constraints.${name}`;
      const constraint = { name, ...resolveExpression(path, expression) };
      const problem = native.constraintProblem(constraint);
      if (problem !== null) throw invalidOption(path, `a constraint (${problem})`, expression);
      return constraint;
    }),
  };
}

/** Checks what a route asks of a request; `undefined` if that is nothing. */
export function resolveConstraints(path: string, constraints: RouteConstraints): RouteConditions | undefined {
  checkNames(path, constraints, ['host', 'version']);
  const { host, version } = constraints;
  if (version !== undefined && typeof version !== 'string') {
    throw invalidOption(`${path}.version`, "a version such as '1.2.3' or '1.x'", version);
  }
  const named = version === undefined ? undefined : { version };
  if (host === undefined) return named;
  if (typeof host === 'string') return { ...named, host };
  const { source, ignoreCase } = resolveExpression(`${path}.host`, host, 'a host name or an expression');
  return { ...named, hostExpression: source, hostIgnoresCase: ignoreCase };
}

function resolveExpression(
  path: string,
  expression: unknown,
  expected = 'an expression',
): { source: string; ignoreCase: boolean } {
  if (!(expression instanceof RegExp)) throw invalidOption(path, expected, expression);
  const { source, flags } = expression;
  if (/[^iu]/.test(flags)) throw invalidOption(path, `${expected} without flags but 'i'`, expression);
  return { source, ignoreCase: flags.includes('i') };
}
