// Names of requests: made here, or taken over from a proxy in front when the application says so.
import { NexureError } from '../errors/nexure-error.ts';
import { checkNames, invalidOption } from '../option-checks.ts';
import { crypto } from './node-crypto.ts';

import type { AnyContext } from '../context/access.ts';

/** How requests are named. */
export interface RequestIdOptions {
  /** The field that an id is taken from and echoed in; `false` for none. Default `x-request-id`. */
  readonly header?: string | false;
  /** Makes an id. Default: 16 random characters of this process, and a counter. */
  readonly generate?: (context: AnyContext) => string;
  /**
   * Whether the id of a client is taken over; a function decides for each. It has 1-128 letters, digits or `_-.:=+/@` in any
   * case; another is replaced. Default `false`: anybody can send one.
   */
  readonly accept?: boolean | ((id: string, context: AnyContext) => boolean);
  /** Whether answers that handlers give tell the id. Default `false`. */
  readonly echo?: boolean;
}

/** Options with every default in its place. */
export interface ResolvedRequestId {
  /** The field in lower case. */
  readonly header: string | undefined;
  readonly generate: (context: AnyContext) => string;
  /** Decides whether the id of a client is taken over; `undefined` for never. */
  readonly accept: ((id: string, context: AnyContext) => boolean) | undefined;
  /** The field that answers tell the id in. */
  readonly echoed: string | undefined;
}

const ID = /^[\w.:=+/@-]{1,128}$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** 96 random bits tell this process from any other; the counter tells its requests apart. */
let prefix = '';
let counter = 0;

/** An id that no other request has. */
export function nextRequestId(): string {
  if (counter === 0) prefix = `${crypto().randomBytes(12).toString('base64url')}-`;
  counter += 1;
  return prefix + counter.toString(36);
}

/** Whether a text may be the id of a request: it is put into logs and fields. */
export function isRequestId(id: unknown): id is string {
  return typeof id === 'string' && ID.test(id);
}

/** The id of a request: the client's, if that is accepted, or a new one. Throws `ERR_NEXURE_REQUEST_ID`. */
export function requestIdOf(
  { header, generate, accept }: ResolvedRequestId,
  context: AnyContext,
  get: (name: string) => string | undefined,
): string {
  const told = header === undefined || accept === undefined ? undefined : get(header);
  if (isRequestId(told) && accept?.(told, context) === true) return told;
  const id: unknown = generate(context);
  if (isRequestId(id)) return id;
  throw new NexureError(
    'ERR_NEXURE_REQUEST_ID',
    'requestId.generate gave no text of 1-128 letters, digits or _-.:=+/@',
  );
}

/** Checks the option `requestId` and fills in the defaults. */
export function resolveRequestId(options: RequestIdOptions = {}): ResolvedRequestId {
  checkNames('requestId', options, ['header', 'generate', 'accept', 'echo']);
  const { header = 'x-request-id', generate = nextRequestId, accept = false, echo = false } = options;
  if (header !== false && (typeof header !== 'string' || !TOKEN.test(header)))
    throw invalidOption('requestId.header', 'a header name or false', header);
  if (typeof generate !== 'function') throw invalidOption('requestId.generate', 'a function', generate);
  if (typeof accept !== 'boolean' && typeof accept !== 'function')
    throw invalidOption('requestId.accept', 'a boolean or a function', accept);
  if (typeof echo !== 'boolean') throw invalidOption('requestId.echo', 'a boolean', echo);
  if (header === false && (echo || accept !== false))
    throw invalidOption('requestId.header', 'a header name, as `echo` or `accept` is set', header);
  return {
    header: header === false ? undefined : header.toLowerCase(),
    generate,
    accept: typeof accept === 'function' ? accept : accept ? () => true : undefined,
    echoed: echo && header !== false ? header : undefined,
  };
}
