// Sockets of `node:net` and `node:tls` on the same engine: for HTTPS, and for runtimes without libuv.
import { createServer as createNetServer } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { createServer as createTlsServer } from 'node:tls';

import { addressOf, listenError } from './listen.ts';
import { MemoryDriver } from './memory-driver.ts';

import type { Server, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { EngineMetrics, EngineOptions, RouteTable } from '../native.ts';
import type { Audience } from '../observe/observer.ts';
import type { CompiledRoute } from '../route.ts';
import type { ListenAddress, Place } from './listen.ts';
import type { RunningServer } from './running-server.ts';

/** Starts a server on a place; rejects with the system's error when it cannot listen there. */
export async function startPortable(
  place: Place,
  options: EngineOptions,
  table: RouteTable,
  routes: readonly CompiledRoute[],
  audience: Audience,
  https: TlsOptions | undefined,
  report: (message: string, error: unknown) => void,
): Promise<RunningServer> {
  if (place.kind === 'tcp' && place.reusePort && !knowsReusePort()) throw listenError('ENOTSUP', place);
  const driver = new MemoryDriver(options, table, routes, audience);
  const sockets: Sockets = { open: new Set(), handshaking: new Map() };
  const onConnection = (socket: Socket): void => connect(driver, sockets, socket);
  // Half-open, so that a client that has sent its last request still gets every answer.
  const server =
    https === undefined
      ? createNetServer({ allowHalfOpen: true, noDelay: true }, onConnection)
      : createTlsServer(
          { handshakeTimeout: options.headTimeoutMs, ...https, allowHalfOpen: true, noDelay: true },
          onConnection,
        );
  // Also those whose TLS handshake is not over: they are no connections of the engine, but keep the server open.
  server.on('connection', (socket) => {
    sockets.open.add(socket);
    if (https !== undefined) sockets.handshaking.set(peerOf(socket), socket);
    socket.once('close', () => {
      sockets.open.delete(socket);
      sockets.handshaking.delete(peerOf(socket));
    });
  });
  await listen(server, place);
  // A connection that could not be accepted, for want of descriptors: the server goes on.
  server.on('error', (error) => report('a connection could not be accepted:', error));
  const bound = server.address();
  const address =
    bound === null || typeof bound === 'string'
      ? addressOf(place, bound ?? undefined, undefined, 'http')
      : addressOf(place, bound.address, bound.port, https === undefined ? 'http' : 'https');
  return new PortableTransport(server, driver, sockets, address);
}

/** `node:net` ignores the option before Node 22.12. */
function knowsReusePort(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12);
}

function listen(server: Server, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(listenError(error.code ?? 'EIO', place));
    server.once('error', onError);
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    const { backlog } = place;
    if (place.kind === 'path') server.listen({ path: place.path, backlog }, onListening);
    else if (place.kind === 'fd') server.listen({ fd: place.fd, backlog }, onListening);
    else {
      const { ip, port, ipv6Only, reusePort } = place;
      server.listen({ host: ip, port, backlog, ipv6Only, reusePort } as Parameters<Server['listen']>[0], onListening);
    }
  });
}

/** How long a connection may take to send what is left when it is closed; chosen, as the engine's own. */
const CLOSE_MS = 2000;

/** The TCP sockets of a server, and by their peer those whose TLS handshake is not over. */
interface Sockets {
  readonly open: Set<Socket>;
  readonly handshaking: Map<string, Socket>;
}

/** Tells a TLS socket and the TCP socket below it to be the same connection. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function connect(driver: MemoryDriver, sockets: Sockets, socket: Socket): void {
  const connection = driver.open({
    address: socket.remoteAddress,
    isSecure: 'encrypted' in socket,
    send: (bytes, sent) => {
      socket.write(bytes, sent);
    },
    read: (wanted) => {
      if (wanted) socket.resume();
      else socket.pause();
    },
    end: () => {
      socket.end();
    },
    close: () => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_MS).unref();
      socket.once('close', () => clearTimeout(timer));
      socket.destroySoon();
    },
    abort: () => {
      // With a reset, so that a client that reads to the end can tell; TLS has an end of its own that it misses.
      if ('encrypted' in socket || typeof socket.resetAndDestroy !== 'function') socket.destroy();
      else socket.resetAndDestroy();
    },
  });
  if (connection === undefined) {
    socket.destroy();
    return;
  }
  sockets.handshaking.delete(peerOf(socket));
  socket.on('data', (bytes) => connection.receive(bytes));
  socket.on('end', () => connection.end());
  // A reset is the peer's way to leave; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => connection.close());
}

class PortableTransport implements RunningServer {
  readonly address: ListenAddress;
  readonly closed: Promise<void>;
  readonly #server: Server;
  readonly #driver: MemoryDriver;
  readonly #sockets: Sockets;

  constructor(server: Server, driver: MemoryDriver, sockets: Sockets, address: ListenAddress) {
    this.#server = server;
    this.#driver = driver;
    this.#sockets = sockets;
    this.address = address;
    this.closed = new Promise((resolve) => server.once('close', () => resolve()));
  }

  metrics(): EngineMetrics {
    return this.#driver.metrics();
  }

  stop(idleMs: number): void {
    this.#server.close();
    this.#driver.stop(idleMs);
    for (const socket of this.#sockets.handshaking.values()) socket.destroy();
  }

  destroy(): void {
    this.#server.close();
    for (const socket of this.#sockets.open) socket.destroy();
  }
}
