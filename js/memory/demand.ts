// How many buffers of one size the next second will need, told from the seconds before it: the rules of the native
// pool (core/src/pool/demand.rs), which docs/design/memory-pools.md explains. Knows no clock.

/** A burst that comes again within so many seconds finds its buffers. */
export const WINDOW_S = 16;
/** Weight of the newest second in the averages: their half-life is ln 2 / ln (4 / 3) = 2.41 seconds. */
const WEIGHT = 0.25;
/** Headroom while demand sets new highs, at most this part of the newest. */
const HEADROOM = 0.25;

/** The demand for buffers of one size. */
export class Demand {
  /** Buffers taken and not given back. */
  inUse = 0;
  /** Buffers asked for. */
  takes = 0;
  /** Average of the highest use of each second. */
  ewmaPeak = 0;
  /** Average of the buffers asked for in a second. */
  ewmaTakes = 0;
  #peak = 0;
  #takesBefore = 0;
  #headroom = 0;
  /** The peaks of the last seconds, the newest first. */
  readonly #recent: number[] = Array.from({ length: WINDOW_S }, () => 0);

  /** Notes that a buffer was asked for and is in use. */
  noteTake(): void {
    this.takes += 1;
    this.inUse += 1;
    if (this.inUse > this.#peak) this.#peak = this.inUse;
  }

  /** Notes that one is no longer in use. */
  noteReturn(): void {
    this.inUse -= 1;
  }

  /** The second is over. */
  closeSecond(): void {
    const peak = this.#peak;
    const high = Math.max(...this.#recent);
    this.#headroom -= Math.ceil(this.#headroom * HEADROOM);
    if (peak > high) this.#headroom = Math.max(this.#headroom, Math.min(peak - high, Math.floor(peak * HEADROOM)));
    this.#recent.pop();
    this.#recent.unshift(peak);
    this.ewmaPeak += (peak - this.ewmaPeak) * WEIGHT;
    this.ewmaTakes += (this.takes - this.#takesBefore - this.ewmaTakes) * WEIGHT;
    this.#peak = this.inUse;
    this.#takesBefore = this.takes;
  }

  /** Buffers that should exist for the next second, those in use included. */
  get expected(): number {
    return Math.max(Math.max(...this.#recent) + this.#headroom, Math.floor(this.ewmaPeak));
  }

  /** The most that were in use at once in the last second that is over. */
  get lastPeak(): number {
    return this.#recent[0] ?? 0;
  }
}
