// The command `nexure types`: reads the sources of a project, writes the registry, or tells every error.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { NexureError } from '../errors/nexure-error.ts';
import { registryPath } from '../validation/types-registry.ts';
import { generateRegistry } from './generate.ts';
import { loadParser } from './parser.ts';
import { listSources, projectRoot } from './sources.ts';
import { watchFolders } from './watch.ts';

import type { Parse } from './ast.ts';

/** Where the output goes. */
interface Output {
  write(text: string): unknown;
}

const OPTIONS = {
  out: { type: 'string', short: 'o' },
  check: { type: 'boolean' },
  watch: { type: 'boolean', short: 'w' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: nexure types [options] [file or folder ...]

  Reads the TypeScript sources of the project, or those that are named, and writes a schema for each
  body<T>(), query<T>(), params<T>(), headers<T>(), cookies<T>(), response<T>() and schemaOf<T>().

Options:
  --out FILE   what is written; default "types" of "nexure" in package.json, else nexure.types.json beside it
  --check      writes nothing; fails if what would be written is not what is there
  --watch      goes on, and writes again when sources change
  --help       this text
`;

interface Settings {
  readonly paths: readonly string[];
  readonly out: string;
  readonly check: boolean;
  readonly parse: Parse;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Runs the command in the current folder and gives its status: 1 for wrong types, 2 for a wrong command line. */
export async function runTypes(args: readonly string[], stdout: Output, stderr: Output): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    stderr.write(`nexure types: ${parsed}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help === true) {
    stdout.write(USAGE);
    return 0;
  }
  try {
    const root = projectRoot('.');
    const settings: Settings = {
      paths: positionals.length === 0 ? [root] : positionals,
      out: values.out === undefined ? registryPath(root) : resolve(values.out),
      check: values.check === true,
      parse: await loadParser(root),
      stdout,
      stderr,
    };
    if (values.watch !== true) return generate(settings);
    await watchFolders(
      () => listSources(settings.paths).folders,
      () => void attempt(() => generate(settings), stderr),
    );
    return 0;
  } catch (error) {
    return attempt(() => {
      throw error;
    }, stderr);
  }
}

/** Errors with a code are a line; others nobody has foreseen. */
function attempt(run: () => number, stderr: Output): number {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof NexureError)) throw error;
    stderr.write(`${error.code}: ${error.message}\n`);
    return 1;
  }
}

type Parsed = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;

function parse(args: readonly string[]): string | Parsed {
  try {
    const parsed = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    return parsed.values.check === true && parsed.values.watch === true
      ? '--check and --watch exclude each other'
      : parsed;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function generate({ paths, out, check, parse: parser, stdout, stderr }: Settings): number {
  const began = performance.now();
  const { text, calls, problems } = generateRegistry(listSources(paths).files, out, parser);
  const name = relative('.', out) || out;
  if (problems.length > 0) {
    for (const problem of problems) stderr.write(`${problem}\n`);
    stderr.write(`ERR_NEXURE_TYPES_INVALID: ${counted(problems.length, 'error')}; ${name} was not written\n`);
    return 1;
  }
  const current = existsSync(out) ? readFileSync(out, 'utf8').replaceAll('\r\n', '\n') : undefined;
  if (check) {
    if (current === text) return 0;
    const state = current === undefined ? 'is not there' : 'is not what the sources say';
    stderr.write(`ERR_NEXURE_TYPES_STALE: ${name} ${state}: run \`nexure types\`\n`);
    return 1;
  }
  if (current !== text) {
    mkdirSync(dirname(out), { recursive: true });
    // An application that starts meanwhile sees one or the other.
    writeFileSync(`${out}.tmp`, text);
    renameSync(`${out}.tmp`, out);
  }
  const took = Math.round(performance.now() - began);
  stdout.write(`${name}: ${counted(calls, 'schema')} in ${took} ms${current === text ? ', unchanged' : ''}\n`);
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
