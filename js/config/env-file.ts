// Files of environment variables, as `node --env-file` reads them, and where in the file each variable stands.

/** A variable, and the line on which it begins. */
export interface FileVariable {
  readonly value: string;
  readonly line: number;
}

/** What a file holds. */
export interface EnvFile {
  readonly variables: ReadonlyMap<string, FileVariable>;
  /** Numbers of lines that say nothing that could be understood. */
  readonly malformed: readonly number[];
}

/** `NAME=` with what may stand around it. Sticky: it is tried where the last line ended. */
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=[^\S\n]*/y;
/** A value in quotes, which may go over several lines. */
const QUOTED = /"([^"]*)"|'([^']*)'|`([^`]*)`/y;
const REST = /[^\n]*\n?/y;

/**
 * Parses `NAME=value` lines: values in `"`, `'` or a backtick may have several lines, and `\n` in `"` is a line break; `#`
 * begins a comment at the start of a line, behind a quoted value, and in a bare one. Nothing is substituted.
 */
export function parseEnvFile(text: string): EnvFile {
  const source = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const variables = new Map<string, FileVariable>();
  const malformed: number[] = [];
  let line = 1;
  for (let at = 0; at < source.length;) {
    const begin = at;
    const named = matchAt(NAME, source, at);
    if (named === undefined) {
      const rest = matchAt(REST, source, at)?.[0] ?? '';
      if (!/^\s*(?:#|$)/.test(rest)) malformed.push(line);
      at += rest.length;
    } else {
      at += named[0].length;
      const quoted = matchAt(QUOTED, source, at);
      if (quoted !== undefined) at += quoted[0].length;
      const rest = matchAt(REST, source, at)?.[0] ?? '';
      at += rest.length;
      variables.set(named[1] as string, { value: quoted === undefined ? bare(rest) : textOf(quoted), line });
    }
    line += source.slice(begin, at).split('\n').length - 1;
  }
  return { variables, malformed };
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

function textOf([, double, single, backtick]: RegExpExecArray): string {
  return double === undefined ? (single ?? backtick ?? '') : double.replaceAll('\\n', '\n');
}

function bare(rest: string): string {
  const comment = rest.indexOf('#');
  return (comment === -1 ? rest : rest.slice(0, comment)).trim();
}
