// What JSDoc tags say of values: `@minimum 1` and the others, as keywords of JSON Schema. A wrong value is an error, and so is
// a tag that is nearly one of them; tags of other tools are passed over.
import { unsupported } from './unions.ts';

import type { Position } from './source-file.ts';
import type { Docs, Unsupported } from './types.ts';

/** A value in a comment: what it means depends on the type that it stands for. */
export class RawValue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Read = (text: string) => unknown;

/** The value of each tag; a function that gives `undefined` refuses it. */
const TAGS: Readonly<Record<string, { readonly keyword: string; readonly expected: string; readonly read: Read }>> = {
  minimum: tag('minimum', 'a number', readNumber),
  maximum: tag('maximum', 'a number', readNumber),
  exclusiveMinimum: tag('exclusiveMinimum', 'a number', readNumber),
  exclusiveMaximum: tag('exclusiveMaximum', 'a number', readNumber),
  multipleOf: tag('multipleOf', 'a number above 0', (text) => {
    const number = readNumber(text);
    return number !== undefined && number > 0 ? number : undefined;
  }),
  integer: tag('integer', 'nothing, or false', readFlag),
  minLength: tag('minLength', 'a count', readCount),
  maxLength: tag('maxLength', 'a count', readCount),
  pattern: tag('pattern', 'a regular expression', readPattern),
  format: tag('format', 'the name of a format', (text) => (/^\S+$/.test(text) ? text : undefined)),
  minItems: tag('minItems', 'a count', readCount),
  maxItems: tag('maxItems', 'a count', readCount),
  uniqueItems: tag('uniqueItems', 'nothing, true or false', readFlag),
  minProperties: tag('minProperties', 'a count', readCount),
  maxProperties: tag('maxProperties', 'a count', readCount),
  default: tag('default', 'a value', readRaw),
  example: tag('examples', 'a value', readRaw),
  deprecated: tag('deprecated', 'anything', () => true),
  description: tag('description', 'a text', (text) => (text === '' ? undefined : text)),
  sanitize: tag('x-sanitize', 'steps such as trim and lowercase', readSteps),
};

/** What is easily written in place of a tag. */
const MISTAKES: Readonly<Record<string, string>> = {
  min: 'minimum',
  max: 'maximum',
  regex: 'pattern',
  regexp: 'pattern',
  minlen: 'minLength',
  maxlen: 'maxLength',
  unique: 'uniqueItems',
  isint: 'integer',
  int: 'integer',
  ...Object.fromEntries(Object.keys(TAGS).map((name) => [name.toLowerCase(), name])),
};

/** The steps of `x-sanitize`. */
export const SANITIZERS: readonly string[] = ['trim', 'nfc', 'lowercase', 'stripControl', 'escapeHtml'];

function tag(keyword: string, expected: string, read: Read): (typeof TAGS)[string] {
  return { keyword, expected, read };
}

/** What the comment in front of a declaration says of it; `undefined` where there is none. */
export function docsAt({ file, offset }: Position): Docs | undefined {
  const comment = file.docs(offset);
  return comment === undefined ? undefined : parseDocs(comment, { file, offset });
}

function parseDocs(comment: string, at: Position): Docs | undefined {
  const lines = comment.split(/\r?\n/).map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const blocks: { tag: string | undefined; text: string }[] = [{ tag: undefined, text: '' }];
  for (const line of lines) {
    for (const piece of piecesOf(line.trim())) {
      const found = /^@([\w-]+)\s*(.*)$/.exec(piece);
      if (found !== null) blocks.push({ tag: found[1], text: found[2] ?? '' });
      else (blocks.at(-1) as { text: string }).text += `\n${piece}`;
    }
  }
  const keywords: Record<string, unknown> = {};
  const problems: Unsupported[] = [];
  for (const { tag: name, text } of blocks) {
    if (name === undefined) {
      const description = text.trim();
      if (description !== '') keywords['description'] = description.replaceAll(/\s*\n\s*/g, ' ');
    } else {
      readTag(name, text.trim(), keywords, (message) => problems.push(unsupported(at, message)));
    }
  }
  return Object.keys(keywords).length === 0 && problems.length === 0 ? undefined : { keywords, problems };
}

/** Tags with a short value may stand behind each other on one line. */
function piecesOf(line: string): readonly string[] {
  return /^@(?:min|max|excl|mult|uniq|integer|format|sanitize|deprecated)/i.test(line)
    ? line.split(/\s+(?=@[a-z])/i)
    : [line];
}

function readTag(
  name: string,
  text: string,
  keywords: Record<string, unknown>,
  complain: (message: string) => void,
): void {
  const known = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
  if (known === undefined) {
    const meant = Object.hasOwn(MISTAKES, name.toLowerCase()) ? MISTAKES[name.toLowerCase()] : undefined;
    if (meant !== undefined) complain(`@${name} is no tag: @${meant} is`);
    return;
  }
  const value = known.read(text);
  if (value === undefined) {
    complain(`@${name} takes ${known.expected}, not ${JSON.stringify(text)}`);
  } else if (known.keyword === 'integer') {
    if (value === true) keywords['type'] = 'integer';
  } else if (known.keyword === 'examples') {
    keywords['examples'] = [...((keywords['examples'] as RawValue[] | undefined) ?? []), value];
  } else if (known.keyword in keywords && name !== 'description') {
    complain(`@${name} stands twice`);
  } else {
    keywords[known.keyword] = value;
  }
}

function readNumber(text: string): number | undefined {
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function readCount(text: string): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function readFlag(text: string): boolean | undefined {
  return text === '' || text === 'true' ? true : text === 'false' ? false : undefined;
}

function readRaw(text: string): RawValue | undefined {
  return text === '' ? undefined : new RawValue(text);
}

function readPattern(text: string): string | undefined {
  const source = /^\/(.*)\/u?$/.exec(text)?.[1] ?? text;
  try {
    return source === '' ? undefined : new RegExp(source, 'u').source;
  } catch {
    return undefined;
  }
}

function readSteps(text: string): string[] | undefined {
  const steps = text.split(/[\s,]+/);
  return steps.every((step) => SANITIZERS.includes(step)) ? steps : undefined;
}
