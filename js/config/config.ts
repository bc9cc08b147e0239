// Configuration: read once, from the environment and from files, checked whole, and frozen. What is wrong is told all at
// once, with the place where it stands; what is secret is shown nowhere.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';

import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { parseEnvFile } from './env-file.ts';
import { REDACTED, Secret, withoutPassword } from './secret.ts';
import { Variable } from './variable.ts';

/** What a configuration is described by: variables, constants, and objects of them. */
export interface ConfigShape {
  readonly [name: string]: Variable<unknown> | string | number | boolean | undefined | readonly unknown[] | ConfigShape;
}

/** The values that a description stands for. */
export type ConfigOf<Shape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends Variable<infer T>
    ? T
    : Shape[Name] extends string | number | boolean | undefined | readonly unknown[]
      ? Shape[Name]
      : ConfigOf<Shape[Name]>;
};

/** A configuration. Printed, logged or serialised, it shows no secrets and no passwords of URLs. */
export type Config<Shape> = ConfigOf<Shape> & {
  /** The same values with `[redacted]` in place of secrets. */
  redact(): Record<string, unknown>;
};

/** Where a configuration is read from. */
export interface ConfigSources {
  /** Files of variables, by paths from the working directory; those that are not there are passed over. Default `['.env']`. */
  readonly files?: readonly string[];
  /** The environment, which goes before all files; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** The variable; `undefined` for a line that says none. */
  readonly variable: string | undefined;
  /** `environment`, `.env:3`, or `undefined` when it is set nowhere. */
  readonly source: string | undefined;
  readonly message: string;
}

/** The configuration is invalid: every problem is in the message, and no secret. */
export class ConfigError extends NexureError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, source, message }) => {
      const place = source === undefined ? '' : ` (${source})`;
      return `  ${variable === undefined ? message : `${variable}: ${message}`}${place}`;
    });
    super('ERR_NEXURE_CONFIG_INVALID', `the configuration is invalid:\n${lines.join('\n')}`);
    this.problems = problems;
    // The message has them all: not a second time wherever the error is printed.
    Object.defineProperty(this, 'problems', { enumerable: false });
  }
}

/** A text with its place. */
interface Found {
  readonly text: string;
  readonly source: string;
}

/**
 * Reads a configuration: `defineConfig({ port: env.port('PORT', { default: 3000 }) })`. The environment goes before the
 * files, a later file before an earlier one. Throws a {@link ConfigError}, `ERR_NEXURE_CONFIG_INVALID`, with all problems.
 */
export function defineConfig<const Shape extends ConfigShape>(
  shape: Shape,
  sources: ConfigSources = {},
): Config<Shape> {
  checkNames('config', sources, ['files', 'environment']);
  const { files = ['.env'], environment = process.env } = sources;
  const problems: ConfigProblem[] = [];
  const inFiles = readFiles(files, problems);
  const find = (name: string): Found | undefined => {
    const text = environment[name];
    // A variable that is empty is unset, and hides the one in a file: `REDIS_URL= node app.js` unsets it.
    if (text !== undefined) return text === '' ? undefined : { text, source: 'environment' };
    return inFiles.get(name);
  };
  const config = build(shape, '', find, problems);
  if (problems.length === 0) return config as Config<Shape>;
  const error = new ConfigError(problems);
  // The stack of whoever described the configuration: nothing in here is of interest.
  Error.captureStackTrace(error, defineConfig);
  throw error;
}

function readFiles(files: readonly string[], problems: ConfigProblem[]): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const file of files) {
    const text = readIfThere(file, problems);
    if (text === undefined) continue;
    const { variables, malformed } = parseEnvFile(text);
    for (const line of malformed) {
      problems.push({ variable: undefined, source: `${file}:${line}`, message: 'a line is not NAME=value' });
    }
    for (const [name, { value, line }] of variables) {
      if (value === '') found.delete(name);
      else found.set(name, { text: value, source: `${file}:${line}` });
    }
  }
  return found;
}

function readIfThere(file: string, problems: ConfigProblem[]): string | undefined {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      problems.push({
        variable: undefined,
        source: file,
        message: `the file cannot be read: ${code ?? String(error)}`,
      });
    }
    return undefined;
  }
}

const RESERVED: readonly string[] = ['redact', 'toJSON', '__proto__'];

function build(
  shape: ConfigShape,
  prefix: string,
  find: (name: string) => Found | undefined,
  problems: ConfigProblem[],
): object {
  const values: Record<string, unknown> = {};
  const shown: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(shape)) {
    const path = `config.${prefix}${name}`;
    if (RESERVED.includes(name)) throw invalidOption(path, 'another name', name);
    if (entry instanceof Variable) {
      values[name] = read(entry, find(entry.name), problems);
      shown[name] = showable(values[name], entry);
    } else if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
      values[name] = build(entry as ConfigShape, `${prefix}${name}.`, find, problems);
      shown[name] = (values[name] as { redact(): unknown }).redact();
    } else if (typeof entry === 'function' || entry === null) {
      throw invalidOption(path, 'a variable, a constant or an object of them', entry);
    } else {
      values[name] = entry;
      shown[name] = entry;
    }
  }
  // Each part by itself is as reserved as the whole.
  const redact = { value: (): unknown => ({ ...shown }), enumerable: false };
  Object.defineProperties(values, {
    redact,
    toJSON: redact,
    [inspect.custom]: redact,
  });
  return Object.freeze(values);
}

function showable(value: unknown, { reading }: Variable<unknown>): unknown {
  if (value instanceof Secret) return REDACTED;
  if (typeof value === 'string' && reading.show(value) !== JSON.stringify(value)) return withoutPassword(value);
  return value;
}

function read(variable: Variable<unknown>, found: Found | undefined, problems: ConfigProblem[]): unknown {
  const { name, reading, whenUnset } = variable;
  if (found === undefined) {
    if (whenUnset.kind === 'default') return whenUnset.value;
    problems.push({ variable: name, source: undefined, message: `is not set; expected ${reading.expected}` });
    return undefined;
  }
  const { text, source } = found;
  const shown = reading.show(text) ?? REDACTED;
  let reason = `${shown} is not ${reading.expected}`;
  try {
    const value = reading.parse(text);
    if (value !== undefined) return value;
  } catch (error) {
    reason += `: ${error instanceof Error ? error.message : String(error)}`;
  }
  problems.push({ variable: name, source, message: reason });
  return undefined;
}
