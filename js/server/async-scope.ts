// An async context of its own for every handler: what one sets with `AsyncLocalStorage.enterWith` is never seen by
// another request of the same batch or of a later one.
//
// Node keeps contexts in one of two ways. Up to Node 22 a store is a property of the resource that runs, so every
// request needs a resource of its own. From Node 24 (and in Bun) contexts are frames that are put back when a scope
// ends, so one resource serves all requests. Which one it is depends on versions and flags, so it is tried, not guessed.
import { AsyncLocalStorage, AsyncResource, executionAsyncId } from 'node:async_hooks';

const NAME = 'NEXURE_REQUEST';

/** Whether a store that is entered in a resource's scope is still there when the scope is entered again. */
function storesStickToResources(): boolean {
  const storage = new AsyncLocalStorage<boolean>();
  const resource = new AsyncResource(NAME);
  resource.runInAsyncScope(() => storage.enterWith(true));
  const stuck = resource.runInAsyncScope(() => storage.getStore()) === true;
  storage.disable();
  return stuck;
}

const sticky = storesStickToResources();

/** Runs handlers, each in a context that begins as the one in which the scope was made. */
export class AsyncScope {
  readonly #shared: AsyncResource | undefined = sticky ? undefined : new AsyncResource(NAME);

  /** Runs `act` with `self` and one argument. */
  run<This, Argument>(act: (this: This, argument: Argument) => void, self: This, argument: Argument): void {
    // The trigger as a plain number: looking for it in an options object costs more than the rest of the constructor.
    (this.#shared ?? new AsyncResource(NAME, executionAsyncId())).runInAsyncScope(act, self, argument);
  }
}
