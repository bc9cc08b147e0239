// The request that Express middleware gets: Node's own `IncomingMessage`, so that everything which knows one works, with
// the methods of Express on top. Its own properties are all it needs: an Express application changes its prototype.
import { IncomingMessage } from 'node:http';
import { parse as parseQuery } from 'node:querystring';

import { headersOf } from './request-headers.ts';
import { access } from '../context/access.ts';
import { rawFieldsOf } from '../server/record.ts';
import {
  acceptedCharset,
  acceptedCoding,
  acceptedLanguage,
  acceptedList,
  acceptedType,
  isFresh,
  typeIs,
} from './negotiate.ts';

import type { ServerResponse } from 'node:http';
import type { Bridge } from './bridge.ts';
import type { Tap } from './tap.ts';
import type { ExpressRequest } from './types.ts';

/** Where a request keeps its bridge. */
const BRIDGE = Symbol('bridge');
/** Where a request keeps the reader of its body. */
const READER = Symbol('reader');
/** Whether it is being read. */
const READING = Symbol('reading');

interface Bridged extends ExpressRequest {
  [BRIDGE]: Bridge;
  [READER]: AsyncIterator<Uint8Array> | undefined;
  [READING]: boolean;
}

/** The settings of an Express application, as far as middleware asks for them: there are none. */
const app = {
  locals: {} as Record<string, unknown>,
  settings: {} as Record<string, unknown>,
  get: (): undefined => undefined,
  enabled: (): boolean => false,
  disabled: (): boolean => true,
};

class Request extends IncomingMessage {
  declare originalUrl: string;
  declare baseUrl: string;
  declare res?: ServerResponse;

  get app(): typeof app {
    return app;
  }

  get path(): string {
    return pathOf(this.url ?? '');
  }

  get query(): Record<string, unknown> {
    const url = this.url ?? '';
    const at = url.indexOf('?');
    return at === -1 ? {} : parseQuery(url.slice(at + 1));
  }

  // Whatever sets one of these means to replace it.
  set query(value: unknown) {
    replace(this, 'query', value);
  }

  get params(): unknown {
    return bridgeOf(this).context.params;
  }

  set params(value: unknown) {
    replace(this, 'params', value);
  }

  get protocol(): string {
    return (this.socket as { encrypted?: boolean }).encrypted === true ? 'https' : 'http';
  }

  get secure(): boolean {
    return this.protocol === 'https';
  }

  get ip(): string | undefined {
    const { request } = bridgeOf(this).context;
    return access.isEnded(bridgeOf(this).context) ? this.socket.remoteAddress : request.ip;
  }

  get ips(): string[] {
    const { context } = bridgeOf(this);
    return access.isEnded(context) ? [] : [...context.request.ips];
  }

  get host(): string | undefined {
    const { context } = bridgeOf(this);
    return access.isEnded(context) ? this.headers.host : context.request.host;
  }

  get hostname(): string | undefined {
    return this.host?.replace(/:\d*$/, '');
  }

  get subdomains(): string[] {
    const { hostname = '' } = this;
    return /^[\d.]*$|^\[/.test(hostname) ? [] : hostname.split('.').toReversed().slice(2);
  }

  get xhr(): boolean {
    return this.get('x-requested-with')?.toLowerCase() === 'xmlhttprequest';
  }

  get fresh(): boolean {
    const { res } = this;
    const status = res?.statusCode ?? 200;
    if ((this.method !== 'GET' && this.method !== 'HEAD') || !((status >= 200 && status < 300) || status === 304))
      return false;
    const { headers } = this;
    return isFresh(
      {
        ifNoneMatch: headers['if-none-match'],
        ifModifiedSince: headers['if-modified-since'],
        cacheControl: headers['cache-control'],
      },
      res?.getHeader('etag')?.toString(),
      res?.getHeader('last-modified')?.toString(),
    );
  }

  get stale(): boolean {
    return !this.fresh;
  }

  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    const value = this.headers[lower === 'referer' && this.headers.referer === undefined ? 'referrer' : lower];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  header(name: string): string | undefined {
    return this.get(name);
  }

  accepts(...types: (string | readonly string[])[]): string | false | string[] {
    const offers = types.flat();
    return offers.length === 0 ? acceptedList(this.headers.accept ?? '*/*') : acceptedType(this.headers.accept, offers);
  }

  acceptsEncodings(...codings: (string | readonly string[])[]): string | false | string[] {
    const field = this.get('accept-encoding');
    const offers = codings.flat();
    return offers.length === 0 ? acceptedList(field ?? 'identity') : acceptedCoding(field, offers);
  }

  acceptsCharsets(...charsets: (string | readonly string[])[]): string | false | string[] {
    const field = this.get('accept-charset');
    const offers = charsets.flat();
    return offers.length === 0 ? acceptedList(field) : acceptedCharset(field, offers);
  }

  acceptsLanguages(...languages: (string | readonly string[])[]): string | false | string[] {
    const field = this.get('accept-language');
    const offers = languages.flat();
    return offers.length === 0 ? acceptedList(field) : acceptedLanguage(field, offers);
  }

  is(...types: (string | readonly string[])[]): string | false | null {
    const hasBody = this.headers['transfer-encoding'] !== undefined || this.headers['content-length'] !== undefined;
    return hasBody ? typeIs(this.headers['content-type'], types.flat()) : null;
  }
}

// What `IncomingMessage` has for it counts on the parser of Node.
Object.defineProperty(Request.prototype, 'headersDistinct', {
  configurable: true,
  get(this: IncomingMessage) {
    const distinct = Object.create(null) as Record<string, string[]>;
    const { rawHeaders } = this;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      (distinct[(rawHeaders[index] as string).toLowerCase()] ??= []).push(rawHeaders[index + 1] as string);
    }
    return distinct;
  },
});

/** What a request has for a prototype unless an Express application has changed that. */
export const requestPrototype: object = Request.prototype;

function bridgeOf(request: IncomingMessage): Bridge {
  return (request as Bridged)[BRIDGE];
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function pathOf(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}

/** The properties that a request has before any middleware has seen it. */
let ownProperties = 0;

/** The names of what middleware has put on a request; `none` when there is nothing. */
export function addedTo(request: ExpressRequest): readonly string[] {
  const keys = Object.keys(request);
  return keys.length === ownProperties ? NOTHING : keys.slice(ownProperties);
}

const NOTHING: readonly string[] = [];

/** Makes the request of a bridge. */
export function makeRequest(bridge: Bridge, tap: Tap): ExpressRequest {
  const { context } = bridge;
  const { request: view } = context;
  const request = new Request(tap as unknown as IncomingMessage['socket']) as unknown as Bridged;
  const { url, httpVersion } = view;
  request[BRIDGE] = bridge;
  request[READER] = undefined;
  request[READING] = false;
  request._read = readBody;
  request.method = view.method;
  request.url = url;
  request.originalUrl = url;
  request.baseUrl = '';
  request.httpVersion = httpVersion;
  request.httpVersionMajor = 1;
  request.httpVersionMinor = httpVersion === '1.1' ? 1 : 0;
  request.rawHeaders = rawFieldsOf(access.recordOf(context), access.recordAt(context));
  request.headers = headersOf(request.rawHeaders);
  const checked = view.$checkedContent;
  if (checked !== undefined) {
    // It is read as it has become, so that parsers of bodies find what was validated.
    delete request.headers['content-encoding'];
    delete request.headers['transfer-encoding'];
    request.headers['content-length'] = String(checked.length);
  }
  request.res = undefined;
  // Each middleware's own, while it runs.
  (request as { next?: unknown }).next = undefined;
  if (ownProperties === 0) ownProperties = Object.keys(request).length;
  // What was read before need not be read again.
  const parsed = view.$parsed;
  if (parsed !== undefined) request.body = parsed.value;
  return request;
}

/** Reads on, for as long as there is room: the client is asked for more only when somebody takes what there is. */
function readBody(this: ExpressRequest): void {
  const request = this as Bridged;
  if (request[READING]) return;
  request[READING] = true;
  void readOn(request);
}

/** Reads until there is no more room, or no more; never rejects. */
async function readOn(request: Bridged): Promise<void> {
  try {
    const reader = (request[READER] ??= bridgeOf(request).context.request.$raw()[Symbol.asyncIterator]());
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
      const { done, value } = await reader.next();
      if (done === true) {
        request.complete = true;
        request.push(null);
        return;
      }
      if (!request.push(value)) break;
    }
    request[READING] = false;
  } catch (error) {
    if (access.isAnswered(bridgeOf(request).context)) request.push(null);
    else request.destroy(error as Error);
  }
}
