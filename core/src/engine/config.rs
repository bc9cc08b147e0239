//! What an engine may be told: limits and times. The application checks ranges before they come here.

use crate::http::{ChunkedLimits, HeadLimits};

/// Limits and times of one engine; times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Bounds on request heads.
    pub head: HeadLimits,
    /// Bounds on what chunked bodies have beside their content.
    pub chunked: ChunkedLimits,
    /// Empty lines before a request line (RFC 9112 §2.2 asks for one).
    pub max_leading_empty_lines: u32,
    /// Bytes of a body nobody reads that are drained so that the connection can go on; past them it closes.
    pub max_drained_bytes: u64,
    /// How long such a body may take.
    pub drain_timeout_ms: u64,
    /// Bytes of a request body, where its route does not say otherwise.
    pub max_body_bytes: u64,
    /// Bytes of a body that are collected before its handler runs; a longer one is read while it arrives.
    pub max_buffered_body_bytes: u64,
    /// Open connections.
    pub max_connections: u32,
    /// Requests of one connection that run at once at the most; how many do adapts to the connection.
    pub max_pipelined: u32,
    /// Requests that run at once.
    pub max_in_flight: u32,
    /// Requests that wait for a place; more are turned away.
    pub max_queued: u32,
    /// Requests taken from one connection per turn.
    pub max_requests_per_turn: u32,
    /// Unsent bytes at which no more requests are taken from a connection.
    pub max_unsent_bytes: usize,
    /// Bytes of buffers that are kept for the next use; 0 for none.
    pub max_pooled_bytes: usize,
    /// From the first byte of a head (or the opening of the connection) to its end.
    pub head_timeout_ms: u64,
    /// From the end of a head to the end of its body.
    pub body_timeout_ms: u64,
    /// Without a byte of a body that is being read.
    pub body_stall_timeout_ms: u64,
    /// The least average rate of a body; 0 for any.
    pub min_body_bytes_per_second: u64,
    /// From the end of a head until the average rate matters.
    pub body_rate_grace_ms: u64,
    /// From a complete request to its answer.
    pub handler_timeout_ms: u64,
    /// From an answer to the next request.
    pub keep_alive_timeout_ms: u64,
    /// Without progress while bytes wait to be sent.
    pub send_timeout_ms: u64,
    /// From the opening of a connection until it is ended behind its next answer.
    pub connection_lifetime_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            head: HeadLimits::default(),
            chunked: ChunkedLimits::default(),
            max_leading_empty_lines: 2,
            max_drained_bytes: 64 * 1024,
            drain_timeout_ms: 2_000,
            max_body_bytes: 1024 * 1024,
            max_buffered_body_bytes: 1024 * 1024,
            max_connections: 1_000_000,
            max_pipelined: 128,
            max_in_flight: 10_000,
            max_queued: 1000,
            max_requests_per_turn: 64,
            max_unsent_bytes: 64 * 1024,
            max_pooled_bytes: crate::pool::DEFAULT_MAX_BYTES,
            head_timeout_ms: 10_000,
            body_timeout_ms: 300_000,
            body_stall_timeout_ms: 15_000,
            min_body_bytes_per_second: 500,
            body_rate_grace_ms: 5_000,
            handler_timeout_ms: 60_000,
            keep_alive_timeout_ms: 65_000,
            send_timeout_ms: 60_000,
            connection_lifetime_ms: 3_600_000,
        }
    }
}

/// Requests taken from a connection before the next one has its turn: what a client pipelines at once goes in one piece,
/// and a greedy one makes the others wait for this many handlers only.
pub(super) const REQUESTS_PER_VISIT: u32 = 16;
/// Bytes of a body that wait for the handler that reads it while it arrives; more stay in the kernel.
pub(super) const WINDOW_BYTES: usize = 64 * 1024;
/// How long an idle connection of a stopping server stays at least, to have its next answer say that it is the last.
pub(super) const MIN_IDLE_GRACE_MS: u64 = 500;
/// Bytes read and dropped behind the last request of a connection, so that closing does not reset the answer away.
pub(super) const MAX_LINGER_BYTES: u32 = 256 * 1024;
/// How long a connection lingers at the most.
pub(super) const LINGER_MS: u64 = 2_000;
/// Room of a new output buffer: the short answers of one visit, so that it rarely grows. Chosen.
pub(super) const TAIL_BYTES: usize = 4 * 1024;
