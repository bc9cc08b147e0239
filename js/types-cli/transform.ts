// What `nexurejs/types` gives, for build steps: reading types without the command.
import { fileURLToPath } from 'node:url';

import { NexureError } from '../errors/nexure-error.ts';
import { findCalls, mayCall } from './calls.ts';
import { problemText } from './generate.ts';
import { loadParser } from './parser.ts';
import { projectRoot } from './sources.ts';
import { createWorld } from './world.ts';

/**
 * Writes the schemas into a source text: `body<CreateUser>()` becomes `body<CreateUser>({ ... })`, so that a bundle needs no
 * registry. Lines stay where they are. Gives `undefined` where there is nothing to do. `id` is the path of the file, or its
 * `file:` URL; a query behind it is cut off.
 *
 * Throws `ERR_NEXURE_TYPES_INVALID` with all places, `ERR_NEXURE_TYPES_PARSER`.
 */
export async function transformTypes(code: string, id: string): Promise<string | undefined> {
  if (!mayCall(code)) return undefined;
  const path = id.startsWith('file:') ? fileURLToPath(id) : id.replace(/\?.*$/, '');
  const root = projectRoot(path);
  const world = createWorld(await loadParser(root));
  world.project.overlay(path, code);
  const calls = findCalls(path, world);
  if (calls.length === 0) return undefined;
  const problems = calls.flatMap((call) => call.problems.map((one) => problemText(one, (file) => file)));
  if (problems.length > 0) throw new NexureError('ERR_NEXURE_TYPES_INVALID', [...new Set(problems)].join('\n'));
  const text = world.project.open(path)?.file.text ?? code;
  let result = '';
  let done = 0;
  // In the order of the text: a call within the arguments of another has none with a type around it.
  for (const { argument, kind, schema } of calls.toSorted((a, b) => a.argument.start - b.argument.start)) {
    const object = schema === true ? {} : schema === false ? { not: {} } : schema;
    result += text.slice(done, argument.start) + JSON.stringify(kind === 'response' ? { '2xx': object } : object);
    done = argument.end;
  }
  return result + text.slice(done);
}
