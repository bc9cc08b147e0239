// Route patterns as path templates of OpenAPI, with a schema for each parameter. A pattern with segments that may be missing
// is several templates. The syntax was checked by the router, which has the last word on what it means.
import { behindConstraint } from '../pattern-text.ts';

import type { RoutingOptions } from '../native.ts';
import type { SchemaObject } from './types.ts';

/** A parameter of a template. */
export interface TemplateParam {
  /** As the template has it. */
  readonly name: string;
  /** As handlers know it. */
  readonly param: string;
  readonly schema: SchemaObject;
  readonly description: string | undefined;
  /** Whether values of its segment exist that are no route: 404. */
  readonly isConstrained: boolean;
  /** Whether it takes slashes, too. */
  readonly isWildcard: boolean;
}

/** A path template. */
export interface Template {
  readonly path: string;
  readonly params: readonly TemplateParam[];
  /** The template without the names of its parameters: what OpenAPI takes for the same path. */
  readonly shape: string;
}

/** What stands for a wildcard without a name. */
const WILDCARD = 'wildcard';

/** What values of the router's own types look like. */
const TYPES: Readonly<Record<string, SchemaObject>> = {
  int: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  uuid: { type: 'string', format: 'uuid' },
  date: { type: 'string', format: 'date' },
  slug: { type: 'string', pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$' },
};

type Token = { readonly text: string } | TemplateParam;

interface Segment {
  readonly tokens: readonly Token[];
  readonly isOptional: boolean;
}

/** The templates of a pattern, the longest first. */
export function templatesOf(pattern: string, routing: RoutingOptions): readonly Template[] {
  if (pattern.startsWith('*')) return [templateOf([{ tokens: [wildcard(pattern)], isOptional: false }])];
  const segments = tidy(segmentsOf(pattern, routing), routing);
  const required = segments.findLastIndex(({ isOptional }) => !isOptional) + 1;
  const templates: Template[] = [];
  for (let count = segments.length; count >= required; count -= 1) templates.push(templateOf(segments.slice(0, count)));
  return templates;
}

function templateOf(segments: readonly Segment[]): Template {
  const write = (nameOf: (param: TemplateParam) => string): string =>
    `/${segments.map(({ tokens }) => tokens.map((token) => ('text' in token ? encodeURI(token.text) : `{${nameOf(token)}}`)).join('')).join('/')}`;
  const params = segments.flatMap(({ tokens }) => tokens.filter((token) => 'param' in token));
  return { path: write(({ name }) => name), params, shape: write(() => '') };
}

/** Empty segments that mean nothing to the router. */
function tidy(segments: readonly Segment[], { mergeSlashes, ignoreTrailingSlash }: RoutingOptions): readonly Segment[] {
  const isEmpty = (segment: Segment | undefined): boolean => segment?.tokens.length === 0;
  const last = segments.length - 1;
  const kept = mergeSlashes === true ? segments.filter((one, index) => index === last || !isEmpty(one)) : segments;
  return ignoreTrailingSlash === true && kept.length > 1 && isEmpty(kept.at(-1)) ? kept.slice(0, -1) : kept;
}

function segmentsOf(pattern: string, routing: RoutingOptions): readonly Segment[] {
  const segments: Segment[] = [];
  let tokens: Token[] = [];
  let isOptional = false;
  let text = '';
  const endText = (): void => {
    if (text !== '') tokens.push({ text });
    text = '';
  };
  for (let at = 1; at < pattern.length;) {
    const char = pattern[at];
    if (char === '/') {
      endText();
      segments.push({ tokens, isOptional });
      tokens = [];
      isOptional = false;
      at += 1;
    } else if (pattern.startsWith('::', at)) {
      text += ':';
      at += 2;
    } else if (char === ':') {
      endText();
      const name = /^[\w$]*/.exec(pattern.slice(at + 1))?.[0] ?? '';
      const from = at + 1 + name.length;
      at = behindConstraint(pattern, from);
      tokens.push(paramOf(name, at === from ? undefined : pattern.slice(from + 1, at - 1), routing));
      isOptional = pattern[at] === '?';
      if (isOptional) at += 1;
    } else if (char === '*') {
      endText();
      tokens.push(wildcard(pattern.slice(at)));
      break;
    } else {
      text += char;
      at += 1;
    }
  }
  endText();
  segments.push({ tokens, isOptional });
  return segments;
}

function wildcard(text: string): TemplateParam {
  const param = text.slice(1) === '' ? '*' : text.slice(1);
  return {
    name: param === '*' ? WILDCARD : param,
    param,
    schema: { type: 'string' },
    description: 'The rest of the path, slashes included; it may be empty.',
    isConstrained: false,
    isWildcard: true,
  };
}

function paramOf(name: string, constraint: string | undefined, routing: RoutingOptions): TemplateParam {
  const { maxParamBytes } = routing;
  // In the path a character is a byte at least.
  const limit = maxParamBytes === undefined ? undefined : { maxLength: maxParamBytes };
  const base = { name, param: name, description: undefined, isWildcard: false };
  if (constraint === undefined) {
    const schema = { type: 'string', minLength: 1, ...limit };
    return { ...base, schema, isConstrained: limit !== undefined };
  }
  return { ...base, ...constrained(constraint, routing), isConstrained: true };
}

function constrained(
  constraint: string,
  routing: RoutingOptions,
): Pick<TemplateParam, 'schema'> & { readonly description?: string } {
  const named = routing.constraints?.find(({ name }) => name === constraint);
  const schema = named === undefined ? TYPES[constraint] : undefined;
  if (schema !== undefined) return { schema };
  const source = named?.source ?? constraint;
  // JSON Schema has no flags.
  if (named?.ignoreCase === true) {
    return { schema: { type: 'string' }, description: `Matches /${source}/i.` };
  }
  return { schema: { type: 'string', pattern: wholeOf(source) } };
}

/** The router has an expression match the whole of a parameter. */
function wholeOf(source: string): string {
  return /^\^[^|]*\$$/.test(source) && !source.endsWith('\\$') ? source : `^(?:${source})$`;
}
