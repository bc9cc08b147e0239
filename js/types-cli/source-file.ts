// A source file: its text, its tree, where its lines begin, and which comment documents what.
import type { Parse, Program } from './ast.ts';

/** Where something stands. */
export interface Position {
  readonly file: SourceFile;
  /** UTF-16 offset into the text. */
  readonly offset: number;
}

/** What V8 ends a line at (ECMA-262 §12.3). */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** A file that was parsed. */
export class SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly errors: readonly { readonly message: string; readonly offset: number }[];
  /** Whether everything in it is declared elsewhere: `.d.ts`. */
  readonly ambient: boolean;
  readonly #docs = new Map<number, string>();
  #lines: number[] | undefined;

  constructor(path: string, text: string, parse: Parse) {
    this.path = path;
    this.text = text.replace(/^\uFEFF/, '');
    this.ambient = /\.d\.(?:[^.]+\.)?[cm]?ts$/.test(path);
    const { program, comments, errors } = parse(path, this.text);
    this.program = program;
    this.errors = errors;
    for (const { type, value, end } of comments) {
      if (type !== 'Block' || !value.startsWith('*')) continue;
      this.#docs.set(this.#afterBlanks(end), value.slice(1));
    }
  }

  /** The JSDoc comment directly in front of an offset, without its delimiters. */
  docs(offset: number): string | undefined {
    return this.#docs.get(offset);
  }

  /** Line and column of an offset, both from 1, the column in UTF-16 units: as V8 counts them. */
  locate(offset: number): { readonly line: number; readonly column: number } {
    this.#lines ??= [0, ...Array.from(this.text.matchAll(LINE_END), (match) => match.index + match[0].length)];
    const lines = this.#lines;
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
  }

  #afterBlanks(offset: number): number {
    const blanks = /(?:\s|\/\/[^\n]*\n)*/y;
    blanks.lastIndex = offset;
    return offset + (blanks.exec(this.text)?.[0].length ?? 0);
  }
}
