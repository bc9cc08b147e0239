// Where in the sources a function was called: as the stack of an error tells, which `tsx` and `--enable-source-maps` have
// translated already, or through the source map of the JavaScript that runs.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A place in a file; line and column from 1. */
export interface CallSite {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A function, as `Error.captureStackTrace` takes one. */
export type Called = (...args: never[]) => unknown;

/** `at name (path:line:column)`, in the notation of V8 and JavaScriptCore; the path may be a URL. */
const FRAME = /^\s*at (?:.*?\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

/** Where a function was called that is running now; `undefined` where the runtime does not tell. */
export function callSite(called: Called): CallSite | undefined {
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(holder, called);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  const { stack } = holder;
  if (typeof stack !== 'string') return undefined;
  for (const line of stack.split('\n').slice(1)) {
    const found = FRAME.exec(line);
    if (found === null) continue;
    const [, path = '', row, column] = found;
    return { path: pathOf(path), line: Number(row), column: Number(column) };
  }
  return undefined;
}

/** Loaders add a query to the URLs of modules. */
function pathOf(text: string): string {
  return text.startsWith('file://') ? fileURLToPath(text) : text.replace(/\?[^/\\]*$/, '');
}

const REFERENCE = /^\/\/# sourceMappingURL=(\S+)\s*$/gm;

/** The place in the source that a place in compiled JavaScript comes from; `undefined` where no source map tells. */
export function originalSite({ path, line, column }: CallSite): CallSite | undefined {
  try {
    const [, url = ''] = [...readFileSync(path, 'utf8').matchAll(REFERENCE)].at(-1) ?? [];
    if (url === '') return undefined;
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
    const at = inline === null ? resolve(dirname(path), decodeURIComponent(url)) : path;
    const text =
      inline === null
        ? readFileSync(at, 'utf8')
        : Buffer.from(decodeURIComponent(inline[2] ?? ''), inline[1] === undefined ? 'utf8' : 'base64').toString();
    const found = new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]).findEntry(
      line - 1,
      column - 1,
    );
    if (!('originalSource' in found)) return undefined;
    const source = new URL(found.originalSource, pathToFileURL(at));
    if (source.protocol !== 'file:') return undefined;
    return { path: fileURLToPath(source), line: found.originalLine + 1, column: found.originalColumn + 1 };
  } catch {
    // No file, no map, or none that can be read: then nothing is known of the source.
    return undefined;
  }
}
