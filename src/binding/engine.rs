//! Options into the engine's configuration, its counters out.

use napi_derive::napi;
use nexure_core::engine::{Config, Counters, Engine};
use nexure_core::http::HeadLimits;

/// Limits and times of a server; JavaScript has checked the ranges. Times in milliseconds.
#[napi(object)]
pub struct EngineOptions {
    /// Bytes of a request head.
    pub max_head_bytes: u32,
    /// Field lines of a request head.
    pub max_header_fields: u32,
    /// Bytes of a request target.
    pub max_target_bytes: u32,
    /// Bytes of a request body.
    pub max_body_bytes: f64,
    /// Open connections.
    pub max_connections: u32,
    /// Unanswered requests of one connection.
    pub max_pipelined: u32,
    /// For the head of a request.
    pub head_timeout_ms: u32,
    /// For the body of a request.
    pub body_timeout_ms: u32,
    /// For the answer.
    pub handler_timeout_ms: u32,
    /// Between an answer and the next request.
    pub keep_alive_timeout_ms: u32,
    /// Without progress in sending.
    pub send_timeout_ms: u32,
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
            max_body_bytes: options.max_body_bytes as u64,
            max_connections: options.max_connections,
            max_pipelined: options.max_pipelined,
            head_timeout_ms: u64::from(options.head_timeout_ms),
            body_timeout_ms: u64::from(options.body_timeout_ms),
            handler_timeout_ms: u64::from(options.handler_timeout_ms),
            keep_alive_timeout_ms: u64::from(options.keep_alive_timeout_ms),
            send_timeout_ms: u64::from(options.send_timeout_ms),
            ..Self::default()
        }
    }
}

/// Counts since the server was made, and what is open now.
#[napi(object)]
pub struct EngineCounters {
    /// Connections open now.
    pub open_connections: u32,
    /// Requests not answered now.
    pub pending_requests: u32,
    /// Connections taken.
    pub connections: f64,
    /// Connections refused because there were too many.
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
    /// Requests whose connection went before their answer.
    pub abandoned_requests: f64,
    /// Deadlines passed.
    pub timeouts: f64,
}

/// The counters of an engine.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn counters(engine: &Engine) -> EngineCounters {
    let Counters {
        connections,
        refused_connections,
        received_bytes,
        requests,
        answers,
        native_answers,
        dropped_answers,
        refused,
        abandoned,
        timeouts,
    } = engine.counters();
    EngineCounters {
        open_connections: engine.connection_count(),
        pending_requests: u32::try_from(engine.pending_count()).unwrap_or(u32::MAX),
        connections: connections as f64,
        refused_connections: refused_connections as f64,
        received_bytes: received_bytes as f64,
        requests: requests as f64,
        answers: answers as f64,
        native_answers: native_answers as f64,
        dropped_answers: dropped_answers as f64,
        refused_requests: refused as f64,
        abandoned_requests: abandoned as f64,
        timeouts: timeouts as f64,
    }
}
