// Stops an application when the process is told to end: the first signal lets every request under way be answered, the
// second ends the process at once.
import type { StopOptions } from '../options.ts';

const SIGNALS = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** Listens for signals until the returned function is called. */
export function stopOnSignals(app: { stop(options: StopOptions): Promise<void> }, options: StopOptions): () => void {
  let stopping = false;
  const listeners = SIGNALS.map(([signal, number]) => {
    const listener = (): void => {
      // What a shell shows for a process that a signal has ended.
      if (stopping) process.exit(128 + number);
      stopping = true;
      void app.stop(options);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
