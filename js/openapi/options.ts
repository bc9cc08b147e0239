// Checks of what an application and its routes say for their OpenAPI document. Whether objects of OpenAPI hold what they
// should is looked at one level deep: misspelt names would be lost in silence.
import { checkNames, invalidOption } from '../option-checks.ts';

import type { DocumentOptions, OpenApiOptions, RouteDocs } from './types.ts';

/** The option `openapi`, with every default in its place. */
export interface ResolvedOpenApi {
  readonly document: DocumentOptions;
  /** `undefined` for nowhere. */
  readonly path: string | undefined;
  readonly docs: string | undefined;
}

const DOCUMENT = [
  'info',
  'servers',
  'tags',
  'externalDocs',
  'security',
  'securitySchemes',
  'errors',
  'host',
  'version',
];
const INFO = ['title', 'version', 'summary', 'description', 'termsOfService', 'contact', 'license'];
const ROUTE = [
  'summary',
  'description',
  'operationId',
  'tags',
  'deprecated',
  'externalDocs',
  'security',
  'servers',
  'parameters',
  'requestBody',
  'responses',
];
const PLACES = ['path', 'query', 'header', 'cookie'];

/** Checks the option `openapi`; `undefined` where nothing is served. */
export function resolveOpenApi(given: OpenApiOptions | boolean = false): ResolvedOpenApi | undefined {
  if (given === false) return undefined;
  const options = given === true ? {} : given;
  checkNames('openapi', options, ['path', 'docs', ...DOCUMENT]);
  const { path = '/openapi.json', docs = '/docs', ...document } = options;
  checkDocumentOptions('openapi', document);
  return { document, path: placeOf('openapi.path', path), docs: placeOf('openapi.docs', docs) };
}

function placeOf(name: string, path: unknown): string | undefined {
  if (path === false) return undefined;
  if (typeof path === 'string' && /^(?:\/[\w.~-]+)+$/.test(path)) return path;
  throw invalidOption(name, "a path of plain segments, such as '/openapi.json', or false", path);
}

/** Checks what a document is made with. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function checkDocumentOptions(path: string, options: DocumentOptions): void {
  checkNames(path, options, DOCUMENT);
  const { info, servers, tags, externalDocs, security, securitySchemes, errors, host, version } = options;
  if (info !== undefined) {
    checkNames(`${path}.info`, info, INFO);
    checkText(`${path}.info.title`, info.title);
    checkText(`${path}.info.version`, info.version);
  }
  if (servers !== undefined) checkServers(`${path}.servers`, servers);
  if (tags !== undefined) checkEach(`${path}.tags`, tags, 'name');
  if (externalDocs !== undefined) checkText(`${path}.externalDocs.url`, (externalDocs as { url?: unknown }).url);
  if (securitySchemes !== undefined) checkObject(`${path}.securitySchemes`, securitySchemes);
  if (security !== undefined) checkSecurity(`${path}.security`, security);
  if (errors !== undefined && typeof errors !== 'boolean') throw invalidOption(`${path}.errors`, 'a boolean', errors);
  if (host !== undefined) checkText(`${path}.host`, host);
  if (version !== undefined && !/^\d+\.\d+\.\d+$/.test(String(version))) {
    throw invalidOption(`${path}.version`, "a version such as '1.2.0'", version);
  }
}

/** Checks what a route says for the document. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function checkRouteDocs(path: string, docs: RouteDocs | false): void {
  if (docs === false) return;
  checkNames(path, docs, ROUTE);
  const { summary, description, operationId, tags, deprecated, externalDocs, security, servers } = docs;
  for (const [name, value] of Object.entries({ summary, description, operationId })) {
    if (value !== undefined) checkText(`${path}.${name}`, value);
  }
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))) {
    throw invalidOption(`${path}.tags`, 'an array of names', tags);
  }
  if (deprecated !== undefined && typeof deprecated !== 'boolean') {
    throw invalidOption(`${path}.deprecated`, 'a boolean', deprecated);
  }
  if (externalDocs !== undefined) checkText(`${path}.externalDocs.url`, (externalDocs as { url?: unknown }).url);
  if (security !== undefined) checkSecurity(`${path}.security`, security);
  if (servers !== undefined) checkServers(`${path}.servers`, servers);
  checkContents(path, docs);
}

function checkContents(path: string, { parameters, requestBody, responses }: RouteDocs): void {
  if (parameters !== undefined) {
    checkEach(`${path}.parameters`, parameters, 'name');
    for (const [index, parameter] of parameters.entries()) {
      if (PLACES.includes(parameter.in)) continue;
      throw invalidOption(`${path}.parameters[${index}].in`, "'path', 'query', 'header' or 'cookie'", parameter.in);
    }
  }
  if (requestBody !== undefined) checkNames(`${path}.requestBody`, requestBody, ['description', 'content', 'required']);
  if (responses === undefined) return;
  checkObject(`${path}.responses`, responses);
  for (const [status, response] of Object.entries(responses)) {
    const where = `${path}.responses.${status}`;
    if (!/^(?:[1-5](?:\d\d|XX)|default)$/i.test(status)) {
      throw invalidOption(`${path}.responses`, "by status, such as 404, '4XX' or default", status);
    }
    if (typeof response !== 'string') checkNames(where, response, ['description', 'headers', 'content']);
  }
}

function checkSecurity(path: string, security: unknown): void {
  if (!Array.isArray(security)) throw invalidOption(path, 'an array of requirements', security);
  for (const [index, requirement] of security.entries()) checkObject(`${path}[${index}]`, requirement);
}

function checkServers(path: string, servers: unknown): void {
  checkEach(path, servers, 'url');
}

/** A list of objects that have a text of this name. */
function checkEach(path: string, list: unknown, name: string): void {
  if (!Array.isArray(list)) throw invalidOption(path, 'an array', list);
  for (const [index, one] of (list as readonly unknown[]).entries()) {
    checkObject(`${path}[${index}]`, one);
    checkText(`${path}[${index}].${name}`, (one as Readonly<Record<string, unknown>>)[name]);
  }
}

function checkObject(path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption(path, 'an object', value);
  }
}

function checkText(path: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw invalidOption(path, 'text', value);
}
