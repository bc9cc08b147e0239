//! Options into the engine's configuration, what it measures out.

use napi_derive::napi;
use nexure_core::engine::{Config, Engine, Metrics, Priority, RouteRules};
use nexure_core::http::{ChunkedLimits, HeadLimits};
use nexure_core::pool::ClassStats;

/// Limits and times of a server; JavaScript has checked the ranges. Times in milliseconds.
#[napi(object)]
pub struct EngineOptions {
    /// Bytes of a request head.
    pub max_head_bytes: u32,
    /// Field lines of a request head.
    pub max_header_fields: u32,
    /// Bytes of a request target.
    pub max_target_bytes: u32,
    /// Bytes of the extensions of one chunk.
    pub max_chunk_extension_bytes: u32,
    /// Bytes of the extensions of all chunks of a body.
    pub max_chunk_extensions_bytes: u32,
    /// Framing bytes of a body beside a quarter of its content.
    pub max_chunk_overhead_bytes: u32,
    /// Bytes of a trailer section.
    pub max_trailer_bytes: u32,
    /// Lines of a trailer section.
    pub max_trailer_fields: u32,
    /// Empty lines before a request.
    pub max_leading_empty_lines: u32,
    /// Bytes of a body nobody reads that are drained.
    pub max_drained_bytes: u32,
    /// For such a body.
    pub drain_timeout_ms: u32,
    /// Requests taken from a connection in one turn of the loop.
    pub max_requests_per_turn: u32,
    /// Unsent bytes at which no more requests are taken from a connection.
    pub max_unsent_bytes: u32,
    /// Until the average rate of a body matters.
    pub body_rate_grace_ms: u32,
    /// Bytes of a request body.
    pub max_body_bytes: f64,
    /// Bytes of a request body that are collected before its handler runs.
    pub max_buffered_body_bytes: f64,
    /// Open connections; 0 for nine tenths of the free descriptors.
    pub max_connections: u32,
    /// Requests of one connection that run at once.
    pub max_pipelined: u32,
    /// Requests that run at once.
    pub max_in_flight: u32,
    /// Requests that wait for a place.
    pub max_queued: u32,
    /// Bytes of buffers that are kept.
    pub max_pooled_bytes: u32,
    /// For the head of a request.
    pub head_timeout_ms: u32,
    /// For the body of a request.
    pub body_timeout_ms: u32,
    /// Without a byte of the body.
    pub body_stall_timeout_ms: u32,
    /// The least average rate of a body.
    pub min_body_bytes_per_second: u32,
    /// For the answer.
    pub handler_timeout_ms: u32,
    /// Between an answer and the next request.
    pub keep_alive_timeout_ms: u32,
    /// Without progress in sending.
    pub send_timeout_ms: u32,
    /// For a connection, until it ends behind its next answer.
    pub connection_lifetime_ms: u32,
}

impl From<EngineOptions> for Config {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "JavaScript has checked the range")]
    fn from(options: EngineOptions) -> Self {
        Self {
            head: HeadLimits {
                max_head_bytes: (options.max_head_bytes as usize).min(HeadLimits::MAX_HEAD_BYTES),
                max_fields: (options.max_header_fields as usize).min(HeadLimits::MAX_FIELDS),
                max_target_bytes: (options.max_target_bytes as usize).min(HeadLimits::MAX_TARGET_BYTES),
            },
            chunked: ChunkedLimits {
                max_extension_bytes: options.max_chunk_extension_bytes,
                max_extensions_bytes: options.max_chunk_extensions_bytes,
                max_overhead_bytes: u64::from(options.max_chunk_overhead_bytes),
                max_trailer_bytes: options.max_trailer_bytes,
                max_trailer_fields: options.max_trailer_fields,
            },
            max_leading_empty_lines: options.max_leading_empty_lines,
            max_drained_bytes: u64::from(options.max_drained_bytes),
            drain_timeout_ms: u64::from(options.drain_timeout_ms),
            max_requests_per_turn: options.max_requests_per_turn,
            max_unsent_bytes: options.max_unsent_bytes as usize,
            body_rate_grace_ms: u64::from(options.body_rate_grace_ms),
            max_body_bytes: options.max_body_bytes as u64,
            max_buffered_body_bytes: options.max_buffered_body_bytes as u64,
            max_connections: if options.max_connections == 0 { most_connections() } else { options.max_connections },
            max_pipelined: options.max_pipelined,
            max_pooled_bytes: options.max_pooled_bytes as usize,
            max_in_flight: options.max_in_flight,
            max_queued: options.max_queued,
            head_timeout_ms: u64::from(options.head_timeout_ms),
            body_timeout_ms: u64::from(options.body_timeout_ms),
            body_stall_timeout_ms: u64::from(options.body_stall_timeout_ms),
            min_body_bytes_per_second: u64::from(options.min_body_bytes_per_second),
            handler_timeout_ms: u64::from(options.handler_timeout_ms),
            keep_alive_timeout_ms: u64::from(options.keep_alive_timeout_ms),
            send_timeout_ms: u64::from(options.send_timeout_ms),
            connection_lifetime_ms: u64::from(options.connection_lifetime_ms),
        }
    }
}

/// Connections a server takes that was not told how many: nine tenths of the descriptors that are free; the rest is for
/// files and other sockets. Where it runs out of descriptors libuv cuts connections, which would rather wait.
fn most_connections() -> u32 {
    let free = |most: u32| most.saturating_sub(crate::system::open_descriptors());
    crate::system::max_descriptors().map_or(1_000_000, |most| free(most).saturating_mul(9) / 10).clamp(1, 1_000_000)
}

/// What a route declares of its requests.
#[napi(object)]
pub struct RouteOptions {
    /// Bytes of a request body.
    pub max_body_bytes: Option<f64>,
    /// Whether the handler runs before the body is complete.
    pub streams_body: bool,
    /// For the answer.
    pub handler_timeout_ms: Option<u32>,
    /// Requests that run at once; 0 for any number.
    pub max_in_flight: u32,
    /// 0 low, 1 normal, 2 high.
    pub priority: u32,
    /// Whether its requests run however full the server is.
    pub exempt: bool,
    /// Whether JavaScript is asked how to answer content that tells at the head that it is too long; not by default.
    pub asks_too_large: Option<bool>,
    /// Whether JavaScript is asked how to answer a request that does not fit the schemas of its route; not by default.
    pub asks_invalid: Option<bool>,
}

impl From<RouteOptions> for RouteRules {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "JavaScript has checked the range")]
    fn from(options: RouteOptions) -> Self {
        Self {
            max_body_bytes: options.max_body_bytes.map(|bytes| bytes as u64),
            streams_body: options.streams_body,
            handler_timeout_ms: options.handler_timeout_ms.map(u64::from),
            max_in_flight: options.max_in_flight,
            priority: match options.priority {
                0 => Priority::Low,
                2 => Priority::High,
                _ => Priority::Normal,
            },
            exempt: options.exempt,
            asks_too_large: options.asks_too_large.unwrap_or(false),
            asks_invalid: options.asks_invalid.unwrap_or(false),
        }
    }
}

/// Counts since the server was made, and what is there now.
#[napi(object)]
pub struct EngineMetrics {
    /// Connections open now.
    pub open_connections: u32,
    /// Requests not answered now.
    pub pending_requests: u32,
    /// Requests that hold a place now.
    pub in_flight_requests: u32,
    /// Requests that wait for a place now.
    pub queued_requests: u32,
    /// Milliseconds a request holds its place, smoothed.
    pub service_ms: f64,
    /// Connections taken.
    pub connections: f64,
    /// Connections refused because there were too many, or because the server was stopping.
    pub refused_connections: f64,
    /// Bytes received.
    pub received_bytes: f64,
    /// Requests read.
    pub requests: f64,
    /// Answers taken.
    pub answers: f64,
    /// Answers given without JavaScript.
    pub native_answers: f64,
    /// Answers that came too late.
    pub dropped_answers: f64,
    /// Requests refused because their framing could not be trusted.
    pub refused_requests: f64,
    /// Requests turned away because the server was full.
    pub shed_requests: f64,
    /// Requests whose connection went before their answer.
    pub abandoned_requests: f64,
    /// Deadlines passed.
    pub timeouts: f64,
    /// Rows of native answers that nobody took in time.
    pub dropped_events: f64,
    /// Panics of native code in this process that were stopped.
    pub panics: f64,
    /// Open connections by their depth: 1, 2-3, 4-7, and so on.
    pub depths: Vec<f64>,
    /// Flushes by the depth of their connection, likewise.
    pub flushes: Vec<f64>,
    /// The size classes of the buffers, the smallest first; those beyond the largest come last, with size 0.
    pub pools: Vec<PoolMetrics>,
}

/// The buffers of one size.
#[napi(object)]
pub struct PoolMetrics {
    /// Bytes of a new buffer.
    pub size: f64,
    /// Empty buffers kept now.
    pub kept: f64,
    /// Their bytes.
    pub kept_bytes: f64,
    /// Buffers in use now.
    pub in_use: f64,
    /// Buffers asked for.
    pub takes: f64,
    /// Those that had been kept.
    pub hits: f64,
    /// Those that were allocated.
    pub misses: f64,
    /// Those that were asked for too small and grew.
    pub grown: f64,
    /// Those that were allocated ahead of demand.
    pub prepared: f64,
    /// Those that were freed because demand fell.
    pub given_back: f64,
    /// The most in use at once in the last second.
    pub last_peak: f64,
    /// Buffers that should exist for the next second.
    pub expected: f64,
    /// The average of the peaks.
    pub average_peak: f64,
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn pool_metrics(class: &ClassStats) -> PoolMetrics {
    PoolMetrics {
        size: class.size as f64,
        kept: class.kept as f64,
        kept_bytes: class.kept_bytes as f64,
        in_use: f64::from(class.in_use),
        takes: class.takes as f64,
        hits: class.hits as f64,
        misses: class.misses as f64,
        grown: class.grown as f64,
        prepared: class.prepared as f64,
        given_back: class.given_back as f64,
        last_peak: f64::from(class.last_peak),
        expected: f64::from(class.expected),
        average_peak: class.ewma_peak,
    }
}

/// What an engine measures.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn metrics(engine: &Engine) -> EngineMetrics {
    let Metrics { counters, connections, pending, in_flight, queued, shed, service_ms, depths, flushes, pools } =
        engine.metrics();
    let numbers = |counts: &[u64]| counts.iter().map(|&count| count as f64).collect();
    EngineMetrics {
        open_connections: connections,
        pending_requests: u32::try_from(pending).unwrap_or(u32::MAX),
        in_flight_requests: in_flight,
        queued_requests: queued,
        service_ms: service_ms as f64,
        connections: counters.connections as f64,
        refused_connections: counters.refused_connections as f64,
        received_bytes: counters.received_bytes as f64,
        requests: counters.requests as f64,
        answers: counters.answers as f64,
        native_answers: counters.native_answers as f64,
        dropped_answers: counters.dropped_answers as f64,
        refused_requests: counters.refused as f64,
        shed_requests: shed as f64,
        abandoned_requests: counters.abandoned as f64,
        timeouts: counters.timeouts as f64,
        dropped_events: counters.dropped_events as f64,
        panics: crate::guard::panics() as f64,
        depths: numbers(&depths),
        flushes: numbers(&flushes),
        pools: pools.classes.iter().chain([&pools.beyond]).map(pool_metrics).collect(),
    }
}
