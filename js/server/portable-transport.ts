// Sockets of `node:net` and `node:tls` on the same engine: for HTTPS, and for runtimes without libuv.
import { createServer as createNetServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { addressOf, listenError } from './listen.ts';
import { MemoryDriver } from './memory-driver.ts';

import type { Server, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { EngineCounters, EngineOptions, RouteTable } from '../native.ts';
import type { CompiledRoute } from '../route.ts';
import type { ListenAddress, Place } from './listen.ts';
import type { RunningServer } from './running-server.ts';

/** Starts a server on a place; rejects with the system's error when it cannot listen there. */
export async function startPortable(
  place: Place,
  options: EngineOptions,
  table: RouteTable,
  routes: readonly CompiledRoute[],
  https: TlsOptions | undefined,
): Promise<RunningServer> {
  const driver = new MemoryDriver(options, table, routes);
  const sockets = new Set<Socket>();
  const onConnection = (socket: Socket): void => connect(driver, sockets, socket);
  // Half-open, so that a client that has sent its last request still gets every answer.
  const server =
    https === undefined
      ? createNetServer({ allowHalfOpen: true, noDelay: true }, onConnection)
      : createTlsServer({ ...https, allowHalfOpen: true, noDelay: true }, onConnection);
  await listen(server, place);
  const bound = server.address();
  const address =
    bound === null || typeof bound === 'string'
      ? addressOf(place, bound ?? undefined, undefined, 'http')
      : addressOf(place, bound.address, bound.port, https === undefined ? 'http' : 'https');
  return new PortableTransport(server, driver, sockets, address);
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

function connect(driver: MemoryDriver, sockets: Set<Socket>, socket: Socket): void {
  const connection = driver.open({
    address: socket.remoteAddress,
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
      socket.destroySoon();
    },
  });
  if (connection === undefined) {
    socket.destroy();
    return;
  }
  sockets.add(socket);
  socket.on('data', (bytes) => connection.receive(bytes));
  socket.on('end', () => connection.end());
  // A reset is the peer's way to leave; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    sockets.delete(socket);
    connection.close();
  });
}

class PortableTransport implements RunningServer {
  readonly address: ListenAddress;
  readonly closed: Promise<void>;
  readonly #server: Server;
  readonly #driver: MemoryDriver;
  readonly #sockets: Set<Socket>;

  constructor(server: Server, driver: MemoryDriver, sockets: Set<Socket>, address: ListenAddress) {
    this.#server = server;
    this.#driver = driver;
    this.#sockets = sockets;
    this.address = address;
    this.closed = new Promise((resolve) => server.once('close', () => resolve()));
  }

  counters(): EngineCounters {
    return this.#driver.counters();
  }

  stop(idleMs: number): void {
    this.#server.close();
    this.#driver.stop(idleMs);
  }

  destroy(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
