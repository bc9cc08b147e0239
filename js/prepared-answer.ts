// An answer that brings its own status and header fields, such as a file. A handler returns it, and it is sent as it is.

/** What `ctx.file()` gives: an answer that is ready to be returned. */
export class PreparedAnswer {
  /** @internal */
  constructor(
    status: number,
    headers: readonly (readonly [name: string, value: string])[],
    body: Uint8Array | AsyncIterable<Uint8Array> | undefined,
    length: number | undefined,
    isBare = false,
  ) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.length = length;
    this.isBare = isBare;
  }

  readonly status: number;
  /** Field lines, without `Content-Length`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** `Content-Length`; `undefined` where there is none. */
  readonly length: number | undefined;
  /** @internal Whether it has no `Content-Type` when its fields name none. */
  readonly isBare: boolean;
}

/** A file's answer as one that a handler returns. */
export function prepared(answer: {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly length: number | undefined;
}): PreparedAnswer {
  return new PreparedAnswer(answer.status, answer.headers, answer.body, answer.length);
}
