// What is still to be written when the process ends: one listener for all logs of the thread.

/** Something that can write what it keeps at once. */
interface Flushable {
  flushSync(): void;
}

const open: Set<WeakRef<Flushable>> = new Set();
const forget = new FinalizationRegistry<WeakRef<Flushable>>((reference) => open.delete(reference));

/** Flushes it when the process ends, also by an uncaught error; not when a signal kills it. */
export function flushAtExit(one: Flushable): void {
  if (open.size === 0) {
    process.removeListener('exit', flushAll);
    process.on('exit', flushAll);
  }
  const reference = new WeakRef(one);
  open.add(reference);
  forget.register(one, reference);
}

function flushAll(): void {
  for (const reference of open) {
    try {
      reference.deref()?.flushSync();
    } catch {
      // The others are flushed all the same.
    }
  }
}
