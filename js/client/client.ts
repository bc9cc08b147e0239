// A client that knows the routes of an application from its type: no code is generated, and nothing of the server is
// loaded where only the type is imported.
import { bigintJson } from '../bigint-json.ts';
import { NexureError } from '../errors/nexure-error.ts';
import { expandPath } from './paths.ts';

import type { HttpMethod } from '../route.ts';
import type { TableOf } from '../routes.ts';
import type { ContentOf, DataOf, ParamValue, PathParams, QueryOf, RouteAt, RoutesFor } from './types.ts';

/** A request as it is sent. */
export interface CallInit {
  readonly method: HttpMethod;
  readonly headers: Headers;
  readonly body?: CallBody;
  readonly signal?: AbortSignal;
}

/** A body as it is sent. */
export type CallBody = string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData | Blob;

/** Sends a request: the global `fetch`, or an application's `request`. */
export type Fetch = (url: string, init: CallInit) => Promise<Response>;

/** Something that answers requests within the process, such as an application. */
export interface InProcess {
  request(target: string, init: CallInit): Promise<Response>;
}

/** Options of `createClient`. */
export interface ClientOptions {
  /** Header fields of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global `fetch`. */
  readonly fetch?: Fetch;
}

/** Values of a query; `undefined` is left out, an array repeats the name. */
export type QueryValues = Readonly<Record<string, ParamValue | undefined | readonly ParamValue[]>>;

/** What any request may have. */
interface CommonOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What a request may have beside its path, where no schema says more. */
export interface CallOptions extends CommonOptions {
  readonly query?: QueryValues;
  /** The body, sent as JSON; integers of 64 bits may be bigints. */
  readonly json?: unknown;
  /** The body as it is. */
  readonly body?: CallBody;
}

/** A problem document (RFC 9457), as far as the server has sent one. */
export interface ProblemDocument {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** An answer: `data` where it has succeeded (2xx), `error` where not. The body has been read. */
export type ClientAnswer<Data> =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Headers;
      readonly data: Data;
      readonly error: undefined;
    }
  | {
      readonly ok: false;
      readonly status: number;
      readonly headers: Headers;
      readonly data: undefined;
      readonly error: ProblemDocument;
    };

/** The parameters of a path, if it has any. */
type ParamOptions<Path extends string> =
  Record<never, never> extends PathParams<Path>
    ? { readonly params?: PathParams<Path> }
    : { readonly params: PathParams<Path> };

/** What a route takes by its schemas. */
type GivenOptions<Given> = unknown extends Given ? CallOptions : CommonOptions & QueryOf<Given> & ContentOf<Given>;

/** The schemas of a route. */
type GivenOf<Route> = Route extends { readonly given: infer Given } ? Given : unknown;

/** The options of a call, which may be left out where nothing in them must be there. */
type CallArguments<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/** Calls the routes of one method. */
export type Call<Table, Method extends HttpMethod> = <Path extends RoutesFor<Table, Method>['path']>(
  path: Path,
  ...options: CallArguments<ParamOptions<Path> & GivenOptions<GivenOf<RouteAt<Table, Method, Path>>>>
) => Promise<ClientAnswer<DataOf<RouteAt<Table, Method, Path>>>>;

/** A client for a table of routes. */
export interface Client<Table> {
  readonly get: Call<Table, 'GET'>;
  readonly head: Call<Table, 'HEAD'>;
  readonly post: Call<Table, 'POST'>;
  readonly put: Call<Table, 'PUT'>;
  readonly patch: Call<Table, 'PATCH'>;
  readonly delete: Call<Table, 'DELETE'>;
  readonly options: Call<Table, 'OPTIONS'>;
}

/**
 * Makes a client for an application: `createClient<typeof app>('https://api.example.com')`, or with the application itself
 * to call it without a socket. Answers that are no success resolve too, with `error`; calls reject only when there is no
 * answer.
 */
export function createClient<App>(target: string | URL | InProcess, options: ClientOptions = {}): Client<TableOf<App>> {
  const send = senderOf(target, options);
  const call =
    (method: HttpMethod) =>
    async (path: string, given: CallOptions & { readonly params?: object } = {}): Promise<ClientAnswer<unknown>> => {
      const url = expandPath(path, (given.params ?? {}) as Record<string, ParamValue>) + queryText(given.query);
      return read(await send(url, initOf(method, given, options)));
    };
  return {
    get: call('GET'),
    head: call('HEAD'),
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
    delete: call('DELETE'),
    options: call('OPTIONS'),
  } as unknown as Client<TableOf<App>>;
}

function senderOf(target: string | URL | InProcess, options: ClientOptions): Fetch {
  if (typeof target === 'object' && 'request' in target) {
    return async (path, init) => target.request(path, init);
  }
  if (!URL.canParse(String(target))) {
    throw new NexureError(
      'ERR_NEXURE_OPTION_INVALID',
      `createClient takes an application or a URL, not ${String(target)}`,
    );
  }
  const base = String(target).replace(/\/+$/, '');
  const { fetch = globalThis.fetch } = options;
  return async (path, init) => fetch(base + path, init);
}

function initOf(method: HttpMethod, given: CallOptions, options: ClientOptions): CallInit {
  const { json, body, signal } = given;
  if (json !== undefined && body !== undefined) {
    throw new NexureError('ERR_NEXURE_REQUEST_INVALID', 'a request has either json or body');
  }
  const headers = new Headers(options.headers);
  for (const [name, value] of Object.entries(given.headers ?? {})) headers.set(name, value);
  if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const content = json === undefined ? body : (bigintJson(json) ?? JSON.stringify(json));
  return {
    method,
    headers,
    ...(content === undefined ? undefined : { body: content }),
    ...(signal === undefined ? undefined : { signal }),
  };
}

function queryText(query: QueryValues | undefined): string {
  if (query === undefined) return '';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly ParamValue[]) : [value as ParamValue | undefined]) {
      if (one !== undefined) search.append(name, textOf(one));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Dates are written as in JSON. */
function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

async function read(response: Response): Promise<ClientAnswer<unknown>> {
  const { ok, status, headers } = response;
  const body = await readBody(response);
  if (ok) return { ok, status, headers, data: body, error: undefined };
  const isDocument = typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
  const error: ProblemDocument = { title: response.statusText, ...(isDocument ? body : { body }), status };
  return { ok, status, headers, data: undefined, error };
}

/** JSON and text by their type, nothing as `undefined`, and anything else as bytes. */
async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
  if (/^text\//i.test(type)) return response.text();
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length === 0 ? undefined : bytes;
}
