// Where an application listens, and what went wrong when it could not.
import { isIP } from 'node:net';

import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';

/** Where to listen: a host and port, the path of a Unix socket or Windows pipe, or an inherited descriptor. */
export interface ListenOptions {
  /** 0-65535; 0 lets the system choose. Default: `server.port`. */
  readonly port?: number;
  /** A name or address. Default: `server.hostname`. */
  readonly host?: string;
  /** Path of a Unix socket or Windows pipe, in place of host and port. */
  readonly path?: string;
  /** A descriptor that is bound or listening already, in place of host and port. */
  readonly fd?: number;
  /** Lets other processes or threads listen on the same port; the kernel shares out connections. Default `false`. */
  readonly reusePort?: boolean;
  /** Whether an IPv6 address refuses IPv4 clients. Default `false`. */
  readonly ipv6Only?: boolean;
  /** Connections that wait to be accepted; 1-65535, default 511. */
  readonly backlog?: number;
}

/** `sun_path` without its NUL: 108 bytes on Linux, 104 on macOS and the BSDs. */
const MAX_SOCKET_PATH_BYTES: number = process.platform === 'linux' ? 107 : 103;

/** Listen options, checked and with an address in place of a name. */
export type Place =
  | {
      readonly kind: 'tcp';
      readonly ip: string;
      readonly port: number;
      readonly reusePort: boolean;
      readonly ipv6Only: boolean;
      readonly backlog: number;
    }
  | { readonly kind: 'path'; readonly path: string; readonly backlog: number }
  | { readonly kind: 'fd'; readonly fd: number; readonly backlog: number };

/** Where a server listens. */
export interface ListenAddress {
  /** The IP address, or the path of the socket. */
  readonly address: string;
  /** The port; 0 for a path. */
  readonly port: number;
  readonly family: 'IPv4' | 'IPv6' | 'path';
  /** For a browser; a path has none. */
  readonly url: string | undefined;
}

/** Where an application listens that was given a port: it always has a URL. */
export interface NetworkAddress extends ListenAddress {
  readonly url: string;
}

/** Checks listen options and looks the host up. Rejects with the resolver's own error when it is unknown. */
export async function resolvePlace(
  options: ListenOptions,
  defaults: { port: number; hostname: string },
): Promise<Place> {
  checkNames('start', options, ['port', 'host', 'path', 'fd', 'reusePort', 'ipv6Only', 'backlog']);
  const { path, fd, port = defaults.port, host = defaults.hostname, reusePort = false, ipv6Only = false } = options;
  const backlog = checkInteger('start.backlog', options.backlog === undefined ? 511 : options.backlog, 1, 65_535);
  for (const [name, value] of Object.entries({ reusePort, ipv6Only })) {
    if (typeof value !== 'boolean') throw invalidOption(`start.${name}`, 'a boolean', value);
  }
  const tcp = options.port === undefined ? options.host : options.port;
  const ways = [path, fd, tcp].filter((way) => way !== undefined);
  if (ways.length > 1)
    throw invalidOption('start', 'one of path, fd, and port with host', Object.keys(options).join(', '));
  if (path !== undefined || fd !== undefined) {
    for (const name of ['reusePort', 'ipv6Only'] as const) {
      if (options[name] !== undefined) throw invalidOption(`start.${name}`, 'left out with path and fd', options[name]);
    }
  }
  if (path !== undefined) {
    if (typeof path !== 'string' || path === '' || path.includes('\0'))
      throw invalidOption('start.path', 'a path', path);
    // The system's structure has no room for more, and libuv would cut it in silence.
    if (process.platform !== 'win32' && Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
      throw invalidOption('start.path', `a path of at most ${MAX_SOCKET_PATH_BYTES} bytes`, path);
    }
    return { kind: 'path', path, backlog };
  }
  if (fd !== undefined) return { kind: 'fd', fd: checkInteger('start.fd', fd, 0, 2 ** 31 - 1), backlog };
  checkInteger('start.port', port, 0, 65_535);
  if (typeof host !== 'string' || host === '' || host.includes('\0'))
    throw invalidOption('start.host', 'a host name or address', host);
  const ip = isIP(host) === 0 ? await lookUp(host) : host;
  return { kind: 'tcp', ip, port, reusePort, ipv6Only, backlog };
}

/** The resolver is loaded for names only: it would cost every start a millisecond. */
async function lookUp(host: string): Promise<string> {
  const { lookup } = await import('node:dns/promises');
  return (await lookup(host)).address;
}

/** The address of a listener as applications see it. */
export function addressOf(
  place: Place,
  address: string | undefined,
  port: number | undefined,
  scheme: string,
): ListenAddress {
  if (address === undefined || port === undefined || address === '') {
    const path = place.kind === 'path' ? place.path : (address ?? '');
    return { address: path, port: 0, family: 'path', url: undefined };
  }
  const family = isIP(address) === 6 ? 'IPv6' : 'IPv4';
  const open = address === '0.0.0.0' || address === '::';
  const host = open ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return { address, port, family, url: `${scheme}://${host}:${port}` };
}

/** The error of a system call, as `node:net` gives it. */
export function listenError(code: string, place: Place): NodeJS.ErrnoException {
  const where =
    place.kind === 'tcp' ? `${place.ip}:${place.port}` : place.kind === 'path' ? place.path : `descriptor ${place.fd}`;
  const details = place.kind === 'tcp' ? { address: place.ip, port: place.port } : { address: where };
  return Object.assign(new Error(`listen ${code}: ${where}`), { code, syscall: 'listen', ...details });
}
