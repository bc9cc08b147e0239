// Who the client is behind proxies that are trusted: `X-Forwarded-For`, `-Proto`, `-Host` and `-Port`, or `Forwarded`
// (RFC 7239). Only what a trusted proxy has written is believed: the list is read from its end, where each trusted proxy
// has added the peer it saw, until the first address that is not trusted. That one is the client.
import { isIP } from 'node:net';

import { invalidOption } from '../option-checks.ts';
import { isInBlocks, parseBlocks } from './addresses.ts';
import { unquote } from './quality-list.ts';

import type { AddressBlock } from './addresses.ts';

/** Decides whether a peer is a trusted proxy; `hop` is 0 for the peer of the connection. */
export type TrustPredicate = (ip: string | undefined, hop: number) => boolean;

/**
 * The proxies whose word is taken: none, as many as a number says, those in named or CIDR blocks, or those of which a
 * function says so. A peer without an address, on a Unix socket, counts as `loopback`.
 */
export type TrustProxy = false | number | string | readonly string[] | TrustPredicate;

/** The fields that the trusted proxies write. */
export type ForwardingFields = 'x-forwarded' | 'forwarded';

/** Where a request came from. */
export interface Origin {
  /** The address of the client, as far as it can be believed. */
  readonly ip: string | undefined;
  /** The addresses that proxies have told, the client's first; without that of the connection. */
  readonly ips: readonly string[];
  readonly protocol: 'http' | 'https' | undefined;
  readonly host: string | undefined;
}

/** Hops that are followed at most: no chain of proxies is longer. */
const MAX_HOPS = 64;
const HOST = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/;

/** Checks the option `server.trustProxy`; `undefined` for none. */
export function resolveTrust(option: TrustProxy): TrustPredicate | undefined {
  if (option === false) return undefined;
  if (typeof option === 'function') return (ip, hop) => option(ip, hop) === true;
  if (typeof option === 'number') {
    if (!Number.isInteger(option) || option < 0 || option > MAX_HOPS)
      throw invalidOption('server.trustProxy', `a number of hops from 0 to ${MAX_HOPS}`, option);
    return option === 0 ? undefined : (_, hop) => hop < option;
  }
  if (typeof option !== 'string' && !Array.isArray(option)) {
    throw invalidOption(
      'server.trustProxy',
      "false, a number of hops, 'loopback', 'linklocal', 'uniquelocal', CIDR blocks or a function (true would let every client choose its own address: name the proxies)",
      option,
    );
  }
  const names: readonly unknown[] = typeof option === 'string' ? option.split(',').map((name) => name.trim()) : option;
  const blocks: AddressBlock[] = [];
  for (const name of names) {
    const found = typeof name === 'string' ? parseBlocks(name) : undefined;
    if (found === undefined)
      throw invalidOption(
        'server.trustProxy',
        "of addresses, CIDR blocks, 'loopback', 'linklocal', 'uniquelocal'",
        name,
      );
    blocks.push(...found);
  }
  if (blocks.length === 0) return undefined;
  const isLocal = names.includes('loopback');
  return (ip) => (ip === undefined ? isLocal : isInBlocks(ip, blocks));
}

/** Where a request of a peer came from; `get` gives its fields by lower-case name. */
export function originOf(
  peer: string | undefined,
  trust: TrustPredicate,
  fields: ForwardingFields,
  get: (name: string) => string | undefined,
): Origin {
  if (!trust(peer, 0)) return { ip: peer, ips: [], protocol: undefined, host: undefined };
  const elements = fields === 'forwarded' ? parseForwarded(get('forwarded') ?? '') : undefined;
  const told = elements === undefined ? listOf(get('x-forwarded-for')) : elements.map((element) => element.for ?? '');
  const chain = told.slice(-MAX_HOPS).map(addressOf);
  const believed: string[] = [];
  let ip = peer;
  // The proxies that are trusted, of which the connection's peer is the first.
  let hops = 1;
  for (let at = chain.length - 1; at >= 0; at -= 1) {
    const next = chain[at];
    // What is no address tells nothing about who stands behind it.
    if (next === undefined) break;
    ip = next;
    believed.unshift(next);
    if (at === 0 || !trust(next, hops)) break;
    hops += 1;
  }
  const element = elements?.at(-Math.min(hops, elements.length));
  const proto = elements === undefined ? nth(get('x-forwarded-proto'), hops) : element?.proto;
  const protocol = proto?.toLowerCase();
  const host = elements === undefined ? nth(get('x-forwarded-host'), hops) : element?.host;
  const port = elements === undefined ? nth(get('x-forwarded-port'), hops) : undefined;
  return {
    ip,
    ips: believed,
    protocol: protocol === 'http' || protocol === 'https' ? protocol : undefined,
    host: host === undefined || !HOST.test(host) ? undefined : withPort(host, port, protocol),
  };
}

/** What the outermost of so many proxies has added to a list; one that they overwrite has a single value. */
function nth(field: string | undefined, hops: number): string | undefined {
  const list = listOf(field);
  return list.at(-Math.min(hops, list.length));
}

function listOf(field: string | undefined): string[] {
  return field === undefined ? [] : field.split(',').map((item) => item.trim());
}

function withPort(host: string, port: string | undefined, protocol: string | undefined): string {
  if (port === undefined || !/^\d{1,5}$/.test(port) || /:\d+$/.test(host)) return host;
  return port === (protocol === 'https' ? '443' : '80') ? host : `${host}:${port}`;
}

/** The address of a node, which may have a port and, as IPv6 of `Forwarded`, brackets; `undefined` for what is none. */
function addressOf(node: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(node)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed : undefined;
  if (isIP(node) !== 0) return node;
  const withoutPort = node.replace(/:\d{1,5}$/, '');
  return isIP(withoutPort) === 4 ? withoutPort : undefined;
}

/** One proxy's word in `Forwarded`. */
export interface ForwardedElement {
  readonly for?: string;
  readonly by?: string;
  readonly proto?: string;
  readonly host?: string;
}

// forwarded-pair, and the mark that ends a pair or an element (RFC 7239 §4). Blanks without a pair are matched in one place
// only: in two, a long run of them would be divided in every possible way.
const PAIR =
  /[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\]|\\.)*")[ \t]*)?([;,]|$)/y;

/** The elements of a `Forwarded` field, the client's first. A field that is malformed tells nothing. */
export function parseForwarded(field: string): ForwardedElement[] {
  const elements: Record<string, string>[] = [];
  let element: Record<string, string> = {};
  const pairs = new RegExp(PAIR);
  for (;;) {
    const match = pairs.exec(field);
    if (match === null) return [];
    const [, name, value, mark] = match;
    if (name !== undefined && value !== undefined) {
      const lower = name.toLowerCase();
      // Twice in one element is an error of the sender, and which one is meant nobody knows.
      if (Object.hasOwn(element, lower)) return [];
      if (lower === 'for' || lower === 'by' || lower === 'proto' || lower === 'host') element[lower] = unquote(value);
    }
    if (mark !== ';') {
      if (Object.keys(element).length > 0) elements.push(element);
      element = {};
    }
    if (mark === '') return elements;
  }
}
