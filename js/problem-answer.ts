// An error as an answer: what `ctx.problem()` gives.

/** An answer that is the problem document of an error (RFC 9457). A handler returns it. */
export class ProblemAnswer {
  readonly error: unknown;

  /** @internal */
  constructor(error: unknown) {
    this.error = error;
  }
}
