// Watches one server: knows the contexts of requests under way by their numbers, has the core keep rows while somebody
// listens or has subscribed, and tells them.
import { access } from '../context/access.ts';
import { requestFinish } from './channels.ts';
import { readRows } from './rows.ts';

import type { AnyContext } from '../context/access.ts';
import type { ResponseEvent, ResponseListener } from './response-event.ts';
import type { RowSource } from './rows.ts';

/** Who listens, by the route. */
export interface Audience {
  /** Whether anybody does. */
  readonly listens: boolean;
  /** Those of all answers, and of what has no route. */
  readonly everywhere: readonly ResponseListener[];
  /** Those of one route, those of the application included; `undefined` for a number that is none. */
  of(
    route: number,
  ): { readonly listeners: readonly ResponseListener[]; readonly pattern: string | undefined } | undefined;
  /** Is told of listeners that fail. */
  report(error: unknown): void;
}

/** What the observer needs of the native server. */
export interface Observed {
  observe(watches: boolean): void;
  takeFinished(): Uint8Array | undefined;
  peerAddress(slot: number, generation: number): string | undefined;
}

/** Watches one server. */
export class Observer implements RowSource {
  readonly #audience: Audience;
  readonly #native: Observed;
  /** Contexts of requests that are not finished; each leaves with its row. */
  readonly #contexts: Map<number, AnyContext> = new Map();
  #watches = false;

  constructor(audience: Audience, native: Observed) {
    this.#audience = audience;
    this.#native = native;
    this.refresh();
  }

  /** Begins or ends watching, as is wanted now; whether it watches. */
  refresh(): boolean {
    const isWanted = this.#audience.listens || requestFinish.hasSubscribers;
    if (isWanted !== this.#watches) {
      if (!isWanted) this.collect();
      this.#watches = isWanted;
      this.#native.observe(isWanted);
      this.#contexts.clear();
    }
    return isWanted;
  }

  /** Keeps a context until its row comes. */
  note(number: number, context: AnyContext): void {
    if (number === 0) return;
    this.#contexts.set(number, context);
    // Who the client is behind trusted proxies can be read only while the request is there.
    if (access.routeOf(context).site.trust !== undefined) context.request.$noteOrigin();
  }

  /** Tells what has finished since the last time. */
  collect(): void {
    const rows = this.#watches ? this.#native.takeFinished() : undefined;
    if (rows === undefined) return;
    const audience = this.#audience;
    const isPublished = requestFinish.hasSubscribers;
    readRows(rows, this, (event, route) => {
      for (const listener of audience.of(route)?.listeners ?? audience.everywhere) this.#call(listener, event);
      if (isPublished) requestFinish.publish(event);
    });
  }

  /** One that fails does not hurt the others. */
  #call(listener: ResponseListener, event: ResponseEvent): void {
    try {
      const result: unknown = listener(event);
      // An async function is assignable to the type; its rejection is nobody else's.
      if (result instanceof Promise) result.catch((error: unknown) => this.#audience.report(error));
    } catch (error) {
      this.#audience.report(error);
    }
  }

  take(number: number): AnyContext | undefined {
    const context = this.#contexts.get(number);
    if (context !== undefined) this.#contexts.delete(number);
    return context;
  }

  patternOf(route: number): string | undefined {
    return this.#audience.of(route)?.pattern;
  }

  peerAddress(slot: number, generation: number): string | undefined {
    return this.#native.peerAddress(slot, generation);
  }
}
