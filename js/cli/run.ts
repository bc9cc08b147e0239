// Commands of `nexure`: reads the arguments, finds the command, turns errors into a line and a status.
//
// 0: done; 1: the application is wrong, or cannot be loaded; 2: the command line is wrong.
import { parseArgs } from 'node:util';

import { runTypes } from '../types-cli/command.ts';
import { loadEntry } from './entry.ts';
import { graphText } from './graph.ts';
import { routesText } from './routes.ts';

import type { EntryApp } from './entry.ts';

/** Where the output goes. */
export interface Output {
  write(text: string): unknown;
}

/** A command: what it says of an application, as text or as data. */
interface Command {
  readonly text: (app: EntryApp) => string;
  readonly data: (app: EntryApp) => unknown;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  graph: { text: (app) => graphText(app.modules()), data: (app) => app.modules() },
  openapi: { text: (app) => `${JSON.stringify(app.openapi(), undefined, 2)}\n`, data: (app) => app.openapi() },
  routes: { text: (app) => routesText(app.routes()), data: (app) => app.routes() },
};

const USAGE = `Usage: nexure <command> [options] <entry>

  graph    modules, whether they take part and why not, their providers and exports
  openapi  the OpenAPI document, always as JSON
  routes   routes in the order of their declaration
  types    schemas from the types of the sources; takes no entry: nexure types --help

Options:
  --json   as JSON
  --help   this text

The entry is a module whose default export, or export named app, is an application or a function that returns one.
`;

/** Runs a command line and gives its status. */
export async function runCli(args: readonly string[], stdout: Output, stderr: Output): Promise<number> {
  if (args[0] === 'types') return runTypes(args.slice(1), stdout, stderr);
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    stderr.write(`nexure: ${parsed}\n\n${USAGE}`);
    return 2;
  }
  if (parsed.help) {
    stdout.write(USAGE);
    return 0;
  }
  try {
    const app = await loadEntry(parsed.entry);
    const { text, data } = parsed.command;
    stdout.write(parsed.json ? `${JSON.stringify(data(app), undefined, 2)}\n` : text(app));
    app.container.check();
    return 0;
  } catch (error) {
    stderr.write(`${lineOf(error)}\n`);
    return 1;
  }
}

/** A command line that makes sense, or what does not. */
type Parsed =
  | string
  | { readonly help: true }
  | { readonly help: false; readonly command: Command; readonly entry: string; readonly json: boolean };

function parse(args: readonly string[]): Parsed {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    if (values.help === true) return { help: true };
    const [name, entry, ...rest] = positionals;
    if (name === undefined) return 'which command?';
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) return `${name} is no command`;
    if (entry === undefined) return `${name} of which entry?`;
    if (rest.length > 0) return `one entry at a time, not also ${rest.join(' ')}`;
    return { help: false, command, entry, json: values.json === true };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is wrong, in front of it its code; the stack of an error without one, which nobody has foreseen. */
function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && code.startsWith('ERR_NEXURE_')) return `${code}: ${error.message}`;
  return error.stack ?? error.message;
}
