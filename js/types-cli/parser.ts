// Loads the parser: `oxc-parser`, an optional peer of the package. Only `nexure types` and `transformTypes` need it, and
// neither runs in a server.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { NexureError } from '../errors/nexure-error.ts';

import type { Parse, ParseSync } from './ast.ts';

/** Loads the parser of a project, or the one beside this package. Throws `ERR_NEXURE_TYPES_PARSER` where there is none. */
export async function loadParser(folder: string): Promise<Parse> {
  let cause: unknown;
  for (const from of [join(resolve(folder), 'package.json'), import.meta.url]) {
    try {
      const path = createRequire(from).resolve('oxc-parser');
      const { parseSync } = (await import(pathToFileURL(path).href)) as { parseSync: ParseSync };
      return parseWith(parseSync);
    } catch (error) {
      cause = error;
    }
  }
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  throw new NexureError(
    'ERR_NEXURE_TYPES_PARSER',
    `reading TypeScript needs the package oxc-parser: npm install --save-dev oxc-parser (${reason})`,
    { cause },
  );
}

function parseWith(parseSync: ParseSync): Parse {
  return (name, text) => {
    const lang = /\.d\.[cm]?ts$/.test(name) ? 'dts' : /\.[jt]sx$/.test(name) ? 'tsx' : 'ts';
    const result = parseSync(name, text, { lang, astType: 'ts', preserveParens: false });
    return {
      program: result.program,
      comments: result.comments,
      errors: result.errors
        .filter(({ severity }) => String(severity) === 'Error')
        .map(({ message, labels }) => ({ message, offset: labels[0]?.start ?? 0 })),
    };
  };
}
