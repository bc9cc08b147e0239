// What must not be written: paths in pino's syntax, compiled to a tree that is walked along with the value. No code is
// generated, and nothing of the application's is changed or copied.
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';

/** What stands in place of a value; a function is given the value and the keys that lead to it. */
export type Censor = string | ((value: unknown, path: readonly string[]) => unknown);

/** What is redacted, and how. */
export interface RedactOptions {
  /** Such as `password`, `req.headers.authorization`, `users[*].token`, `*.secret`, `a["b-c"]`; keys are compared exactly. */
  readonly paths?: readonly string[];
  /** Default `[Redacted]`. */
  readonly censor?: Censor;
  /** Leaves the key out instead. Default `false`. */
  readonly remove?: boolean;
  /**
   * Whether `authorization`, `proxy-authorization`, `cookie`, `set-cookie` and `x-api-key`, in any case, are redacted in
   * every object that is called `headers`, at any depth. Default `true`.
   */
  readonly headers?: boolean;
}

/** A step of the paths. */
interface Step {
  readonly named: Map<string, Step>;
  any: Step | undefined;
  ends: boolean;
}

/** The steps that a value has reached. */
export type Steps = readonly Step[];

/** Steps of a value that no path leads to. */
export const NOWHERE: Steps = [];

/** A path ends at the value. */
export const CENSORED: unique symbol = Symbol('censored');

const DEFAULT_CENSOR = '[Redacted]';
const SEGMENT = /(?:^|(?<=[^])\.)([^.[\]]+)|\[(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^[\]"'`]+))\]/gy;
const SECRETS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
]);
/** `proxy-authorization`, the longest. */
const LONGEST_SECRET = 19;

/** The compiled form of `RedactOptions`. */
export class Redactor {
  readonly root: Steps;
  /** Whether the secrets in objects called `headers` are hidden. */
  readonly hidesHeaders: boolean;
  readonly #censor: Censor;
  readonly #removes: boolean;

  constructor(path: string, options: readonly string[] | RedactOptions) {
    if (!Array.isArray(options)) checkNames(path, options, ['paths', 'censor', 'remove', 'headers']);
    const given: RedactOptions = Array.isArray(options) ? { paths: options as string[] } : (options as RedactOptions);
    const { paths = [], censor = DEFAULT_CENSOR, remove = false, headers = true } = given;
    if (!Array.isArray(paths)) throw invalidOption(`${path}.paths`, 'an array of paths', paths);
    if (typeof censor !== 'string' && typeof censor !== 'function') {
      throw invalidOption(`${path}.censor`, 'a string or a function', censor);
    }
    if (typeof remove !== 'boolean') throw invalidOption(`${path}.remove`, 'a boolean', remove);
    if (typeof headers !== 'boolean') throw invalidOption(`${path}.headers`, 'a boolean', headers);
    const root = newStep();
    for (const one of paths) addPath(root, path, one);
    this.root = root.named.size === 0 && root.any === undefined ? NOWHERE : [root];
    this.hidesHeaders = headers;
    this.#censor = censor;
    this.#removes = remove;
  }

  /** Where a key leads to from some steps. */
  follow(steps: Steps, key: string): Steps | typeof CENSORED {
    let reached: Step[] | undefined;
    for (const { named, any } of steps) {
      const next = named.get(key);
      if (next?.ends === true || any?.ends === true) return CENSORED;
      if (next !== undefined) (reached ??= []).push(next);
      if (any !== undefined) (reached ??= []).push(any);
    }
    return reached ?? NOWHERE;
  }

  /** What is written in place of a value; `undefined` for nothing. */
  replace(value: unknown, path: readonly string[]): unknown {
    if (this.#removes) return undefined;
    if (typeof this.#censor === 'string') return this.#censor;
    try {
      return this.#censor(value, path);
    } catch {
      return DEFAULT_CENSOR;
    }
  }
}

/** Whether a key is the name of a header field that holds a secret. */
export function isSecretHeader(key: string): boolean {
  return key.length <= LONGEST_SECRET && SECRETS.has(key.toLowerCase());
}

function newStep(): Step {
  return { named: new Map(), any: undefined, ends: false };
}

function addPath(root: Step, option: string, path: unknown): void {
  const keys = typeof path === 'string' ? keysOf(path) : undefined;
  if (keys === undefined) {
    throw new NexureError(
      'ERR_NEXURE_OPTION_INVALID',
      `option ${option} has the path ${JSON.stringify(path)}; paths are such as 'password', 'req.headers.cookie', 'users[*].token' or 'a["b-c"]'`,
    );
  }
  let step = root;
  for (const key of keys) {
    if (key === '*') {
      step = step.any ??= newStep();
    } else {
      const next = step.named.get(key) ?? newStep();
      step.named.set(key, next);
      step = next;
    }
  }
  step.ends = true;
}

/** The keys of a path; `undefined` for one that is malformed. */
function keysOf(path: string): readonly string[] | undefined {
  const keys: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < path.length) {
    const found = SEGMENT.exec(path);
    const key = found?.slice(1).find((part) => part !== undefined);
    if (key === undefined || key === '**') return undefined;
    keys.push(key);
  }
  return keys.length === 0 ? undefined : keys;
}
