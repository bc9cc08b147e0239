// What comes before the first request and after the last answer: plugins are awaited, then the hooks of `onStart` run in
// the order of their declaration; those of `onStop` run in reverse.

/** Runs when the application starts to serve, or has stopped. */
export type LifecycleHook = () => void | Promise<void>;

/** A hook with when it runs. */
type Step = readonly [when: 'start' | 'stop', hook: LifecycleHook];

/** The hooks of an application or a router. */
export class Lifecycle {
  /** Plugins and modules that are not done yet. */
  readonly #pending: Promise<unknown>[] = [];
  readonly #steps: Step[] = [];
  #awaited = 0;
  #run = 0;
  /** What is to be stopped, in the order it was started. */
  #toStop: LifecycleHook[] = [];
  #advancing: Promise<void> | undefined;

  /** Whether nothing is to be done before a request is served. */
  get isReady(): boolean {
    return this.#awaited === this.#pending.length && this.#run === this.#steps.length && this.#advancing === undefined;
  }

  /** Whether plugins are to be awaited. */
  get isPending(): boolean {
    return this.#awaited < this.#pending.length;
  }

  wait(done: Promise<unknown>): void {
    // Whoever waits for it is told; nobody may.
    done.catch(() => undefined);
    this.#pending.push(done);
  }

  add(when: 'start' | 'stop', hook: LifecycleHook): void {
    this.#steps.push([when, hook]);
  }

  /** Takes over what was declared in a router. */
  adopt(other: Lifecycle): void {
    for (const done of other.#pending) this.wait(done);
    this.#steps.push(...other.#steps);
  }

  /** Awaits what is pending. */
  async settle(): Promise<void> {
    // Plugins may register others.
    while (this.#awaited < this.#pending.length) {
      await this.#pending[this.#awaited];
      this.#awaited += 1;
    }
  }

  /** Does what is to be done before a request is served; one that fails has stopped what had started before it. */
  async advance(): Promise<void> {
    if (this.isReady) return;
    this.#advancing ??= this.#advance().finally(() => {
      this.#advancing = undefined;
    });
    await this.#advancing;
  }

  async #advance(): Promise<void> {
    await this.settle();
    while (this.#run < this.#steps.length) {
      const [when, hook] = this.#steps[this.#run] as Step;
      if (when === 'stop') this.#toStop.push(hook);
      else await this.#start(hook);
      this.#run += 1;
      await this.settle();
    }
  }

  async #start(hook: LifecycleHook): Promise<void> {
    try {
      await hook();
    } catch (error) {
      const failure: unknown = await this.stop().then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      if (failure === undefined) throw error;
      const both = [error, (failure as { reason: unknown }).reason];
      throw new AggregateError(both, 'the application could not start, nor stop all that had started', {
        cause: error,
      });
    }
  }

  /** Stops what has started, in reverse order; all of it, whatever fails. */
  async stop(): Promise<void> {
    const hooks = this.#toStop.toReversed();
    this.#toStop = [];
    this.#run = 0;
    const failures: unknown[] = [];
    for (const hook of hooks) {
      try {
        await hook();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} hooks of onStop failed`);
  }
}
