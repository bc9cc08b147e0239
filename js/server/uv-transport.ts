// The default transport under Node: sockets that live in Rust, in Node's own event loop.
// Imported, not global: tests put fake timers in the place of the global ones.
import { clearInterval, setInterval } from 'node:timers';

import { NexureError } from '../errors/nexure-error.ts';
import { native } from '../native.ts';
import { Link } from './link.ts';
import { addressOf, listenError } from './listen.ts';

import type { EngineMetrics, EngineOptions, RouteTable } from '../native.ts';
import type { Audience } from '../observe/observer.ts';
import type { CompiledRoute } from '../route.ts';
import type { ListenAddress, Place } from './listen.ts';
import type { RunningServer } from './running-server.ts';

/** Starts a server on a place; rejects with the system's error when it cannot listen there. */
export async function startUv(
  place: Place,
  options: EngineOptions,
  table: RouteTable,
  routes: readonly CompiledRoute[],
  audience: Audience,
): Promise<RunningServer> {
  const unavailable = native.uvUnavailable();
  if (typeof unavailable === 'string')
    throw new NexureError('ERR_NEXURE_TRANSPORT', `no sockets in the event loop: ${unavailable}`);
  return new UvTransport(place, options, table, routes, audience);
}

/** How late a subscriber may come to know of requests that are all answered natively; chosen. */
const REFRESH_MS = 1000;

class UvTransport implements RunningServer {
  readonly address: ListenAddress;
  readonly closed: Promise<void>;
  readonly #server: InstanceType<typeof native.UvServer>;
  readonly #link: Link;

  constructor(
    place: Place,
    options: EngineOptions,
    table: RouteTable,
    routes: readonly CompiledRoute[],
    audience: Audience,
  ) {
    const link = new Link(routes, audience);
    // Where all requests are answered natively no batch would see that somebody has subscribed.
    const timer = setInterval(() => link.refresh(), REFRESH_MS).unref();
    let onClosed: () => void = () => undefined;
    this.closed = new Promise((resolve) => {
      onClosed = resolve;
    });
    const server = new native.UvServer(options, table, {
      // The resource that callbacks run in: an object of its own, so that its async context is nobody else's.
      resource: {},
      batch: (at: number, end: number) => link.batch(at, end),
      settle: () => link.settle(),
      closed: () => {
        clearInterval(timer);
        link.close();
        onClosed();
      },
      references: link.references,
      requests: link.arena.words,
      answers: link.answers,
      answerBytes: link.answerBytes,
      control: link.control,
    });
    this.#server = server;
    this.#link = link;
    link.attach({
      takeAnswers: (text) => server.takeAnswers(text),
      bodyText: (slot, generation, sequence) => server.bodyText(slot, generation, sequence) as string | undefined,
      bodyBytes: (slot, generation, sequence) => server.bodyBytes(slot, generation, sequence) as Uint8Array | undefined,
      watch: (slot, generation, sequence, token) => server.watch(slot, generation, sequence, token),
      readBody: (slot, generation, sequence) => server.readBody(slot, generation, sequence) as Uint8Array | number,
      writeBody: (slot, generation, sequence, bytes) => server.writeBody(slot, generation, sequence, bytes),
      endBody: (slot, generation, sequence) => server.endBody(slot, generation, sequence),
      breakBody: (slot, generation, sequence) => server.breakBody(slot, generation, sequence),
      peerAddress: (slot, generation) => server.peerAddress(slot, generation) ?? undefined,
      peerIsSecure: () => false,
      observe: (watches) => server.observe(watches),
      takeFinished: () => (server.takeFinished() ?? undefined) as Uint8Array | undefined,
      // The hooks of the loop look at the table in every turn.
      onAnswer: () => undefined,
    });
    const { error, address, port } = this.#listen(place);
    if (typeof error === 'string') {
      clearInterval(timer);
      throw listenError(error, place);
    }
    this.address = addressOf(place, address ?? undefined, port ?? undefined, 'http');
  }

  #listen(place: Place): ReturnType<InstanceType<typeof native.UvServer>['listenTcp']> {
    const server = this.#server;
    if (place.kind === 'path') return server.listenPath(place.path, place.backlog);
    if (place.kind === 'fd') return server.listenDescriptor(place.fd, place.backlog);
    return server.listenTcp(place.ip, place.port, place.ipv6Only, place.reusePort, place.backlog);
  }

  metrics(): EngineMetrics {
    return this.#server.metrics();
  }

  stop(idleMs: number): void {
    this.#server.stop(idleMs);
    this.#link.stop();
  }

  destroy(): void {
    this.#server.destroy();
    this.#link.end();
  }
}
