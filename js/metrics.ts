// What an application measures of itself.
import type { EngineMetrics, PoolMetrics } from './native.ts';

/** Counts by depth: how many requests of a connection may run at once. */
export type DepthHistogram = Readonly<Record<string, number>>;

/** What is counted of the buffers of one size. */
export interface PoolCounts {
  /** Empty buffers kept now, and their bytes. */
  readonly kept: number;
  readonly keptBytes: number;
  /** Buffers in use now. */
  readonly inUse: number;
  /** Buffers asked for. */
  readonly takes: number;
  /** Those that had been kept; of all, 0-1, `undefined` before the first. */
  readonly hits: number;
  readonly hitRatio: number | undefined;
  /** Those that were allocated when they were asked for. */
  readonly misses: number;
  /** Those that were asked for too small and grew. */
  readonly grow: number;
  /** Those that were allocated ahead of demand. */
  readonly prepared: number;
  /** Those that were freed because demand fell. */
  readonly givenBack: number;
  /** The most in use at once in the last second, its average, and what is expected of the next second. */
  readonly peak: number;
  readonly averagePeak: number;
  readonly expected: number;
}

/** What `app.getMetrics()` gives; counts are since the server was started. */
export interface Metrics {
  readonly http: {
    readonly connections: {
      /** Open now. */
      readonly open: number;
      /** Taken. */
      readonly total: number;
      /** Refused, because there were too many or the server was stopping. */
      readonly refused: number;
    };
    readonly requests: {
      /** Read, refused ones included. */
      readonly total: number;
      /** Not answered now. */
      readonly pending: number;
      /** Refused because their framing could not be trusted. */
      readonly refused: number;
      /** Whose client went before the answer. */
      readonly abandoned: number;
    };
    readonly answers: {
      readonly total: number;
      /** Given without JavaScript. */
      readonly native: number;
      /** Given too late: their client had gone, or their time was up. */
      readonly dropped: number;
    };
    readonly receivedBytes: number;
    /** Deadlines that have passed. */
    readonly timeouts: number;
    /** Native answers of which `app.onResponse` was not told, because there were too many at once. */
    readonly droppedEvents: number;
    readonly pipelineDepth: {
      /** Open connections by their depth: `1`, `2-3`, `4-7`, and so on. */
      readonly connections: DepthHistogram;
      /** Flushes that the socket took whole, by the depth of their connection. */
      readonly flushes: DepthHistogram;
    };
  };
  readonly memory: {
    /** The native buffers of requests and answers, by size: `1024`, `4096` and so on, and `larger`, which are never kept. */
    readonly pools: Readonly<Record<string, PoolCounts>>;
  };
  /**
   * Panics of native code in this process. Each was stopped and cost one request or connection, and is a bug of NexureJS:
   * please report what it wrote to standard error.
   */
  readonly panics: number;
  readonly queue: {
    /** Requests that run now. */
    readonly inFlight: number;
    /** Requests that wait for a place now. */
    readonly queued: number;
    /** Requests that were turned away because the server was full. */
    readonly shed: number;
    /** Milliseconds a request runs, smoothed over the last sixteen. */
    readonly serviceMs: number;
  };
}

/** The public form of what the core measures. */
export function metricsOf(engine: EngineMetrics | undefined): Metrics {
  return {
    http: {
      connections: {
        open: engine?.openConnections ?? 0,
        total: engine?.connections ?? 0,
        refused: engine?.refusedConnections ?? 0,
      },
      requests: {
        total: engine?.requests ?? 0,
        pending: engine?.pendingRequests ?? 0,
        refused: engine?.refusedRequests ?? 0,
        abandoned: engine?.abandonedRequests ?? 0,
      },
      answers: {
        total: engine?.answers ?? 0,
        native: engine?.nativeAnswers ?? 0,
        dropped: engine?.droppedAnswers ?? 0,
      },
      receivedBytes: engine?.receivedBytes ?? 0,
      timeouts: engine?.timeouts ?? 0,
      droppedEvents: engine?.droppedEvents ?? 0,
      pipelineDepth: {
        connections: histogramOf(engine?.depths ?? []),
        flushes: histogramOf(engine?.flushes ?? []),
      },
    },
    memory: { pools: Object.fromEntries((engine?.pools ?? []).map((pool) => [pool.size || 'larger', countsOf(pool)])) },
    panics: engine?.panics ?? 0,
    queue: {
      inFlight: engine?.inFlightRequests ?? 0,
      queued: engine?.queuedRequests ?? 0,
      shed: engine?.shedRequests ?? 0,
      serviceMs: engine?.serviceMs ?? 0,
    },
  };
}

function countsOf(pool: PoolMetrics): PoolCounts {
  const { kept, keptBytes, inUse, takes, hits, misses, prepared, givenBack, expected, averagePeak } = pool;
  return {
    kept,
    keptBytes,
    inUse,
    takes,
    hits,
    hitRatio: takes === 0 ? undefined : hits / takes,
    misses,
    grow: pool.grown,
    prepared,
    givenBack,
    peak: pool.lastPeak,
    averagePeak,
    expected,
  };
}

/** Buckets are powers of two; only those that have counts are named. */
function histogramOf(counts: readonly number[]): DepthHistogram {
  const histogram: Record<string, number> = {};
  for (const [bucket, count] of counts.entries()) {
    if (count === 0) continue;
    const least = 2 ** bucket;
    histogram[bucket === 0 ? '1' : `${least}-${least * 2 - 1}`] = count;
  }
  return histogram;
}
