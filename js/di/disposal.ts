// Disposal: what was made is disposed of in the reverse order of its creation, each once, whatever others throw.
import type { Binding } from './binding.ts';
import type { Disposal } from './provider.ts';

/** Disposes of one instance. */
type Dispose = () => unknown;

/** What an instance may have. */
interface Disposable {
  readonly [Symbol.asyncDispose]?: unknown;
  readonly [Symbol.dispose]?: unknown;
  readonly onDispose?: unknown;
}

/** An instance, with who made it. */
interface Made {
  readonly instance: unknown;
  readonly dispose: Dispose;
  readonly binding: Binding;
}

/** Is told of a disposer that failed when nobody waited for it any more. */
export type DisposalReport = (error: unknown) => void;

/** Instances that are disposed of together. */
export class Disposals {
  #made: Made[] = [];
  #isClosed: boolean;
  readonly #report: DisposalReport;

  constructor(report: DisposalReport, isClosed = false) {
    this.#report = report;
    this.#isClosed = isClosed;
  }

  /** Notes an instance. One that comes when all have been disposed of is disposed of at once. */
  add(instance: unknown, binding: Binding): void {
    if (binding.hasNoDisposer) return;
    const { making, dispose: how } = binding.definition;
    const dispose = making.kind === 'value' && how === undefined ? undefined : disposerOf(instance, how);
    if (dispose === undefined) {
      // Instances of one class have the same methods; what a factory returns may differ from call to call.
      if (making.kind === 'class') binding.hasNoDisposer = true;
      return;
    }
    if (this.#isClosed) void settle(dispose).then((error) => error && this.#report(error.reason));
    else this.#made.push({ instance, dispose, binding });
  }

  /**
   * Disposes of everything, the youngest first; what comes later is disposed of at once. Rejects with an `AggregateError` of
   * whatever was thrown on the way.
   */
  disposeAll(): Promise<void> {
    this.#isClosed = true;
    return this.disposeOf(() => true);
  }

  /** Disposes of what some bindings have made. */
  async disposeOf(isMeant: (binding: Binding) => boolean): Promise<void> {
    const made = this.#made.filter(({ binding }) => isMeant(binding));
    this.#made = this.#made.filter(({ binding }) => !isMeant(binding));
    const seen = new Set<unknown>();
    const errors: unknown[] = [];
    for (const { instance, dispose } of made.toReversed()) {
      if (seen.has(instance)) continue;
      seen.add(instance);
      const failed = await settle(dispose);
      if (failed !== undefined) errors.push(failed.reason);
    }
    if (errors.length === 0) return;
    throw new AggregateError(errors, `${errors.length} of ${seen.size} could not be disposed of: ${textOf(errors[0])}`);
  }
}

async function settle(dispose: Dispose): Promise<{ readonly reason: unknown } | undefined> {
  try {
    await dispose();
    return undefined;
  } catch (reason) {
    return { reason };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function disposerOf(instance: unknown, how: Disposal<never> | undefined): Dispose | undefined {
  if (how === false) return undefined;
  if (typeof how === 'function') return () => (how as (instance: unknown) => unknown)(instance);
  if (instance === null || (typeof instance !== 'object' && typeof instance !== 'function')) return undefined;
  const target = instance as Disposable & Readonly<Record<string, unknown>>;
  const method =
    how === undefined
      ? [target[Symbol.asyncDispose], target[Symbol.dispose], target.onDispose].find((one) => typeof one === 'function')
      : target[how];
  return typeof method === 'function' ? () => (method as Dispose).call(instance) : undefined;
}
