//! What all connections of an engine use, apart from them so that both can be borrowed at once.

use std::collections::VecDeque;

use super::config::Config;
use super::connection::Connection;
use super::wheel::{Filed, Wheel};
use crate::http::{FieldSpan, HttpDate};
use crate::pool::Pools;
use crate::router::{Captures, Router};

/// Counts since the engine was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections opened.
    pub connections: u64,
    /// Connections refused because there were too many.
    pub refused_connections: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Requests read, refused ones included.
    pub requests: u64,
    /// Answers taken.
    pub answers: u64,
    /// Answers given without JavaScript.
    pub native_answers: u64,
    /// Answers that came too late: their connection had gone or their request was answered.
    pub dropped_answers: u64,
    /// Requests refused because their framing could not be trusted.
    pub refused: u64,
    /// Requests whose connection went before their answer.
    pub abandoned: u64,
    /// Deadlines passed.
    pub timeouts: u64,
}

pub(super) struct Shared {
    pub config: Config,
    pub router: Router,
    pub pool: Pools,
    pub date: HttpDate,
    pub counters: Counters,
    /// Reused by every head that is parsed.
    pub fields: Vec<FieldSpan>,
    /// Reused by every lookup.
    pub captures: Captures,
    pub now_ms: u64,
    pub turn: u64,
    /// Set while the server stops: answers end their connection. Holds how long an idle one may stay.
    pub draining: bool,
    pub drain_idle_ms: u64,
    /// Connections to be taken up again, in turn.
    pub ready: VecDeque<Filed>,
    /// Connections the host must look at.
    pub touched: Vec<Filed>,
    /// Bodies by reference the host may let go.
    pub released: Vec<u32>,
    pub wheel: Wheel,
}

impl Shared {
    pub fn queue(&mut self, connection: &mut Connection) {
        if !connection.queued {
            connection.queued = true;
            self.ready.push_back(Filed { slot: connection.slot, generation: connection.generation });
        }
    }

    pub fn touch(&mut self, connection: &mut Connection) {
        if !connection.touched {
            connection.touched = true;
            self.touched.push(Filed { slot: connection.slot, generation: connection.generation });
        }
    }

    /// Files the connection in the wheel unless it stands there early enough.
    pub fn file(&mut self, connection: &mut Connection) {
        let second = connection.deadline_ms().div_ceil(1000);
        if second < connection.filed_second {
            let filed = Filed { slot: connection.slot, generation: connection.generation };
            connection.filed_second = self.wheel.file(filed, second);
        }
    }

    pub fn idle_timeout_ms(&self) -> u64 {
        if self.draining { self.drain_idle_ms } else { self.config.keep_alive_timeout_ms }
    }
}
