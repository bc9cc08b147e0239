// The place of a request in a distributed trace (W3C Trace Context, `traceparent` and `tracestate`).

/** What a caller tells about the trace it is part of. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the caller's span. */
  readonly parentId: string;
  /** Whether the caller has recorded its part. */
  readonly sampled: boolean;
  /** `tracestate` as it was sent, of at most 512 characters; else `undefined`. */
  readonly state: string | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads `traceparent`; `undefined` when it is absent or malformed. Of versions to come what is known is read. */
export function parseTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext | undefined {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent.trim());
  if (match === null) return undefined;
  const [, version = '', traceId = '', parentId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  const state = tracestate !== undefined && tracestate.length <= 512 ? tracestate : undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1, state };
}
