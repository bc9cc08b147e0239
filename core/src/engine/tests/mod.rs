//! Tests of the engine by subject, over a host without sockets and clocks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should fail loudly"
)]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "the allocations of a test do not matter")]

mod admission;
mod any_host;
mod any_order;
mod any_places;
mod bodies;
mod budgets;
mod client;
mod connections;
mod deadlines;
mod depth;
mod early_answers;
mod events;
mod framing;
mod host;
mod input;
mod misses;
mod native;
mod observe;
mod pipelining;
mod pressure;
mod records;
mod references;
mod replacements;
mod stopping;
mod streams_any;
mod streams_in;
mod streams_out;

use host::{Host, get, plain};
